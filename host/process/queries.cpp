#include "host/process/queries.hpp"

#include <boost/json.hpp>

#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/money.hpp"
#include "host/process/invariants/invariants.hpp"

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

std::string quantity(std::int64_t e4) { return canonical::decimal_text(e4, 4); }
std::string instant(std::int64_t ns) {
  return ns == 0 ? "" : canonical::to_string(canonical::Instant{ns});
}

json::array rows(journal::Statement statement, const auto& to_row) {
  json::array out;
  while (statement.step()) {
    out.push_back(to_row(statement));
  }
  return out;
}

using Row = const journal::Statement&;

json::object order_row(Row row) {
  return {{"id", row.text(0)},
          {"po_number", row.text(1)},
          {"channel", row.text(2)},
          {"status", row.text(3)},
          {"customer", row.text(4)},
          {"created_at", instant(row.integer(5))},
          {"correlation_id", row.text(6)},
          {"trouble", row.text(7)}};
}

constexpr const char* kOrderColumns =
    "id, po_number, channel, status, customer, created_at, correlation_id, trouble";

}  // namespace

Queries::Queries(const std::filesystem::path& store, const Settings& settings)
    : db_(store, journal::Database::Mode::reader), settings_(settings) {
  // One moment for all that is read through this object: positions never disagree with
  // reservations.
  db_.execute("BEGIN");
}

std::string Queries::orders(const Filter& filter) {
  auto statement =
      db_.prepare(std::string("SELECT ") + kOrderColumns +
                  " FROM orders WHERE (?1 = '' OR channel = ?1) AND (?2 = '' OR status = ?2) "
                  "AND (?3 = '' OR po_number = ?3) AND (?4 = '' OR id < ?4) "
                  "ORDER BY id DESC LIMIT ?5");
  statement.bind(filter.channel, filter.status, filter.po_number, filter.after, filter.limit);
  json::array list;
  while (statement.step()) {
    list.push_back(order_row(statement));
  }
  json::object out{{"orders", list}};
  if (list.size() == filter.limit && !list.empty()) {
    out["next"] = list.back().as_object().at("id");
  }
  return json::serialize(out);
}

std::optional<std::string> Queries::order(const std::string& key) {
  json::object out;
  {
    auto statement =
        db_.prepare(std::string("SELECT ") + kOrderColumns +
                    ", header FROM orders WHERE id = ?1 OR po_number = ?1 ORDER BY id LIMIT 1");
    statement.bind(key);
    if (!statement.step()) {
      return std::nullopt;
    }
    out = order_row(statement);
    out["header"] = json::parse(statement.text(8));
  }
  {
    auto statement = db_.prepare(
        "SELECT capture, fraud, credit, payment, service, ship_on, arrives_on, value_minor FROM "
        "orders WHERE id = ?");
    statement.bind(out.at("id").as_string().c_str());
    statement.step();
    out["facts"] = json::object{{"capture", statement.text(0)},
                                {"fraud", statement.text(1)},
                                {"credit", statement.text(2)},
                                {"payment", statement.text(3)}};
    out["service"] = statement.text(4);
    out["ship_on"] = statement.text(5);
    out["arrives_on"] = statement.text(6);
  }
  const std::string id(out.at("id").as_string());
  const auto of_order = [&](const char* sql, const auto& to_row) {
    auto statement = db_.prepare(sql);
    statement.bind(id);
    json::array list;
    while (statement.step()) {
      list.push_back(to_row(statement));
    }
    return list;
  };
  out["lines"] = of_order(
      "SELECT line_no, sku, ordered, rejected + cancelled, shipped, invoiced, uom FROM order_lines "
      "WHERE order_id = ? ORDER BY number",
      [](Row r) {
        return json::object{{"line", r.text(0)},
                            {"sku", r.text(1)},
                            {"ordered", quantity(r.integer(2))},
                            {"cancelled", quantity(r.integer(3))},
                            {"shipped", quantity(r.integer(4))},
                            {"invoiced", quantity(r.integer(5))},
                            {"uom", r.text(6)}};
      });
  out["reservations"] = of_order(
      "SELECT line_no, sku, warehouse, quantity, open, consumed, released, state FROM reservations "
      "WHERE order_id = ? ORDER BY id",
      [](Row r) {
        return json::object{{"line", r.text(0)},
                            {"sku", r.text(1)},
                            {"warehouse", r.text(2)},
                            {"quantity", quantity(r.integer(3))},
                            {"open", quantity(r.integer(4))},
                            {"consumed", quantity(r.integer(5))},
                            {"released", quantity(r.integer(6))},
                            {"state", r.text(7)}};
      });
  out["shipments"] = of_order(
      "SELECT id, fulfillment_order_id, warehouse, state, sscc, carrier_scac, service, tracking, "
      "external_ref, shipped_at, attempt FROM shipments WHERE order_id = ? ORDER BY id",
      [](Row r) {
        return json::object{{"id", r.text(0)},
                            {"fulfillment_order", r.text(1)},
                            {"warehouse", r.text(2)},
                            {"state", r.text(3)},
                            {"sscc", r.text(4)},
                            {"carrier", r.text(5)},
                            {"service", r.text(6)},
                            {"tracking_number", r.text(7)},
                            {"warehouse_number", r.text(8)},
                            {"shipped_at", instant(r.integer(9))},
                            {"attempt", r.integer(10)}};
      });
  out["invoices"] = of_order(
      "SELECT id, shipment_id, number, state, total_minor, currency FROM invoices "
      "WHERE order_id = ? ORDER BY id",
      [](Row r) {
        return json::object{
            {"id", r.text(0)},
            {"shipment", r.text(1)},
            {"number", r.text(2)},
            {"state", r.text(3)},
            {"total", canonical::to_string(canonical::Money{r.integer(4), r.text(5)})},
            {"currency", r.text(5)}};
      });
  out["holds"] = of_order(
      "SELECT kind, reason, raised_by, raised_at, released_at, released_by FROM holds WHERE "
      "order_id = ? ORDER BY raised_at, kind",
      [](Row r) {
        return json::object{{"kind", r.text(0)},
                            {"reason", r.text(1)},
                            {"raised_by", r.text(2)},
                            {"raised_at", instant(r.integer(3))},
                            {"released_at", instant(r.integer(4))},
                            {"released_by", r.text(5)}};
      });
  out["events"] = of_order(
      "SELECT at, what, detail FROM order_events WHERE order_id = ? ORDER BY id", [](Row r) {
        return json::object{
            {"at", instant(r.integer(0))}, {"what", r.text(1)}, {"detail", r.text(2)}};
      });
  out["registrations"] =
      of_order("SELECT system, number FROM registrations WHERE order_id = ?", [](Row r) {
        return json::object{{"system", r.text(0)}, {"number", r.text(1)}};
      });
  out["decisions"] =
      of_order("SELECT at, decision FROM decisions WHERE order_id = ? ORDER BY id", [](Row r) {
        return json::object{{"at", instant(r.integer(0))}, {"decision", json::parse(r.text(1))}};
      });
  out["documents"] = of_order(
      "SELECT kind, interchange, group_no, set_no, partner, file, acknowledged FROM documents "
      "WHERE refers_to = ?1 OR refers_to IN (SELECT id FROM shipments WHERE order_id = ?1) "
      "OR refers_to IN (SELECT id FROM invoices WHERE order_id = ?1) ORDER BY id",
      [](Row r) {
        return json::object{{"kind", r.text(0)},
                            {"control_number", r.text(1) + "/" + r.text(2) + "/" + r.text(3)},
                            {"partner", r.text(4)},
                            {"file", r.text(5)},
                            {"acknowledged", r.text(6)}};
      });
  return json::serialize(out);
}

std::vector<std::string> Queries::journal_keys(const std::string& key) {
  std::vector<std::string> out;
  auto statement = db_.prepare("SELECT business_key FROM orders WHERE id = ?1 OR po_number = ?1");
  statement.bind(key);
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

std::optional<std::string> Queries::availability(const std::string& sku,
                                                 const std::string& channel) {
  return stock().availability(sku, channel);
}

std::vector<std::string> Queries::broken_invariants() {
  return process::broken_invariants(db_, settings_);
}

std::map<std::string, std::uint64_t> Queries::orders_by_status() {
  std::map<std::string, std::uint64_t> out;
  auto statement = db_.prepare("SELECT status, COUNT(*) FROM orders GROUP BY status");
  while (statement.step()) {
    out[statement.text(0)] = static_cast<std::uint64_t>(statement.integer(1));
  }
  return out;
}

std::string Queries::summary() {
  json::object out;
  out["orders"] =
      rows(db_.prepare("SELECT id, po_number, channel, status FROM orders ORDER BY id"), [](Row r) {
        return json::object{{"id", r.text(0)},
                            {"po_number", r.text(1)},
                            {"channel", r.text(2)},
                            {"status", r.text(3)}};
      });
  out["allocations"] =
      rows(db_.prepare("SELECT order_id, line_no, warehouse, quantity - released FROM reservations "
                       "WHERE warehouse <> '' AND quantity > released ORDER BY id"),
           [](Row r) {
             return json::object{{"order", r.text(0)},
                                 {"line", r.text(1)},
                                 {"warehouse", r.text(2)},
                                 // A number: whoever reads the summary wants to add them up.
                                 {"quantity", json::parse(quantity(r.integer(3)))}};
           });
  json::array shipments;
  {
    auto statement = db_.prepare(
        "SELECT id, order_id, warehouse, state FROM shipments WHERE shipped_at > 0 "
        "ORDER BY id");
    while (statement.step()) {
      json::array ssccs;
      json::array tracking;
      auto packages = db_.prepare("SELECT sscc, tracking_no FROM packages WHERE shipment_id = ?");
      const auto id = statement.text(0);
      packages.bind(id);
      while (packages.step()) {
        ssccs.emplace_back(packages.text(0));
        tracking.emplace_back(packages.text(1));
      }
      shipments.push_back(json::object{{"id", id},
                                       {"order", statement.text(1)},
                                       {"warehouse", statement.text(2)},
                                       {"state", statement.text(3)},
                                       {"ssccs", std::move(ssccs)},
                                       {"tracking_numbers", std::move(tracking)}});
    }
  }
  out["shipments"] = std::move(shipments);
  out["invoices"] =
      rows(db_.prepare(
               "SELECT order_id, number, total_minor, currency, state FROM invoices ORDER BY id"),
           [](Row r) {
             return json::object{
                 {"order", r.text(0)},
                 {"erp_number", r.text(1)},
                 {"total", canonical::to_string(canonical::Money{r.integer(2), r.text(3)})},
                 {"currency", r.text(3)},
                 {"state", r.text(4)}};
           });
  out["documents"] = rows(
      db_.prepare(
          "SELECT kind, interchange, group_no, set_no, file, partner, refers_to FROM documents "
          "ORDER BY id"),
      [](Row r) {
        return json::object{{"kind", r.text(0)},
                            {"control_number", r.text(1) + "/" + r.text(2) + "/" + r.text(3)},
                            {"file", r.text(4)},
                            {"partner", r.text(5)},
                            {"refers_to", r.text(6)}};
      });
  out["duplicates"] =
      rows(db_.prepare("SELECT kind, key, partner, file FROM duplicates ORDER BY id"), [](Row r) {
        return json::object{
            {"kind", r.text(0)}, {"key", r.text(1)}, {"partner", r.text(2)}, {"file", r.text(3)}};
      });
  return json::serialize(out);
}

std::string Queries::alerts(std::size_t limit) {
  auto statement =
      db_.prepare("SELECT at, kind, subject, text FROM alerts ORDER BY id DESC LIMIT ?");
  statement.bind(limit);
  json::array list;
  while (statement.step()) {
    list.push_back(json::object{{"at", instant(statement.integer(0))},
                                {"kind", statement.text(1)},
                                {"subject", statement.text(2)},
                                {"text", statement.text(3)}});
  }
  return json::serialize(json::object{{"alerts", std::move(list)}});
}

std::string Queries::documents(const std::string& partner, const std::string& state,
                               std::size_t limit) {
  auto statement = db_.prepare(
      "SELECT kind, interchange, group_no, set_no, partner, file, refers_to, issued_at, due_at, "
      "overdue, acknowledged FROM documents WHERE (?1 = '' OR partner = ?1) AND (?2 = '' OR "
      "(?2 = 'waiting' AND acknowledged = '' AND due_at > 0) OR "
      "(?2 = 'overdue' AND acknowledged = '' AND overdue = 1) OR "
      "(?2 = 'refused' AND acknowledged NOT IN ('', 'A', 'E'))) ORDER BY id DESC LIMIT ?3");
  statement.bind(partner, state, limit);
  json::array list;
  while (statement.step()) {
    const auto said = statement.text(10);
    const bool due = statement.integer(8) > 0;
    list.push_back(json::object{
        {"kind", statement.text(0)},
        {"control_number", statement.text(1) + "/" + statement.text(2) + "/" + statement.text(3)},
        {"partner", statement.text(4)},
        {"file", statement.text(5)},
        {"refers_to", statement.text(6)},
        {"issued_at", instant(statement.integer(7))},
        {"acknowledge_by", due ? json::value(instant(statement.integer(8))) : json::value()},
        {"acknowledged", said},
        {"state", !said.empty() ? (said == "A" || said == "E" ? "acknowledged" : "refused")
                  : statement.integer(9) != 0 ? "overdue"
                  : due                       ? "waiting"
                                              : "sent"}});
  }
  return json::serialize(json::object{{"documents", std::move(list)}});
}

}  // namespace crossdock::host::process
