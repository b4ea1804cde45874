// Price references: what a product costs whom, over which channel, from when to when. They belong
// to the commerce side; here they price what comes without a price and are compared with what comes
// with one. The price of an order that was taken stands, whatever the lists say later.
#pragma once

#include <optional>
#include <string>

#include "crossdock/canonical/aftersales.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// Keeps a reference under its id; one of an older revision changes nothing.
void price_changed(Context& context, const canonical::PriceReference& price);

struct PriceQuestion {
  std::string_view sku;
  std::string_view customer;
  std::string_view channel;
  std::string_view currency;
  std::int64_t quantity_e4 = 0;
  std::int64_t at_ns = 0;
};
struct Price {
  std::int64_t unit_price_e6 = 0;
  std::string list;
  std::string id;
};
// The reference that holds: valid then (from its first instant, until before its last), for so
// many, for this customer before his list before everybody, for this channel before any; then the
// higher priority, the larger least quantity, the later beginning.
std::optional<Price> price_for(journal::Database& db, const PriceQuestion& question);

}  // namespace crossdock::host::process
