#include "host/app/renewal.hpp"

#include <algorithm>

#include "host/app/schema_check.hpp"
#include "host/loader/version.hpp"

namespace crossdock::host::app {
namespace {

// The faults of a connector's settings in the eyes of a plugin version, in one line.
std::string misfit(const ConnectorConfiguration& connector, const loader::Admitted& plugin) {
  Problems problems;
  check_against_schema(connector.json, plugin.manifest.configuration_schema, connector.file,
                       "connector." + connector.spec.name + ".config", problems);
  std::string out;
  for (const auto& problem : problems) {
    out += (out.empty() ? "" : "; ") + problem.path + " " + problem.message;
  }
  return out;
}

std::string named(const loader::Admitted& plugin) {
  return plugin.manifest.id + " " + plugin.manifest.version + " (" + plugin.sha256.substr(0, 8) +
         ")";
}

}  // namespace

Renewal::Renewal(const Configuration& configuration, Plugins& plugins, Setups& setups, Ports ports)
    : configuration_(configuration), plugins_(plugins), setups_(setups), ports_(std::move(ports)) {}

Renewal::~Renewal() { stop(); }

void Renewal::start() {
  if (configuration_.watch_interval.count() > 0) {
    thread_ = std::thread([this] { watch(); });
  }
}

void Renewal::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

// Asking the folder costs a few stat calls; unlike notifications of the kernel that works on every
// file system, and misses nothing.
void Renewal::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, configuration_.watch_interval, [this] { return stopping_; });
    if (stopping_) {
      return;
    }
    lock.unlock();
    look();
    lock.lock();
  }
}

void Renewal::look() {
  const std::lock_guard changing(changing_);
  const auto before = plugins_.refused();
  if (!plugins_.look(true)) {
    return;
  }
  ports_.changed();
  for (const auto& refused : plugins_.refused()) {
    const bool known = std::any_of(before.begin(), before.end(), [&](const auto& one) {
      return one.origin == refused.origin && one.reason == refused.reason;
    });
    if (!known) {
      ports_.log("error", {},
                 "plugin " + refused.origin.string() + " is refused: it " + refused.reason);
    }
  }
  std::set<std::string> ids;
  for (const auto& setup : setups_.all_current()) {
    ids.insert(setup->plugin->manifest.id);
  }
  for (const auto& id : ids) {
    const auto running = plugins_.running(id);
    const auto wanted = plugins_.wanted(id);
    if (wanted && (!running || wanted->sha256 != running->sha256)) {
      bring(wanted, running && wanted->manifest.version == running->manifest.version
                        ? "another build"
                        : "newer");
    } else if (!running) {
      for (const auto& setup : setups_.all_current()) {
        if (setup->plugin->manifest.id == id) {
          ports_.hold(setup->configuration.spec.name,
                      named(*setup->plugin) +
                          " may not be loaded any more: see crossdock plugins, then install a "
                          "version that may");
        }
      }
    }
  }
}

std::string Renewal::try_setup(const SetupRef& setup, const std::string& why) {
  auto reason = ports_.take_over(setup);
  if (reason.empty()) {
    setups_.make_current(setup, why);
  }
  return reason;
}

Renewed Renewal::bring(const loader::Plugin& plugin, const std::string& why) {
  Renewed out;
  const auto& id = plugin->manifest.id;
  std::vector<SetupRef> before;
  for (const auto& setup : setups_.all_current()) {
    if (setup->plugin->manifest.id != id || setup->plugin->sha256 == plugin->sha256) {
      continue;
    }
    before.push_back(setup);
    if (auto fault = misfit(setup->configuration, *plugin); !fault.empty()) {
      out.failures.push_back({setup->configuration.spec.name, fault});
    }
    if (setup->plugin->manifest.takes != plugin->manifest.takes) {
      out.needs_restart.push_back("what " + id +
                                  " takes has changed; messages go by it after a "
                                  "restart of the host");
    }
  }
  if (!out.failures.empty()) {
    plugins_.remark(id, plugin->manifest.version +
                            " waits for the configuration: " + out.failures.front().reason);
    ports_.log("error", out.failures.front().connector,
               named(*plugin) + " does not take over: " + out.failures.front().reason);
    return out;
  }
  ports_.log("info", {}, named(*plugin) + " is brought: " + why);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto& name = before[i]->configuration.spec.name;
    const auto setup = setups_.add(before[i]->configuration, plugin);
    if (auto reason = try_setup(setup, why); reason.empty()) {
      out.connectors.push_back(name);
      continue;
    } else {
      out.failures.push_back({name, reason});
    }
    plugins_.avoid(plugin, out.failures.front().reason);
    ports_.log(
        "error", name,
        named(*plugin) + " could not take over and is left alone: " + out.failures.front().reason);
    for (std::size_t j = 0; j < i; ++j) {  // those that had it already go back
      (void)try_setup(setups_.add(before[j]->configuration, before[j]->plugin), "rolled back");
    }
    out.connectors.clear();
    return out;
  }
  plugins_.took(plugin, why);
  ports_.changed();
  return out;
}

Renewed Renewal::use(const std::string& id, const std::string& version, bool force) {
  const std::lock_guard changing(changing_);
  plugins_.look(false);
  Renewed out;
  const auto plugin = plugins_.find(id, version);
  const auto running = plugins_.running(id);
  if (!plugin) {
    out.refusal = "there is no version " + version + " of " + id +
                  " that may be loaded; see crossdock plugins";
    return out;
  }
  if (running && running->sha256 == plugin->sha256) {
    out.refusal = named(*plugin) + " runs already";
    return out;
  }
  if (running && !force &&
      loader::compare_versions(plugin->manifest.version, running->manifest.version) < 0) {
    out.refusal = plugin->manifest.version + " is older than " + running->manifest.version +
                  ", which runs; an older version may have holes that the newer one has closed. "
                  "Add --force to take it, which is recorded";
    return out;
  }
  plugins_.allow(plugin);
  out = bring(plugin, force ? "forced by an operator" : "chosen by an operator");
  if (out.failures.empty() && running &&
      loader::compare_versions(plugin->manifest.version, running->manifest.version) < 0) {
    plugins_.avoid(running, "an operator went back to " + plugin->manifest.version);
  }
  return out;
}

Renewed Renewal::rollback_plugin(const std::string& id) {
  const std::lock_guard changing(changing_);
  Renewed out;
  const auto previous = plugins_.previous(id);
  const auto running = plugins_.running(id);
  if (!previous) {
    out.refusal =
        "there is no earlier version of " + id + " to go back to, or it may not be loaded any more";
    return out;
  }
  plugins_.allow(previous);
  out = bring(previous, "rolled back by an operator");
  if (out.failures.empty() && running) {
    plugins_.avoid(running, "an operator went back from it to " + previous->manifest.version);
  }
  return out;
}

Renewed Renewal::reload(Problems& problems) {
  const std::lock_guard changing(changing_);
  Renewed out;
  const auto fresh = read_configuration(configuration_.file, problems);
  if (!problems.empty()) {
    out.refusal = "the configuration is wrong and nothing was changed";
    return out;
  }
  if (fresh.rest != configuration_.rest) {
    out.needs_restart.push_back("host, company, warehouses, channels or routes are different");
  }
  std::vector<SetupRef> changed;
  std::set<std::string> seen;
  for (const auto& connector : fresh.connectors) {
    const auto& name = connector.spec.name;
    if (!connector.enabled) {
      continue;
    }
    seen.insert(name);
    const auto current = setups_.current(name);
    if (!current) {
      out.needs_restart.push_back("connector " + name + " is new");
      continue;
    }
    if (connector.source == current->configuration.source) {
      continue;
    }
    if (setups_.is_refused(name, connector.source)) {
      out.failures.push_back({name, "what stands in " + connector.file +
                                        " was rolled back; change it there to have it taken"});
      continue;
    }
    if (connector.spec.plugin != current->plugin->manifest.id ||
        connector.in_process != current->configuration.in_process) {
      out.needs_restart.push_back("connector " + name + " has another plugin or isolation");
      continue;
    }
    if (auto fault = misfit(connector, *current->plugin); !fault.empty()) {
      problems.push_back({connector.file, "", fault});
      continue;
    }
    changed.push_back(setups_.add(connector, current->plugin));
  }
  if (!problems.empty()) {
    out.refusal = "the configuration is wrong and nothing was changed";
    return out;
  }
  for (const auto& setup : setups_.all_current()) {
    if (!seen.contains(setup->configuration.spec.name)) {
      out.needs_restart.push_back("connector " + setup->configuration.spec.name +
                                  " is gone or disabled");
    }
  }
  ports_.accounts(fresh.accounts);
  for (const auto& setup : changed) {
    const auto& name = setup->configuration.spec.name;
    if (auto reason = try_setup(setup, "reload"); reason.empty()) {
      out.connectors.push_back(name);
    } else {
      ports_.log("error", name, "its new configuration does not work: " + reason);
      out.failures.push_back({name, std::move(reason)});
    }
  }
  ports_.changed();
  return out;
}

Renewed Renewal::rollback_connector(const std::string& name) {
  const std::lock_guard changing(changing_);
  Renewed out;
  const auto current = setups_.current(name);
  const auto previous = setups_.previous(name);
  if (!current || !previous) {
    out.refusal = current ? "connector " + name + " had no other configuration before"
                          : "there is no connector " + name;
    return out;
  }
  Problems problems;
  const auto configuration = read_connector(previous->source, previous->file, problems);
  if (!problems.empty()) {
    out.refusal = "what it had before cannot be read any more: " + problems.front().message;
    return out;
  }
  if (auto fault = misfit(configuration, *current->plugin); !fault.empty()) {
    out.refusal = "what it had before does not fit the plugin that runs now: " + fault;
    return out;
  }
  const auto setup = setups_.add(configuration, current->plugin);
  if (auto reason = try_setup(setup, "rolled back"); !reason.empty()) {
    out.failures.push_back({name, reason});
    return out;
  }
  setups_.refuse(name, current->configuration.source);
  out.connectors.push_back(name);
  ports_.changed();
  return out;
}

}  // namespace crossdock::host::app
