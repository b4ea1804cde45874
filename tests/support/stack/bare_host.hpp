// A host with just the connectors that a test gives it.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/stack/child.hpp"

namespace crossdock::support {

class BareHost {
 public:
  // `connectors`: INFO text, the connector blocks; @port@ in it is the host's HTTP port.
  // `libraries`: the plugin folder's content. A release build of the host can be named for
  // benchmarks by CROSSDOCK_BIN.
  BareHost(std::filesystem::path folder, const std::string& connectors,
           const std::vector<std::filesystem::path>& libraries);

  void start();  // throws with the log's end when it does not get ready
  void kill() { child_.kill(); }
  int stop() { return child_.stop(); }
  bool running() { return child_.running(); }
  pid_t pid() const { return child_.pid(); }

  std::optional<boost::json::value> get(const std::string& path) const;
  std::optional<boost::json::value> put(const std::string& path) const;
  std::optional<boost::json::value> post(const std::string& path) const;
  // GET /v1/connectors/NAME/status; null when the host does not answer.
  boost::json::value connector(const std::string& name) const;

  int port() const { return port_; }
  std::string log() const;

 private:
  std::filesystem::path folder_;
  int port_;
  Child child_;
};

// What this build made: connectors of tests, misbehaving ones, shipped ones, and those that the
// tests of authors (tests/author) make of the templates.
std::filesystem::path test_connector(const std::string& name);
std::filesystem::path misbehaving(const std::string& name);
std::filesystem::path shipped_connector(const std::string& name);
std::filesystem::path template_connector(const std::string& name);

}  // namespace crossdock::support
