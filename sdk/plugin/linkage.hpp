// What a library has the dynamic loader do beside opening it: other libraries it names, and folders
// it wants them looked for in. Read from its program headers, as the loader reads it, without
// running it.
//
// Only libraries of the system may be taken, by name: what a plugin brings along would be code that
// nobody signed and nobody checked. Pure; usable from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crossdock::plugin {

struct Linkage {
  std::vector<std::string> needed;  // DT_NEEDED
  std::vector<std::string> paths;   // DT_RPATH, DT_RUNPATH, DT_AUDIT, DT_FILTER and their like
};

// Trusts no offset or size in the file; false, and `fault`, where it cannot be read.
bool linkage_of(std::string_view library, Linkage& out, std::string& fault);

// What is wrong with it in the eyes of a host; empty: nothing.
std::string linkage_fault(std::string_view library);

}  // namespace crossdock::plugin
