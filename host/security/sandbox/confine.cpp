#include "host/security/sandbox/confine.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "host/security/sandbox/parts.hpp"

namespace crossdock::host::sandbox {
namespace {

bool limit(int resource, rlim_t value) {
  const rlimit wanted{value, value};
  return setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) == 0;
}

void append(Walls& walls, Walls more) { walls.insert(walls.end(), more.begin(), more.end()); }

}  // namespace

Walls limit_only(const Confinement& c) {
  Walls walls;
  bool limited = limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, static_cast<rlim_t>(c.descriptors));
  if (c.memory_bytes > 0) {
    limited = limit(RLIMIT_AS, static_cast<rlim_t>(c.memory_bytes)) && limited;
  }
  if (c.niceness > 0) {
    limited = setpriority(PRIO_PROCESS, 0, c.niceness) == 0 && limited;
  }
  walls.push_back({"resource limits", limited, true,
                   limited ? "memory, descriptors, no core file" : std::strerror(errno)});
  const bool no_gain = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  walls.push_back({"no new privileges", no_gain, true,
                   no_gain ? "set-user-ID programs give nothing" : std::strerror(errno)});
  return walls;
}

Walls confine(const Confinement& c) {
  Walls walls = enter_namespaces();
  walls.push_back(drop_capabilities());
  append(walls, limit_only(c));
  append(walls, limit_files(c));
  return walls;
}

Walls lock_down(int& listener) { return filter_calls(listener); }

std::string missing(const Walls& walls) {
  for (const auto& wall : walls) {
    if (wall.essential && !wall.stands) {
      return wall.name + " (" + wall.detail + ")";
    }
  }
  return {};
}

}  // namespace crossdock::host::sandbox
