#include "host/loader/choices.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "host/loader/version.hpp"
#include "sdk/trust/bytes.hpp"

namespace crossdock::host::loader {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargestFile = 4u << 20;
constexpr std::size_t kMostHistory = 50;
constexpr std::size_t kMostAvoided = 200;

std::string text_of(const json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

const json::array& array_of(const json::object& object, const char* key) {
  static const json::array kNone;
  const auto* found = object.if_contains(key);
  return found != nullptr && found->is_array() ? found->get_array() : kNone;
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

Choices::Choices(std::filesystem::path file) : file_(std::move(file)) {
  std::string fault;
  const auto text = trust::read_file(file_, kLargestFile, fault);
  json::error_code error;
  const auto value = json::parse(text.value_or("{}"), error);
  if (error || !value.is_object()) {
    return;
  }
  for (const auto& [id, one] : value.get_object()) {
    const auto* row = one.if_object();
    if (row == nullptr) {
      continue;
    }
    Choice& choice = choices_[{id.data(), id.size()}];
    choice.sha256 = text_of(*row, "sha256");
    choice.version = text_of(*row, "version");
    choice.previous_sha256 = text_of(*row, "previous_sha256");
    choice.previous_version = text_of(*row, "previous_version");
    for (const auto& hash : array_of(*row, "avoided")) {
      if (hash.is_string()) {
        choice.avoided.emplace_back(hash.get_string().data(), hash.get_string().size());
      }
    }
    for (const auto& change : array_of(*row, "history")) {
      if (const auto* c = change.if_object()) {
        const auto* at = c->if_contains("at_ns");
        choice.history.push_back({at != nullptr && at->is_int64() ? at->get_int64() : 0,
                                  text_of(*c, "from"), text_of(*c, "to"), text_of(*c, "sha256"),
                                  text_of(*c, "why")});
      }
    }
  }
}

bool Choices::save(std::string& fault) const {
  json::object out;
  for (const auto& [id, choice] : choices_) {
    json::array history;
    for (const auto& change : choice.history) {
      history.push_back({{"at_ns", change.at_ns},
                         {"from", change.from_version},
                         {"to", change.to_version},
                         {"sha256", change.sha256},
                         {"why", change.why}});
    }
    out[id] = {{"sha256", choice.sha256},
               {"version", choice.version},
               {"previous_sha256", choice.previous_sha256},
               {"previous_version", choice.previous_version},
               {"avoided", json::value_from(choice.avoided)},
               {"history", std::move(history)}};
  }
  if (!trust::write_file(file_, json::serialize(out) + "\n", 0600, fault)) {
    fault = file_.string() + " " + fault;
    return false;
  }
  return true;
}

const Choice* Choices::find(const std::string& id) const {
  const auto found = choices_.find(id);
  return found == choices_.end() ? nullptr : &found->second;
}

Plugin Choices::pick(const std::string& id, const std::vector<Plugin>& versions) const {
  const auto* choice = find(id);
  Plugin best;
  for (const auto& one : versions) {
    if (choice != nullptr) {
      if (contains(choice->avoided, one->sha256)) {
        continue;
      }
      if (one->sha256 != choice->sha256 &&
          compare_versions(one->manifest.version, choice->version) < 0) {
        continue;
      }
    }
    if (!best) {
      best = one;
      continue;
    }
    // Higher first; of two builds of one version the one that was dropped later.
    const int order = compare_versions(one->manifest.version, best->manifest.version);
    if (order > 0 || (order == 0 && one->dropped_at_ns > best->dropped_at_ns)) {
      best = one;
    }
  }
  return best;
}

std::string Choices::remark(const std::string& id, const std::vector<Plugin>& versions) const {
  const auto* choice = find(id);
  std::string out;
  if (choice == nullptr) {
    return out;
  }
  for (const auto& one : versions) {
    if (one->sha256 == choice->sha256 || one->sha256 == choice->previous_sha256) {
      continue;
    }
    const auto& version = one->manifest.version;
    if (contains(choice->avoided, one->sha256)) {
      out += (out.empty() ? "" : "; ") + version + " does not run because of an earlier decision";
    } else if (compare_versions(version, choice->version) < 0) {
      out += (out.empty() ? "" : "; ") + version + " is older than " + choice->version +
             ", which runs: crossdock plugins use " + id + " " + version + " --force";
    }
  }
  return out;
}

void Choices::take(const Admitted& plugin, const std::string& why, std::int64_t now_ns) {
  Choice& choice = choices_[plugin.manifest.id];
  if (choice.sha256 == plugin.sha256) {
    return;
  }
  choice.history.push_back({now_ns, choice.version, plugin.manifest.version, plugin.sha256, why});
  if (choice.history.size() > kMostHistory) {
    choice.history.erase(choice.history.begin());
  }
  choice.previous_sha256 = std::exchange(choice.sha256, plugin.sha256);
  choice.previous_version = std::exchange(choice.version, plugin.manifest.version);
}

void Choices::avoid(const std::string& id, const std::string& sha256) {
  auto& avoided = choices_[id].avoided;
  if (!contains(avoided, sha256)) {
    avoided.push_back(sha256);
    if (avoided.size() > kMostAvoided) {
      avoided.erase(avoided.begin());
    }
  }
}

void Choices::allow(const std::string& id, const std::string& sha256) {
  std::erase(choices_[id].avoided, sha256);
}

}  // namespace crossdock::host::loader
