// Steps about stock: counts, movements, what is kept back, pools, supplies, holds of carts and
// projects, transfers.
#include "crossdock/canonical/aftersales.hpp"
#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/scenario/events.hpp"
#include "host/scenario/values.hpp"

namespace crossdock::host::scenario {
namespace {

namespace c = canonical;

c::StockBucket bucket_of(const Node& node, c::StockBucket usual) {
  return word_of<c::StockBucket>(node, "bucket",
                                 {{"damaged", c::StockBucket::damaged},
                                  {"quality_hold", c::StockBucket::quality_hold},
                                  {"quarantine", c::StockBucket::quarantine},
                                  {"expired", c::StockBucket::expired},
                                  {"recalled", c::StockBucket::recalled}},
                                 usual);
}

}  // namespace

Arrival Events::count(const Node& node) {
  c::InventorySnapshot out;
  out.warehouse = node.text_of("warehouse");
  out.system = node.text_of("system", "wms");
  out.as_of.ns = node.find("as_of") ? instant_ns(*node.find("as_of")) : stage_.now_ns();
  out.complete = is_true(node, "complete", false);
  for (const auto& [sku, said] : node.find("lines")->members) {
    c::SnapshotLine line;
    line.sku = sku;
    if (said.is_scalar()) {
      line.on_hand = {e4(said), "EA"};
    } else {
      if (const auto* on_hand = said.find("on_hand")) {
        line.on_hand = {e4(*on_hand), "EA"};
      }
      const auto set = [&, &buckets = said](const char* bucket, std::optional<c::Quantity>& into) {
        if (const auto* found = buckets.find(bucket)) {
          into = c::Quantity{e4(*found), "EA"};
        }
      };
      set("damaged", line.damaged);
      set("quality_hold", line.quality_hold);
      set("quarantine", line.quarantine);
      set("expired", line.expired);
      set("recalled", line.recalled);
    }
    out.lines.push_back(std::move(line));
  }
  Arrival arrival;
  arrival.source = out.system;
  arrival.type = c::kSnapshotReceived;
  arrival.data = c::encode(out);
  arrival.idempotency_key = key("count", node);
  arrival.business_key = "stock:" + out.warehouse;
  arrival.occurred_at_ns = out.as_of.ns;
  return arrival;
}

Arrival Events::pool(const Node& node) {
  c::AllocationPool out;
  out.sku = node.text_of("sku");
  out.channel = node.text_of("channel");
  out.scope = node.text_of("warehouse", "group");
  out.id = node.text_of("id", out.channel + "/" + out.scope + "/" + out.sku);
  out.quota = {e4(*node.find("quota")), "EA"};
  out.mode = node.text_of("mode") == "spill" ? c::PoolMode::spill : c::PoolMode::strict;
  out.priority = std::strtoll(node.text_of("priority", "0").c_str(), nullptr, 10);
  if (const auto* from = node.find("from")) {
    out.valid_from.ns = instant_ns(*from);
  }
  if (const auto* to = node.find("to")) {
    out.valid_to.ns = instant_ns(*to);
  }
  return {"operator",        std::string(c::kPoolChanged), c::encode(out),
          key("pool", node), "stock:" + out.sku,           0};
}

Arrival Events::supply(const Node& node) {
  c::Supply out;
  out.id = node.text_of("id");
  out.kind = node.text_of("kind", "po");
  out.sku = node.text_of("sku");
  out.warehouse = node.text_of("warehouse");
  out.open = {e4(*node.find("open")), "EA"};
  if (const auto* eta = node.find("eta")) {
    out.eta = date(*eta);
  }
  return {"erp",
          std::string(c::kSupplyChanged),
          c::encode(out),
          key("supply", node),
          "stock:" + out.sku,
          0};
}

// What a kind of movement means by its quantity: more on hand, less of it, or a part of it withheld
// or let go.
Arrival Events::move(const Node& node) {
  using K = c::MovementKind;
  c::InventoryMovement out;
  out.sku = node.text_of("sku");
  out.warehouse = node.text_of("warehouse");
  out.id = node.text_of("id", "movement-" + std::to_string(++made_));
  out.kind = word_of<K>(node, "kind",
                        {{"receive", K::receive},
                         {"adjust", K::adjust},
                         {"hold", K::hold},
                         {"release_hold", K::release_hold},
                         {"damage", K::damage},
                         {"write_off", K::write_off}},
                        K::adjust);
  const auto quantity = e4(*node.find("quantity"));
  const auto withhold = [&](c::StockBucket usual, std::int64_t change) {
    out.deltas = {{bucket_of(node, usual), {change, "EA"}, {}}};
  };
  switch (out.kind) {
    case K::hold:
      withhold(c::StockBucket::quality_hold, quantity);
      break;
    case K::release_hold:
      withhold(c::StockBucket::quality_hold, -quantity);
      break;
    case K::damage:
      withhold(c::StockBucket::damaged, quantity);
      break;
    case K::write_off:
      out.on_hand_delta = {-quantity, "EA"};
      if (node.find("bucket") != nullptr) {
        withhold(c::StockBucket::damaged, -quantity);
      }
      break;
    default:
      out.on_hand_delta = {quantity, "EA"};
      if (node.find("bucket") != nullptr) {
        withhold(c::StockBucket::damaged, quantity);
      }
  }
  out.occurred_at.ns =
      node.find("occurred_at") ? instant_ns(*node.find("occurred_at")) : stage_.now_ns();
  out.reason = said(node, "reason");
  out.lot = said(node, "lot");
  if (const auto* expires = node.find("expires_at")) {
    out.lot_expires_at = c::Instant{instant_ns(*expires)};
  }
  return {"wms",
          std::string(c::kMovementReported),
          c::encode(out),
          key("move", node),
          "stock:" + out.warehouse,
          out.occurred_at.ns};
}

Arrival Events::keep(const Node& node) {
  c::StockRule out;
  out.sku = node.text_of("sku");
  out.warehouse = said(node, "warehouse");
  out.channel = said(node, "channel");
  out.keep = quantity_of(node, "quantity");
  return {"operator",         std::string(c::kStockRuleChanged),
          c::encode(out),     key("keep", node),
          "stock:" + out.sku, 0};
}

Arrival Events::reserve(const Node& node) {
  c::ReservationRequest out;
  out.order_id = node.text_of("demand");
  out.line_no = node.text_of("line", "1");
  out.sku = node.text_of("sku");
  out.channel = node.text_of("channel");
  out.warehouse = node.text_of("warehouse");
  out.quantity = quantity_of(node, "quantity");
  out.kind = node.text_of("kind") == "hard" ? c::ReservationKind::hard : c::ReservationKind::soft;
  out.demand = node.text_of("purpose", "cart");
  if (const auto* ttl = node.find("ttl")) {
    out.ttl_seconds = duration_ns(*ttl) / 1'000'000'000;
  }
  if (const auto* day = node.find("needed_on")) {
    out.needed_on = date(*day);
  }
  out.priority = std::strtoll(node.text_of("priority", "0").c_str(), nullptr, 10);
  out.shortage = word_of<c::ShortageRule>(
      node, "shortage",
      {{"partial", c::ShortageRule::partial}, {"backorder", c::ShortageRule::backorder}},
      c::ShortageRule::refuse);
  out.answer_to = std::string(kAsker);
  return {out.channel.empty() ? std::string("buyer") : out.channel,
          std::string(c::kReservationRequested),
          c::encode(out),
          key("reserve", node),
          "reservation:" + out.order_id,
          0};
}

Arrival Events::reservation(const Node& node) {
  using A = c::ReservationAction;
  c::ReservationChange out;
  out.order_id = node.text_of("demand");
  // An order's own number names it too.
  if (const auto id = known_order(out.order_id); !id.empty()) {
    out.order_id = id;
  }
  out.line_no = node.text_of("line");
  out.action = word_of<A>(node, "action",
                          {{"confirm", A::confirm},
                           {"release", A::release},
                           {"extend", A::extend},
                           {"pin", A::pin},
                           {"displace", A::displace}},
                          A::unknown);
  out.warehouse = node.text_of("warehouse");
  if (node.find("quantity") != nullptr) {
    out.quantity = quantity_of(node, "quantity");
  }
  out.answer_to = std::string(kAsker);
  return {"buyer",
          std::string(c::kReservationChangeRequested),
          c::encode(out),
          key("reservation", node),
          "reservation:" + out.order_id,
          0};
}

Arrival Events::transfer(const Node& node) {
  c::Transfer out;
  out.id = node.text_of("id");
  out.from = node.text_of("from");
  out.to = node.text_of("to");
  out.state = node.text_of("state") == "draft" ? c::TransferState::draft : c::TransferState::ready;
  if (const auto* eta = node.find("eta")) {
    out.eta = date(*eta);
  }
  out.reason = said(node, "reason");
  for (const auto& [sku, quantity] : node.find("lines")->members) {
    c::TransferLine line;
    line.sku = sku;
    line.planned = {e4(quantity), "EA"};
    out.lines.push_back(std::move(line));
  }
  return {"operator",           std::string(c::kTransferRequested),
          c::encode(out),       key("transfer", node),
          "transfer:" + out.id, 0};
}

// What the processes know of a transfer, or what was asked for it: from, to and what is planned.
c::Transfer Events::transfer_named(const Node& node) const {
  c::Transfer out;
  out.id = node.text_of("transfer");
  auto statement = stage_.store().prepare("SELECT source, destination FROM transfers WHERE id = ?");
  statement.bind(out.id);
  if (!statement.step()) {
    throw CannotPlay(*node.find("transfer"),
                     "there is no transfer `" + out.id + "` at this moment");
  }
  out.from = statement.text(0);
  out.to = statement.text(1);
  out.state = c::TransferState::in_transit;
  return out;
}

Arrival Events::dispatch(const Node& node) {
  auto out = transfer_named(node);
  const auto* lines = node.find("lines");
  auto planned = stage_.store().prepare(
      "SELECT sku, planned FROM transfer_lines WHERE transfer = ? ORDER BY sku");
  planned.bind(out.id);
  while (planned.step()) {
    c::TransferLine line;
    line.sku = planned.text(0);
    line.planned = {planned.integer(1), "EA"};
    const auto* shipped = lines == nullptr ? nullptr : lines->find(line.sku);
    line.shipped = shipped == nullptr ? line.planned : c::Quantity{e4(*shipped), "EA"};
    if (lines == nullptr || shipped != nullptr) {
      out.lines.push_back(std::move(line));
    }
  }
  if (const auto* eta = node.find("eta")) {
    out.eta = date(*eta);
  }
  return {"wms",
          std::string(c::kTransferDispatched),
          c::encode(out),
          key("dispatch", node),
          "transfer:" + out.id,
          0};
}

Arrival Events::receive(const Node& node) {
  auto out = transfer_named(node);
  out.receipt_ref = said(node, "receipt");
  const auto* lines = node.find("lines");
  auto known = stage_.store().prepare(
      "SELECT sku, shipped - accepted - rejected - missing - returned FROM transfer_lines WHERE "
      "transfer = ? ORDER BY sku");
  known.bind(out.id);
  while (lines == nullptr && known.step()) {
    c::TransferLine line;
    line.sku = known.text(0);
    line.accepted = {known.integer(1), "EA"};
    out.lines.push_back(std::move(line));
  }
  if (lines != nullptr) {
    for (const auto& [sku, came] : lines->members) {
      c::TransferLine line;
      line.sku = sku;
      if (came.is_scalar()) {
        line.accepted = {e4(came), "EA"};
      } else {
        line.accepted = quantity_of(came, "accepted");
        line.rejected = quantity_of(came, "rejected");
        line.missing = quantity_of(came, "missing");
      }
      out.lines.push_back(std::move(line));
    }
  }
  return {"wms",
          std::string(c::kTransferReceived),
          c::encode(out),
          key("receive", node),
          "transfer:" + out.id,
          0};
}

Arrival Events::transfer_change(const Node& node) {
  using A = c::TransferAction;
  c::TransferChange out;
  out.id = node.text_of("transfer");
  out.action =
      word_of<A>(node, "action", {{"ready", A::ready}, {"cancel", A::cancel}, {"close", A::close}},
                 A::unknown);
  if (node.find("in_transit") != nullptr) {
    out.in_transit = node.text_of("in_transit") == "write_off" ? c::InTransitRule::write_off
                                                               : c::InTransitRule::return_to_source;
  }
  out.reason = said(node, "reason");
  return {"operator",           std::string(c::kTransferChangeRequested),
          c::encode(out),       key("transfer_change", node),
          "transfer:" + out.id, 0};
}

}  // namespace crossdock::host::scenario
