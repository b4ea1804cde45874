// What the configuration says about stock: how long a warehouse's numbers are believed, what
// channels keep back, who is told, pools and safety stock that people keep in files, balancing,
// returns.
#pragma once

#include "host/app/section.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::app {

// The keys of a warehouse and of a channel block that are about stock; before their finish().
void read_stock_of_warehouse(Section& in, process::WarehouseSettings& out);
void read_stock_of_channel(Section& in, process::ChannelSettings& out);
// The blocks `stock` and `returns` of one file.
void read_stock_blocks(Section& root, process::Settings& out);
// Names in them that point at nothing, once every file is read. `report(path, what)`.
void check_stock_references(const process::Settings& settings, const std::string& file,
                            Problems& problems);

}  // namespace crossdock::host::app
