// What the configuration tells the business processes: company, warehouses, channels and the rules
// between them. Read from INFO blocks, whether they stand in a configuration file or in a scenario.
#pragma once

#include <string>
#include <vector>

#include "host/app/section.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::app {

// Letters, digits, _ and -, 1 to 64 of them.
bool is_name(const std::string& text);

// Reads the blocks of one file (or scenario) into `settings`; each fault becomes a problem of the
// root's. `company`: whether a company block was there already; set when this one has it.
void read_process_blocks(Section& root, process::Settings& settings, bool& company);

// Settings as they were: from INFO texts of such blocks, each laid over the one before. Throws
// std::runtime_error where a text is not what a configuration says.
process::Settings settings_of_then(const std::vector<std::string>& texts);

}  // namespace crossdock::host::app
