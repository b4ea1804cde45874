#include "host/app/command_line.hpp"

#include <httplib.h>
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>
#include <thread>

#include "host/app/configuration.hpp"
#include "host/app/service.hpp"
#include "host/app/table.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

constexpr int kOk = 0;
constexpr int kRefused = 1;
constexpr int kUnreachable = 2;
constexpr int kUsage = 64;
constexpr int kConfiguration = 78;

void print_problems(const Problems& problems, std::ostream& err) {
  for (const auto& problem : problems) {
    err << problem.file << ": " << problem.path << (problem.path.empty() ? "" : " ")
        << problem.message << '\n';
  }
}

// Whether the connectors' own settings can be checked too, so that all faults are said at once.
bool knows_plugins(const Configuration& configuration) {
  return !configuration.data_dir.empty() && !configuration.plugin_dir.empty();
}

int check(const std::string& file, bool as_json, std::ostream& out, std::ostream& err) {
  Problems problems;
  auto configuration = read_configuration(file, problems);
  if (knows_plugins(configuration)) {
    const Service service(std::move(configuration), problems);
  }
  if (as_json) {
    json::array list;
    for (const auto& problem : problems) {
      list.push_back(
          {{"file", problem.file}, {"path", problem.path}, {"message", problem.message}});
    }
    out << json::serialize(json::object{{"valid", problems.empty()}, {"problems", list}}) << '\n';
  } else if (problems.empty()) {
    out << "the configuration is right\n";
  } else {
    print_problems(problems, err);
    err << problems.size() << (problems.size() == 1 ? " problem" : " problems") << " found\n";
  }
  return problems.empty() ? kOk : kConfiguration;
}

int serve(const std::string& file, std::ostream& out, std::ostream& err) {
  Problems problems;
  auto configuration = read_configuration(file, problems);
  if (!knows_plugins(configuration)) {
    print_problems(problems, err);
    return kConfiguration;
  }
  Service service(std::move(configuration), problems);
  if (!problems.empty()) {
    print_problems(problems, err);
    return kConfiguration;
  }
  // Blocked in every thread since main(); SIGUSR1 ends the waiting when the host stops by itself.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread waiter([&service, signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    service.stop();
  });
  int status = 70;
  try {
    status = service.serve(
        [&out](int port) { out << "{\"ready\":true,\"port\":" << port << "}" << std::endl; });
  } catch (const std::exception& fault) {
    err << "crossdock: " << fault.what() << '\n';
  }
  pthread_kill(waiter.native_handle(), SIGUSR1);
  waiter.join();
  return status;
}

// One call to the running host.
class Remote {
 public:
  Remote(const std::string& url, std::ostream& err) : client_(url), url_(url), err_(err) {
    client_.set_connection_timeout(2);
    client_.set_read_timeout(30);
  }

  // The parsed answer; otherwise status() says what to exit with and the reason was printed.
  std::optional<json::value> call(const std::string& method, const std::string& path,
                                  const std::string& body = {}) {
    httplib::Result result = method == "GET" ? client_.Get(path.c_str())
                             : method == "PUT"
                                 ? client_.Put(path.c_str(), body, "application/json")
                                 : client_.Post(path.c_str(), body, "application/json");
    if (!result) {
      err_ << "crossdock: no host answers at " << url_
           << "; start it with `crossdock serve`, or name it with --url\n";
      status_ = kUnreachable;
      return std::nullopt;
    }
    json::error_code error;
    auto value = json::parse(result->body, error);
    if (result->status >= 400) {
      const auto* problem = error ? nullptr : value.if_object();
      const auto* detail = problem == nullptr ? nullptr : problem->if_contains("detail");
      err_ << "crossdock: "
           << (detail != nullptr && detail->is_string() ? std::string(detail->as_string())
                                                        : result->body)
           << '\n';
      status_ = kRefused;
      return std::nullopt;
    }
    if (error) {
      value = json::string(result->body);
    }
    return value;
  }
  int status() const { return status_; }

 private:
  httplib::Client client_;
  std::string url_;
  std::ostream& err_;
  int status_ = kOk;
};

std::string cell(const json::value& row, const char* key) {
  const auto* object = row.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(key);
  if (found == nullptr || found->is_null()) {
    return {};
  }
  return found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
}

void print_rows(const json::value& list,
                const std::vector<std::pair<const char*, const char*>>& columns,
                std::ostream& out) {
  std::vector<std::string> headings;
  for (const auto& [heading, key] : columns) {
    headings.emplace_back(heading);
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list.as_array()) {
    auto& cells = rows.emplace_back();
    for (const auto& [heading, key] : columns) {
      cells.push_back(cell(row, key));
    }
  }
  if (rows.empty()) {
    out << "none\n";
    return;
  }
  print_table(headings, rows, out);
}

// Percent-encoded for a path or a query (RFC 3986): all but the unreserved characters.
std::string encoded(const std::string& text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
        c == '~') {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    }
  }
  return out;
}

void print_trace(const json::value& trace, std::ostream& out) {
  const auto& order = trace.at("order");
  if (!order.is_null()) {
    out << "order " << cell(order, "id") << "  PO " << cell(order, "po_number") << "  "
        << cell(order, "channel") << "  " << cell(order, "status") << "\n\n";
    print_rows(order.at("lines"),
               {{"line", "line"},
                {"sku", "sku"},
                {"ordered", "ordered"},
                {"shipped", "shipped"},
                {"invoiced", "invoiced"},
                {"cancelled", "cancelled"}},
               out);
    out << '\n';
    print_rows(order.at("shipments"),
               {{"warehouse", "warehouse"},
                {"state", "state"},
                {"SSCC", "sscc"},
                {"carrier", "carrier"},
                {"tracking", "tracking_number"},
                {"shipment", "id"}},
               out);
    out << '\n';
    print_rows(
        order.at("invoices"),
        {{"invoice", "number"}, {"state", "state"}, {"total", "total"}, {"currency", "currency"}},
        out);
    out << '\n';
    print_rows(order.at("documents"),
               {{"document", "kind"}, {"control number", "control_number"}, {"file", "file"}}, out);
    out << '\n';
  }
  print_rows(trace.at("timeline"),
             {{"at", "at"},
              {"what", "what"},
              {"message", "type"},
              {"by", "source"},
              {"to", "destination"},
              {"outcome", "outcome"},
              {"reference", "reference"},
              {"reason", "reason"}},
             out);
}

}  // namespace

int run_command_line(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app{"Crossdock: orders, stock and shipments across the systems of a distributor",
               "crossdock"};
  app.set_version_flag("--version", CROSSDOCK_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  crossdock check --config /etc/crossdock/crossdock.info\n"
      "  crossdock trace PO-4711\n  crossdock dlq replay 1042-erp\n"
      "Exit status: 0 done, 1 refused, 2 no host answers, 64 wrong usage, 70 the host had to stop, "
      "78 the configuration is wrong.");
  std::string config = "/etc/crossdock/crossdock.info";
  std::string url = "http://127.0.0.1:8480";
  bool as_json = false;
  int status = kOk;
  const auto asks_host = [&](CLI::App* command) {
    command->add_option("--url", url, "where the host answers")
        ->envname("CROSSDOCK_URL")
        ->capture_default_str();
    command->add_flag("--json", as_json, "the answer as JSON");
  };
  // A command that reads one thing and prints it as JSON or as a table.
  const auto show = [&](const std::string& path,
                        const std::function<void(const json::value&)>& print) {
    Remote host(url, err);
    if (const auto value = host.call("GET", path)) {
      if (as_json) {
        out << json::serialize(*value) << '\n';
      } else {
        print(*value);
      }
    }
    status = host.status();
  };
  const auto order = [&](const std::string& method, const std::string& path,
                         const std::string& done) {
    Remote host(url, err);
    if (const auto value = host.call(method, path)) {
      out << (as_json ? json::serialize(*value) : done) << '\n';
    }
    status = host.status();
  };

  auto* serve_command =
      app.add_subcommand("serve", "run the host until it is told to stop (SIGTERM)");
  serve_command->add_option("--config", config, "main configuration file")->capture_default_str();
  serve_command->callback([&] { status = serve(config, out, err); });

  auto* check_command = app.add_subcommand("check", "check the configuration whole, start nothing");
  check_command->add_option("--config", config, "main configuration file")->capture_default_str();
  check_command->add_flag("--json", as_json, "the answer as JSON");
  check_command->callback([&] { status = check(config, as_json, out, err); });

  auto* status_command = app.add_subcommand("status", "is the host ready, and what does it hold");
  asks_host(status_command);
  status_command->callback([&] {
    show("/v1/service", [&](const json::value& v) {
      const auto waiting = cell(v, "not_ready_because");
      out << (waiting.empty() ? "ready" : "not ready: " + waiting) << "\nversion "
          << cell(v, "version") << ", since " << cell(v, "started_at") << ", data in "
          << cell(v, "data_dir") << '\n';
      const auto& c = v.at("counters");
      out << "accepted " << cell(c, "accepted") << " = delivered " << cell(c, "delivered")
          << " + dead-lettered " << cell(c, "dead_lettered") << " + pending " << cell(c, "pending")
          << "; repeats dropped " << cell(c, "repeats") << '\n';
    });
  });

  auto* plugins_command =
      app.add_subcommand("plugins", "the plugins of the folder: admitted or refused, and why");
  asks_host(plugins_command);
  plugins_command->callback([&] {
    show("/v1/connector-plugins", [&](const json::value& v) {
      print_rows(v.at("plugins"),
                 {{"plugin", "id"},
                  {"version", "version"},
                  {"vendor", "vendor"},
                  {"state", "state"},
                  {"effect", "effect"},
                  {"file", "file"}},
                 out);
      for (const auto& refused : v.at("refused").as_array()) {
        out << "refused: " << cell(refused, "file") << ' ' << cell(refused, "reason") << '\n';
      }
    });
  });

  auto* connectors_command =
      app.add_subcommand("connectors", "the connectors: list, pause, resume, restart");
  asks_host(connectors_command);
  connectors_command->callback([&] {
    if (connectors_command->get_subcommands().empty()) {
      show("/v1/connectors", [&](const json::value& v) {
        print_rows(v.at("connectors"),
                   {{"connector", "name"},
                    {"plugin", "plugin"},
                    {"state", "state"},
                    {"paused", "paused"},
                    {"delivered", "delivered"},
                    {"emitted", "emitted"},
                    {"pending", "pending"},
                    {"restarts", "restarts"},
                    {"reason", "reason"},
                    {"trouble", "trouble"}},
                   out);
      });
    }
  });
  std::string name;
  for (const auto& [verb, method, help] :
       {std::tuple("pause", "PUT", "take in and bring out nothing until resumed"),
        std::tuple("resume", "PUT", "go on after a pause"),
        std::tuple("restart", "POST", "start its worker anew; ends a quarantine")}) {
    auto* command = connectors_command->add_subcommand(verb, help);
    command->add_option("connector", name, "its name")->required();
    command->fallthrough();
    const std::string path_end = std::string("/") + verb;
    const std::string http_method = method;
    const std::string word = verb;
    command->callback([&, path_end, http_method, word] {
      order(http_method, "/v1/connectors/" + encoded(name) + path_end,
            name + ": " + word + " asked for");
    });
  }

  std::string channel;
  std::string order_status;
  std::string key;
  auto* orders_command = app.add_subcommand("orders", "the newest orders");
  asks_host(orders_command);
  orders_command->add_option("--channel", channel, "only of this channel");
  orders_command->add_option("--status", order_status, "only with this status");
  orders_command->callback([&] {
    show("/v1/orders?channel=" + encoded(channel) + "&status=" + encoded(order_status),
         [&](const json::value& v) {
           print_rows(v.at("orders"),
                      {{"order", "id"},
                       {"PO number", "po_number"},
                       {"channel", "channel"},
                       {"status", "status"},
                       {"since", "created_at"},
                       {"trouble", "trouble"}},
                      out);
         });
  });

  auto* trace_command =
      app.add_subcommand("trace", "where an order is and everything that happened to it");
  asks_host(trace_command);
  trace_command->add_option("key", key, "order number, PO number or correlation id")->required();
  trace_command->callback([&] {
    show("/v1/trace/" + encoded(key), [&](const json::value& v) { print_trace(v, out); });
  });

  auto* dlq_command = app.add_subcommand("dlq", "dead letters: list, show, replay, discard");
  asks_host(dlq_command);
  dlq_command->callback([&] {
    if (dlq_command->get_subcommands().empty()) {
      show("/v1/dead-letters?limit=1000", [&](const json::value& v) {
        print_rows(v.at("dead_letters"),
                   {{"id", "id"},
                    {"at", "at"},
                    {"message", "type"},
                    {"from", "source"},
                    {"discarded", "discarded"},
                    {"reason", "reason"}},
                   out);
      });
    }
  });
  std::string letter;
  std::string reason = "closed by an operator";
  auto* show_command =
      dlq_command->add_subcommand("show", "one dead letter with its data and original");
  show_command->add_option("id", letter, "as listed")->required();
  show_command->fallthrough();
  show_command->callback([&] {
    show("/v1/dead-letters/" + encoded(letter), [&](const json::value& v) {
      for (const char* field : {"id", "at", "type", "source", "destination", "outcome", "reason",
                                "attempts", "business_key", "correlation_id"}) {
        out << field << ": " << cell(v, field) << '\n';
      }
      out << "data: " << cell(v, "data") << "\noriginal:\n" << cell(v, "original") << '\n';
    });
  });
  auto* replay_command =
      dlq_command->add_subcommand("replay", "deliver it again, before what waits behind it");
  replay_command->add_option("id", letter, "as listed")->required();
  replay_command->fallthrough();
  replay_command->callback([&] {
    order("POST", "/v1/dead-letters/" + encoded(letter) + "/replay", letter + ": given back");
  });
  auto* discard_command =
      dlq_command->add_subcommand("discard", "close it for good; what waits behind it goes on");
  discard_command->add_option("id", letter, "as listed")->required();
  discard_command->add_option("--reason", reason, "kept with it");
  discard_command->fallthrough();
  discard_command->callback([&] {
    order("POST", "/v1/dead-letters/" + encoded(letter) + "/discard?reason=" + encoded(reason),
          letter + ": discarded");
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault, out, err) == 0 ? kOk : kUsage;
  }
  return status;
}

}  // namespace crossdock::host::app
