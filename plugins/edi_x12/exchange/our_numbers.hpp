// Numbers of ours that partners give back: X12 leaves 22 characters for a depositor's order number
// (data element 285) and 30 for a shipment's (145), and our ids are longer. What does not fit goes
// out as its last characters in capitals (they are drawn at random). What a number stands for, and
// the flow that it belongs to, is kept in the connector's state, partner by partner: nobody can
// name what went to another.
//
// Any thread.
#pragma once

#include <crossdock/host.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::edi {

inline constexpr std::size_t kDepositorNumber = 22;  // data element 285
inline constexpr std::size_t kShipmentNumber = 30;   // data element 145

// What a number stands for.
struct OurNumber {
  std::string id;
  std::string correlation_id;
  std::string business_key;
};

// The id as it stands in X12 with room for so many characters.
std::string number_of_ours(std::string_view id, std::size_t room);
// What must be durable before the number goes out.
StateChange note_of_number(const std::string& partner, const OurNumber& ours, std::size_t room);
// What a partner's word stands for; nothing where no such number went to him.
std::optional<OurNumber> ours_by_number(const Host& host, const std::string& partner,
                                        const std::string& number);

}  // namespace crossdock::edi
