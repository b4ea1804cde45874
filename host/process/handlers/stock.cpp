// Which messages concern stock.
#include "crossdock/canonical/message_types.hpp"
#include "host/process/backorders.hpp"
#include "host/process/handlers/tables.hpp"
#include "host/process/inventory/inventory.hpp"

namespace crossdock::host::process {

HandlerTable stock_handlers() {
  using M = const canonical::MessageView&;
  return {
      {canonical::kSnapshotReceived,
       [](Context& c, M m) {
         cover_backorders(c, take_snapshot(c, read<canonical::InventorySnapshot>(m)));
       }},
  };
}

TimerTable stock_timers() { return {}; }

}  // namespace crossdock::host::process
