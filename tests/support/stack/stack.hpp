// The whole thing as a distributor has it, on this machine: simulators of the outside systems, the
// host with its connectors, and the folders of the trading partners. Used by the demo and by the
// tests that kill parts of it.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/stack/child.hpp"

namespace crossdock::support {

// A running Tryton to be used in place of the ERP simulator.
struct TrytonServer {
  std::string url;
  std::string database;
  std::string user;
  std::string password_file;
};

struct StackOptions {
  std::filesystem::path data;  // everything lies below; made if it is not there
  int port = 0;                // of the host; 0: a free one
  std::optional<TrytonServer> tryton;
  std::vector<std::string> wms_options;
  std::vector<std::string> carrier_options;
  std::vector<std::string> erp_options;
  std::string log_level = "info";
  bool inproc = false;  // connectors inside the host instead of in processes of their own
  // What outside systems need to bring a lost request to its end; tests on loopback need little.
  std::string settle = "300ms";
  std::string wms_poll = "200ms";
  int crashes_per_minute = 10;  // of a connector before it is quarantined
};

class Stack {
 public:
  explicit Stack(StackOptions options);

  void start_simulators();
  // Before write_configuration: connectors go through something that stands before a simulator.
  void use_url(const std::string& simulator, const std::string& url) { urls_[simulator] = url; }
  void write_configuration();
  // Throws std::runtime_error with the log's end when the host does not get ready.
  void start_host();
  void kill_host() { host_.kill(); }
  int stop_host() { return host_.stop(); }
  bool host_running() { return host_.running(); }

  // "wms", "carrier", "erp". A killed simulator starts again at the same port with what it knew.
  Child& simulator(const std::string& name) { return simulators_.at(name).child; }
  void start_simulator(const std::string& name);
  int simulator_port(const std::string& name) const { return simulators_.at(name).port; }
  boost::json::value records(const std::string& simulator);
  void faults(const std::string& simulator, const boost::json::object& faults);

  // Has the carrier report its scans to the host.
  void register_tracking_webhook();

  // The processes of the connectors, by connector name, as the host says.
  std::map<std::string, pid_t> workers();

  // HTTP to the host; nothing when it does not answer (it may be down on purpose).
  std::optional<boost::json::value> get(const std::string& path);
  std::optional<boost::json::value> put(const std::string& path);
  std::optional<boost::json::value> post(const std::string& path);

  // The file appears whole in the partners' inbox.
  void drop(const std::string& name, const std::string& bytes);

  // Checks every 50 ms; false when `patience` is over.
  static bool wait_until(const std::function<bool()>& condition,
                         std::chrono::milliseconds patience);
  // All products and the opening stock have come in.
  bool wait_for_master_data(std::chrono::milliseconds patience = std::chrono::seconds(60));
  // Nothing is pending in the journal, twice in a row.
  bool wait_for_drain(std::chrono::milliseconds patience);

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  const std::filesystem::path& data() const { return options_.data; }
  std::filesystem::path outbox() const { return options_.data / "edi" / "outbox"; }
  std::filesystem::path inbox() const { return options_.data / "edi" / "inbox"; }
  std::filesystem::path configuration_file() const { return options_.data / "crossdock.info"; }
  std::filesystem::path host_log() const { return options_.data / "host.log"; }

 private:
  struct Simulator {
    Child child;
    int port = 0;
  };

  StackOptions options_;
  int port_;
  std::map<std::string, Simulator> simulators_;
  std::map<std::string, std::string> urls_;
  Child host_;
};

// Where this build put its programs.
std::filesystem::path program(const std::string& name);

}  // namespace crossdock::support
