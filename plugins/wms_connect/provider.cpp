#include "plugins/wms_connect/provider.hpp"

#include <algorithm>

namespace crossdock::wms {
namespace {

namespace json = boost::json;

json::object address_of(const canonical::Address& address) {
  json::object out{{"name", address.name},
                   {"company", address.name},
                   {"address_line_1", address.street},
                   {"address_line_2", address.street2},
                   {"address_line_3", ""},
                   {"city", address.city},
                   {"state_province", address.region},
                   {"postal_code", address.postal_code},
                   {"country_code", address.country}};
  if (address.phone) {
    out["phone"] = *address.phone;
  }
  return out;
}

HttpOptions options_of(const Config& config) {
  HttpOptions out;
  out.base_url = config.base_url;
  out.timeout = config.timeout;
  if (!config.tenant.empty()) {
    out.headers.emplace_back("tenant-id", config.tenant);
  }
  return out;
}

}  // namespace

Provider::Provider(const Host& host, const Config& config)
    : config_(config), http_(host, options_of(config)) {}

std::string Provider::their_warehouse(const std::string& ours) const {
  const auto found = std::find_if(config_.warehouses.begin(), config_.warehouses.end(),
                                  [&](const WarehouseName& one) { return one.name == ours; });
  return found == config_.warehouses.end() || found->id.empty() ? ours : found->id;
}

json::object Provider::order_of(const canonical::FulfillmentRequest& request) const {
  const auto& work = request.fulfillment_order;
  json::array items;
  for (const auto& line : work.lines) {
    json::object product{{"product_id", line.sku},
                         {"name", line.description.value_or(line.sku)},
                         {"identifiers", {{"sku", line.sku}, {"fulfillment_sku", line.sku}}}};
    items.push_back(json::object{
        {"line_item_id", work.id + ":" + line.line_no},
        {"description", line.description.value_or(line.sku)},
        {"product", std::move(product)},
        {"quantity", static_cast<double>(line.quantity.e4) / canonical::Quantity::kScale}});
  }
  json::object preferences{{"requested_warehouse", their_warehouse(work.warehouse)}};
  if (request.shipment.service) {
    preferences["shipping_service"] = *request.shipment.service;
  }
  if (work.ship_by) {
    preferences["ship_by_date"] = canonical::to_string(*work.ship_by) + "T00:00:00Z";
  }
  // The carton's numbers travel in the fields that the contract leaves to the parties.
  json::object extensions;
  if (!request.shipment.packages.empty()) {
    const auto& package = request.shipment.packages.front();
    extensions["custom_field_1"] = package.sscc.value_or("");
    extensions["custom_field_2"] = package.tracking_no.value_or("");
    extensions["custom_field_3"] = request.shipment.carrier_scac.value_or("");
  }
  json::object fulfillment{{"requested_fulfillment_id", work.id},
                           {"items", std::move(items)},
                           {"ship_to", address_of(request.order.ship_to)},
                           {"shipping_preferences", std::move(preferences)},
                           {"extensions", std::move(extensions)}};
  return {{"order_id", work.id},
          {"order_number", request.order.po_number},
          {"currency", request.order.currency},
          {"status", "AwaitingShipment"},
          {"requested_fulfillments", json::array{std::move(fulfillment)}}};
}

HttpResult Provider::delegate_fulfillment(const json::object& order) const {
  return deliver("orders.write", "/delegate_fulfillment", order);
}

HttpResult Provider::cancel_fulfillment(const std::string& order_id,
                                        const std::string& reason) const {
  return deliver("orders.cancel", "/cancel_fulfillment",
                 {{"fulfillment_provider_order_id", order_id}, {"reason", reason}});
}

HttpResult Provider::get_fulfillments(const std::string& order_id) const {
  return read("orders.read", Priority::normal, "/get_fulfillments",
              {{"fulfillment_provider_order_id", order_id}});
}

HttpResult Provider::get_recent_changes(const std::string& since,
                                        const json::value& next_request) const {
  json::object body;
  if (!since.empty()) {
    body["since"] = since;
  }
  if (!next_request.is_null()) {
    body["next_request"] = next_request;
  }
  return read("changes.read", Priority::normal, "/get_recent_changes", std::move(body));
}

HttpResult Provider::get_inventory(const json::value& next_request) const {
  json::object body;
  if (!next_request.is_null()) {
    body["next_request"] = next_request;
  }
  return read("stock.read", Priority::bulk, "/get_inventory", std::move(body));
}

HttpResult Provider::deliver(const char* operation, const char* path, json::object body) const {
  return http_.deliver(operation, "POST", path, with_credentials(std::move(body)),
                       "application/json");
}

HttpResult Provider::read(const char* operation, Priority priority, const char* path,
                          json::object body) const {
  return http_.request({.operation = operation, .priority = priority}, "POST", path,
                       with_credentials(std::move(body)), "application/json");
}

std::string Provider::with_credentials(json::object body) const {
  body["auth"] = json::object{{"fulfillment_provider_api_code", config_.api_code},
                              {"api_key", config_.api_key.reveal()}};
  return json::serialize(body);
}

}  // namespace crossdock::wms
