// Twelve purchase order files of four retailers, and the way of every order to its 855, 856 and
// 810, through the real host, the real connectors and simulated (or, for the ERP, real) outside
// systems.
#include <httplib.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "tests/demo/expectations.hpp"
#include "tests/support/stack/stack.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using crossdock::support::Stack;
using crossdock::support::StackOptions;
using crossdock::support::TrytonServer;

std::atomic<bool> interrupted{false};
void on_signal(int) { interrupted = true; }

// A private Tryton, gone when the demo ends.
class Tryton {
 public:
  explicit Tryton(fs::path folder) : folder_(std::move(folder)) {
    std::cout << "Tryton: making its database (once, a minute or two) and starting it\n"
              << std::flush;
    const std::string command = std::string(CROSSDOCK_TRYTON) + " start '" + folder_.string() + "'";
    FILE* out = ::popen(command.c_str(), "r");
    std::string text;
    char buffer[512];
    while (out != nullptr && std::fgets(buffer, sizeof buffer, out) != nullptr) {
      text += buffer;
    }
    if (out == nullptr || ::pclose(out) != 0) {
      throw std::runtime_error("Tryton does not start; run " + command + " to see why");
    }
    const auto said = json::parse(text);
    server = {std::string(said.at("url").as_string()), std::string(said.at("database").as_string()),
              std::string(said.at("user").as_string()),
              std::string(said.at("password_file").as_string())};
  }
  ~Tryton() {
    const std::string command = std::string(CROSSDOCK_TRYTON) + " stop '" + folder_.string() + "'";
    if (std::system(command.c_str()) != 0) {
      std::cerr << "Tryton could not be stopped: " << command << '\n';
    }
  }
  Tryton(const Tryton&) = delete;
  Tryton& operator=(const Tryton&) = delete;

  TrytonServer server;

 private:
  fs::path folder_;
};

std::string text(const json::value& in, const char* key) {
  const auto* found = in.as_object().if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Prints what changed since it was asked last.
class Progress {
 public:
  void show(const json::value& summary) {
    for (const auto& order : summary.at("orders").as_array()) {
      auto& last = status_[text(order, "po_number")];
      if (last != text(order, "status")) {
        last = text(order, "status");
        say(text(order, "channel") + " PO " + text(order, "po_number") + ": " + last);
      }
    }
    for (const auto& document : summary.at("documents").as_array()) {
      if (files_.insert(text(document, "file")).second) {
        say("wrote " + text(document, "file"));
      }
    }
    const auto dead = summary.at("dead_letters").as_array().size();
    for (; dead_ < dead; ++dead_) {
      const auto& letter = summary.at("dead_letters").as_array()[dead_];
      say("dead letter: " + text(letter, "reason"));
    }
    for (; duplicates_ < summary.at("duplicates").as_array().size(); ++duplicates_) {
      const auto& one = summary.at("duplicates").as_array()[duplicates_];
      say("duplicate: " + text(one, "file") + " repeats " + text(one, "kind") + " " +
          text(one, "key") + " of " + text(one, "partner"));
    }
  }
  static void say(const std::string& line) {
    static const auto kStart = std::chrono::steady_clock::now();
    const auto since = std::chrono::steady_clock::now() - kStart;
    std::cout << std::fixed << std::setprecision(1) << std::setw(6)
              << std::chrono::duration<double>(since).count() << "s  " << line << std::endl;
  }

 private:
  std::map<std::string, std::string> status_;
  std::set<std::string> files_;
  std::size_t dead_ = 0;
  std::size_t duplicates_ = 0;
};

void print_ways(const json::value& summary) {
  std::cout << '\n';
  for (const auto& order : summary.at("orders").as_array()) {
    const auto id = text(order, "id");
    std::set<std::string> own = {id};
    std::cout << std::left << std::setw(6) << text(order, "channel") << "PO " << std::setw(10)
              << text(order, "po_number") << std::setw(19) << text(order, "status");
    for (const auto& shipment : summary.at("shipments").as_array()) {
      if (text(shipment, "order") == id) {
        own.insert(text(shipment, "id"));
        std::cout << text(shipment, "warehouse") << ' '
                  << shipment.at("tracking_numbers").as_array().at(0).as_string().c_str() << "  ";
      }
    }
    for (const auto& invoice : summary.at("invoices").as_array()) {
      if (text(invoice, "order") == id) {
        own.insert(text(invoice, "id"));
        std::cout << text(invoice, "erp_number") << ' ' << text(invoice, "total") << "  ";
      }
    }
    std::cout << '\n' << std::setw(6) << "";
    for (const auto& document : summary.at("documents").as_array()) {
      if (own.contains(text(document, "refers_to"))) {
        std::cout << text(document, "file") << ' ';
      }
    }
    std::cout << std::right << "\n";
  }
}

struct Arguments {
  bool once = false;
  std::string erp = "sim";
  int port = 0;
  fs::path data;
};

int run(const Arguments& arguments) {
  StackOptions options;
  options.data = arguments.data;
  if (options.data.empty()) {
    options.data = fs::path(CROSSDOCK_DEMO_DATA) / std::to_string(::getpid());
  }
  options.port = arguments.port;
  fs::create_directories(options.data);
  if (!fs::is_empty(options.data)) {
    std::cerr << "demo: " << options.data.string()
              << " is not empty; name a new folder with --data\n";
    return 64;
  }
  std::unique_ptr<Tryton> tryton;
  if (arguments.erp == "tryton") {
    tryton = std::make_unique<Tryton>(options.data / "tryton");
    options.tryton = tryton->server;
  }
  // Scans follow while one looks on; the run that ends by itself does not wait for lorries.
  options.carrier_options = {"--track-after", arguments.once ? "600000" : "4000"};

  Stack stack(options);
  stack.start_simulators();
  stack.write_configuration();
  stack.start_host();
  Progress::say("the host is ready at " + stack.url());
  stack.register_tracking_webhook();
  if (!stack.wait_for_master_data()) {
    std::cerr << "demo: products and stock did not come in within a minute; see "
              << stack.host_log().string() << '\n';
    return 1;
  }
  Progress::say("products, customers and stock have come in");

  std::vector<fs::path> files(fs::directory_iterator(CROSSDOCK_DEMO_FILES), {});
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    stack.drop(file.filename().string(), read_file(file));
  }
  Progress::say(std::to_string(files.size()) + " files dropped into " + stack.inbox().string());

  Progress progress;
  std::vector<std::string> left = {"nothing was read yet"};
  json::value summary;
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(arguments.erp == "tryton" ? 240 : 60);
  while (!interrupted && !left.empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (auto answer = stack.get("/v1/summary")) {
      summary = std::move(*answer);
      progress.show(summary);
      left = crossdock::demo::missing(summary);
    } else if (!stack.host_running()) {
      std::cerr << "demo: the host has ended; see " << stack.host_log().string() << '\n';
      return 1;
    }
  }
  if (!summary.is_null()) {
    print_ways(summary);
  }
  for (const auto& line : left) {
    std::cerr << "missing: " << line << '\n';
  }
  std::cout << "\nlook at  " << stack.url() << "/   (orders, connectors, dead letters)\n"
            << "files    " << stack.outbox().string() << '\n'
            << "ask      " << crossdock::support::program("crossdock").string()
            << " trace 4500103 --url " << stack.url() << '\n';
  while (!arguments.once && !interrupted) {
    if (auto answer = stack.get("/v1/summary")) {
      progress.show(*answer);
      summary = std::move(*answer);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  stack.stop_host();
  const auto path = stack.data() / "summary.json";
  std::ofstream(path) << json::serialize(summary) << '\n';
  std::cout << path.string() << std::endl;
  return left.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Follows twelve EDI purchase order files through Crossdock", "crossdock-demo"};
  Arguments arguments;
  app.add_flag("--once", arguments.once,
               "end by itself; status 0 only if every expected document was produced");
  app.add_option("--erp", arguments.erp, "sim or tryton")
      ->check(CLI::IsMember({"sim", "tryton"}))
      ->capture_default_str();
  app.add_option("--port", arguments.port, "of the host (0: a free one)");
  app.add_option("--data", arguments.data, "folder for everything it writes");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : 64;
  }
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(arguments);
  } catch (const std::exception& fault) {
    std::cerr << "demo: " << fault.what() << '\n';
    return 1;
  }
}
