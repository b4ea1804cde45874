#include "host/process/fulfilment/tracking.hpp"

#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {
namespace {

struct Found {
  std::string shipment_id;
  std::string order_id;
  std::string state;
};

std::optional<Found> find_shipment_of(journal::Database& db,
                                      const canonical::TrackingEvent& event) {
  auto statement = db.prepare(
      "SELECT id, order_id, state FROM shipments WHERE id = ?1 OR id = (SELECT shipment_id FROM "
      "packages WHERE tracking_no = ?2)");
  statement.bind(event.shipment_id.value_or(""), event.tracking_no);
  if (!statement.step()) {
    return std::nullopt;
  }
  return Found{statement.text(0), statement.text(1), statement.text(2)};
}

// Delivered is when every package of the shipment is.
bool all_delivered(journal::Database& db, const std::string& shipment_id) {
  auto statement = db.prepare(
      "SELECT 1 FROM packages p WHERE p.shipment_id = ?1 AND NOT EXISTS(SELECT 1 FROM tracking t "
      "WHERE t.tracking_no = p.tracking_no AND t.code = ?2)");
  statement.bind(shipment_id, std::to_string(static_cast<int>(canonical::TrackingCode::delivered)));
  return !statement.step();
}

}  // namespace

void tracking_scanned(Context& context, const canonical::TrackingEvent& event) {
  context.db
      .prepare(
          "INSERT INTO tracking(tracking_no, occurred_at, code, raw, place) VALUES(?,?,?,?,?) "
          "ON CONFLICT DO NOTHING")
      .bind(event.tracking_no, event.occurred_at.ns, std::to_string(static_cast<int>(event.code)),
            event.carrier_code_raw, event.place.value_or(""))
      .run();
  const auto found = find_shipment_of(context.db, event);
  if (!found) {
    return;  // a parcel that is not ours, or a scan before the warehouse confirmed it
  }
  if (event.code == canonical::TrackingCode::exception ||
      event.code == canonical::TrackingCode::lost ||
      event.code == canonical::TrackingCode::returning) {
    context.alert(
        "carrier_exception", found->shipment_id,
        "package " + event.tracking_no + ": " + event.description.value_or(event.carrier_code_raw));
  }
  if (found->state == "shipped" && all_delivered(context.db, found->shipment_id)) {
    set_shipment_state(context, found->shipment_id, "delivered");
    derive_status(context, found->order_id);
  }
}

}  // namespace crossdock::host::process
