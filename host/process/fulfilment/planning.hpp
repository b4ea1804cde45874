// Planned shipments: one per warehouse and round, each with a carton number of its own. A planned
// shipment is one label at the carrier and one fulfillment order at the warehouse.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/fulfillment.hpp"
#include "host/process/context.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/sourcing/sourcing.hpp"

namespace crossdock::host::process {

struct PlannedLine {
  std::string line_no;
  std::string sku;
  std::int64_t planned = 0;  // ten-thousandths
  std::int64_t shipped = 0;
};

// States: planned, label_refused, submitted, accepted, picked, shipped, delivered, exception, short
// (nothing of it shipped), rejected, cancelled, voided.
struct Planned {
  std::string id;
  std::string order_id;
  std::string fulfillment_order_id;
  std::string warehouse;
  std::string state;
  std::int64_t attempt = 1;
  std::string sscc;
  std::string label_ref;
  std::string carrier_scac;
  std::string service;
  std::string tracking;
  std::string external_ref;
  bool cancel_requested = false;
  std::string cancel_purpose;  // cancel, line, hold, reroute
  std::vector<PlannedLine> lines;
};

std::optional<Planned> find_shipment(journal::Database& db, std::string_view shipment_id);
std::optional<Planned> find_by_fulfillment_order(journal::Database& db, std::string_view id);
std::vector<Planned> plans_of(journal::Database& db, std::string_view order_id);
void set_shipment_state(Context& context, std::string_view shipment_id, std::string_view state);

// As with orders (order_book.hpp): whatever writes to a row of `shipments` or `shipment_lines` says
// whose it is, and changes no other's.
void change_shipment(Context& context, std::string_view shipment_id,
                     const std::function<void()>& write);
// By one statement whose last parameter is the shipment's id.
template <class... Values>
void update_shipment(Context& context, std::string_view shipment_id, std::string_view sql,
                     const Values&... values) {
  change_shipment(context, shipment_id,
                  [&] { context.db.prepare(sql).bind(values..., shipment_id).run(); });
}

// One planned shipment per warehouse of the choices; asks the carrier for labels, and warehouses
// that have their own for the work at once.
void plan_shipments(Context& context, const std::string& order_id, const KnownOrder& order,
                    const std::vector<Choice>& choices);
// What a warehouse shipped short, planned again there.
void plan_remainder(Context& context, const Planned& earlier, const KnownOrder& order,
                    const std::vector<PlannedLine>& missing);

// The canonical shipment of a plan: one carton with everything in it.
canonical::Shipment to_shipment(journal::Database& db, const Planned& planned);

}  // namespace crossdock::host::process
