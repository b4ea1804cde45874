#include "host/process/partners/speaking.hpp"

#include <algorithm>

namespace crossdock::host::process {

void must_speak_for(const Context& context, const std::string& warehouse,
                    const canonical::MessageView& message) {
  const auto& connector = context.warehouse(warehouse).connector;
  if (message.source != connector) {
    throw Refused("connector " + std::string(message.source) + " speaks of warehouse " + warehouse +
                  ", for which only " + connector +
                  " may speak; give the warehouse that connector, or mend its partner block");
  }
}

std::int64_t within_day(const Context& context, const std::string& warehouse,
                        canonical::LocalDate day) {
  constexpr std::int32_t kWholeDay = 24 * 60 * 60;  // seconds
  const auto& zone = context.warehouse(warehouse).warehouse.timezone;
  const auto end = canonical::instant_at(day, kWholeDay, zone.empty() ? "UTC" : zone);
  return end ? std::min(end->ns - 1, context.now_ns) : context.now_ns;
}

}  // namespace crossdock::host::process
