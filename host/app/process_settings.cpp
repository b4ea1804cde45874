#include "host/app/process_settings.hpp"

#include <algorithm>
#include <utility>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/identifiers.hpp"
#include "host/app/stock_settings.hpp"

namespace crossdock::host::app {
namespace {

canonical::Address read_address(Section& in) {
  canonical::Address out;
  out.name = in.text("name");
  out.street = in.text("street");
  out.street2 = in.text("street2");
  out.city = in.required("city");
  out.region = in.text("region");
  out.postal_code = in.text("postal_code");
  out.country = in.text("country", "US");
  if (auto phone = in.text("phone"); !phone.empty()) {
    out.phone = phone;
  }
  in.finish();
  return out;
}

void read_warehouse(Section& in, process::Settings& settings) {
  process::WarehouseSettings out;
  auto& w = out.warehouse;
  w.code = in.name();
  if (!is_name(w.code)) {
    in.problem("", "needs a code of letters, digits, _ or -: warehouse EWR { ... }");
  }
  w.name = in.text("name", w.code);
  out.connector = in.required("connector");
  w.timezone = in.required("timezone");
  const auto status = in.one_of("status", {"active", "offline", "closed", "shadow"}, "active");
  w.status = status == "active"   ? canonical::WarehouseStatus::active
             : status == "shadow" ? canonical::WarehouseStatus::shadow
             : status == "closed" ? canonical::WarehouseStatus::closed
                                  : canonical::WarehouseStatus::offline;
  w.priority = in.integer("priority", 0, -1000, 1000);
  w.channels = in.words("channels");
  w.hazmat_classes = in.words("hazmat_classes");
  if (auto gln = in.text("gln"); !gln.empty()) {
    w.gln = gln;
  }
  if (auto address = in.child("address")) {
    w.address = read_address(*address);
    w.address.name = w.address.name.empty() ? w.name : w.address.name;
  } else {
    in.problem("address", "is missing; add address { city ... }");
  }
  const double latitude = in.number("latitude", 1000, -90, 90);
  const double longitude = in.number("longitude", 1000, -180, 180);
  if (latitude <= 90 && longitude <= 180) {
    w.address.geo = canonical::GeoPoint{latitude, longitude, {}};
  }
  read_stock_of_warehouse(in, out);
  in.finish();
  for (const auto& problem : canonical::validate(w)) {
    in.problem(problem.path, problem.message);
  }
  if (!settings.warehouses.emplace(w.code, out).second) {
    in.problem("", "is given twice; keep one warehouse " + w.code);
  }
}

void read_channel(Section& in, process::Settings& settings) {
  process::ChannelSettings out;
  out.code = in.name();
  if (!is_name(out.code)) {
    in.problem("", "needs a code of letters, digits, _ or -: channel north { ... }");
  }
  out.connector = in.required("connector");
  out.customer = in.text("customer");
  out.priority = static_cast<int>(in.integer("priority", 0, -1000, 1000));
  const auto shortage =
      in.one_of("shortage", {"backorder", "reject_line", "ship_complete"}, "backorder");
  out.shortage = shortage == "reject_line"     ? process::ShortagePolicy::reject_line
                 : shortage == "ship_complete" ? process::ShortagePolicy::ship_complete
                                               : process::ShortagePolicy::backorder;
  read_stock_of_channel(in, out);
  in.finish();
  if (!settings.channels.emplace(out.code, out).second) {
    in.problem("", "is given twice; keep one channel " + out.code);
  }
}

void read_company(Section& in, process::Settings& settings) {
  settings.company_name = in.required("name");
  settings.gs1_prefix = in.required("gs1_prefix");
  settings.currency = in.text("currency", "USD");
  settings.carrier_connector = in.text("carrier");
  settings.erp_connector = in.text("erp");
  settings.most_fulfillment_attempts =
      static_cast<int>(in.integer("fulfillment_attempts", 3, 1, 20));
  if (!settings.gs1_prefix.empty() && !canonical::make_sscc('0', settings.gs1_prefix, 1)) {
    in.problem("gs1_prefix", "must be the 6 to 12 digits of the GS1 company prefix");
  }
  if (!canonical::is_currency(settings.currency)) {
    in.problem("currency", "must be three capital letters (ISO 4217)");
  }
  in.finish();
}

}  // namespace

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

void read_process_blocks(Section& root, process::Settings& settings, bool& company) {
  if (auto block = root.child("company")) {
    if (std::exchange(company, true)) {
      block->problem("", "stands in another file too; keep one company block");
    }
    read_company(*block, settings);
  }
  read_stock_blocks(root, settings);
  for (auto& block : root.children("warehouse")) {
    read_warehouse(block, settings);
  }
  for (auto& block : root.children("channel")) {
    read_channel(block, settings);
  }
}

}  // namespace crossdock::host::app
