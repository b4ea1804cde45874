#include "plugins/erp_tryton/catalogue.hpp"

#include <algorithm>
#include <crossdock/json_reading.hpp>

#include "crossdock/canonical/identifiers.hpp"
#include "plugins/erp_tryton/values.hpp"

namespace crossdock::tryton {
namespace {

namespace json = boost::json;

constexpr std::int64_t kPage = 500;
constexpr int kMostPages = 2'000;

// All records of a model that fit, page by page, by id: ids do not move while pages are read.
json::array read_all(Rpc& rpc, const std::string& model, const json::array& domain,
                     const json::array& fields, const json::object& context = {}) {
  json::array out;
  std::int64_t after = 0;
  for (int page = 0; page < kMostPages; ++page) {
    json::array window = domain;
    window.emplace_back(json::array{"id", ">", after});
    auto rows = rpc.search_read(model, std::move(window), fields, kPage, context);
    for (auto& row : rows) {
      after = std::max(after, id_of(row));
      out.push_back(std::move(row));
    }
    if (static_cast<std::int64_t>(rows.size()) < kPage) {
      return out;
    }
  }
  throw Fault(FaultKind::refused, model + " has more records than are read at once");
}

json::array changed_since(std::int64_t since_ns, std::initializer_list<const char*> stamps) {
  if (since_ns <= 0) {
    return {};
  }
  json::array any;
  any.emplace_back("OR");
  for (const char* stamp : stamps) {
    any.emplace_back(json::array{stamp, ">=", instant(since_ns)});
  }
  return domain_of({std::move(any)});
}

std::int64_t stamp_of(const json::value& row, std::initializer_list<const char*> stamps) {
  std::int64_t out = 0;
  for (const char* stamp : stamps) {
    out = std::max(out, instant_ns(row, stamp));
  }
  return out;
}

template <class Entity>
void by_stamp(std::vector<Changed<Entity>>& changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return a.stamp_ns < b.stamp_ns; });
}

json::array ids_of(const json::array& rows) {
  json::array out;
  for (const auto& row : rows) {
    out.emplace_back(id_of(row));
  }
  return out;
}

bool is_true(const json::value& row, const std::string& field) {
  const auto* found = field_of(row, field);
  return found != nullptr && found->is_bool() && found->get_bool();
}

canonical::Address to_address(const json::value& row) {
  canonical::Address out;
  out.name = text_of(row, "party_name");
  if (out.name.empty()) {
    out.name = text_of(row, "party.rec_name");
  }
  out.street = text_of(row, "street");
  out.city = text_of(row, "city");
  out.postal_code = text_of(row, "postal_code");
  const auto country = text_of(row, "country.code");
  if (!country.empty()) {
    out.country = country;
  }
  // ISO 3166-2 with the country in front: US-IL.
  const auto region = text_of(row, "subdivision.code");
  out.region = region.size() > 3 ? region.substr(3) : std::string();
  return out;
}

}  // namespace

std::string company_currency(Rpc& rpc) {
  const auto rows = rpc.search_read("company.company", domain_of({{"id", "=", rpc.company()}}),
                                    {"currency.code"}, 1);
  return rows.empty() ? std::string() : text_of(rows[0], "currency.code");
}

std::vector<Changed<canonical::Product>> changed_products(Rpc& rpc, const std::string& currency,
                                                          std::int64_t since_ns) {
  // A new price touches the template only.
  const auto stamps = {"write_date", "create_date", "template.write_date"};
  const auto rows = read_all(
      rpc, "product.product", changed_since(since_ns, stamps),
      {"code", "template.name", "template.type", "template.list_price", "template.salable",
       "active", "default_uom.symbol", "create_date", "write_date", "template.write_date"});
  std::map<std::int64_t, std::vector<std::string>> gtins;
  if (!rows.empty()) {
    for (const auto& row :
         read_all(rpc, "product.identifier", domain_of({{"product", "in", ids_of(rows)}}),
                  {"product", "type", "code"})) {
      const auto code = text_of(row, "code");
      if (text_of(row, "type") == "ean" && canonical::is_gtin(code)) {
        gtins[id_of(row, "product")].push_back(code);
      }
    }
  }
  std::vector<Changed<canonical::Product>> out;
  for (const auto& row : rows) {
    Changed<canonical::Product> change;
    auto& product = change.entity;
    product.sku = text_of(row, "code");
    if (product.sku.empty()) {
      continue;  // without a code nobody can order it
    }
    change.stamp_ns = stamp_of(row, stamps);
    product.id = "tryton:" + std::to_string(id_of(row));
    product.title = text_of(row, "template.name");
    product.kind = text_of(row, "template.type") == "service" ? canonical::ProductKind::virtual_item
                                                              : canonical::ProductKind::stocked;
    product.status = is_true(row, "active") && is_true(row, "template.salable")
                         ? canonical::ProductStatus::active
                         : canonical::ProductStatus::discontinued;
    const auto symbol = text_of(row, "default_uom.symbol");
    product.base_uom = symbol == "u" || symbol.empty() ? "EA" : symbol;
    product.gtins = gtins[id_of(row)];
    product.list_price = unit_price(row, "template.list_price", currency);
    product.external_ids.push_back({"tryton", "product.product", std::to_string(id_of(row)), {}});
    out.push_back(std::move(change));
  }
  by_stamp(out);
  return out;
}

std::vector<Changed<canonical::Customer>> changed_customers(Rpc& rpc, std::int64_t since_ns) {
  const auto stamps = {"write_date", "create_date"};
  const auto rows = read_all(rpc, "party.party", changed_since(since_ns, stamps),
                             {"code", "name", "active", "create_date", "write_date"});
  std::map<std::int64_t, std::vector<canonical::Address>> addresses;
  if (!rows.empty()) {
    for (const auto& row :
         read_all(rpc, "party.address", domain_of({{"party", "in", ids_of(rows)}}),
                  {"party", "party.rec_name", "party_name", "street", "postal_code", "city",
                   "country.code", "subdivision.code"})) {
      addresses[id_of(row, "party")].push_back(to_address(row));
    }
  }
  std::vector<Changed<canonical::Customer>> out;
  for (const auto& row : rows) {
    Changed<canonical::Customer> change;
    auto& customer = change.entity;
    customer.code = text_of(row, "code");
    if (customer.code.empty()) {
      continue;
    }
    change.stamp_ns = stamp_of(row, stamps);
    customer.id = "tryton:" + std::to_string(id_of(row));
    customer.name = text_of(row, "name");
    customer.ship_to = addresses[id_of(row)];
    if (!customer.ship_to.empty()) {
      customer.bill_to = customer.ship_to.front();
    }
    customer.external_ids.push_back({"tryton", "party.party", std::to_string(id_of(row)), {}});
    out.push_back(std::move(change));
  }
  by_stamp(out);
  return out;
}

std::optional<canonical::InventorySnapshot> read_stock(Rpc& rpc, const std::string& warehouse_code,
                                                       std::int64_t now_ns) {
  const auto places = rpc.search_read(
      "stock.location", domain_of({{"type", "=", "warehouse"}, {"code", "=", warehouse_code}}),
      {"code"}, 1);
  if (places.empty()) {
    return std::nullopt;
  }
  const auto today = canonical::local_date({now_ns}, "UTC");
  json::array locations;
  locations.emplace_back(id_of(places[0]));
  const json::object context{{"locations", std::move(locations)},
                             {"stock_date_end", date(today.value_or(canonical::LocalDate{}))}};
  canonical::InventorySnapshot out;
  out.as_of.ns = now_ns;
  out.system = "erp";
  out.complete = true;
  for (const auto& row :
       read_all(rpc, "product.product", domain_of({{"template.type", "=", "goods"}}),
                {"code", "quantity"}, context)) {
    const auto code = text_of(row, "code");
    const auto quantity = outside::quantity_e4(row, "quantity");
    if (!code.empty() && quantity) {
      out.lines.push_back({code, {*quantity, "EA"}, {}, {}, {}});
    }
  }
  return out;
}

}  // namespace crossdock::tryton
