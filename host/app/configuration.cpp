#include "host/app/configuration.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/identifiers.hpp"
#include "host/app/configuration_files.hpp"
#include "host/app/process_settings.hpp"
#include "host/app/stock_settings.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

// Relative paths are meant from the file that names them.
fs::path path_from(const std::string& file, const std::string& text) {
  if (text.empty()) {
    return {};
  }
  const fs::path path(text);
  return path.is_absolute() ? path
                            : fs::absolute(fs::path(file).parent_path() / path).lexically_normal();
}

fs::path default_worker() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / "crossdock-worker";
}

void read_allowed(Section& in, security::Allowed& out) {
  for (auto& one : in.children("host")) {
    if (security::endpoint_of(one.name()).empty()) {
      one.problem("", "is \"" + one.name() + "\"; give name:port or a URL");
    }
    out.hosts.push_back(one.name());
    one.finish();
  }
  for (const auto& [key, list] : {std::pair("read", &out.read), {"write", &out.write}}) {
    for (auto& one : in.children(key)) {
      if (!fs::path(one.name()).is_absolute() || fs::path(one.name()) == "/") {
        one.problem("", "is \"" + one.name() + "\"; give an absolute path that is not /");
      }
      list->push_back(one.name());
      one.finish();
    }
  }
  in.finish();
}

void read_connector(Section& in, std::vector<ConnectorConfiguration>& out) {
  using std::chrono::milliseconds;
  ConnectorConfiguration one;
  one.file = in.file();
  one.source = to_info("connector", in.tree());
  one.spec.name = in.name();
  if (!is_name(one.spec.name) || one.spec.name == delivery::kProcess ||
      one.spec.name == delivery::kSelf || one.spec.name == journal::kIntake ||
      one.spec.name == "host") {
    in.problem("",
               "needs a name of letters, digits, _ or - that is not process, self, intake or host");
  }
  one.spec.plugin = in.required("plugin");
  one.enabled = in.flag("enabled", true);
  one.in_process = in.one_of("isolation", {"process", "inproc"}, "process") == "inproc";
  one.spec.max_in_flight = static_cast<std::uint32_t>(in.integer("max_in_flight", 0, 0, 4096));
  one.poll_interval = in.duration("poll_interval", milliseconds(1000));
  one.spec.deliver_deadline = in.duration("deliver_deadline", milliseconds(120'000));
  one.spec.stop_deadline = in.duration("stop_deadline", milliseconds(10'000));
  if (auto retry = in.child("retry")) {
    one.spec.policy.most_attempts =
        static_cast<std::uint32_t>(retry->integer("attempts", 20, 1, 1000));
    one.spec.policy.backoff.first = retry->duration("first", milliseconds(200));
    one.spec.policy.backoff.most = retry->duration("most", milliseconds(60'000));
    retry->finish();
  }
  if (auto limits = in.child("limits")) {
    one.memory_limit_bytes = limits->bytes("memory", one.memory_limit_bytes);
    one.descriptor_limit = limits->integer("descriptors", one.descriptor_limit, 32, 65536);
    one.thread_limit = static_cast<std::size_t>(limits->integer("threads", 512, 16, 16'384));
    one.spec.restart.most_crashes =
        static_cast<std::size_t>(limits->integer("crashes_per_minute", 5, 1, 100'000));
    one.processor_percent = static_cast<int>(limits->integer("processor_percent", 0, 0, 6'400));
    if (one.processor_percent > 0 && one.processor_percent < 10) {
      limits->problem("processor_percent", "must be 10 or more, or 0 for no limit");
    }
    one.niceness = static_cast<int>(limits->integer("niceness", 0, 0, 19));
    limits->finish();
  }
  one.spec.spending.account = in.text("account");
  if (auto lanes = in.child("lanes")) {
    one.spec.policy.priorities = read_lanes(*lanes);
  }
  one.sandbox = in.one_of("sandbox", {"off", "preferred", "required"}, "");
  if (auto allow = in.child("allow")) {
    read_allowed(*allow, one.allowed);
  }
  if (const auto* own = in.raw("config")) {
    one.json = info_to_json(*own);
  } else {
    one.json = "{}";
  }
  in.finish();
  if (std::any_of(out.begin(), out.end(),
                  [&](const auto& other) { return other.spec.name == one.spec.name; })) {
    in.problem("", "is given twice; keep one connector " + one.spec.name);
  }
  out.push_back(std::move(one));
}

void read_trust(Section& in, Configuration& out) {
  const auto unsigned_word = in.one_of("unsigned", {"refuse", "warn", "allow"}, "refuse");
  out.trust.unsigned_plugins = unsigned_word == "allow"  ? loader::UnsignedPolicy::allow
                               : unsigned_word == "warn" ? loader::UnsignedPolicy::warn
                                                         : loader::UnsignedPolicy::refuse;
  out.trust.certified = in.one_of("certified", {"required", "preferred"}, "preferred") == "required"
                            ? loader::CertifiedPolicy::required
                            : loader::CertifiedPolicy::preferred;
  if (const auto store = in.text("store"); !store.empty()) {
    out.trust_store = path_from(in.file(), store);
  }
  in.finish();
}

void read_host(Section& in, Configuration& out) {
  out.data_dir = path_from(in.file(), in.required("data_dir"));
  out.plugin_dir = path_from(in.file(), in.required("plugin_dir"));
  const auto worker = in.text("worker");
  out.worker = worker.empty() ? default_worker() : path_from(in.file(), worker);
  out.log_level = in.one_of("log_level", {"debug", "info", "warning", "error"}, "info");
  out.retention = std::chrono::duration_cast<std::chrono::hours>(
      in.duration("retention", std::chrono::hours(24 * 30)));
  out.sandbox = in.one_of("sandbox", {"off", "preferred", "required"}, "preferred");
  out.watch_interval = in.duration("watch_interval", std::chrono::milliseconds(1000));
  out.trust_store = path_from(in.file(), "trust");
  if (auto trust = in.child("trust")) {
    read_trust(*trust, out);
  }
  if (auto http = in.child("http")) {
    out.http_address = http->text("address", "127.0.0.1");
    out.http_port = static_cast<int>(http->integer("port", 8480, 0, 65535));
    out.largest_webhook_bytes = http->bytes("largest_webhook", out.largest_webhook_bytes);
    if (out.largest_webhook_bytes < 1024 || out.largest_webhook_bytes > (64LL << 20)) {
      http->problem("largest_webhook", "must be from 1K to 64M");
    }
    http->finish();
  }
  in.finish();
}

// What only shows once everything is read: names that point at nothing.
void check_references(const Configuration& out, const std::string& file, Problems& problems) {
  const auto exists = [&](const std::string& name) {
    return std::any_of(out.connectors.begin(), out.connectors.end(),
                       [&](const auto& one) { return one.spec.name == name; });
  };
  std::set<std::string> names;
  for (const auto& one : out.connectors) {
    names.insert(one.spec.name);
  }
  const auto check = [&](const std::string& path, const std::string& name) {
    if (!name.empty() && !exists(name)) {
      const auto near = suggestion(name, names);
      problems.push_back({file, path,
                          "names the connector `" + name + "`, which is not configured" +
                              (near ? "; did you mean `" + *near + "`?" : "")});
    }
  };
  for (const auto& [code, one] : out.settings.warehouses) {
    check("warehouse." + code + ".connector", one.connector);
  }
  for (const auto& [code, one] : out.settings.channels) {
    check("channel." + code + ".connector", one.connector);
  }
  check("company.carrier", out.settings.carrier_connector);
  check("company.erp", out.settings.erp_connector);
  check("returns.connector", out.settings.returns_connector);
  check("returns.refunds", out.settings.refund_connector);
  for (const auto& [code, one] : out.settings.warehouses) {
    check("warehouse." + code + ".transfers", one.transfer_connector);
    check("warehouse." + code + ".notices", one.notice_connector);
  }
  for (const auto& [code, one] : out.settings.channels) {
    check("channel." + code + ".availability", one.availability_taker);
  }
  check_stock_references(out.settings, file, problems);
  check("company.fraud", out.settings.fraud_connector);
  check("company.credit", out.settings.credit_connector);
  std::set<std::string> accounts;
  for (const auto& one : out.accounts) {
    accounts.insert(one.name);
  }
  for (const auto& one : out.connectors) {
    const auto& account = one.spec.spending.account;
    if (!account.empty() && !accounts.contains(account)) {
      const auto near = suggestion(account, accounts);
      problems.push_back({one.file, "connector." + one.spec.name + ".account",
                          "names the account `" + account + "`, which is not configured" +
                              (near ? "; did you mean `" + *near + "`?" : "")});
    }
  }
  for (const auto& route : out.routes) {
    for (const auto& name : route.to) {
      check("route." + route.type, name);
    }
  }
}

}  // namespace

ConnectorConfiguration read_connector(const std::string& source, const std::string& file,
                                      Problems& problems) {
  std::vector<ConnectorConfiguration> out;
  const auto tree = from_info(source, file, problems);
  Section root(tree, file, "", problems);
  for (auto& block : root.children("connector")) {
    read_connector(block, out);
  }
  return out.empty() ? ConnectorConfiguration{} : std::move(out.front());
}

security::Limits limits_of(const ConnectorConfiguration& connector) {
  return {.memory_bytes = static_cast<std::uint64_t>(connector.memory_limit_bytes),
          .descriptors = static_cast<std::uint64_t>(connector.descriptor_limit),
          .threads = connector.thread_limit,
          .processor_percent = static_cast<std::uint64_t>(connector.processor_percent)};
}

Configuration read_configuration(const fs::path& main, Problems& problems) {
  Configuration out;
  out.file = main;
  bool host = false;
  bool company = false;
  const auto files = read_configuration_files(main, problems);
  for (const auto& file : files) {
    Section root(file.tree, file.path, "", problems);
    if (auto block = root.child("host")) {
      if (std::exchange(host, true)) {
        block->problem("", "stands in another file too; keep one host block");
      }
      read_host(*block, out);
    }
    read_process_blocks(root, out.settings, company);
    for (auto& block : root.children("connector")) {
      read_connector(block, out.connectors);
    }
    for (auto& block : root.children("account")) {
      read_account(block, out.accounts);
    }
    for (auto& block : root.children("route")) {
      delivery::Route route;
      route.type = block.required("type");
      route.to = block.words("to");
      if (route.to.empty()) {
        block.problem("to", "is missing; name at least one connector");
      }
      block.finish();
      out.routes.push_back(std::move(route));
    }
    root.finish();
    for (const auto& [key, block] : file.tree) {
      const bool apart = key == "connector" || key == "account";
      out.rest += apart ? "" : to_info(key, block);
      const bool for_processes = !apart && key != "host" && key != "route";
      out.processes += for_processes ? to_info(key, block) : "";
    }
  }
  if (!files.empty()) {
    if (!host) {
      problems.push_back(
          {main.string(), "host", "is missing; add host { data_dir ... plugin_dir ... }"});
    }
    if (!company) {
      problems.push_back(
          {main.string(), "company", "is missing; add company { name ... gs1_prefix ... }"});
    }
    for (auto& one : out.connectors) {
      one.sandbox = one.sandbox.empty() ? out.sandbox : one.sandbox;
    }
    check_references(out, main.string(), problems);
  }
  return out;
}

std::optional<std::string> resolve_secret(const std::string& reference, std::string& fault) {
  if (reference.starts_with("env:")) {
    const char* value = std::getenv(reference.c_str() + 4);
    if (value == nullptr) {
      fault = "the environment has no " + reference.substr(4);
      return std::nullopt;
    }
    return value;
  }
  std::string path;
  if (reference.starts_with("file:")) {
    path = reference.substr(5);
  } else if (reference.starts_with("credential:")) {
    // systemd puts what LoadCredential= names into a folder of the service's own (systemd.exec(5)).
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    const auto name = reference.substr(11);
    if (folder == nullptr || name.empty() || name.find('/') != std::string::npos) {
      fault = "the service has no credential " + name + "; add LoadCredential=" + name +
              ":/path/to/file to its unit";
      return std::nullopt;
    }
    path = std::string(folder) + "/" + name;
  } else {
    return reference;
  }
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    fault = "there is no file " + path;
    return std::nullopt;
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    fault = path + " can be read by others; chmod 600 it";
    return std::nullopt;
  }
  if (info.st_size > 65536) {
    fault = path + " is larger than 64 KiB; a secret is not";
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::string value{std::istreambuf_iterator<char>(in), {}};
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) {
    value.pop_back();
  }
  return value;
}

namespace {

void resolve_in(json::value& value, const json::value& schema, Problems& problems,
                const std::string& file, const std::string& path) {
  const auto* object_schema = schema.if_object();
  if (object_schema == nullptr) {
    return;
  }
  if (auto* array = value.if_array()) {
    if (const auto* items = object_schema->if_contains("items")) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        resolve_in((*array)[i], *items, problems, file, path + "[" + std::to_string(i) + "]");
      }
    }
    return;
  }
  auto* object = value.if_object();
  if (object == nullptr) {
    return;
  }
  // A list of one comes as the one block.
  if (const auto* items = object_schema->if_contains("items")) {
    resolve_in(value, *items, problems, file, path);
    return;
  }
  const auto* properties = object_schema->if_contains("properties");
  if (properties == nullptr || !properties->is_object()) {
    return;
  }
  for (auto& [key, child] : *object) {
    const auto* child_schema = properties->get_object().if_contains(key);
    if (child_schema == nullptr) {
      continue;
    }
    const std::string at = path + "." + std::string(key.data(), key.size());
    const auto* described = child_schema->if_object();
    const bool secret = described != nullptr && described->contains("x-secret");
    if (secret && child.is_string()) {
      std::string fault;
      if (auto resolved = resolve_secret(std::string(child.as_string()), fault)) {
        child = *resolved;
      } else {
        problems.push_back({file, at, "cannot be resolved: " + fault});
      }
    } else {
      resolve_in(child, *child_schema, problems, file, at);
    }
  }
}

}  // namespace

std::string with_secrets(const std::string& text, const std::string& schema, Problems& problems,
                         const std::string& file, const std::string& path) {
  json::error_code error;
  auto value = json::parse(text, error);
  const auto rules = json::parse(schema.empty() ? "{}" : schema, error);
  resolve_in(value, rules, problems, file, path);
  return json::serialize(value);
}

}  // namespace crossdock::host::app
