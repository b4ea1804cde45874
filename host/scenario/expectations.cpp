#include <boost/json.hpp>
#include <map>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/money.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/inventory/supply.hpp"
#include "host/process/orders/credit.hpp"
#include "host/process/sourcing/calendar.hpp"
#include "host/process/sourcing/simulate.hpp"
#include "host/process/warehouses.hpp"
#include "host/scenario/comparison.hpp"

namespace crossdock::host::scenario {

namespace json = boost::json;

void Comparison::availability(const Node& node, const std::string& path) {
  for (const auto& [sku, channels] : node.members) {
    for (const auto& [channel, expected] : channels.members) {
      const std::string at = path + "." + sku + "." + channel;
      if (channel != "any" && !stage_.settings().channels.contains(channel)) {
        throw CannotPlay(expected, "asks for channel `" + channel + "`, which is not given");
      }
      const auto came = process::available_to_sell_at(
          stage_.store(), stage_.settings(), sku, channel == "any" ? "" : channel, stage_.now_ns());
      if (expected.is_scalar()) {
        same(expected, at, quantity(came.quantity));
        continue;
      }
      if (const auto* number = expected.find("quantity")) {
        same(*number, at + ".quantity", quantity(came.quantity));
      }
      if (const auto* word = expected.find("provenance")) {
        same(*word, at + ".provenance",
             came.provenance == process::Provenance::computed  ? "computed"
             : came.provenance == process::Provenance::unknown ? "unknown"
                                                               : "floor");
      }
    }
  }
}

void Comparison::positions(const Node& node, const std::string& path) {
  for (const auto& [sku, warehouses] : node.members) {
    for (const auto& [warehouse, buckets] : warehouses.members) {
      if (!stage_.settings().warehouses.contains(warehouse)) {
        throw CannotPlay(buckets, "asks for warehouse `" + warehouse + "`, which is not given");
      }
      const auto came = process::position(stage_.store(), sku, warehouse);
      const auto on_its_way = process::coming(stage_.store(), sku, warehouse);
      const std::map<std::string, std::int64_t> values = {
          {"on_hand", came.stock.on_hand},
          {"damaged", came.stock.damaged},
          {"quality_hold", came.stock.quality_hold},
          {"quarantine", came.stock.quarantine},
          {"expired", came.stock.expired},
          {"recalled", came.stock.recalled},
          {"allocated", came.allocated},
          {"picked", came.picked},
          {"soft_reserved", came.soft_reserved},
          {"safety_stock", came.safety_stock},
          {"in_transit", on_its_way.in_transit},
          {"on_order", on_its_way.on_order},
          {"net", came.net()},
          {"available", process::whole_units(came.net())}};
      for (const auto& [bucket, expected] : buckets.members) {
        same(expected, path + "." + sku + "." + warehouse + "." + bucket,
             quantity(values.at(bucket)));
      }
    }
  }
}

void Comparison::order_lines(const std::string& id, const Node& node, const std::string& path) {
  for (const auto& [line, cells] : node.members) {
    auto statement = stage_.store().prepare(
        "SELECT ordered, rejected, cancelled, shipped, invoiced, unit_price_e6, (SELECT "
        "COALESCE(SUM(open), 0) FROM reservations r WHERE r.order_id = l.order_id AND r.line_no = "
        "l.line_no AND r.warehouse <> '' AND r.part = 0), (SELECT COALESCE(SUM(open), 0) FROM "
        "reservations r "
        "WHERE r.order_id = l.order_id AND r.line_no = l.line_no AND r.warehouse = '') FROM "
        "order_lines l WHERE order_id = ? AND line_no = ?");
    statement.bind(id, line);
    if (!statement.step()) {
      throw CannotPlay(cells, "the order has no line `" + line + "`");
    }
    static constexpr const char* kCells[] = {"ordered",  "rejected", "cancelled", "shipped",
                                             "invoiced", "price",    "reserved",  "backordered"};
    for (int i = 0; i < 8; ++i) {
      if (const auto* expected = cells.find(kCells[i])) {
        same(*expected, path + "." + line + "." + kCells[i],
             canonical::decimal_text(statement.integer(i), i == 5 ? 6 : 4));
      }
    }
  }
}

void Comparison::order(const Node& name, const Node& node, const std::string& path) {
  if (const auto* expected = node.find("count")) {
    auto statement = stage_.store().prepare("SELECT COUNT(*) FROM orders WHERE po_number = ?");
    statement.bind(
        name.text.substr(name.text.find('/') == std::string::npos ? 0 : name.text.find('/') + 1));
    statement.step();
    same(*expected, path + ".count", std::to_string(statement.integer(0)));
    if (node.members.size() == 1) {
      return;  // the order need not be there
    }
  }
  const auto id = events_.order_id(name);
  for (const char* column : {"status", "trouble", "capture", "fraud", "credit", "payment",
                             "service", "ship_on", "arrives_on"}) {
    if (const auto* expected = node.find(column)) {
      same(*expected, path + "." + column,
           one_text(std::string("SELECT ") + column + " FROM orders WHERE id = ?", id));
    }
  }
  if (const auto* expected = node.find("holds")) {
    std::vector<std::string> came;
    auto statement = stage_.store().prepare(
        "SELECT kind FROM holds WHERE order_id = ? AND released_at = 0 ORDER BY kind");
    statement.bind(id);
    while (statement.step()) {
      came.push_back(statement.text(0));
    }
    same_words(*expected, path + ".holds", came);
  }
  if (const auto* expected = node.find("registered")) {
    same(*expected, path + ".registered",
         one_text("SELECT number FROM registrations WHERE order_id = ?", id));
  }
  if (const auto* expected = node.find("warehouses")) {
    std::map<std::string, std::int64_t> came;
    auto statement = stage_.store().prepare(
        "SELECT warehouse, SUM(open) FROM reservations WHERE order_id = ? AND warehouse NOT IN "
        "('', '*') "
        "GROUP BY warehouse");
    statement.bind(id);
    while (statement.step()) {
      came[statement.text(0)] = statement.integer(1);
    }
    same_map(*expected, path + ".warehouses", came);
  }
  if (const auto* lines = node.find("lines")) {
    order_lines(id, *lines, path + ".lines");
  }
}

void Comparison::orders(const Node& node, const std::string& path) {
  for (const auto& [number, expected] : node.members) {
    order(as_name(number, expected), expected, path + "." + number);
  }
}

void Comparison::order_count(const Node& node, const std::string& path) {
  for (const auto& [key, expected] : node.members) {
    const auto slash = key.find('/');
    const auto channel = slash == std::string::npos ? std::string() : key.substr(0, slash);
    const auto status = slash == std::string::npos ? key : key.substr(slash + 1);
    auto statement = stage_.store().prepare(
        "SELECT COUNT(*) FROM orders WHERE (?1 = 'all' OR status = ?1) AND (?2 = '' OR channel = "
        "?2)");
    statement.bind(status, channel);
    statement.step();
    same(expected, path + "." + key, std::to_string(statement.integer(0)));
  }
}

void Comparison::rows(const Node& expected, const std::string& path, std::vector<Row> came,
                      bool ordered) {
  add(expected, path, std::to_string(expected.items.size()) + " entries",
      std::to_string(came.size()) + " entries", expected.items.size() == came.size());
  for (std::size_t i = 0; i < expected.items.size() && !came.empty(); ++i) {
    const auto& entry = expected.items[i];
    const auto score = [&](const Row& row) {
      int equal = 0;
      for (const auto& [cell, node] : entry.members) {
        const auto found = row.find(cell);
        equal += found != row.end() && plain(found->second) == plain(node.text) ? 1 : 0;
      }
      return equal;
    };
    // In any order: against the row that is most like it, so that what differs is small.
    auto best = came.begin();
    if (!ordered) {
      best = std::max_element(came.begin(), came.end(),
                              [&](const Row& a, const Row& b) { return score(a) < score(b); });
    }
    for (const auto& [cell, node] : entry.members) {
      const std::string at = path + "[" + std::to_string(i) + "]." + cell;
      if (node.is_map()) {  // planned and shipped: by line
        std::map<std::string, std::int64_t> lines;
        for (const auto& [name, value] : *best) {
          if (name.starts_with(cell + ".")) {
            lines[name.substr(cell.size() + 1)] = canonical::parse_decimal(value, 4).value_or(0);
          }
        }
        same_map(node, at, lines);
      } else {
        const auto found = best->find(cell);
        same(node, at, found == best->end() ? "" : found->second);
      }
    }
    came.erase(best);
  }
}

void Comparison::json_subset(const Node& expected, const json::value& came,
                             const std::string& path) {
  if (expected.is_map()) {
    const auto* object = came.if_object();
    for (const auto& [key, node] : expected.members) {
      const auto* found = object == nullptr ? nullptr : object->if_contains(key);
      json_subset(node, found == nullptr ? json::value("nothing") : *found, path + "." + key);
    }
    return;
  }
  if (expected.is_list()) {
    const auto* array = came.if_array();
    const auto size = array == nullptr ? 0 : array->size();
    add(expected, path, std::to_string(expected.items.size()) + " entries",
        std::to_string(size) + " entries", size == expected.items.size());
    for (std::size_t i = 0; i < std::min(size, expected.items.size()); ++i) {
      json_subset(expected.items[i], (*array)[i], path + "[" + std::to_string(i) + "]");
    }
    return;
  }
  same(expected, path, came.is_string() ? std::string(came.get_string()) : json::serialize(came));
}

// Whether JSON has all the members that are expected.
static bool has_members(const Node& expected, const json::value& came) {
  if (expected.is_map()) {
    const auto* object = came.if_object();
    return object != nullptr &&
           std::all_of(expected.members.begin(), expected.members.end(), [&](const auto& one) {
             const auto* found = object->if_contains(one.name);
             return found != nullptr && has_members(one.value, *found);
           });
  }
  if (expected.is_list()) {
    const auto* array = came.if_array();
    if (array == nullptr || array->size() != expected.items.size()) {
      return false;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (!has_members(expected.items[i], (*array)[i])) {
        return false;
      }
    }
    return true;
  }
  return plain(expected.text) ==
         plain(came.is_string() ? std::string(came.get_string()) : json::serialize(came));
}

void Comparison::sent(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    const std::string at = path + "[" + std::to_string(i) + "]";
    const auto type = whole_type(entry.text_of("type"));
    const auto to = entry.text_of("to");
    std::string id;
    if (const auto* name = entry.find("order")) {
      id = events_.order_id(*name);
    }
    const auto* having = entry.find("matching");
    std::vector<const Sent*> matching;
    for (const auto& one : stage_.sent()) {
      if (one.type == type && (to.empty() || one.connector == to) &&
          (id.empty() || one.data.find(id) != std::string::npos) &&
          (having == nullptr || has_members(*having, json::parse(one.data)))) {
        matching.push_back(&one);
      }
    }
    if (const auto* count = entry.find("count")) {
      same(*count, at + ".count", std::to_string(matching.size()));
    } else {
      add(entry, at, "at least one " + type + (to.empty() ? "" : " to " + to),
          matching.empty() ? "none" : "at least one " + type, !matching.empty());
    }
    if (const auto* data = entry.find("data"); data != nullptr && !matching.empty()) {
      json_subset(*data, json::parse(matching.back()->data), at + ".data");
    }
  }
}

void Comparison::decision(const std::string& id, const Node& node, const std::string& path) {
  auto statement = stage_.store().prepare(
      "SELECT decision, (SELECT COUNT(*) FROM decisions WHERE order_id = ?1) FROM decisions WHERE "
      "order_id = ?1 ORDER BY id DESC LIMIT 1");
  statement.bind(id);
  if (!statement.step()) {
    add(node, path, "a decision", "none was made", false);
    return;
  }
  const auto came = json::parse(statement.text(0)).as_object();
  if (const auto* count = node.find("count")) {
    same(*count, path + ".count", std::to_string(statement.integer(1)));
  }
  if (const auto* expected = node.find("applied")) {
    std::vector<std::string> names;
    for (const auto& name : came.at("applied").as_array()) {
      names.emplace_back(name.as_string());
    }
    same_words(*expected, path + ".applied", names);
  }
  for (const char* word : {"rule", "rules", "version"}) {
    if (const auto* expected = node.find(word)) {
      const auto* found = came.if_contains(word);
      same(*expected, path + "." + word,
           found == nullptr     ? "nothing"
           : found->is_string() ? std::string(found->as_string())
                                : json::serialize(*found));
    }
  }
  const auto sum_by = [&](const char* list, const char* key) {
    std::map<std::string, std::int64_t> out;
    for (const auto& one : came.at(list).as_array()) {
      const auto& row = one.as_object();
      const std::string name = key == nullptr ? "" : std::string(row.at(key).as_string());
      out[name] +=
          canonical::parse_decimal(std::string(row.at("quantity").as_string()), 4).value_or(0);
    }
    return out;
  };
  if (const auto* expected = node.find("choices")) {
    same_map(*expected, path + ".choices", sum_by("choices", "warehouse"));
  }
  if (const auto* expected = node.find("short")) {
    same(*expected, path + ".short", quantity(sum_by("shortages", nullptr)[""]));
  }
  if (const auto* reasons = node.find("reasons")) {
    for (const auto& [warehouse, expected] : reasons->members) {
      std::string reason = "no reason: the warehouse was not considered";
      for (const auto& one : came.at("warehouses").as_array()) {
        if (one.as_object().at("warehouse").as_string() == warehouse) {
          reason = std::string(one.as_object().at("reason").as_string());
        }
      }
      contains(expected, path + ".reasons." + warehouse, reason);
    }
  }
}

void Comparison::alerts(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    const std::string at = path + "[" + std::to_string(i) + "]";
    auto statement = stage_.store().prepare("SELECT text FROM alerts WHERE kind = ? ORDER BY id");
    statement.bind(entry.text_of("kind"));
    std::vector<std::string> came;
    while (statement.step()) {
      came.push_back(statement.text(0));
    }
    if (const auto* count = entry.find("count")) {
      same(*count, at + ".count", std::to_string(came.size()));
    } else {
      add(entry, at, "at least one " + entry.text_of("kind"),
          came.empty() ? "none" : "at least one " + entry.text_of("kind"), !came.empty());
    }
    if (const auto* words = entry.find("text")) {
      contains(*words, at + ".text", came.empty() ? "no alert" : came.back());
    }
  }
}

// At least one row, or exactly `count` of them; the newest holds the words.
void Comparison::found_by_kind(const Node& entry, const std::string& path, const std::string& what,
                               const std::vector<std::map<std::string, std::string>>& found,
                               const std::vector<const char*>& words) {
  if (const auto* count = entry.find("count")) {
    same(*count, path + ".count", std::to_string(found.size()));
  } else {
    add(entry, path, "at least one " + what, found.empty() ? "none" : "at least one " + what,
        !found.empty());
  }
  for (const char* word : words) {
    if (const auto* expected = entry.find(word)) {
      contains(*expected, path + "." + word, found.empty() ? "nothing" : found.back().at(word));
    }
  }
}

void Comparison::discrepancies(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    auto statement = stage_.store().prepare(
        "SELECT state, cause, proposed_fix FROM discrepancies WHERE kind = ? ORDER BY found_at, "
        "id");
    statement.bind(entry.text_of("kind"));
    std::vector<std::map<std::string, std::string>> found;
    while (statement.step()) {
      found.push_back({{"state", statement.text(0)},
                       {"cause", statement.text(1)},
                       {"proposed_fix", statement.text(2)}});
    }
    found_by_kind(entry, path + "[" + std::to_string(i) + "]", entry.text_of("kind"), found,
                  {"state", "cause", "proposed_fix"});
  }
}

void Comparison::advice(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    auto statement = stage_.store().prepare(
        "SELECT why, source FROM advisory_writes WHERE instr(why, ?) > 0 ORDER BY id");
    statement.bind(entry.text_of("why"));
    std::vector<std::map<std::string, std::string>> found;
    while (statement.step()) {
      found.push_back({{"why", statement.text(0)}, {"source", statement.text(1)}});
    }
    found_by_kind(entry, path + "[" + std::to_string(i) + "]", "piece of advice", found,
                  {"why", "source"});
  }
}

void Comparison::work(const Node& node, const std::string& path) {
  for (const auto& [warehouse, expected] : node.members) {
    const auto known = stage_.settings().warehouses.find(warehouse);
    if (known == stage_.settings().warehouses.end()) {
      throw CannotPlay(expected, "asks for warehouse `" + warehouse + "`, which is not given");
    }
    same(expected, path + "." + warehouse,
         std::to_string(process::work_on(stage_.store(), warehouse,
                                         process::today(known->second, stage_.now_ns()))));
  }
}

void Comparison::credit(const Node& node, const std::string& path) {
  for (const auto& [customer, cells] : node.members) {
    const auto account = process::account_of(stage_.store(), customer);
    for (const auto& [cell, expected] : cells.members) {
      const auto minor = cell == "limit"      ? account.limit_minor
                         : cell == "exposure" ? account.exposure_minor
                                              : account.committed_minor;
      same(expected, path + "." + customer + "." + cell,
           canonical::to_string(canonical::Money{minor, stage_.settings().currency}));
    }
  }
}

void Comparison::promise(const Node& node, const std::string& path) {
  for (const auto& [sku, channels] : node.members) {
    for (const auto& [channel, days] : channels.members) {
      const auto steps = process::promise_by_date(stage_.store(), stage_.settings(), sku,
                                                  channel == "any" ? "" : channel, stage_.now_ns());
      for (const auto& [day, expected] : days.members) {
        const auto date = canonical::parse_date(day);
        if (!date) {
          throw CannotPlay(expected, "asks for `" + day + "`, which is no day");
        }
        // The last instant of the day counts.
        const auto until = canonical::instant_at(*date, 86'399, "UTC")->ns;
        std::int64_t came = 0;
        for (const auto& one : steps) {
          came = one.from_ns <= until ? one.quantity : came;
        }
        same(expected, path + "." + sku + "." + channel + "." + day, quantity(came));
      }
    }
  }
}

void Comparison::simulation(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const auto& entry = node.items[i];
    const std::string at = path + "[" + std::to_string(i) + "]";
    Faults faults;
    const auto rules = rules_of(*entry.find("rules"), "then", ports_, faults);
    if (!faults.empty()) {
      throw CannotPlay(entry, faults.front().path + " " + faults.front().message);
    }
    const auto came = process::simulate(stage_.store(), rules, 100'000);
    const auto number = [&](const char* key, std::int64_t value) {
      if (const auto* expected = entry.find(key)) {
        same(*expected, at + "." + key, std::to_string(value));
      }
    };
    number("decisions", came.decisions);
    number("changed", came.changed);
    for (const auto& [key, counts] :
         {std::pair("before", &came.before), std::pair("after", &came.after)}) {
      if (const auto* expected = entry.find(key)) {
        for (const auto& [warehouse, count] : expected->members) {
          const auto found = counts->find(warehouse);
          same(count, at + "." + key + "." + warehouse,
               std::to_string(found == counts->end() ? 0 : found->second));
        }
      }
    }
  }
}

void Comparison::dead_letters(const Node* node, const std::string& path) {
  const auto came = stage_.letters();
  if (node == nullptr) {
    for (const auto& letter : came) {
      add(Node{}, path, "no message that cannot be handled", letter.type + ": " + letter.reason,
          false);
    }
    return;
  }
  add(*node, path, std::to_string(node->items.size()) + " entries",
      std::to_string(came.size()) + " entries", node->items.size() == came.size());
  for (std::size_t i = 0; i < std::min(came.size(), node->items.size()); ++i) {
    const auto& entry = node->items[i];
    const std::string at = path + "[" + std::to_string(i) + "]";
    add(entry, at + ".type", whole_type(entry.text_of("type")), came[i].type,
        whole_type(entry.text_of("type")) == came[i].type);
    if (const auto* reason = entry.find("reason")) {
      contains(*reason, at + ".reason", came[i].reason);
    }
  }
}

void Comparison::then(const Node& node, const std::string& path) {
  const auto by_order = [&](const char* key, const std::string& sql,
                            const std::vector<const char*>& cells, const std::string& lines_sql,
                            bool ordered) {
    const auto* part = node.find(key);
    if (part == nullptr) {
      return;
    }
    for (const auto& [number, expected] : part->members) {
      // What carts and projects hold is named by the demand itself.
      auto id = events_.known_order(number);
      if (id.empty() && std::string_view(key) == "reservations") {
        id = number;
      } else if (id.empty()) {
        id = events_.order_id(as_name(number, expected));
      }
      std::vector<Row> came;
      auto statement = stage_.store().prepare(sql);
      statement.bind(id);
      while (statement.step()) {
        Row row;
        for (std::size_t i = 0; i < cells.size(); ++i) {
          row[cells[i]] = statement.text(static_cast<int>(i));
        }
        if (!lines_sql.empty()) {
          auto lines = stage_.store().prepare(lines_sql);
          lines.bind(row.at("id"));
          while (lines.step()) {
            row["planned." + lines.text(0)] = quantity(lines.integer(1));
            row["shipped." + lines.text(0)] = quantity(lines.integer(2));
          }
        }
        for (const char* amount :
             {"quantity", "open", "consumed", "released", "expired", "displaced"}) {
          if (row.contains(amount)) {
            row[amount] = quantity(std::strtoll(row[amount].c_str(), nullptr, 10));
          }
        }
        for (const char* amount : {"total", "charges"}) {
          if (row.contains(amount)) {
            row[amount] = canonical::to_string(canonical::Money{
                std::strtoll(row[amount].c_str(), nullptr, 10), row.at("currency")});
          }
        }
        if (row.contains("warehouse")) {
          auto& place = row["warehouse"];
          place = place.empty() ? "none" : place == "*" ? "together" : place;
        }
        came.push_back(std::move(row));
      }
      rows(expected, path + "." + key + "." + number, std::move(came), ordered);
    }
  };
  const auto part = [&](const char* key,
                        void (Comparison::*compare_part)(const Node&, const std::string&)) {
    if (const auto* found = node.find(key)) {
      (this->*compare_part)(*found, path + "." + key);
    }
  };
  part("availability", &Comparison::availability);
  part("positions", &Comparison::positions);
  part("orders", &Comparison::orders);
  part("order_count", &Comparison::order_count);
  by_order(
      "reservations",
      "SELECT line_no, sku, warehouse, quantity, open, consumed, released, expired, displaced, "
      "state FROM reservations WHERE order_id = ? ORDER BY id",
      {"line", "sku", "warehouse", "quantity", "open", "consumed", "released", "expired",
       "displaced", "state"},
      "", false);
  by_order("shipments",
           "SELECT id, warehouse, state, attempt FROM shipments WHERE order_id = ? ORDER BY id",
           {"id", "warehouse", "state", "attempt"},
           "SELECT line_no, planned, shipped FROM shipment_lines WHERE shipment_id = ?", false);
  by_order("invoices",
           "SELECT state, total_minor, currency, number, json_extract(invoice, "
           "'$.tax_total.amount'), json_extract(invoice, '$.lines_total.amount'), (SELECT "
           "COALESCE(SUM(c.amount_minor), 0) FROM order_charges c WHERE c.invoice_id = "
           "invoices.id) FROM invoices WHERE order_id = ? ORDER BY id",
           {"state", "total", "currency", "number", "tax", "lines_total", "charges"}, "", false);
  part("sent", &Comparison::sent);
  if (const auto* decisions = node.find("decisions")) {
    for (const auto& [number, expected] : decisions->members) {
      decision(events_.order_id(as_name(number, expected)), expected,
               path + ".decisions." + number);
    }
  }
  part("alerts", &Comparison::alerts);
  part("discrepancies", &Comparison::discrepancies);
  part("advice", &Comparison::advice);
  part("work", &Comparison::work);
  part("credit", &Comparison::credit);
  part("promise", &Comparison::promise);
  part("simulation", &Comparison::simulation);
  part("published", &Comparison::published);
  part("transfers", &Comparison::transfers);
  part("returns", &Comparison::returns);
  part("refunds", &Comparison::refunds);
  part("lineage", &Comparison::lineage);
  part("why", &Comparison::why);
  part("trace", &Comparison::trace);
  part("quotes", &Comparison::quotes);
  part("feeds", &Comparison::feeds);
  part("history", &Comparison::history);
  part("documents", &Comparison::documents);
  part("rebuilt", &Comparison::rebuilt);
  if (const auto* expected = node.find("repeats")) {
    same(*expected, path + ".repeats", std::to_string(stage_.journal().counters().repeats));
  }
  if (const auto* expected = node.find("duplicates")) {
    auto statement = stage_.store().prepare("SELECT COUNT(*) FROM duplicates");
    statement.step();
    same(*expected, path + ".duplicates", std::to_string(statement.integer(0)));
  }
  dead_letters(node.find("dead_letters"), path + ".dead_letters");
}

std::vector<Check> compare(const Node& then, const std::string& path, Stage& stage, Events& events,
                           const Ports& ports) {
  Comparison comparison(stage, events, ports);
  comparison.then(then, path);
  return comparison.take();
}

}  // namespace crossdock::host::scenario
