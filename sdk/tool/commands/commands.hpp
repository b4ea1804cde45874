// The groups of commands for authors of connectors: one file per group in this folder. They need
// the SDK package and no host; the host's program has them too.
#pragma once

#include "sdk/tool/console.hpp"

namespace crossdock::tool {

void add_new_commands(CLI::App& app, Console& console);       // new
void add_test_commands(CLI::App& app, Console& console);      // test, golden, mapping
void add_manifest_commands(CLI::App& app, Console& console);  // manifest
void add_key_commands(CLI::App& app, Console& console);       // keys
void add_signing_commands(CLI::App& app, Console& console);   // sign, verify, pack

inline constexpr CommandGroup kAuthorCommands[] = {
    &add_new_commands, &add_test_commands,    &add_manifest_commands,
    &add_key_commands, &add_signing_commands,
};

}  // namespace crossdock::tool
