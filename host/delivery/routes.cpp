#include "host/delivery/routes.hpp"

#include <algorithm>

#include "host/delivery/priority.hpp"

namespace crossdock::host::delivery {
Routes::Routes(std::vector<Route> routes, std::vector<Taker> takers,
               std::function<bool(std::string_view)> process_takes)
    : routes_(std::move(routes)),
      takers_(std::move(takers)),
      process_takes_(std::move(process_takes)) {}

Routes::Found Routes::find(std::string_view type, std::string_view target,
                           std::string_view source) const {
  Found found;
  const auto add = [&](const std::string& name) {
    if (name != source && std::find(found.destinations.begin(), found.destinations.end(), name) ==
                              found.destinations.end()) {
      found.destinations.push_back(name);
    }
  };
  if (!target.empty()) {
    if (target == kProcess) {
      found.destinations.emplace_back(kProcess);
      return found;
    }
    if (target == kSelf) {
      target = source;
    }
    const auto taker = std::find_if(takers_.begin(), takers_.end(),
                                    [&](const Taker& one) { return one.connector == target; });
    if (taker == takers_.end()) {
      found.unknown_target = true;
    } else {
      found.destinations.push_back(taker->connector);
    }
    return found;
  }
  if (source != kProcess && process_takes_ && process_takes_(type)) {
    found.destinations.emplace_back(kProcess);
  }
  bool routed = false;
  for (const auto& route : routes_) {
    if (matches(route.type, type)) {
      routed = true;
      std::for_each(route.to.begin(), route.to.end(), add);
    }
  }
  if (!routed) {
    for (const auto& taker : takers_) {
      if (std::any_of(taker.types.begin(), taker.types.end(),
                      [&](const std::string& pattern) { return matches(pattern, type); })) {
        add(taker.connector);
      }
    }
  }
  return found;
}

}  // namespace crossdock::host::delivery
