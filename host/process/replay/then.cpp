#include "host/process/replay/then.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "crossdock/canonical/envelope_wire.hpp"

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostChanges = 100'000;

}  // namespace

std::string configuration_to_json(journal::Position after, const std::vector<std::string>& texts) {
  json::array list;
  for (const auto& text : texts) {
    list.emplace_back(text);
  }
  return json::serialize(json::object{{"after", after}, {"configuration", std::move(list)}});
}

std::string texts_of(std::string_view data) {
  return json::serialize(json::parse(data).at("configuration"));
}

ConfigurationsOfThen::ConfigurationsOfThen(const journal::Journal& journal, const Settings& now,
                                           const ReadSettings& read)
    : now_(now) {
  if (!read) {
    return;
  }
  for (const auto& row : journal.timeline(kConfigurationKey, kMostChanges)) {
    if (row.what != "accepted" || row.type != kConfigurationChanged) {
      continue;
    }
    const auto stored = journal.read(row.position);
    canonical::MessageView message;
    if (!stored || !canonical::decode_wire(stored->wire, message).ok()) {
      continue;
    }
    const auto said = json::parse(message.data);
    std::vector<std::string> texts;
    for (const auto& text : said.at("configuration").as_array()) {
      texts.emplace_back(text.as_string());
    }
    all_.push_back({row.position, said.at("after").to_number<journal::Position>(),
                    stored->recorded_at_ns, read(texts)});
  }
  std::sort(all_.begin(), all_.end(),
            [](const Then& a, const Then& b) { return a.position < b.position; });
}

const Settings& ConfigurationsOfThen::at(journal::Position position) const {
  const Settings* out = all_.empty() ? &now_ : &all_.front().settings;
  for (const auto& one : all_) {
    out = one.after < position ? &one.settings : out;
  }
  return *out;
}

const Settings& ConfigurationsOfThen::at_ns(std::int64_t recorded_at_ns) const {
  const Settings* out = all_.empty() ? &now_ : &all_.front().settings;
  for (const auto& one : all_) {
    out = one.recorded_at_ns <= recorded_at_ns ? &one.settings : out;
  }
  return *out;
}

}  // namespace crossdock::host::process
