#include "tests/simulators/common/simulator.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <thread>

namespace crossdock::simulators {
namespace {

Simulator* running = nullptr;

std::atomic<int> signalled{0};
void on_signal(int) { signalled = 1; }

}  // namespace

RecordFile::RecordFile(const std::string& path) {
  if (path.empty()) {
    return;
  }
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    json::error_code error;
    auto value = json::parse(line, error);
    if (!error && !in.eof()) {
      earlier_.push_back(std::move(value));
    }
  }
  out_.open(path, std::ios::app);
}

void RecordFile::append(const json::value& record) {
  if (out_.is_open()) {
    out_ << json::serialize(record) << '\n' << std::flush;
  }
}

Options read_options(int argc, char** argv, const char* usage) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    const std::string key = argv[i];
    if (!key.starts_with("--") || i + 1 >= argc) {
      std::cerr << usage;
      std::exit(key == "--help" ? 0 : 64);
    }
    const std::string value = argv[++i];
    if (key == "--port") {
      out.port = std::atoi(value.c_str());
    } else if (key == "--state") {
      out.state = value;
    } else if (key == "--seed") {
      out.seed = std::strtoull(value.c_str(), nullptr, 10);
    } else {
      out.more[key.substr(2)] = value;
    }
  }
  return out;
}

std::int64_t number_option(const Options& options, const char* key, std::int64_t otherwise) {
  const auto* found = options.more.if_contains(key);
  return found == nullptr ? otherwise : std::strtoll(found->as_string().c_str(), nullptr, 10);
}

Simulator::Simulator(const Options& options) : file(options.state), options_(options) {
  running = this;
  server_.set_payload_max_length(8u << 20);
  // A thread per core would queue the slow calls that tests are about.
  server_.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server_.set_keep_alive_max_count(10'000);
  server_.Get("/_records", [this](const httplib::Request&, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    response.set_content(json::serialize(records_ ? records_() : json::value()),
                         "application/json");
  });
  server_.Put("/_faults", [this](const httplib::Request& request, httplib::Response& response) {
    json::error_code error;
    const auto body = json::parse(request.body, error);
    if (error || !body.is_object()) {
      response.status = 400;
      return;
    }
    const auto set = [&](const char* key, std::atomic<int>& into) {
      if (const auto* value = body.get_object().if_contains(key)) {
        into = value->to_number<int>();
      }
    };
    set("latency_ms", faults_.latency_ms);
    set("error_every", faults_.error_every);
    set("drop_every", faults_.drop_every);
    set("hang_every", faults_.hang_every);
    set("hang_ms", faults_.hang_ms);
    if (const auto* down = body.get_object().if_contains("down")) {
      faults_.down = down->as_bool();
    }
    response.set_content("{}", "application/json");
  });
}

void Simulator::add(const char* method, const std::string& pattern,
                    httplib::Server::Handler handler) {
  const std::string name = method;
  if (name == "GET") {
    server_.Get(pattern, std::move(handler));
  } else if (name == "PUT") {
    server_.Put(pattern, std::move(handler));
  } else {
    server_.Post(pattern, std::move(handler));
  }
}

void Simulator::on(const char* method, const std::string& pattern, Handler handler) {
  add(method, pattern,
      [this, handler = std::move(handler)](const httplib::Request& request,
                                           httplib::Response& response) {
        answer(request, response, handler, true);
      });
}

void Simulator::control(const char* method, const std::string& pattern, Handler handler) {
  add(method, pattern,
      [this, handler = std::move(handler)](const httplib::Request& request,
                                           httplib::Response& response) {
        answer(request, response, handler, false);
      });
}

void Simulator::answer(const httplib::Request& request, httplib::Response& response,
                       const Handler& handler, bool faulty) {
  const std::uint64_t call = faulty ? ++calls_ : 0;
  const auto every = [&](int n) { return faulty && n > 0 && (call + options_.seed) % n == 0; };
  if (faulty && (faults_.down || every(faults_.error_every))) {
    response.status = 503;
    response.set_content(R"({"message":"not now"})", "application/json");
    return;
  }
  json::value body;
  if (!request.body.empty()) {
    json::error_code error;
    body = json::parse(request.body, error);
    if (error) {
      response.status = 400;
      response.set_content(R"({"message":"the body is not JSON"})", "application/json");
      return;
    }
  }
  Answer out;
  try {
    const std::lock_guard lock(mutex);
    out = handler(request, body);
  } catch (const std::exception& fault) {
    out = {400, json::object{{"message", fault.what()}}};
  }
  if (faulty && faults_.latency_ms > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(faults_.latency_ms));
  }
  if (every(faults_.hang_every)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(faults_.hang_ms));
  }
  if (every(faults_.drop_every)) {
    // Done, but the connection ends before the answer: the caller cannot know.
    response.set_content_provider(
        1000, "application/json",
        [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
    return;
  }
  response.status = out.status;
  response.set_content(json::serialize(out.body), "application/json");
}

int Simulator::run() {
  std::signal(SIGTERM, on_signal);
  std::signal(SIGINT, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  const int port = options_.port != 0
                       ? (server_.bind_to_port("127.0.0.1", options_.port) ? options_.port : -1)
                       : server_.bind_to_any_port("127.0.0.1");
  if (port < 0) {
    std::cerr << "port " << options_.port << " cannot be used on 127.0.0.1\n";
    return 1;
  }
  std::cout << json::serialize(json::object{{"port", port}}) << std::endl;
  std::thread watch([this] {
    while (signalled == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    stopping = true;
    server_.stop();
  });
  server_.listen_after_bind();
  signalled = 1;
  watch.join();
  return 0;
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string now_text() {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count();
  const std::time_t seconds = us / 1'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                static_cast<int>(us % 1'000'000));
  return text;
}

}  // namespace crossdock::simulators
