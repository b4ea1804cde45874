// What can be asked of the business processes: orders with all that belongs to them, what can be
// promised, and the summary of everything. Answers are JSON text.
//
// Each call opens nothing: a Queries object has a read-only connection of its own and belongs to
// one thread at a time.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/journal/store.hpp"
#include "host/process/inventory/explain.hpp"
#include "host/process/inventory/views.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::process {

class Queries {
 public:
  // The store must exist. Throws journal::StoreError.
  Queries(const std::filesystem::path& store, const Settings& settings);

  struct Filter {
    std::string channel;
    std::string status;
    std::string po_number;
    std::string after;  // order id
    std::size_t limit = 100;
  };
  std::string orders(const Filter& filter);
  // By order id or purchase order number; nothing where there is none.
  std::optional<std::string> order(const std::string& key);
  // The business keys and correlation ids behind an order id or purchase order number.
  std::vector<std::string> journal_keys(const std::string& key);
  // Nothing for a product that is not known.
  std::optional<std::string> availability(const std::string& sku, const std::string& channel);
  // Positions, movements, reservations, transfers, returns, discrepancies.
  StockViews stock() { return {db_, settings_}; }
  std::string explain(const std::string& sku, const std::string& channel) {
    return explain_availability(db_, settings_, sku, channel);
  }
  // Reads the whole store, as it is at one moment.
  std::vector<std::string> broken_invariants();
  std::map<std::string, std::uint64_t> orders_by_status();
  // orders, allocations, shipments, invoices, documents, duplicates; the caller adds the journal's
  // part (dead_letters, messages).
  std::string summary();
  std::string alerts(std::size_t limit);
  // Documents sent, the latest first; `state`: empty, waiting, overdue or refused.
  std::string documents(const std::string& partner, const std::string& state, std::size_t limit);

 private:
  journal::Database db_;
  const Settings& settings_;
};

}  // namespace crossdock::host::process
