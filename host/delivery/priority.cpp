#include "host/delivery/priority.hpp"

#include <algorithm>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/message_types.hpp"

namespace crossdock::host::delivery {
namespace {

bool is_nothing_left(std::string_view data) {
  const auto availability = canonical::decode<canonical::Availability>(data);
  return availability.value && availability.value->available_to_sell.e4 <= 0;
}

}  // namespace

const char* name_of(Priority priority) {
  switch (priority) {
    case Priority::urgent:
      return "urgent";
    case Priority::normal:
      return "normal";
    case Priority::bulk:
      return "bulk";
  }
  return "normal";
}

bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.ends_with('*')) {
    return text.starts_with(pattern.substr(0, pattern.size() - 1));
  }
  return pattern == text;
}

Priority priority_of(const canonical::MessageView& message,
                     const std::vector<PriorityRule>& rules) {
  const auto said = std::find_if(rules.begin(), rules.end(), [&](const auto& rule) {
    return matches(rule.type, message.type);
  });
  if (said != rules.end()) {
    return said->priority;
  }
  if (message.type == canonical::kAvailabilityChanged) {
    return is_nothing_left(message.data) ? Priority::urgent : Priority::normal;
  }
  for (const auto type : {canonical::kFulfillmentCancelRequested, canonical::kLabelVoidRequested,
                          canonical::kShipmentVoided, canonical::kOrderCommanded,
                          canonical::kWarehouseStatusChanged}) {
    if (message.type == type) {
      return Priority::urgent;
    }
  }
  for (const auto type : {canonical::kProductUpserted, canonical::kCustomerUpserted,
                          canonical::kPriceChanged, canonical::kSnapshotReceived}) {
    if (message.type == type) {
      return Priority::bulk;
    }
  }
  return Priority::normal;
}

std::array<Priority, kPriorities> Turns::order() const {
  switch (turn_ % 16) {
    case 3:
    case 7:
    case 11:
      return {Priority::normal, Priority::urgent, Priority::bulk};
    case 15:
      return {Priority::bulk, Priority::urgent, Priority::normal};
    default:
      return {Priority::urgent, Priority::normal, Priority::bulk};
  }
}

}  // namespace crossdock::host::delivery
