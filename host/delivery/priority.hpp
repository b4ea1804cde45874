// How much it costs to let a message wait, in three steps. What would sell stock that is gone, or
// ship what was cancelled, is urgent and overtakes; catalogues and prices are bulk and fill what is
// left. Never within a business key: order per key is kept.
//
// Pure; usable from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/envelope_wire.hpp"

namespace crossdock::host::delivery {

enum class Priority : std::uint8_t { urgent, normal, bulk };
inline constexpr std::size_t kPriorities = 3;
const char* name_of(Priority priority);

// Exact type, or a prefix that ends in `*`.
bool matches(std::string_view pattern, std::string_view text);

// What the operator says of types; it goes before what is built in.
struct PriorityRule {
  std::string type;
  Priority priority = Priority::normal;
};

// Built in: availability that fell to nothing, cancellations, holds of orders, shipments and labels
// that are void, and warehouses that went offline are urgent; catalogue, customers, prices and
// snapshots are bulk; all else is normal.
Priority priority_of(const canonical::MessageView& message,
                     const std::vector<PriorityRule>& rules = {});

// Whose turn it is, given which priorities wait. Urgent first, but of sixteen turns three are
// normal's and one is bulk's, so that a flood of the one never stops the other.
class Turns {
 public:
  std::array<Priority, kPriorities> order() const;
  void taken() { ++turn_; }

 private:
  std::uint32_t turn_ = 0;
};

}  // namespace crossdock::host::delivery
