#include "tests/support/process/world.hpp"

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/fulfilment/planning.hpp"
#include "host/process/invariants/invariants.hpp"
#include "host/process/orders/order_book.hpp"
#include "host/process/schema.hpp"
#include "host/process/step.hpp"

namespace crossdock::support {

using namespace host;

namespace {

constexpr std::int64_t kUnit = canonical::Quantity::kScale;

struct Place {
  const char* code;
  const char* zone;
  double latitude;
  double longitude;
  bool hazmat;
};
constexpr Place kPlaces[] = {{"EWR", "America/New_York", 40.7357, -74.1724, true},
                             {"ATL", "America/New_York", 33.7490, -84.3880, false},
                             {"DFW", "America/Chicago", 32.7767, -96.7970, true},
                             {"PHX", "America/Phoenix", 33.4484, -112.0740, false},
                             {"YYZ", "America/Toronto", 43.5890, -79.6441, false}};

}  // namespace

process::Settings five_warehouses() {
  process::Settings out;
  out.company_name = "Example Distribution Company";
  out.gs1_prefix = "0614141";
  out.currency = "USD";
  out.carrier_connector = "carrier";
  out.erp_connector = "erp";
  for (const auto& place : kPlaces) {
    process::WarehouseSettings one;
    one.connector = "wms";
    one.warehouse.code = place.code;
    one.warehouse.timezone = place.zone;
    one.warehouse.address.geo = canonical::GeoPoint{place.latitude, place.longitude, {}};
    if (place.hazmat) {
      one.warehouse.hazmat_classes = {"all"};
    }
    out.warehouses[place.code] = one;
  }
  for (const char* code : {"north", "south", "east", "west"}) {
    process::ChannelSettings channel;
    channel.code = code;
    channel.connector = "edi";
    out.channels[code] = channel;
  }
  return out;
}

namespace {

// All that is known of an order, its lines and its shipments, as one text.
std::string told_of(journal::Database& db, const std::string& order_id) {
  const auto order = process::find_order(db, order_id);
  std::string out = canonical::encode(order->header) + canonical::encode(order->requested);
  for (const auto& text :
       {order->correlation_id, order->business_key, order->status, order->service, order->fraud,
        order->credit, order->payment, std::to_string(order->value_minor),
        std::to_string(order->released_at_ns), order->trouble}) {
    out += "|" + text;
  }
  for (const auto& line : process::order_lines(db, order_id)) {
    out += "\n" + canonical::encode(line);
  }
  for (const auto& plan : process::plans_of(db, order_id)) {
    out += "\n";
    for (const auto& text : {plan.id, plan.order_id, plan.fulfillment_order_id, plan.warehouse,
                             plan.state, std::to_string(plan.attempt), plan.sscc, plan.label_ref,
                             plan.carrier_scac, plan.service, plan.tracking, plan.external_ref,
                             std::to_string(plan.cancel_requested), plan.cancel_purpose}) {
      out += "|" + text;
    }
    for (const auto& line : plan.lines) {
      out += " " + line.line_no + " " + line.sku + " " + std::to_string(line.planned) + " " +
             std::to_string(line.shipped);
    }
  }
  return out;
}

}  // namespace

canonical::ShipmentLabel label_for(const canonical::LabelRequest& request) {
  canonical::ShipmentLabel out;
  out.shipment_id = request.shipment.id;
  out.order_id = request.shipment.order_id;
  out.label_ref = "se-" + request.shipment.id;
  out.carrier_code = "parcel";
  out.service = "ground";
  out.tracking_numbers = {"T" + request.shipment.id};
  return out;
}

World::World(const std::filesystem::path& folder)
    : folder_(folder),
      settings_(five_warehouses()),
      db_(folder / "store.sqlite", journal::Database::Mode::writer) {
  db_.migrate(process::schema_steps());
}

std::vector<Sent> World::receive(std::string_view type, const std::string& data,
                                 const std::string& business_key, const std::string& source) {
  now_ns += 1'000'000;
  const auto id = "message-" + std::to_string(++messages_);
  canonical::MessageView message;
  message.id = id;
  message.source = source;
  message.type = type;
  message.data = data;
  message.business_key = business_key;
  message.correlation_id = "flow";
  journal::StoreTransaction transaction(db_);
  if (auto fault = process::apply_message(db_, settings_, now_ns, message); !fault.empty()) {
    throw process::Refused(fault);
  }
  std::vector<Sent> out;
  {
    auto statement = db_.prepare("SELECT type, target, subject, data FROM outbox ORDER BY id");
    while (statement.step()) {
      out.push_back({statement.text(0), statement.text(1), statement.text(2), statement.text(3)});
    }
  }
  db_.prepare("DELETE FROM outbox").run();
  transaction.commit();
  return out;
}

void World::add_product(const std::string& sku) {
  canonical::Product product;
  product.sku = sku;
  product.title = "Article " + sku;
  receive(canonical::kProductUpserted, canonical::encode(product));
}

void World::count(const std::string& warehouse, const std::string& sku, std::int64_t units,
                  std::int64_t as_of_ns) {
  canonical::InventorySnapshot snapshot;
  snapshot.warehouse = warehouse;
  snapshot.system = "wms";
  snapshot.as_of.ns = as_of_ns == 0 ? now_ns : as_of_ns;
  snapshot.lines.push_back({sku, {units * kUnit, "EA"}, {}, {}, {}});
  receive(canonical::kSnapshotReceived, canonical::encode(snapshot));
}

std::vector<Sent> World::order(const std::string& channel, const std::string& po_number,
                               const std::vector<std::pair<std::string, std::int64_t>>& lines,
                               const std::string& purpose) {
  canonical::Order order;
  order.purpose = purpose;
  order.header.channel = channel;
  order.header.po_number = order.header.channel_order_no = po_number;
  order.header.customer = "CUST";
  order.header.currency = "USD";
  order.header.ship_to.name = "Receiving Dock";
  order.header.ship_to.geo = canonical::GeoPoint{41.8781, -87.6298, {}};
  for (const auto& [sku, units] : lines) {
    canonical::OrderLine line;
    line.line_no = std::to_string(order.lines.size() + 1);
    line.sku = sku;
    line.ordered = {units * kUnit, "EA"};
    line.unit_price = {10'000'000, "USD"};
    order.lines.push_back(std::move(line));
  }
  return receive(canonical::kOrderCaptured, canonical::encode(order),
                 "order:" + channel + ":" + po_number);
}

std::vector<Sent> World::label(const canonical::LabelRequest& request) {
  return receive(canonical::kLabelCreated, canonical::encode(label_for(request)));
}

std::vector<Sent> World::ship(const canonical::FulfillmentRequest& request, std::int64_t less) {
  canonical::Shipment shipment;
  shipment.id = request.fulfillment_order.id;
  shipment.fulfillment_order_id = request.fulfillment_order.id;
  shipment.warehouse = request.fulfillment_order.warehouse;
  shipment.state = canonical::ShipmentState::shipped;
  shipment.shipped_at.ns = now_ns;
  canonical::Package package;
  for (const auto& line : request.fulfillment_order.lines) {
    auto quantity = line.quantity;
    quantity.e4 -= std::min(quantity.e4, less * kUnit);
    less = 0;
    if (quantity.e4 > 0) {
      package.contents.push_back({line.line_no, line.sku, quantity, {}, {}, {}});
    }
  }
  shipment.packages.push_back(std::move(package));
  return receive(canonical::kShipmentConfirmed, canonical::encode(shipment));
}

std::vector<Sent> World::post(const canonical::InvoiceRequest& request) {
  auto invoice = request.invoice;
  invoice.number = "INV-" + invoice.id;
  invoice.state = canonical::InvoiceState::posted;
  return receive(canonical::kInvoicePosted, canonical::encode(invoice));
}

std::int64_t World::number(const std::string& sql) {
  auto statement = db_.prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string World::text(const std::string& sql) {
  auto statement = db_.prepare(sql);
  return statement.step() ? statement.text(0) : std::string();
}

std::vector<std::string> World::broken_invariants() {
  auto out = process::broken_invariants(db_, settings_);
  journal::Database reader(folder_ / "store.sqlite", journal::Database::Mode::reader);
  journal::StoreTransaction remembers(db_);
  auto latest = reader.prepare("SELECT id FROM orders ORDER BY created_at DESC LIMIT 50");
  while (latest.step()) {
    if (told_of(db_, latest.text(0)) != told_of(reader, latest.text(0))) {
      out.push_back("what is remembered of order " + latest.text(0) + " is not what is stored: " +
                    told_of(db_, latest.text(0)) + " / " + told_of(reader, latest.text(0)));
    }
  }
  remembers.commit();  // a rollback would forget everything
  return out;
}

}  // namespace crossdock::support
