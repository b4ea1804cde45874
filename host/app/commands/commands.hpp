// The groups of commands that the host's command line has beside the author's (sdk/tool/): one file
// per group in this folder. A new group is declared here and gets its line in the list.
#pragma once

#include "sdk/tool/console.hpp"

namespace crossdock::host::app {

using tool::CommandGroup;
using tool::Console;

void add_service_commands(CLI::App& app, Console& console);      // serve, check, status
void add_connector_commands(CLI::App& app, Console& console);    // plugins, connectors, reload
void add_account_commands(CLI::App& app, Console& console);      // accounts
void add_order_commands(CLI::App& app, Console& console);        // orders, trace
void add_dead_letter_commands(CLI::App& app, Console& console);  // dlq
void add_document_commands(CLI::App& app, Console& console);     // alerts, documents
void add_scenario_commands(CLI::App& app, Console& console);     // scenario

void add_stock_commands(CLI::App& app, Console& console);    // stock, transfers, returns, ...
void add_why_commands(CLI::App& app, Console& console);      // why
void add_rebuild_commands(CLI::App& app, Console& console);  // rebuild
void add_rule_commands(CLI::App& app, Console& console);     // rules, dry-run

inline constexpr CommandGroup kHostCommands[] = {
    &add_service_commands,     &add_connector_commands, &add_account_commands,  &add_order_commands,
    &add_dead_letter_commands, &add_document_commands,  &add_stock_commands,    &add_why_commands,
    &add_rebuild_commands,     &add_rule_commands,      &add_scenario_commands,
};

}  // namespace crossdock::host::app
