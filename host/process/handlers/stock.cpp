// Which messages concern stock, and what its timers do.
#include "crossdock/canonical/message_types.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/inventory/counts.hpp"
#include "host/process/inventory/feeds.hpp"
#include "host/process/inventory/ledger.hpp"
#include "host/process/inventory/publishing.hpp"
#include "host/process/inventory/rules.hpp"
#include "host/process/inventory/supply.hpp"
#include "host/process/orders/backorders.hpp"
#include "host/process/ownership.hpp"
#include "host/process/reconciliation/discrepancies.hpp"
#include "host/process/reconciliation/tie_out.hpp"
#include "host/process/reservations/requests.hpp"
#include "host/process/reservations/reservations.hpp"
#include "host/process/returns/refunds.hpp"
#include "host/process/returns/returns.hpp"
#include "host/process/transfers/balancing.hpp"
#include "host/process/transfers/transfers.hpp"

namespace crossdock::host::process {

HandlerTable stock_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kSnapshotReceived,
       on(+[](Context& c, const canonical::InventorySnapshot& count, M m) {
         if (may_write_stock(c, count.warehouse, m)) {
           cover_backorders(c, take_snapshot(c, count));
         }
       })},
      {canonical::kMovementReported,
       on(+[](Context& c, const canonical::InventoryMovement& movement, M m) {
         if (may_write_stock(c, movement.warehouse, m)) {
           cover_backorders(c, movement_reported(c, movement));
         }
       })},
      {canonical::kStockRuleChanged, on(+[](Context& c, const canonical::StockRule& rule, M m) {
         if (accepts(c, "stock_rule",
                     rule.sku + "/" + rule.warehouse.value_or(rule.channel.value_or("")), "rule",
                     m)) {
           cover_backorders(c, stock_rule_changed(c, rule));
         }
       })},
      {canonical::kPoolChanged, on(+[](Context& c, const canonical::AllocationPool& pool, M m) {
         if (accepts(c, "pool", pool.id.empty() ? pool.sku + "/" + pool.channel : pool.id, "pool",
                     m)) {
           cover_backorders(c, pool_changed(c, pool));
         }
       })},
      {canonical::kSupplyChanged, on(+[](Context& c, const canonical::Supply& supply, M m) {
         if (accepts(c, "supply", supply.id, "supply", m)) {
           set_supply(c, supply);
         }
       })},
      {canonical::kReservationRequested, on(&reservation_requested)},
      {canonical::kReservationChangeRequested, on(&reservation_change_requested)},
      {canonical::kTransferRequested, on(+[](Context& c, const canonical::Transfer& transfer, M m) {
         note_lineage(c, "transfer", transfer.id, "request", m);
         transfer_requested(c, transfer);
       })},
      {canonical::kTransferDispatched, on(&transfer_dispatched)},
      {canonical::kTransferReceived, on(+[](Context& c, const canonical::Transfer& transfer) {
         cover_backorders(c, transfer_received(c, transfer));
       })},
      {canonical::kTransferChangeRequested,
       on(+[](Context& c, const canonical::TransferChange& change) {
         cover_backorders(c, transfer_change_requested(c, change));
       })},
      {canonical::kReturnRequested, on(+[](Context& c, const canonical::Return& asked, M m) {
         note_lineage(c, "return", asked.id, "request", m);
         return_requested(c, asked);
       })},
      {canonical::kReturnReceived, on(+[](Context& c, const canonical::Return& received) {
         cover_backorders(c, return_received(c, received));
       })},
      {canonical::kReturnChangeRequested, on(&return_change_requested)},
      {canonical::kRefundSettled, on(&refund_settled)},
      {canonical::kStatementReceived, on(&statement_received)},
      {canonical::kDiscrepancyChangeRequested, on(&discrepancy_change_requested)},
  };
}

TimerTable stock_timers() {
  return {
      {"hold_lapse", &hold_lapsed},        {"dated_hold", &dated_hold_due},
      {"lot_expiry", &lot_expired},        {"feed_silent", &feed_went_silent},
      {"feed_floor", &feed_fell_to_floor}, {"publish", &publish_availability},
      {"balance", &balance_stock},
  };
}

}  // namespace crossdock::host::process
