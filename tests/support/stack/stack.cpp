#include "tests/support/stack/stack.hpp"

#include <httplib.h>

#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/simulators/common/fixture.hpp"
#include "tests/support/stack/http_json.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string tail(const fs::path& path) {
  const auto text = read_text(path);
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "@" + name + "@";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      text.replace(at, mark.size(), value);
      at += value.size();
    }
  }
  return text;
}

}  // namespace

fs::path program(const std::string& name) { return fs::path(CROSSDOCK_BUILD_DIR) / "bin" / name; }

Stack::Stack(StackOptions options)
    : options_(std::move(options)), port_(options_.port != 0 ? options_.port : free_port()) {
  for (const char* folder :
       {"edi/inbox", "edi/outbox", "edi/archive", "simulators", "secrets", "host"}) {
    fs::create_directories(options_.data / folder);
  }
  options_.data = fs::canonical(options_.data);
  simulators_["wms"];
  simulators_["carrier"];
  if (!options_.tryton) {
    simulators_["erp"];
  }
}

void Stack::start_simulator(const std::string& name) {
  auto& one = simulators_.at(name);
  std::vector<std::string> arguments = {
      program("crossdock-sim-" + name).string(), "--port", std::to_string(one.port), "--state",
      (options_.data / "simulators" / (name + ".jsonl")).string()};
  const auto& more = name == "wms"       ? options_.wms_options
                     : name == "carrier" ? options_.carrier_options
                                         : options_.erp_options;
  arguments.insert(arguments.end(), more.begin(), more.end());
  one.child = Child(arguments, options_.data / "simulators" / (name + ".log"));
  const auto said = json::parse(one.child.first_json_line());
  one.port = static_cast<int>(said.at("port").as_int64());
}

void Stack::start_simulators() {
  for (auto& [name, one] : simulators_) {
    start_simulator(name);
  }
}

void Stack::write_configuration() {
  const auto& data = options_.data;
  write_text(data / "secrets" / "wms", "simulated-wms-key");
  write_text(data / "secrets" / "carrier", "simulated-carrier-key");
  write_text(data / "secrets" / "erp", "simulated-erp-key");
  for (const char* name : {"wms", "carrier", "erp"}) {
    fs::permissions(data / "secrets" / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  const auto url_of = [&](const std::string& name) {
    const auto given = urls_.find(name);
    if (given != urls_.end()) {
      return given->second;
    }
    return "http://127.0.0.1:" + std::to_string(simulators_.at(name).port);
  };
  const auto erp = options_.tryton ? *options_.tryton
                                   : TrytonServer{url_of("erp"), "erp", "connector",
                                                  (data / "secrets" / "erp").string()};
  write_text(configuration_file(),
             filled(read_text(CROSSDOCK_STACK_CONFIGURATION),
                    {{"data", data.string()},
                     {"plugins", (fs::path(CROSSDOCK_BUILD_DIR) / "connectors").string()},
                     {"worker", program("crossdock-worker").string()},
                     {"log_level", options_.log_level},
                     {"port", std::to_string(port_)},
                     {"isolation", options_.inproc ? "inproc" : "process"},
                     {"wms_poll", options_.wms_poll},
                     {"settle", options_.settle},
                     {"crashes", std::to_string(options_.crashes_per_minute)},
                     {"wms_url", url_of("wms")},
                     {"carrier_url", url_of("carrier")},
                     {"erp_url", erp.url},
                     {"erp_database", erp.database},
                     {"erp_user", erp.user},
                     {"erp_password_file", erp.password_file}}));
}

void Stack::start_host() {
  host_ = Child({program("crossdock").string(), "serve", "--config", configuration_file().string()},
                host_log());
  try {
    host_.first_json_line();
  } catch (const std::exception& fault) {
    throw std::runtime_error(std::string(fault.what()) + "\n" + tail(host_log()));
  }
}

json::value Stack::records(const std::string& simulator) {
  httplib::Client client("127.0.0.1", simulators_.at(simulator).port);
  client.set_read_timeout(60);
  const auto answer = client.Get("/_records");
  if (!answer || answer->status != 200) {
    throw std::runtime_error("the " + simulator + " simulator does not show its records");
  }
  return json::parse(answer->body);
}

void Stack::faults(const std::string& simulator, const json::object& faults) {
  httplib::Client client("127.0.0.1", simulators_.at(simulator).port);
  const auto answer = client.Put("/_faults", json::serialize(faults), "application/json");
  if (!answer || answer->status != 200) {
    throw std::runtime_error("the " + simulator + " simulator takes no faults");
  }
}

void Stack::register_tracking_webhook() {
  httplib::Client client("127.0.0.1", simulators_.at("carrier").port);
  client.Post(
      "/v1/environment/webhooks",
      json::serialize(json::object{{"url", url() + "/webhooks/carrier/track"}, {"event", "track"}}),
      "application/json");
}

std::map<std::string, pid_t> Stack::workers() {
  std::map<std::string, pid_t> out;
  const auto list = get("/v1/connectors");
  if (!list) {
    return out;
  }
  for (const auto& one : list->at("connectors").as_array()) {
    const auto* pid = one.as_object().if_contains("pid");
    if (pid != nullptr && pid->is_int64() && pid->get_int64() > 0) {
      out[std::string(one.at("name").as_string())] = static_cast<pid_t>(pid->get_int64());
    }
  }
  return out;
}

std::optional<json::value> Stack::get(const std::string& path) {
  return http_json(port_, "GET", path);
}
std::optional<json::value> Stack::put(const std::string& path) {
  return http_json(port_, "PUT", path);
}
std::optional<json::value> Stack::post(const std::string& path) {
  return http_json(port_, "POST", path);
}

void Stack::drop(const std::string& name, const std::string& bytes) {
  const auto hidden = options_.data / "edi" / ("." + name);
  write_text(hidden, bytes);
  fs::rename(hidden, inbox() / name);
}

bool Stack::wait_until(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

bool Stack::wait_for_master_data(std::chrono::milliseconds patience) {
  return wait_until(
      [this] {
        const auto answer = get("/v1/availability/" + simulators::sku(1));
        if (!answer) {
          return false;
        }
        for (const auto& place : answer->at("warehouses").as_array()) {
          if (place.at("on_hand") == json::value("0")) {
            return false;
          }
        }
        return get("/v1/availability/" + simulators::sku(simulators::kProducts)).has_value();
      },
      patience);
}

bool Stack::wait_for_drain(std::chrono::milliseconds patience) {
  // What an outside system does later comes in later: nothing is pending for longer than that
  // takes.
  auto busy = std::chrono::steady_clock::now();
  return wait_until(
      [&] {
        const auto summary = get("/v1/service");
        const auto* pending =
            summary ? summary->at("counters").as_object().if_contains("pending") : nullptr;
        const auto now = std::chrono::steady_clock::now();
        if (pending == nullptr || *pending != json::value(0)) {
          busy = now;
        }
        return now - busy >= std::chrono::milliseconds(1500);
      },
      patience);
}

}  // namespace crossdock::support
