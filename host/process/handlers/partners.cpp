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
      {canonical::kWarehouseShipmentReported, on(&shipment_reported)},
      {canonical::kTransferReceiptReported,
       on(+[](Context& c, const canonical::TransferReceipt& receipt, M m) {
         cover_backorders(c, receipt_reported(c, receipt, m));
       })},
      {canonical::kStockAdjusted,
       on(+[](Context& c, const canonical::InventoryAdjustment& report, M m) {
         if (may_write_stock(c, report.warehouse.value_or(""), m)) {
           cover_backorders(c, stock_adjusted(c, report, m));
         }
       })},
      {canonical::kOrderChangeRequested, on(&order_change_requested)},
      {canonical::kShipmentStatusReported, on(&status_reported)},
  };
}

}  // namespace crossdock::host::process
