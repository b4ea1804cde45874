// An ERP that speaks as much of Tryton's JSON-RPC as the connector uses, for volume and faults;
// what Tryton itself does is tested on Tryton. sale.web_id is unique here as there, an invoice's
// reference is not.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "crossdock/canonical/money.hpp"
#include "tests/simulators/common/fixture.hpp"
#include "tests/simulators/common/simulator.hpp"

namespace crossdock::simulators {
namespace {

constexpr const char* kUsage =
    "Usage: crossdock-sim-erp [--port N] [--state FILE] [--seed N] [--stock-factor N]\n"
    "An ERP with the part of Tryton's JSON-RPC that the connector uses, on 127.0.0.1, database "
    "erp.\n";

struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

json::object decimal_of(std::int64_t scaled, int digits) {
  return {{"__class__", "Decimal"}, {"decimal", canonical::decimal_text(scaled, digits, digits)}};
}

json::object stamp_now() {
  const auto text = now_text();
  const auto part = [&](std::size_t at, std::size_t size) {
    return std::stoi(text.substr(at, size));
  };
  return {{"__class__", "datetime"}, {"year", part(0, 4)},        {"month", part(5, 2)},
          {"day", part(8, 2)},       {"hour", part(11, 2)},       {"minute", part(14, 2)},
          {"second", part(17, 2)},   {"microsecond", part(20, 6)}};
}

// "a.b" is kept as Tryton answers it: under "a." as an object.
const json::value* field(const json::object& record, std::string_view name) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) {
    return record.if_contains(name);
  }
  const auto* inner = record.if_contains(name.substr(0, dot + 1));
  return inner != nullptr && inner->is_object() ? field(inner->get_object(), name.substr(dot + 1))
                                                : nullptr;
}

std::string order_text(const json::value& value) {
  if (value.is_object()) {  // a date or an instant
    char text[64];
    const auto& o = value.get_object();
    const auto part = [&](const char* key) {
      const auto* found = o.if_contains(key);
      return found == nullptr ? 0 : static_cast<int>(found->to_number<int>());
    };
    std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d%06d", part("year"), part("month"),
                  part("day"), part("hour"), part("minute"), part("second"), part("microsecond"));
    return text;
  }
  if (value.is_int64()) {
    char text[32];
    std::snprintf(text, sizeof text, "%020lld", static_cast<long long>(value.get_int64()));
    return text;
  }
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

bool fits(const json::object& record, const json::value& clause) {
  const auto& parts = clause.as_array();
  if (parts.empty()) {
    return true;
  }
  if (parts[0].is_array()) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](const auto& one) { return fits(record, one); });
  }
  const std::string first(parts[0].as_string());
  if (first == "OR") {
    return std::any_of(parts.begin() + 1, parts.end(),
                       [&](const auto& one) { return fits(record, one); });
  }
  const auto* found = field(record, first);
  const json::value value = found == nullptr ? json::value() : *found;
  const std::string op(parts[1].as_string());
  const auto& wanted = parts[2];
  if (op == "=") {
    return value == wanted;
  }
  if (op == "!=") {
    return value != wanted;
  }
  if (op == "in") {
    const auto& list = wanted.as_array();
    return std::find(list.begin(), list.end(), value) != list.end();
  }
  if (value.is_null()) {
    return false;
  }
  if (op == ">=") {
    return order_text(value) >= order_text(wanted);
  }
  if (op == ">") {
    return order_text(value) > order_text(wanted);
  }
  throw std::runtime_error("operator " + op + " is not simulated");
}

class Erp {
 public:
  explicit Erp(const Options& options) : simulator_(options) {
    const auto factor = number_option(options, "stock-factor", 1);
    seed(factor);
    for (const auto& record : simulator_.file.earlier()) {
      restore(record.as_object());
    }
    simulator_.on("POST", "/erp/",
                  [this](auto& request, auto& body) { return serve(request, body.as_object()); });
    simulator_.on_records([this] { return records(); });
  }
  int run() { return simulator_.run(); }

 private:
  using Table = std::map<std::int64_t, json::object>;

  std::int64_t insert(const std::string& model, json::object record) {
    auto& table = tables_[model];
    const std::int64_t id = table.empty() ? 1 : table.rbegin()->first + 1;
    record["id"] = id;
    record["create_date"] = stamp_now();
    table[id] = std::move(record);
    return id;
  }

  void seed(std::int64_t factor) {
    insert("company.company", {{"currency", 1}, {"currency.", {{"code", "USD"}, {"id", 1}}}});
    const char* customers[][2] = {{"CUST-NORTH", "Northern Retail"},
                                  {"CUST-SOUTH", "Southern Retail"},
                                  {"CUST-EAST", "Eastern Retail"},
                                  {"CUST-WEST", "Western Retail"}};
    for (const auto& one : customers) {
      const auto party =
          insert("party.party", {{"code", one[0]}, {"name", one[1]}, {"active", true}});
      const auto address = insert("party.address", {{"party", party},
                                                    {"party.", {{"rec_name", one[1]}}},
                                                    {"street", "1 Main Street"},
                                                    {"city", "Springfield"},
                                                    {"postal_code", "62701"},
                                                    {"country.", {{"code", "US"}}}});
      tables_["party.party"][party]["addresses"] = json::array{address};
    }
    for (int n = 1; n <= kProducts; ++n) {
      char title[32];
      std::snprintf(title, sizeof title, "Article %03d", n);
      const auto id = insert("product.product", {{"code", sku(n)},
                                                 {"active", true},
                                                 {"template.",
                                                  {{"name", title},
                                                   {"type", "goods"},
                                                   {"salable", true},
                                                   {"list_price", decimal_of(price_cents(n), 2)},
                                                   {"write_date", stamp_now()}}},
                                                 {"default_uom", 1},
                                                 {"default_uom.", {{"symbol", "u"}, {"id", 1}}}});
      insert("product.identifier", {{"product", id}, {"type", "ean"}, {"code", gtin(n)}});
      for (std::size_t w = 0; w < kWarehouses.size(); ++w) {
        stock_[{static_cast<std::int64_t>(w) + 1, id}] = opening_stock(w, n) * factor;
      }
    }
    for (const char* code : kWarehouses) {
      insert("stock.location", {{"type", "warehouse"}, {"code", code}});
    }
  }

  Answer serve(const httplib::Request& request, const json::object& body) {
    const std::string method(body.at("method").as_string());
    const auto& parameters = body.at("params").as_array();
    json::object out{{"id", body.at("id")}};
    try {
      if (method == "common.db.login") {
        out["result"] = json::array{1, "simulated-session"};
        return {200, std::move(out)};
      }
      if (request.get_header_value("Authorization").empty()) {
        return {401, json::object{}};
      }
      out["result"] = call(method, parameters);
    } catch (const Refusal& refusal) {
      out["error"] = json::array{"UserError", json::array{refusal.what(), "", json::value()}};
    }
    return {200, std::move(out)};
  }

  json::value call(const std::string& method, const json::array& parameters) {
    if (method == "model.res.user.get_preferences") {
      return json::object{{"company", 1}};
    }
    const auto dot = method.rfind('.');
    const auto model = method.substr(6, dot - 6);
    const auto verb = method.substr(dot + 1);
    if (verb == "search_read") {
      return search_read(model, parameters);
    }
    if (verb == "create") {
      json::array ids;
      for (const auto& values : parameters.at(0).as_array()) {
        ids.emplace_back(create(model, values.as_object()));
      }
      return ids;
    }
    if (verb == "on_change") {
      json::array out;
      out.emplace_back(propose(model, parameters.at(0).as_object()));
      return out;
    }
    if (verb == "on_change_with") {
      return json::object{{"account", 1}};
    }
    for (const auto& id : parameters.at(0).as_array()) {
      press(model, verb, id.as_int64());
    }
    return nullptr;
  }

  // What Tryton proposes for a document of a party, or for a line.
  json::object propose(const std::string& model, const json::object& values) {
    if (model.ends_with(".line")) {
      return {{"unit", 1}, {"account", 2}, {"taxes", json::object{}}};
    }
    const auto& party = tables_["party.party"].at(values.at("party").as_int64());
    const auto address = party.at("addresses").as_array().at(0);
    return {{"invoice_address", address},
            {"shipment_address", address},
            {"payment_term", 1},
            {"account", 1},
            {"journal", 1}};
  }

  json::array search_read(const std::string& model, const json::array& parameters) {
    const auto& domain = parameters.at(0);
    const auto limit = parameters.at(2).is_int64() ? parameters.at(2).get_int64() : INT64_MAX;
    const auto& context = parameters.back().as_object();
    json::array out;
    const auto show = [&](const json::object& record) {
      json::object row{{"id", record.at("id")}};
      for (const auto& wanted : parameters.at(4).as_array()) {
        const std::string name(wanted.as_string());
        const auto dot = name.find('.');
        if (dot == std::string::npos) {
          const auto* found = record.if_contains(name);
          row[name] = found == nullptr ? json::value() : *found;
        } else if (const auto* inner = record.if_contains(name.substr(0, dot + 1))) {
          row[name.substr(0, dot + 1)] = *inner;
        }
        if (name == "quantity" && model == "product.product") {
          row[name] = static_cast<double>(stock_[{
              context.at("locations").as_array().at(0).as_int64(), record.at("id").as_int64()}]);
        }
      }
      out.push_back(std::move(row));
    };
    const auto& table = tables_[model];
    // The two look-ups that volume tests repeat have an index here as they have in a database.
    for (const char* key : {"web_id", "reference"}) {
      if (const auto wanted = equals(domain, key)) {
        const auto [from, to] = index_.equal_range(model + "/" + key + "/" + *wanted);
        std::map<std::int64_t, const json::object*> rows;
        for (auto one = from; one != to; ++one) {
          rows[one->second] = &table.at(one->second);
        }
        for (const auto& [id, record] : rows) {
          if (fits(*record, domain)) {
            show(*record);
          }
        }
        return out;
      }
    }
    if (const auto wanted = equals(domain, "sale.web_id")) {
      const auto [from, to] = index_.equal_range("sale.line/sale/" + *wanted);
      std::set<std::int64_t> ids;
      for (auto one = from; one != to; ++one) {
        ids.insert(one->second);
      }
      for (const auto id : ids) {
        show(table.at(id));
      }
      return out;
    }
    if (const auto id = wanted_value(domain, "id"); id && id->is_int64()) {
      const auto found = table.find(id->get_int64());
      if (found != table.end() && fits(found->second, domain)) {
        show(found->second);
      }
      return out;
    }
    for (const auto& [id, record] : table) {
      if (static_cast<std::int64_t>(out.size()) >= limit) {
        break;
      }
      if (fits(record, domain)) {
        show(record);
      }
    }
    return out;
  }

  // The value of a clause [name, "=", value] of the domain.
  static std::optional<json::value> wanted_value(const json::value& domain, std::string_view name) {
    for (const auto& clause : domain.as_array()) {
      const auto* parts = clause.if_array();
      if (parts != nullptr && parts->size() == 3 && (*parts)[0] == json::value(name) &&
          (*parts)[1] == json::value("=")) {
        return (*parts)[2];
      }
    }
    return std::nullopt;
  }
  static std::optional<std::string> equals(const json::value& domain, std::string_view name) {
    const auto value = wanted_value(domain, name);
    return value && value->is_string() ? std::optional(std::string(value->get_string()))
                                       : std::nullopt;
  }

  std::int64_t create(const std::string& model, json::object values) {
    json::array lines;
    if (const auto* commands = values.if_contains("lines")) {
      lines = commands->as_array().at(0).as_array().at(1).as_array();
      values.erase("lines");
    }
    values["state"] = "draft";
    values["number"] = nullptr;
    if (model == "sale.sale") {
      const std::string web_id(values.at("web_id").as_string());
      if (index_.contains("sale.sale/web_id/" + web_id)) {
        throw Refusal("The web ID on the sale must be unique.");
      }
      const auto id = insert(model, values);
      index_.emplace("sale.sale/web_id/" + web_id, id);
      for (auto& line : lines) {
        auto& row = line.as_object();
        row["sale"] = id;
        row["sale."] = json::object{{"web_id", web_id}};
        const auto line_id = insert("sale.line", row);
        index_.emplace("sale.line/sale/" + web_id, line_id);
        keep("sale.line", line_id);
      }
      keep(model, id);
      return id;
    }
    if (model == "account.invoice") {
      std::int64_t total = 0;
      for (const auto& line : lines) {
        const std::string price(line.at("unit_price").at("decimal").as_string());
        const auto e6 = canonical::parse_decimal(price, 6).value();
        const auto e4 = std::llround(line.at("quantity").to_number<double>() * 10'000);
        total += canonical::extended({e6, "USD"}, {e4, "EA"}).value().minor;
      }
      values["untaxed_amount"] = decimal_of(total, 2);
      values["tax_amount"] = decimal_of(0, 2);
      values["total_amount"] = decimal_of(total, 2);
      const std::string reference(values.at("reference").as_string());
      const auto id = insert(model, std::move(values));
      index_.emplace("account.invoice/reference/" + reference, id);
      keep(model, id);
      return id;
    }
    throw Refusal("model " + model + " cannot be made here");
  }

  void press(const std::string& model, const std::string& button, std::int64_t id) {
    static const std::map<std::string, std::pair<std::string, std::string>> kButtons = {
        {"sale.sale/quote", {"draft", "quotation"}},
        {"sale.sale/confirm", {"quotation", "processing"}},
        {"account.invoice/post", {"draft", "posted"}},
        {"account.invoice/cancel", {"draft", "cancelled"}}};
    const auto effect = kButtons.find(model + "/" + button);
    auto& record = tables_[model].at(id);
    // As in Tryton: a button pressed in another state does nothing and says nothing.
    if (effect == kButtons.end() || record.at("state") != json::value(effect->second.first)) {
      return;
    }
    record["state"] = effect->second.second;
    record["write_date"] = stamp_now();
    if (button == "quote") {
      record["number"] = std::to_string(id);
    } else if (button == "post") {
      char number[32];
      std::snprintf(number, sizeof number, "INV-%05d", ++invoices_posted_);
      record["number"] = number;
    }
    keep(model, id);
  }

  void keep(const std::string& model, std::int64_t id) {
    simulator_.file.append(json::object{{"model", model}, {"record", tables_[model].at(id)}});
  }
  void restore(const json::object& kept) {
    const std::string model(kept.at("model").as_string());
    const auto& record = kept.at("record").as_object();
    const auto id = record.at("id").as_int64();
    if (model == "sale.line") {
      const std::string web_id(record.at("sale.").at("web_id").as_string());
      index_.emplace("sale.line/sale/" + web_id, id);
    } else if (!tables_[model].contains(id)) {
      const char* key = model == "sale.sale" ? "web_id" : "reference";
      index_.emplace(model + "/" + key + "/" + std::string(record.at(key).as_string()), id);
    }
    tables_[model][id] = record;
    if (model == "account.invoice" && record.at("state") == json::value("posted")) {
      ++invoices_posted_;
    }
  }

  json::value records() {
    json::object out;
    for (const char* model : {"sale.sale", "account.invoice"}) {
      json::array list;
      for (const auto& [id, record] : tables_[model]) {
        json::object row;
        for (const char* key : {"id", "web_id", "reference", "number", "state", "total_amount"}) {
          if (const auto* value = record.if_contains(key)) {
            row[key] = *value;
          }
        }
        list.push_back(std::move(row));
      }
      out[model] = std::move(list);
    }
    return out;
  }

  Simulator simulator_;
  std::map<std::string, Table> tables_;
  std::multimap<std::string, std::int64_t> index_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> stock_;
  int invoices_posted_ = 0;
};

}  // namespace
}  // namespace crossdock::simulators

int main(int argc, char** argv) {
  namespace sim = crossdock::simulators;
  return sim::Erp(sim::read_options(argc, argv, sim::kUsage)).run();
}
