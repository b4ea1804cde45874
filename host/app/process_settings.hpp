// What the configuration tells the business processes: company, warehouses, channels and the rules
// between them. Read from INFO blocks, whether they stand in a configuration file or in a scenario.
#pragma once

#include <string>

#include "host/app/section.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::app {

// Letters, digits, _ and -, 1 to 64 of them.
bool is_name(const std::string& text);

// Reads the blocks of one file (or scenario) into `settings`; each fault becomes a problem of the
// root's. `company`: whether a company block was there already; set when this one has it.
void read_process_blocks(Section& root, process::Settings& settings, bool& company);

}  // namespace crossdock::host::app
