#include "host/app/setups.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <crossdock/canonical/instant.hpp>

#include "sdk/trust/bytes.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostGenerations = 10;
constexpr std::size_t kMostSetups =
    4;  // kept in memory: what runs, what went before, what is tried
constexpr std::size_t kLargestFile = 16u << 20;

std::string text_of(const json::object& object, const char* key) {
  const auto* found = object.if_contains(key);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

}  // namespace

Setups::Setups(std::filesystem::path file) : file_(std::move(file)) {
  std::string fault;
  const auto text = trust::read_file(file_, kLargestFile, fault);
  json::error_code error;
  const auto value = json::parse(text.value_or("{}"), error);
  if (error || !value.is_object()) {
    return;
  }
  for (const auto& [name, one] : value.get_object()) {
    const auto* object = one.if_object();
    if (object == nullptr) {
      continue;
    }
    Row& row = rows_[{name.data(), name.size()}];
    row.refused = text_of(*object, "refused");
    const auto* list = object->if_contains("generations");
    if (list == nullptr || !list->is_array()) {
      continue;
    }
    for (const auto& entry : list->get_array()) {
      const auto* g = entry.if_object();
      if (g == nullptr) {
        continue;
      }
      const auto number = [&](const char* key) {
        const auto* found = g->if_contains(key);
        return found != nullptr && found->is_int64() ? found->get_int64() : 0;
      };
      row.generations.push_back({static_cast<std::uint64_t>(number("number")), number("at_ns"),
                                 text_of(*g, "why"), text_of(*g, "source"), text_of(*g, "file")});
      next_ = std::max(next_, row.generations.back().number + 1);
    }
  }
}

void Setups::save() const {
  json::object out;
  for (const auto& [name, row] : rows_) {
    json::array list;
    for (const auto& one : row.generations) {
      list.push_back({{"number", one.number},
                      {"at_ns", one.at_ns},
                      {"why", one.why},
                      {"source", one.source},
                      {"file", one.file}});
    }
    out[name] = {{"refused", row.refused}, {"generations", std::move(list)}};
  }
  std::string fault;
  (void)trust::write_file(file_, json::serialize(out) + "\n", 0600, fault);
}

SetupRef Setups::add(ConnectorConfiguration configuration, loader::Plugin plugin) {
  const std::lock_guard lock(mutex_);
  auto& spec = configuration.spec;
  const auto most = plugin->manifest.max_in_flight;
  if (spec.max_in_flight == 0 || spec.max_in_flight > most) {
    spec.max_in_flight = most;
  }
  // Who names no account has one of his own, so that what answers say counts in any case.
  if (spec.spending.account.empty()) {
    spec.spending.account = "connector:" + spec.name;
  }
  spec.spending.operations.clear();
  spec.limits.clear();
  for (const auto& one : plugin->manifest.operations) {
    if (!one.takes.empty()) {
      spec.spending.operations.push_back({one.name, one.cost, one.takes});
    }
    if (one.burst > 0) {
      delivery::LimitTerms terms;
      terms.rate = one.rate;
      terms.burst = one.burst;
      terms.window = std::chrono::duration_cast<std::chrono::nanoseconds>(
          std::chrono::duration<double>(one.window_s));
      spec.limits.push_back({one.name, terms});
    }
  }
  auto setup = std::make_shared<Setup>();
  setup->number = spec.setup = next_++;
  setup->configuration = std::move(configuration);
  setup->plugin = std::move(plugin);
  Row& row = rows_[setup->configuration.spec.name];
  row.setups[setup->number] = setup;
  for (auto it = row.setups.begin(); row.setups.size() > kMostSetups && it != row.setups.end();) {
    it = it->second == row.current ? std::next(it) : row.setups.erase(it);
  }
  return setup;
}

void Setups::make_current(const SetupRef& setup, const std::string& why) {
  const std::lock_guard lock(mutex_);
  Row& row = rows_[setup->configuration.spec.name];
  row.current = setup;
  row.setups[setup->number] = setup;
  const auto& source = setup->configuration.source;
  if (row.generations.empty() || row.generations.back().source != source) {
    row.generations.push_back(
        {setup->number, canonical::now().ns, why, source, setup->configuration.file});
    if (row.generations.size() > kMostGenerations) {
      row.generations.erase(row.generations.begin());
    }
  }
  save();
}

SetupRef Setups::current(const std::string& connector) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(connector);
  return found == rows_.end() ? nullptr : found->second.current;
}

SetupRef Setups::find(const std::string& connector, std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(connector);
  if (found == rows_.end()) {
    return nullptr;
  }
  const auto setup = found->second.setups.find(number);
  return setup == found->second.setups.end() ? nullptr : setup->second;
}

std::vector<SetupRef> Setups::all_current() const {
  const std::lock_guard lock(mutex_);
  std::vector<SetupRef> out;
  for (const auto& [name, row] : rows_) {
    if (row.current) {
      out.push_back(row.current);
    }
  }
  return out;
}

std::vector<Generation> Setups::generations(const std::string& connector) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(connector);
  return found == rows_.end() ? std::vector<Generation>() : found->second.generations;
}

std::optional<Generation> Setups::previous(const std::string& connector) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(connector);
  if (found == rows_.end() || !found->second.current) {
    return std::nullopt;
  }
  const auto& source = found->second.current->configuration.source;
  const auto& list = found->second.generations;
  for (auto it = list.rbegin(); it != list.rend(); ++it) {
    if (it->source != source) {
      return *it;
    }
  }
  return std::nullopt;
}

void Setups::refuse(const std::string& connector, const std::string& source) {
  const std::lock_guard lock(mutex_);
  rows_[connector].refused = source;
  save();
}

bool Setups::is_refused(const std::string& connector, const std::string& source) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(connector);
  return found != rows_.end() && !source.empty() && found->second.refused == source;
}

}  // namespace crossdock::host::app
