#include "plugins/carrier_shipengine/requests.hpp"

#include <algorithm>
#include <crossdock/json_reading.hpp>
#include <map>

namespace crossdock::carrier {
namespace {

namespace json = boost::json;

// ShipEngine forbids empty texts, and wants a phone number with every address.
void set(json::object& out, const char* key, const std::string& value) {
  if (!value.empty()) {
    out[key] = value;
  }
}

json::object address_of(const canonical::Address& address) {
  json::object out;
  set(out, "name", address.name);
  set(out, "company_name", address.name);
  out["phone"] = address.phone.value_or("000-000-0000");
  set(out, "address_line1", address.street);
  set(out, "address_line2", address.street2);
  set(out, "city_locality", address.city);
  set(out, "state_province", address.region);
  set(out, "postal_code", address.postal_code);
  set(out, "country_code", address.country);
  out["address_residential_indicator"] = "no";
  return out;
}

json::array packages_of(const canonical::Shipment& shipment) {
  json::array out;
  for (const auto& package : shipment.packages) {
    json::object one{
        {"package_code", "package"},
        {"weight",
         {{"value", std::max<std::int64_t>(1, package.weight_g.value_or(1))}, {"unit", "gram"}}}};
    if (package.sscc) {
      one["external_package_id"] = *package.sscc;
    }
    out.push_back(std::move(one));
  }
  return out;
}

json::object place_of(const canonical::LabelRequest& request) {
  return {{"ship_to", address_of(request.ship_to)},
          {"ship_from", address_of(request.ship_from)},
          {"packages", packages_of(request.shipment)}};
}

double amount(const json::value& rate, const char* key) {
  const auto* money = outside::member(rate, key);
  const auto* value = money == nullptr ? nullptr : outside::member(*money, "amount");
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0.0;
}

canonical::TrackingCode code_of(const std::string& status) {
  using canonical::TrackingCode;
  static const std::map<std::string, TrackingCode> kCodes = {
      {"AC", TrackingCode::picked_up}, {"IT", TrackingCode::in_transit},
      {"DE", TrackingCode::delivered}, {"EX", TrackingCode::exception},
      {"AT", TrackingCode::attempted}, {"NY", TrackingCode::label_created},
      {"SP", TrackingCode::delivered}};
  const auto found = kCodes.find(status);
  return found == kCodes.end() ? TrackingCode::unknown : found->second;
}

std::string joined(std::initializer_list<std::string> words) {
  std::string out;
  for (const auto& word : words) {
    if (!word.empty()) {
      out += (out.empty() ? "" : ", ") + word;
    }
  }
  return out;
}

}  // namespace

json::object shipment_of(const canonical::LabelRequest& request, const Config& config,
                         const std::string& service) {
  auto out = place_of(request);
  out["carrier_id"] = config.carrier_id;
  out["service_code"] = service;
  out["external_shipment_id"] = request.shipment.id;
  set(out, "external_order_id", request.po_number);
  return out;
}

json::object label_request_of(const canonical::LabelRequest& request, const Config& config,
                              const std::string& service) {
  return {{"shipment", shipment_of(request, config, service)},
          {"label_format", config.label_format},
          {"label_layout", "4x6"},
          {"label_download_type", "url"}};
}

json::object rate_request_of(const canonical::LabelRequest& request, const Config& config) {
  return {{"shipment", place_of(request)},
          {"rate_options", {{"carrier_ids", json::array{config.carrier_id}}}}};
}

std::optional<std::string> cheapest_service(const json::value& rates_answer) {
  const auto* answer = outside::member(rates_answer, "rate_response");
  if (answer == nullptr) {
    return std::nullopt;
  }
  std::optional<std::tuple<double, std::int64_t, std::string>> best;
  for (const auto& rate : outside::list(*answer, "rates")) {
    const auto service = outside::text(rate, "service_code");
    if (service.empty() || !outside::list(rate, "error_messages").empty()) {
      continue;
    }
    const double price = amount(rate, "shipping_amount") + amount(rate, "insurance_amount") +
                         amount(rate, "confirmation_amount") + amount(rate, "other_amount");
    const auto* days = outside::member(rate, "delivery_days");
    std::tuple<double, std::int64_t, std::string> one{
        price, days != nullptr && days->is_int64() ? days->get_int64() : 99, service};
    if (!best || one < *best) {
      best = std::move(one);
    }
  }
  return best ? std::optional(std::get<2>(*best)) : std::nullopt;
}

std::optional<canonical::ShipmentLabel> read_label(const json::value& answer,
                                                   const canonical::LabelRequest& request,
                                                   const Config& config) {
  canonical::ShipmentLabel out;
  out.shipment_id = request.shipment.id;
  out.order_id = request.shipment.order_id;
  out.label_ref = outside::text(answer, "label_id");
  out.carrier_code = outside::text(answer, "carrier_code");
  out.service = outside::text(answer, "service_code");
  for (const auto& package : outside::list(answer, "packages")) {
    if (auto number = outside::text(package, "tracking_number"); !number.empty()) {
      out.tracking_numbers.push_back(std::move(number));
    }
  }
  if (out.tracking_numbers.empty()) {
    if (auto number = outside::text(answer, "tracking_number"); !number.empty()) {
      out.tracking_numbers.push_back(std::move(number));
    }
  }
  if (out.label_ref.empty() || out.tracking_numbers.empty()) {
    return std::nullopt;
  }
  for (const auto& carrier : config.carriers) {
    if (carrier.name == out.carrier_code) {
      out.carrier_scac = carrier.scac;
    }
  }
  if (const auto* cost = outside::member(answer, "shipment_cost")) {
    auto currency = outside::text(*cost, "currency");
    std::transform(currency.begin(), currency.end(), currency.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (const auto value = outside::quantity_e4(*cost, "amount"); value && currency.size() == 3) {
      std::int64_t unit = 10'000;
      for (int i = 0; i < canonical::minor_digits(currency); ++i) {
        unit /= 10;
      }
      out.cost = canonical::Money{(*value + unit / 2) / unit, currency};
    }
  }
  if (const auto* link = outside::member(answer, "label_download")) {
    if (auto href = outside::text(*link, "href"); !href.empty()) {
      out.document_href = std::move(href);
    }
  }
  return out;
}

std::vector<canonical::TrackingEvent> read_tracking(const json::value& body) {
  std::vector<canonical::TrackingEvent> out;
  const auto* data = outside::member(body, "data");
  if (data == nullptr) {
    return out;
  }
  const auto number = outside::text(*data, "tracking_number");
  for (const auto& scan : outside::list(*data, "events")) {
    const auto at = canonical::parse_instant(outside::text(scan, "occurred_at"));
    if (!at || number.empty()) {
      continue;
    }
    canonical::TrackingEvent event;
    event.tracking_no = number;
    event.occurred_at = *at;
    auto status = outside::text(scan, "status_code");
    event.code = code_of(status);
    event.carrier_code_raw = outside::text(scan, "carrier_status_code");
    if (event.carrier_code_raw.empty()) {
      event.carrier_code_raw = status;
    }
    if (auto place =
            joined({outside::text(scan, "city_locality"), outside::text(scan, "state_province"),
                    outside::text(scan, "country_code")});
        !place.empty()) {
      event.place = std::move(place);
    }
    if (auto words = outside::text(scan, "description"); !words.empty()) {
      event.description = std::move(words);
    }
    out.push_back(std::move(event));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.occurred_at.ns < b.occurred_at.ns;
  });
  return out;
}

}  // namespace crossdock::carrier
