// The business processes without a host: messages go in, what they send comes out, the store can be
// asked. A fixture of five warehouses and four channels as the demo has it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/invoice.hpp"
#include "crossdock/canonical/order.hpp"
#include "crossdock/canonical/product.hpp"
#include "host/journal/store.hpp"
#include "host/process/settings.hpp"

namespace crossdock::support {

struct Sent {
  std::string type;
  std::string target;
  std::string subject;
  std::string data;
};

// Five warehouses of North America, four channels.
host::process::Settings five_warehouses();

// What a carrier answers that buys every label.
canonical::ShipmentLabel label_for(const canonical::LabelRequest& request);

class World {
 public:
  // The store is made in `folder`.
  explicit World(const std::filesystem::path& folder);

  host::process::Settings& settings() { return settings_; }
  host::journal::Database& store() { return db_; }

  // Handles one message in a transaction; returns what was sent because of it, or throws what the
  // handler threw, with nothing changed.
  std::vector<Sent> receive(std::string_view type, const std::string& data,
                            const std::string& business_key = "key",
                            const std::string& source = {});

  void add_product(const std::string& sku);
  void count(const std::string& warehouse, const std::string& sku, std::int64_t units,
             std::int64_t as_of_ns = 0);
  std::vector<Sent> order(const std::string& channel, const std::string& po_number,
                          const std::vector<std::pair<std::string, std::int64_t>>& lines,
                          const std::string& purpose = "original");
  std::vector<Sent> label(const canonical::LabelRequest& request);
  // Confirms a fulfillment request; `less` units of its first line are missing.
  std::vector<Sent> ship(const canonical::FulfillmentRequest& request, std::int64_t less = 0);
  std::vector<Sent> post(const canonical::InvoiceRequest& request);

  // The value of a query with one result.
  std::int64_t number(const std::string& sql);
  std::string text(const std::string& sql);

  // Each line names an invariant (canonical model, section 5) that does not hold, or an order of
  // the latest of which something else is remembered than is stored.
  std::vector<std::string> broken_invariants();

  std::int64_t now_ns = 1'764'000'000'000'000'000;

 private:
  std::filesystem::path folder_;
  host::process::Settings settings_;
  host::journal::Database db_;
  std::int64_t messages_ = 0;
};

}  // namespace crossdock::support
