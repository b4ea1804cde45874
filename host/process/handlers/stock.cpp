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
       [](Context& c, M m) {
         const auto count = read<canonical::InventorySnapshot>(m);
         if (may_write_stock(c, count.warehouse, m)) {
           cover_backorders(c, take_snapshot(c, count));
         }
       }},
      {canonical::kMovementReported,
       [](Context& c, M m) {
         const auto movement = read<canonical::InventoryMovement>(m);
         if (may_write_stock(c, movement.warehouse, m)) {
           cover_backorders(c, movement_reported(c, movement));
         }
       }},
      {canonical::kStockRuleChanged,
       [](Context& c, M m) {
         const auto rule = read<canonical::StockRule>(m);
         if (accepts(c, "stock_rule",
                     rule.sku + "/" + rule.warehouse.value_or(rule.channel.value_or("")), "rule",
                     m)) {
           cover_backorders(c, stock_rule_changed(c, rule));
         }
       }},
      {canonical::kPoolChanged,
       [](Context& c, M m) {
         const auto pool = read<canonical::AllocationPool>(m);
         if (accepts(c, "pool", pool.id.empty() ? pool.sku + "/" + pool.channel : pool.id, "pool",
                     m)) {
           cover_backorders(c, pool_changed(c, pool));
         }
       }},
      {canonical::kSupplyChanged,
       [](Context& c, M m) {
         const auto supply = read<canonical::Supply>(m);
         if (accepts(c, "supply", supply.id, "supply", m)) {
           set_supply(c, supply);
         }
       }},
      {canonical::kReservationRequested,
       [](Context& c, M m) { reservation_requested(c, read<canonical::ReservationRequest>(m)); }},
      {canonical::kReservationChangeRequested,
       [](Context& c, M m) {
         reservation_change_requested(c, read<canonical::ReservationChange>(m));
       }},
      {canonical::kTransferRequested,
       [](Context& c, M m) {
         const auto transfer = read<canonical::Transfer>(m);
         note_lineage(c, "transfer", transfer.id, "request", m);
         transfer_requested(c, transfer);
       }},
      {canonical::kTransferDispatched,
       [](Context& c, M m) { transfer_dispatched(c, read<canonical::Transfer>(m)); }},
      {canonical::kTransferReceived,
       [](Context& c, M m) {
         cover_backorders(c, transfer_received(c, read<canonical::Transfer>(m)));
       }},
      {canonical::kTransferChangeRequested,
       [](Context& c, M m) {
         cover_backorders(c, transfer_change_requested(c, read<canonical::TransferChange>(m)));
       }},
      {canonical::kReturnRequested,
       [](Context& c, M m) {
         const auto asked = read<canonical::Return>(m);
         note_lineage(c, "return", asked.id, "request", m);
         return_requested(c, asked);
       }},
      {canonical::kReturnReceived,
       [](Context& c, M m) {
         cover_backorders(c, return_received(c, read<canonical::Return>(m)));
       }},
      {canonical::kReturnChangeRequested,
       [](Context& c, M m) { return_change_requested(c, read<canonical::ReturnChange>(m)); }},
      {canonical::kRefundSettled,
       [](Context& c, M m) { refund_settled(c, read<canonical::Refund>(m)); }},
      {canonical::kStatementReceived,
       [](Context& c, M m) { statement_received(c, read<canonical::Statement>(m)); }},
      {canonical::kDiscrepancyChangeRequested,
       [](Context& c, M m) {
         discrepancy_change_requested(c, read<canonical::DiscrepancyChange>(m));
       }},
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
