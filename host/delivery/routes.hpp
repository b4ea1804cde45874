// Who receives a message: the connector it names, else the connectors that a `route` of the
// configuration gives for its type, else every connector whose manifest takes the type; and the
// business processes, for the types they handle. Built once from the configuration; immutable, so
// [any] thread may read.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crossdock::host::delivery {

// The destination name of the business processes; no connector may have it.
inline constexpr std::string_view kProcess = "process";
// The target that means the connector that emits: work for itself, brought out like any other.
inline constexpr std::string_view kSelf = "self";

struct Route {
  std::string type;             // exact type, or a prefix ending in `*`
  std::vector<std::string> to;  // connector names
};

class Routes {
 public:
  struct Taker {
    std::string connector;
    std::vector<std::string> types;  // as its manifest says; exact, or a prefix ending in `*`
  };

  Routes() = default;
  Routes(std::vector<Route> routes, std::vector<Taker> takers,
         std::function<bool(std::string_view type)> process_takes);

  // The destinations of a message from `source`; never `source` itself. A target that names no
  // connector is returned in `unknown_target`, and then there is no destination.
  struct Found {
    std::vector<std::string> destinations;
    bool unknown_target = false;
  };
  Found find(std::string_view type, std::string_view target, std::string_view source) const;

 private:
  std::vector<Route> routes_;
  std::vector<Taker> takers_;
  std::function<bool(std::string_view)> process_takes_;
};

}  // namespace crossdock::host::delivery
