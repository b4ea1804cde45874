// Which walls this kernel puts up around a worker, found out by having a worker try.
#pragma once

#include <filesystem>
#include <string>

#include "host/security/sandbox/confine.hpp"

namespace crossdock::host::app {

// Runs the worker program once. Empty, and `fault`, where it does not answer.
sandbox::Walls probe_walls(const std::filesystem::path& worker, std::string& fault);

}  // namespace crossdock::host::app
