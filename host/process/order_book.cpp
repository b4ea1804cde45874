#include "host/process/order_book.hpp"

#include "crossdock/canonical/codec.hpp"

namespace crossdock::host::process {

std::optional<KnownOrder> find_order(journal::Database& db, std::string_view order_id) {
  auto statement =
      db.prepare("SELECT header, requested, correlation_id, business_key FROM orders WHERE id = ?");
  statement.bind(order_id);
  if (!statement.step()) {
    return std::nullopt;
  }
  return KnownOrder{*canonical::decode<canonical::OrderHeader>(statement.text(0)).value,
                    *canonical::decode<canonical::RequestedDelivery>(statement.text(1)).value,
                    statement.text(2), statement.text(3)};
}

std::vector<canonical::OrderLine> order_lines(journal::Database& db, std::string_view order_id) {
  std::vector<canonical::OrderLine> out;
  auto statement = db.prepare(
      "SELECT line, shipped, invoiced, rejected + cancelled FROM order_lines WHERE order_id = ? "
      "ORDER BY number");
  statement.bind(order_id);
  while (statement.step()) {
    auto line = *canonical::decode<canonical::OrderLine>(statement.text(0)).value;
    line.shipped = {statement.integer(1), line.ordered.uom};
    line.invoiced = {statement.integer(2), line.ordered.uom};
    line.cancelled = {statement.integer(3), line.ordered.uom};
    out.push_back(std::move(line));
  }
  return out;
}

std::string derived_status(journal::Database& db, std::string_view order_id) {
  std::int64_t ordered = 0;
  std::int64_t rejected = 0;
  std::int64_t cancelled = 0;
  std::int64_t shipped = 0;
  std::int64_t invoiced = 0;
  {
    auto statement = db.prepare(
        "SELECT COALESCE(SUM(ordered), 0), COALESCE(SUM(rejected), 0), COALESCE(SUM(cancelled), "
        "0), COALESCE(SUM(shipped), 0), COALESCE(SUM(invoiced), 0) "
        "FROM order_lines WHERE order_id = ?");
    statement.bind(order_id);
    statement.step();
    ordered = statement.integer(0);
    rejected = statement.integer(1);
    cancelled = statement.integer(2);
    shipped = statement.integer(3);
    invoiced = statement.integer(4);
  }
  bool released = false;
  bool some_delivered = false;
  bool all_delivered = shipped > 0;
  {
    auto statement = db.prepare("SELECT state FROM shipments WHERE order_id = ?");
    statement.bind(order_id);
    while (statement.step()) {
      const auto state = statement.text(0);
      released |= state == "submitted" || state == "accepted";
      if (state == "delivered") {
        some_delivered = true;
      } else if (state != "short" && state != "rejected" && state != "cancelled") {
        all_delivered = false;
      }
    }
  }
  if (rejected == ordered) {
    return "rejected";
  }
  if (shipped == 0 && rejected + cancelled == ordered) {
    return "cancelled";
  }
  if (shipped + rejected + cancelled == ordered) {
    return invoiced == shipped ? "closed"
           : all_delivered     ? "delivered"
           : some_delivered    ? "partially_delivered"
                               : "shipped";
  }
  if (shipped > 0) {
    return some_delivered ? "partially_delivered" : "partially_shipped";
  }
  if (released) {
    return "released";
  }
  auto statement = db.prepare(
      "SELECT 1 FROM reservations WHERE order_id = ? AND state = 'backordered' AND open > 0");
  statement.bind(order_id);
  return statement.step() ? "backordered" : "routed";
}

void derive_status(Context& context, std::string_view order_id) {
  const auto status = derived_status(context.db, order_id);
  context.db.prepare("UPDATE orders SET status = ?1, refused = ?3 WHERE id = ?2 AND status <> ?1")
      .bind(status, order_id, status == "rejected")
      .run();
}

std::string_view channel_connector(const Settings& settings, const std::string& channel) {
  const auto found = settings.channels.find(channel);
  return found == settings.channels.end() ? std::string_view() : found->second.connector;
}

ShortagePolicy shortage_policy(const Settings& settings, const std::string& channel,
                               const canonical::RequestedDelivery& requested) {
  if (requested.ship_complete) {
    return ShortagePolicy::ship_complete;
  }
  const auto found = settings.channels.find(channel);
  return found == settings.channels.end() ? ShortagePolicy::backorder : found->second.shortage;
}

int channel_priority(const Settings& settings, const std::string& channel) {
  const auto found = settings.channels.find(channel);
  return found == settings.channels.end() ? 0 : found->second.priority;
}

}  // namespace crossdock::host::process
