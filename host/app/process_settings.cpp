#include "host/app/process_settings.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/identifiers.hpp"
#include "host/app/configuration_files.hpp"
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

bool is_time(const std::string& text) {
  return text.size() == 5 && text[2] == ':' && text[0] >= '0' && text[0] <= '2' && text[1] >= '0' &&
         text[1] <= '9' && text[3] >= '0' && text[3] <= '5' && text[4] >= '0' && text[4] <= '9' &&
         (text[0] < '2' || text[1] <= '3');
}

void read_calendar(Section& in, process::WarehouseSettings& out) {
  static constexpr const char* kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  if (const auto days = in.words("working_days"); !days.empty()) {
    out.calendar.working_days = 0;
    for (const auto& day : days) {
      const auto found = std::find(std::begin(kDays), std::end(kDays), day);
      if (found == std::end(kDays)) {
        in.problem("working_days", "has `" + day + "`; write mon tue wed thu fri sat sun");
        continue;
      }
      out.calendar.working_days |= 1u << (found - std::begin(kDays));
    }
  }
  for (const auto& day : in.words("holidays")) {
    if (const auto date = canonical::parse_date(day)) {
      out.calendar.holidays.push_back(*date);
    } else {
      in.problem("holidays", "has `" + day + "`; write days like 2026-12-25");
    }
  }
  for (auto& block : in.children("cutoff")) {
    canonical::Cutoff one;
    one.channel = block.text("channel");
    one.service = block.text("service");
    one.local_time = block.required("time");
    if (!one.local_time.empty() && !is_time(one.local_time)) {
      block.problem("time", "is `" + one.local_time + "`; write local time like 17:00");
    }
    block.finish();
    out.warehouse.cutoffs.push_back(std::move(one));
  }
  out.handling_days = in.integer("handling_days", 0, 0, 60);
}

// A decimal amount of the company's currency in minor units.
std::int64_t amount(Section& in, const std::string& key, const std::string& currency) {
  const auto text = in.text(key);
  if (text.empty()) {
    return 0;
  }
  const auto value = canonical::parse_decimal(text, canonical::minor_digits(currency));
  if (!value || *value < 0) {
    in.problem(key, "is `" + text + "`; write an amount of " + currency + " like 4.50");
  }
  return value.value_or(0);
}

process::SplitPolicy split_of(const std::string& word) {
  return word == "by_line" ? process::SplitPolicy::by_line
         : word == "never" ? process::SplitPolicy::never
                           : process::SplitPolicy::any;
}

void read_sourcing_rule(Section& in, process::SourcingRules& rules) {
  process::SourcingRule out;
  out.name = in.name();
  if (!is_name(out.name)) {
    in.problem("", "needs a name of letters, digits, _ or -: rule amz_not_from_phx { ... }");
  }
  out.channels = in.words("channels");
  out.skus = in.words("skus");
  out.countries = in.words("countries");
  out.services = in.words("services");
  const auto hazmat = in.one_of("hazmat", {"yes", "no", "either"}, "either");
  if (hazmat != "either") {
    out.hazmat = hazmat == "yes";
  }
  out.only = in.words("only");
  out.never = in.words("never");
  out.prefer = in.words("prefer");
  if (const auto split = in.one_of("split", {"any", "by_line", "never", ""}, ""); !split.empty()) {
    out.split = split_of(split);
  }
  if (out.only.empty() && out.never.empty() && out.prefer.empty() && !out.split) {
    in.problem("", "says nothing; give it only, never, prefer or split");
  }
  in.finish();
  rules.rules.push_back(std::move(out));
}

void read_sourcing(Section& in, process::Settings& settings) {
  auto& out = settings.sourcing;
  settings.has_sourcing = true;
  out.name = in.name().empty() ? "configured" : in.name();
  static const std::map<std::string, process::Rank> kRanks = {{"packages", process::Rank::packages},
                                                              {"distance", process::Rank::distance},
                                                              {"cost", process::Rank::cost},
                                                              {"priority", process::Rank::priority},
                                                              {"stock", process::Rank::stock}};
  if (const auto words = in.words("rank"); !words.empty()) {
    out.rank.clear();
    for (const auto& word : words) {
      const auto found = kRanks.find(word);
      if (found == kRanks.end()) {
        in.problem("rank", "has `" + word + "`; write packages, distance, cost, priority, stock");
      } else {
        out.rank.push_back(found->second);
      }
    }
  }
  out.split = split_of(in.one_of("split", {"any", "by_line", "never"}, "any"));
  out.split_from_minor = amount(in, "split_from", settings.currency);
  out.most_shipments = in.integer("most_shipments", 0, 0, 100);
  out.hazmat_service = in.one_of("hazmat_service", {"refuse", "downgrade"}, "refuse") == "refuse"
                           ? process::HazmatService::refuse
                           : process::HazmatService::downgrade;
  for (auto& rule : in.children("rule")) {
    read_sourcing_rule(rule, out);
  }
  in.finish();
}

void read_service(Section& in, process::Settings& settings) {
  process::ServiceSettings out;
  out.air = in.one_of("mode", {"ground", "air"}, "ground") == "air";
  out.transit_days = in.integer("transit_days", 0, 0, 365);
  in.finish();
  if (!settings.services.emplace(in.name(), out).second) {
    in.problem("", "is given twice; keep one service " + in.name());
  }
}

// Who owns what: owner { orders channel  addresses channel  credit erp }
void read_owners(Section& in, process::Settings& settings) {
  static const std::set<std::string> kGroups = {"order",  "lines",    "address", "price",
                                                "credit", "customer", "product", "stock",
                                                "pool",   "supply",   "rule"};
  for (const auto& group : kGroups) {
    if (auto owner = in.text(group); !owner.empty()) {
      settings.owners[group] = owner;
    }
  }
  in.finish();
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
  out.own_labels = in.one_of("labels", {"carrier", "own"}, "carrier") == "own";
  w.timezone = in.required("timezone");
  const auto status = in.one_of("status", {"active", "offline", "closed", "shadow"}, "active");
  w.status = status == "active"   ? canonical::WarehouseStatus::active
             : status == "shadow" ? canonical::WarehouseStatus::shadow
             : status == "closed" ? canonical::WarehouseStatus::closed
                                  : canonical::WarehouseStatus::offline;
  w.priority = in.integer("priority", 0, -1000, 1000);
  w.channels = in.words("channels");
  w.hazmat_classes = in.words("hazmat_classes");
  if (const auto most = in.integer("orders_per_day", 0, 0, 10'000'000); most > 0) {
    w.orders_per_day = most;
  }
  out.services = in.words("services");
  out.cost_per_order_minor = amount(in, "cost_per_order", settings.currency);
  out.cost_per_1000_km_minor = amount(in, "cost_per_1000_km", settings.currency);
  read_calendar(in, out);
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
  out.markets = in.words("markets");
  for (const auto& review : in.words("reviews")) {
    if (review == "fraud") {
      out.fraud_review = true;
    } else if (review == "credit") {
      out.credit_review = true;
    } else {
      in.problem("reviews", "has `" + review + "`; write fraud, credit or both");
    }
  }
  out.payment_required = in.flag("payment_required", false);
  const auto prices = in.one_of("price_check", {"none", "alert", "hold"}, "none");
  out.price_check = prices == "hold"    ? process::PriceCheck::hold
                    : prices == "alert" ? process::PriceCheck::alert
                                        : process::PriceCheck::none;
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
  settings.fraud_connector = in.text("fraud");
  settings.credit_connector = in.text("credit");
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
  for (auto& block : root.children("service")) {
    read_service(block, settings);
  }
  for (auto& block : root.children("sourcing")) {
    if (settings.has_sourcing) {
      block.problem("", "stands twice; keep one sourcing block");
    }
    read_sourcing(block, settings);
  }
  if (auto block = root.child("owner")) {
    read_owners(*block, settings);
  }
  for (auto& block : root.children("warehouse")) {
    read_warehouse(block, settings);
  }
  for (auto& block : root.children("channel")) {
    read_channel(block, settings);
  }
}

process::Settings settings_of_then(const std::vector<std::string>& texts) {
  process::Settings out;
  for (const auto& text : texts) {
    Problems problems;
    const auto tree = from_info(text, "the journal's configuration", problems);
    Section root(tree, "the journal's configuration", "", problems);
    bool company = false;
    read_process_blocks(root, out, company);
    if (!problems.empty()) {
      throw std::runtime_error("the configuration in the journal cannot be read: " +
                               problems.front().path + " " + problems.front().message);
    }
  }
  return out;
}

}  // namespace crossdock::host::app
