#include "host/process/inventory/publishing.hpp"

#include <algorithm>

#include "crossdock/canonical/availability_types.hpp"
#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/inventory/kits.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {
namespace {

bool anybody_listens(const Settings& settings) {
  return std::any_of(settings.channels.begin(), settings.channels.end(),
                     [](const auto& one) { return !one.second.availability_taker.empty(); });
}

void mark(Context& context, std::string_view sku) {
  // The window runs from the first change, so that a busy product is told of too.
  context.db
      .prepare(
          "INSERT INTO timers(kind, key, due_at) VALUES('publish', ?1, ?2) ON CONFLICT DO "
          "NOTHING")
      .bind(sku, context.now_ns + context.settings.availability_window_ns)
      .run();
}

struct Told {
  bool ever = false;
  std::int64_t value = 0;
  bool sure = true;
};

Told told_last(Context& context, const ChannelSettings& channel, const std::string& sku) {
  auto statement =
      context.db.prepare("SELECT value, state FROM published WHERE channel = ? AND sku = ?");
  statement.bind(channel.code, sku);
  if (!statement.step()) {
    return {};
  }
  return {true, statement.integer(0), statement.text(1) != "unknown"};
}

void tell(Context& context, const ChannelSettings& channel, const std::string& sku,
          std::string_view type, const Available& now, std::int64_t value) {
  context.db
      .prepare(
          "INSERT INTO published(channel, sku, value, rev, at, state) VALUES(?1, ?2, ?3, ?4, ?5, "
          "?6) ON CONFLICT(channel, sku) DO UPDATE SET value = ?3, rev = ?4, at = ?5, state = ?6")
      .bind(channel.code, sku, value, now.rev, context.now_ns,
            now.provenance == Provenance::unknown ? "unknown" : "known")
      .run();
  canonical::Availability out;
  out.sku = sku;
  out.channel = channel.code;
  out.scope = "group";
  out.available_to_sell = {value, "EA"};
  out.provenance = now.provenance == Provenance::unknown ? canonical::Provenance::unknown
                   : now.provenance == Provenance::floor ? canonical::Provenance::floor
                                                         : canonical::Provenance::computed;
  out.as_of.ns = context.now_ns;
  out.rev = now.rev;
  context.send({.type = type,
                .target = channel.availability_taker,
                .business_key = "availability:" + channel.code + ":" + sku,
                .subject = sku,
                .idempotency_key = "availability/" + channel.code + "/" + sku + "/" +
                                   std::to_string(context.now_ns),
                .data = canonical::encode(out)});
}

// A number that is not sure is not told on; that it is not sure is told once, with the last number,
// and once that it is sure again.
void publish(Context& context, const ChannelSettings& channel, const std::string& sku) {
  const auto now =
      available_to_sell_at(context.db, context.settings, sku, channel.code, context.now_ns);
  const auto last = told_last(context, channel, sku);
  if (now.provenance == Provenance::unknown) {
    if (last.ever && last.sure) {
      tell(context, channel, sku, canonical::kAvailabilityUnknown, now, last.value);
    }
    return;
  }
  if (last.ever && !last.sure) {
    tell(context, channel, sku, canonical::kAvailabilityRestored, now, now.quantity);
  } else if (!last.ever || last.value != now.quantity) {
    tell(context, channel, sku, canonical::kAvailabilityChanged, now, now.quantity);
  }
}

}  // namespace

void availability_may_have_changed(Context& context, std::string_view sku) {
  if (!anybody_listens(context.settings)) {
    return;
  }
  mark(context, sku);
  for (const auto& kit : kits_with(context.db, sku)) {
    mark(context, kit);
  }
}

void warehouse_may_have_changed(Context& context, std::string_view warehouse) {
  if (!anybody_listens(context.settings)) {
    return;
  }
  std::vector<std::string> skus;
  {
    auto statement =
        context.db.prepare("SELECT sku FROM positions WHERE warehouse = ? ORDER BY sku");
    statement.bind(warehouse);
    while (statement.step()) {
      skus.push_back(statement.text(0));
    }
  }
  for (const auto& sku : skus) {
    availability_may_have_changed(context, sku);
  }
}

void publish_availability(Context& context, const std::string& sku) {
  for (const auto& [code, channel] : context.settings.channels) {
    if (!channel.availability_taker.empty()) {
      publish(context, channel, sku);
    }
  }
}

}  // namespace crossdock::host::process
