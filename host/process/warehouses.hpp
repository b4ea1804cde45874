// What is said of warehouses while the host runs: that one fell out or came back, and how much work
// it has on its local day.
#pragma once

#include <map>
#include <string>

#include "crossdock/canonical/instant.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

// The word of the last message; the configuration's where there was none.
canonical::WarehouseStatus status_of(journal::Database& db, const WarehouseSettings& warehouse);
// The same for many warehouses: what was said of any is read once.
using SaidStatuses = std::map<std::string, canonical::WarehouseStatus>;
SaidStatuses said_statuses(journal::Database& db);
// How often any of them changed.
std::int64_t status_changes(journal::Database& db);
canonical::WarehouseStatus status_of(const SaidStatuses& said, const WarehouseSettings& warehouse);
// `status`: active, offline or closed.
void set_status(Context& context, const std::string& warehouse, const std::string& status,
                const std::string& reason, const std::string& actor);

// Orders given to a warehouse on a day of its own.
std::int64_t work_on(journal::Database& db, const std::string& warehouse, canonical::LocalDate day);
// So many more, or less, today.
void count_work(Context& context, const std::string& warehouse, int orders);

}  // namespace crossdock::host::process
