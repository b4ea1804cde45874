// What can be looked at of stock, as JSON: positions, movements, reservations, supplies, pools,
// transfers, returns, discrepancies. Pages end after `limit` rows and say where the next begins.
//
// Threads: whoever owns the database; it may be a reader.
#pragma once

#include <optional>
#include <string>

#include "host/process/context.hpp"

namespace crossdock::host::process {

struct StockFilter {
  std::string sku;
  std::string warehouse;
  std::string channel;
  std::string state;
  std::string key;    // an order, cart or transfer
  std::string after;  // the mark of the page before
  std::size_t limit = 100;
};

class StockViews {
 public:
  StockViews(journal::Database& db, const Settings& settings) : db_(db), settings_(settings) {}

  // What can be sold of a product over a channel, with provenance, revision and dates; nothing for
  // a product that is not known.
  std::optional<std::string> availability(const std::string& sku, const std::string& channel);
  std::string positions(const StockFilter& filter);
  std::string movements(const StockFilter& filter);
  std::string reservations(const StockFilter& filter);
  std::string supplies(const StockFilter& filter);
  std::string pools(const StockFilter& filter);
  std::string transfers(const StockFilter& filter);
  std::string returns(const StockFilter& filter);
  std::string discrepancies(const StockFilter& filter);

 private:
  journal::Database& db_;
  const Settings& settings_;
};

}  // namespace crossdock::host::process
