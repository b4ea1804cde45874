#include "tests/support/stack/bare_host.hpp"

#include <fstream>
#include <stdexcept>

#include "tests/support/stack/http_json.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {

namespace fs = std::filesystem;
namespace json = boost::json;

BareHost::BareHost(fs::path folder, const std::string& connectors,
                   const std::vector<fs::path>& libraries)
    : folder_(std::move(folder)), port_(free_port()) {
  fs::create_directories(folder_ / "plugins");
  for (const auto& library : libraries) {
    fs::copy_file(library, folder_ / "plugins" / library.filename(),
                  fs::copy_options::overwrite_existing);
  }
  std::string blocks = connectors;
  for (auto at = blocks.find("@port@"); at != std::string::npos; at = blocks.find("@port@")) {
    blocks.replace(at, 6, std::to_string(port_));
  }
  std::ofstream(folder_ / "crossdock.info", std::ios::trunc)
      << "host {\n  data_dir \"" << (folder_ / "data").string() << "\"\n  plugin_dir \""
      << (folder_ / "plugins").string() << "\"\n  worker \"" << program("crossdock-worker").string()
      << "\"\n  watch_interval 100ms\n  trust {\n    unsigned allow\n  }\n  http {\n    port "
      << port_
      << "\n  }\n}\ncompany {\n  name \"Example Distribution Company\"\n  gs1_prefix 0614141\n}\n"
      << blocks;
}

void BareHost::start() {
  child_ = Child(
      {program("crossdock").string(), "serve", "--config", (folder_ / "crossdock.info").string()},
      folder_ / "host.log");
  try {
    child_.first_json_line();
  } catch (const std::exception& fault) {
    throw std::runtime_error(std::string(fault.what()) + "\n" + log());
  }
}

std::string BareHost::log() const {
  std::ifstream in(folder_ / "host.log");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<json::value> BareHost::get(const std::string& path) const {
  return http_json(port_, "GET", path);
}
std::optional<json::value> BareHost::put(const std::string& path) const {
  return http_json(port_, "PUT", path);
}
std::optional<json::value> BareHost::post(const std::string& path) const {
  return http_json(port_, "POST", path);
}

json::value BareHost::connector(const std::string& name) const {
  return get("/v1/connectors/" + name + "/status").value_or(json::value());
}

fs::path test_connector(const std::string& name) {
  return fs::path(CROSSDOCK_BUILD_DIR) / "test-connectors" / (name + ".so");
}
fs::path misbehaving(const std::string& name) {
  return fs::path(CROSSDOCK_BUILD_DIR) / "misbehaving" / (name + ".so");
}
fs::path shipped_connector(const std::string& name) {
  return fs::path(CROSSDOCK_BUILD_DIR) / "connectors" / (name + ".so");
}
fs::path template_connector(const std::string& name) {
  return fs::path(CROSSDOCK_BUILD_DIR) / "author" / name / "build" / "connectors" / (name + ".so");
}

}  // namespace crossdock::support
