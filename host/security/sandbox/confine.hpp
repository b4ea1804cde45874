// The walls around a connector, put up by its own process before any code of the plugin runs, in
// two steps: confine() while the process has one thread (namespaces, capabilities, limits,
// Landlock), and lock_down() once the bus is connected and nothing opens a socket any more
// (seccomp). Each wall says whether it stands, because a best effort that keeps silent hides holes.
//
// Kernels differ: what this one has is asked at run time, never taken from the headers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace crossdock::host::sandbox {

enum class Mode : std::uint8_t { off, preferred, required };

// What a connector was granted beside what every program needs.
struct Confinement {
  std::vector<std::string> read;   // files and folders
  std::vector<std::string> write;  // the same, also to be changed
  std::int64_t memory_bytes = 0;   // address space; 0: no limit
  std::int64_t descriptors = 256;
  int niceness = 0;  // 0 to 19: how much it stands back when the processor is short
};

struct Wall {
  std::string name;
  bool stands = false;
  bool essential = false;  // sandbox required insists on it
  std::string detail;      // what it keeps out, or why it does not stand
};
using Walls = std::vector<Wall>;

// Without a sandbox: limits and no new privileges, which cost nobody anything.
Walls limit_only(const Confinement& confinement);
// Step one. Call while there is one thread.
Walls confine(const Confinement& confinement);
// Step two, for all threads. `listener` becomes a descriptor from which the host reads what was
// refused (seccomp_unotify(2)), or -1 where the kernel cannot tell.
Walls lock_down(int& listener);

// Paths below which every worker may read: libraries, certificates, time zones.
const std::vector<std::string>& system_paths();

// The first essential wall that does not stand, in words; empty where all do.
std::string missing(const Walls& walls);

}  // namespace crossdock::host::sandbox
