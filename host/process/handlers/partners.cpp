// Which messages are reports of partners in their own words, and the process that each is put into.
#include "host/process/handlers/tables.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/orders/change_requests.hpp"
#include "host/process/ownership.hpp"
#include "host/process/partners/receipt_report.hpp"
#include "host/process/partners/shipment_report.hpp"
#include "host/process/partners/status_report.hpp"
#include "host/process/partners/stock_report.hpp"

namespace crossdock::host::process {

HandlerTable partner_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kWarehouseShipmentReported,
       [](Context& c, M m) { shipment_reported(c, read<canonical::WarehouseShipment>(m), m); }},
      {canonical::kTransferReceiptReported,
       [](Context& c, M m) {
         cover_backorders(c, receipt_reported(c, read<canonical::TransferReceipt>(m), m));
       }},
      {canonical::kStockAdjusted,
       [](Context& c, M m) {
         const auto report = read<canonical::InventoryAdjustment>(m);
         if (may_write_stock(c, report.warehouse.value_or(""), m)) {
           cover_backorders(c, stock_adjusted(c, report, m));
         }
       }},
      {canonical::kOrderChangeRequested,
       [](Context& c, M m) { order_change_requested(c, read<canonical::OrderChange>(m), m); }},
      {canonical::kShipmentStatusReported,
       [](Context& c, M m) { status_reported(c, read<canonical::ShipmentStatus>(m)); }},
  };
}

}  // namespace crossdock::host::process
