// Expectations about stock on its way, what comes back, what was told, where records came from, and
// how it all came about.
#include <boost/json.hpp>
#include <set>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/money.hpp"
#include "host/process/inventory/explain.hpp"
#include "host/process/pricing/prices.hpp"
#include "host/process/warehouses.hpp"
#include "host/scenario/comparison.hpp"
#include "host/scenario/values.hpp"

namespace crossdock::host::scenario {

namespace json = boost::json;

void Comparison::published(const Node& node, const std::string& path) {
  for (const auto& [sku, channels] : node.members) {
    for (const auto& [channel, expected] : channels.members) {
      auto statement = stage_.store().prepare(
          "SELECT value, state FROM published WHERE channel = ? AND sku = ?");
      statement.bind(channel, sku);
      const auto at = path + "." + sku + "." + channel;
      const bool told = statement.step();
      same(expected, at,
           !told ? "nothing"
           : statement.text(1) == "unknown" && expected.text == "unknown"
               ? "unknown"
               : quantity(statement.integer(0)));
    }
  }
}

void Comparison::transfers(const Node& node, const std::string& path) {
  for (const auto& [id, expected] : node.members) {
    const auto at = path + "." + id;
    auto statement = stage_.store().prepare(
        "SELECT state, source, destination, reason FROM transfers WHERE id = ?");
    statement.bind(id);
    if (!statement.step()) {
      add(expected, at, "a transfer", "there is no transfer " + id, false);
      continue;
    }
    static constexpr const char* kCells[] = {"state", "from", "to", "reason"};
    for (int i = 0; i < 4; ++i) {
      if (const auto* cell = expected.find(kCells[i])) {
        same(*cell, at + "." + kCells[i], statement.text(i));
      }
    }
    const auto* lines = expected.find("lines");
    for (const auto& [sku, cells] : lines == nullptr ? Node{}.members : lines->members) {
      auto line = stage_.store().prepare(
          "SELECT planned, shipped, accepted, rejected, missing, returned, shipped - accepted - "
          "rejected - missing - returned FROM transfer_lines WHERE transfer = ? AND sku = ?");
      line.bind(id, sku);
      if (!line.step()) {
        throw CannotPlay(cells, "transfer `" + id + "` has no `" + sku + "`");
      }
      static constexpr const char* kQuantities[] = {"planned", "shipped",  "accepted",  "rejected",
                                                    "missing", "returned", "in_transit"};
      for (int i = 0; i < 7; ++i) {
        if (const auto* cell = cells.find(kQuantities[i])) {
          same(*cell, at + ".lines." + sku + "." + kQuantities[i], quantity(line.integer(i)));
        }
      }
    }
  }
}

void Comparison::returns(const Node& node, const std::string& path) {
  for (const auto& [id, expected] : node.members) {
    const auto at = path + "." + id;
    auto statement = stage_.store().prepare(
        "SELECT id, state, money, rma_no, warehouse, reason FROM returns WHERE id = ?1 OR rma_no = "
        "?1");
    statement.bind(id);
    if (!statement.step()) {
      add(expected, at, "a return", "there is no return " + id, false);
      continue;
    }
    static constexpr const char* kCells[] = {"state", "money", "rma", "warehouse"};
    for (int i = 0; i < 4; ++i) {
      if (const auto* cell = expected.find(kCells[i])) {
        same(*cell, at + "." + kCells[i], statement.text(i + 1));
      }
    }
    if (const auto* reason = expected.find("reason")) {
      contains(*reason, at + ".reason", statement.text(5));
    }
    const auto* lines = expected.find("lines");
    for (const auto& [line_no, cells] : lines == nullptr ? Node{}.members : lines->members) {
      auto line = stage_.store().prepare(
          "SELECT authorised, received, restocked, refunded FROM return_lines WHERE return_id = ? "
          "AND line_no = ?");
      line.bind(statement.text(0), line_no);
      if (!line.step()) {
        throw CannotPlay(cells, "return `" + id + "` has no line `" + line_no + "`");
      }
      static constexpr const char* kQuantities[] = {"authorised", "received", "restocked",
                                                    "refunded"};
      for (int i = 0; i < 4; ++i) {
        if (const auto* cell = cells.find(kQuantities[i])) {
          same(*cell, at + ".lines." + line_no + "." + kQuantities[i], quantity(line.integer(i)));
        }
      }
    }
  }
}

void Comparison::refunds(const Node& node, const std::string& path) {
  for (const auto& [id, expected] : node.members) {
    std::vector<Row> came;
    auto statement = stage_.store().prepare(
        "SELECT f.state, f.amount_minor, f.currency, f.attempt, f.reference FROM refunds f JOIN "
        "returns r ON r.id = f.return_id WHERE r.id = ?1 OR r.rma_no = ?1 ORDER BY f.id");
    statement.bind(id);
    while (statement.step()) {
      came.push_back({{"state", statement.text(0)},
                      {"amount", canonical::to_string(
                                     canonical::Money{statement.integer(1), statement.text(2)})},
                      {"attempt", statement.text(3)},
                      {"reference", statement.text(4)}});
    }
    rows(expected, path + "." + id, std::move(came), true);
  }
}

void Comparison::lineage(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    const auto at = path + "[" + std::to_string(i) + "]";
    auto id = entry.text_of("id");
    if (const auto order = events_.known_order(id); !order.empty()) {
      id = order;
    }
    auto statement = stage_.store().prepare(
        "SELECT field_group, source, rev, schema, raw FROM lineage WHERE entity = ?1 AND id = ?2 "
        "AND (?3 = '' OR field_group = ?3) ORDER BY recorded_at DESC, field_group LIMIT 1");
    statement.bind(entry.text_of("entity"), id, entry.text_of("group"));
    const bool known = statement.step();
    if (!known) {
      add(entry, at, "lineage of " + entry.text_of("entity") + " " + id, "none is known", false);
      continue;
    }
    static constexpr const char* kCells[] = {"group", "source", "rev", "schema"};
    for (int k = 0; k < 4; ++k) {
      if (const auto* cell = entry.find(kCells[k])) {
        same(*cell, at + "." + kCells[k], statement.text(k));
      }
    }
    if (const auto* raw = entry.find("payload")) {
      same(*raw, at + ".payload", statement.text(4).empty() ? "unknown" : "known");
    }
  }
}

void Comparison::why(const Node& node, const std::string& path) {
  for (const auto& [sku, channels] : node.members) {
    for (const auto& [channel, expected] : channels.members) {
      const auto text = process::explain_availability(stage_.store(), stage_.settings(), sku,
                                                      channel == "any" ? "" : channel);
      contains(expected, path + "." + sku + "." + channel,
               std::string(json::parse(text).at("because").as_string()));
    }
  }
}

void Comparison::trace(const Node& node, const std::string& path) {
  for (const auto& [number, expected] : node.members) {
    const auto at = path + "." + number;
    const auto id = events_.order_id(as_name(number, expected));
    const auto key = one_text("SELECT business_key FROM orders WHERE id = ?", id);
    const auto correlation = one_text("SELECT correlation_id FROM orders WHERE id = ?", id);
    std::set<std::string> messages;
    std::set<std::string> correlations;
    std::set<std::string> types;
    for (const auto& word : {key, correlation, id}) {
      for (const auto& row : stage_.journal().timeline(word, 10'000)) {
        messages.insert(row.message_id);
        correlations.insert(row.correlation_id);
        types.insert(row.type);
      }
    }
    if (const auto* hops = expected.find("hops")) {
      same(*hops, at + ".hops", std::to_string(messages.size()));
    }
    if (const auto* least = expected.find("at_least")) {
      const auto wanted = std::strtoull(least->text.c_str(), nullptr, 10);
      add(*least, at + ".at_least", "at least " + least->text, std::to_string(messages.size()),
          messages.size() >= wanted);
    }
    if (const auto* one = expected.find("correlations")) {
      same(*one, at + ".correlations", std::to_string(correlations.size()));
    }
    if (const auto* passed = expected.find("types")) {
      for (std::size_t i = 0; i < passed->items.size(); ++i) {
        const auto type = whole_type(passed->items[i].text);
        add(passed->items[i], at + ".types[" + std::to_string(i) + "]", type,
            types.contains(type) ? type : "no such message", types.contains(type));
      }
    }
  }
}

void Comparison::quotes(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    const auto sku = entry.text_of("sku");
    const auto customer = entry.text_of("customer");
    const auto channel = entry.text_of("channel");
    const auto currency = entry.text_of("currency", stage_.settings().currency);
    const auto* quantity_node = entry.find("quantity");
    const auto* at = entry.find("at");
    const auto price = process::price_for(
        stage_.store(),
        {.sku = sku,
         .customer = customer,
         .channel = channel,
         .currency = currency,
         .quantity_e4 = quantity_node == nullptr ? canonical::Quantity::kScale : e4(*quantity_node),
         .at_ns = at == nullptr ? stage_.now_ns() : instant_ns(*at)});
    const auto where = path + "[" + std::to_string(i) + "]";
    if (const auto* expected = entry.find("price")) {
      same(*expected, where + ".price",
           price ? canonical::decimal_text(price->unit_price_e6, 6) : "none");
    }
    if (const auto* expected = entry.find("list")) {
      same(*expected, where + ".list", price ? price->list : "none");
    }
  }
}

void Comparison::feeds(const Node& node, const std::string& path) {
  for (const auto& [warehouse, expected] : node.members) {
    const auto known = stage_.settings().warehouses.find(warehouse);
    if (known == stage_.settings().warehouses.end()) {
      throw CannotPlay(expected, "asks for warehouse `" + warehouse + "`, which is not given");
    }
    const auto at = path + "." + warehouse;
    if (const auto* cell = expected.find("status")) {
      const auto status = process::status_of(stage_.store(), known->second);
      same(*cell, at + ".status",
           status == canonical::WarehouseStatus::active    ? "active"
           : status == canonical::WarehouseStatus::offline ? "offline"
           : status == canonical::WarehouseStatus::closed  ? "closed"
                                                           : "shadow");
    }
    if (const auto* cell = expected.find("stock")) {
      const auto state = one_text("SELECT state FROM feeds WHERE warehouse = ?", warehouse);
      same(*cell, at + ".stock", state.empty() ? "fresh" : state);
    }
  }
}

void Comparison::history(const Node& node, const std::string& path) {
  for (const auto& [number, expected] : node.members) {
    const auto id = events_.order_id(as_name(number, expected));
    std::vector<std::string> came;
    auto statement = stage_.store().prepare(
        "SELECT what || CASE detail WHEN '' THEN '' ELSE ': ' || detail END FROM order_events "
        "WHERE "
        "order_id = ? ORDER BY id");
    statement.bind(id);
    while (statement.step()) {
      came.push_back(statement.text(0));
    }
    // In their order, others may lie between.
    std::size_t next = 0;
    for (std::size_t i = 0; i < expected.items.size(); ++i) {
      const auto& wanted = expected.items[i];
      std::size_t found = next;
      while (found < came.size() && came[found].find(wanted.text) == std::string::npos) {
        ++found;
      }
      const bool there = found < came.size();
      add(wanted, path + "." + number + "[" + std::to_string(i) + "]", "… " + wanted.text + " …",
          there ? came[found] : "not among: " + joined(came), there);
      next = there ? found + 1 : next;
    }
  }
}

void Comparison::documents(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    auto statement = stage_.store().prepare(
        "SELECT acknowledged, refers_to FROM documents WHERE kind = ?1 AND (?2 = '' OR partner = "
        "?2) ORDER BY issued_at, interchange, set_no");
    statement.bind(entry.text_of("kind"), entry.text_of("partner"));
    std::vector<std::map<std::string, std::string>> found;
    while (statement.step()) {
      found.push_back({{"acknowledged", statement.text(0)}, {"refers_to", statement.text(1)}});
    }
    found_by_kind(entry, path + "[" + std::to_string(i) + "]", entry.text_of("kind"), found,
                  {"acknowledged", "refers_to"});
  }
}

void Comparison::rebuilt(const Node& expected, const std::string& path) {
  if (stage_.changed_by_hand()) {
    throw CannotPlay(expected,
                     "cannot be asked where `allocated`, `soft`, `used` or `work` is given: those "
                     "come from no message; let orders and `reserve` steps hold the stock");
  }
  const auto sent = stage_.sent().size();
  const auto& different = stage_.differences_of_rebuild();
  same(expected, path,
       stage_.sent().size() != sent ? "messages were sent"
       : different.empty()          ? "same"
                                    : "different: " + different.front());
}

}  // namespace crossdock::host::scenario
