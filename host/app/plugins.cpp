#include "host/app/plugins.hpp"

#include <chrono>

#include "crossdock/canonical/instant.hpp"
#include "host/loader/version.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

}  // namespace

Plugins::Plugins(const Configuration& configuration)
    : catalogue_(
          {configuration.plugin_dir, configuration.data_dir / "plugins", configuration.worker},
          configuration.trust, configuration.trust_store),
      choices_(configuration.data_dir / "plugins" / "choices.json") {
  catalogue_.look(false);
}

bool Plugins::look(bool settled_only) {
  const std::lock_guard lock(mutex_);
  return catalogue_.look(settled_only);
}

// What may be loaded, the stored copies of what runs and of what ran before among them.
std::vector<loader::Plugin> Plugins::versions(const std::string& id) const {
  if (const auto* choice = choices_.find(id)) {
    for (const auto& hash : {choice->sha256, choice->previous_sha256}) {
      if (!hash.empty()) {
        catalogue_.keep(hash);
      }
    }
  }
  return catalogue_.versions(id);
}

loader::Plugin Plugins::running_locked(const std::string& id) const {
  const auto all = versions(id);
  const auto* choice = choices_.find(id);
  if (choice != nullptr && !choice->sha256.empty()) {
    for (const auto& one : all) {
      if (one->sha256 == choice->sha256) {
        return one;
      }
    }
    return nullptr;  // it ran, and may not be loaded any more
  }
  return choices_.pick(id, all);
}

loader::Plugin Plugins::running(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return running_locked(id);
}

loader::Plugin Plugins::wanted(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return choices_.pick(id, versions(id));
}

loader::Plugin Plugins::previous(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto* choice = choices_.find(id);
  return choice == nullptr || choice->previous_sha256.empty()
             ? nullptr
             : catalogue_.keep(choice->previous_sha256);
}

loader::Plugin Plugins::find(const std::string& id, const std::string& version) const {
  const std::lock_guard lock(mutex_);
  loader::Plugin best;
  for (const auto& one : versions(id)) {
    if ((one->manifest.version == version ||
         (version.size() >= 8 && one->sha256.starts_with(version))) &&
        (!best || one->dropped_at_ns > best->dropped_at_ns)) {
      best = one;
    }
  }
  return best;
}

std::vector<std::string> Plugins::ids() const {
  const std::lock_guard lock(mutex_);
  return catalogue_.ids();
}

std::vector<loader::Refused> Plugins::refused() const {
  const std::lock_guard lock(mutex_);
  return catalogue_.refused();
}

void Plugins::took(const loader::Plugin& plugin, const std::string& why) {
  const std::lock_guard lock(mutex_);
  catalogue_.keep(plugin->sha256);
  choices_.take(*plugin, why, canonical::now().ns);
  remarks_.erase(plugin->manifest.id);
  std::string fault;
  (void)choices_.save(fault);
}

void Plugins::avoid(const loader::Plugin& plugin, const std::string& why) {
  const std::lock_guard lock(mutex_);
  choices_.avoid(plugin->manifest.id, plugin->sha256);
  remarks_[plugin->manifest.id] = plugin->manifest.version + " does not run: " + why;
  std::string fault;
  (void)choices_.save(fault);
}

void Plugins::allow(const loader::Plugin& plugin) {
  const std::lock_guard lock(mutex_);
  choices_.allow(plugin->manifest.id, plugin->sha256);
}

void Plugins::remark(const std::string& id, const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (text.empty()) {
    remarks_.erase(id);
  } else {
    remarks_[id] = text;
  }
}

json::object Plugins::one(const loader::Plugin& plugin) const {
  const std::lock_guard lock(mutex_);
  const auto& m = plugin->manifest;
  const auto running = running_locked(m.id);
  const auto* choice = choices_.find(m.id);
  const bool runs = running && running->sha256 == plugin->sha256;
  std::string remark = plugin->remark;
  if (runs) {
    const auto found = remarks_.find(m.id);
    const auto more =
        found != remarks_.end() ? found->second : choices_.remark(m.id, catalogue_.versions(m.id));
    remark += (remark.empty() || more.empty() ? "" : "; ") + more;
  }
  json::array history;
  if (choice != nullptr && runs) {
    for (const auto& change : choice->history) {
      history.push_back({{"at", canonical::to_string(canonical::Instant{change.at_ns})},
                         {"from", change.from_version},
                         {"to", change.to_version},
                         {"sha256", change.sha256},
                         {"why", change.why}});
    }
  }
  return {{"id", m.id},
          {"version", m.version},
          {"vendor", m.vendor},
          {"description", m.description},
          {"sha256", plugin->sha256},
          {"file", plugin->origin.string()},
          {"state", runs ? "running" : "admitted"},
          {"signature", trust::name_of(plugin->standing)},
          {"publisher", plugin->publisher},
          {"certified", plugin->certified},
          {"remark", remark},
          {"takes", json::value_from(m.takes)},
          {"gives", json::value_from(m.gives)},
          {"extensions", json::value_from(m.extensions)},
          {"max_in_flight", m.max_in_flight},
          {"effect", m.effect},
          {"history", std::move(history)}};
}

json::object Plugins::list() const {
  std::vector<loader::Plugin> all;
  json::array refused;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& id : catalogue_.ids()) {
      auto those = versions(id);
      std::sort(those.begin(), those.end(), [](const auto& a, const auto& b) {
        const int order = loader::compare_versions(a->manifest.version, b->manifest.version);
        return order != 0 ? order > 0 : a->dropped_at_ns > b->dropped_at_ns;
      });
      all.insert(all.end(), those.begin(), those.end());
    }
    for (const auto& file : catalogue_.refused()) {
      refused.push_back(
          {{"file", file.origin.string()}, {"state", "refused"}, {"reason", file.reason}});
    }
  }
  json::array list;
  for (const auto& plugin : all) {
    list.push_back(one(plugin));
  }
  return {{"plugins", std::move(list)}, {"refused", std::move(refused)}};
}

}  // namespace crossdock::host::app
