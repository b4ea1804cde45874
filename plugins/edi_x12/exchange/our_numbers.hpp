// Numbers of ours that partners give back: X12 leaves 22 characters for a depositor's order number
// (data element 285) and 30 for a shipment's (145), and our ids are longer. What does not fit goes
// out as its last characters in capitals (they are drawn at random), and what that stands for is
// kept in the connector's state, partner by partner: nobody can name what went to another.
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

// The id as it stands in X12 with room for so many characters.
std::string number_of_ours(std::string_view id, std::size_t room);
// What must be durable before the number goes out; nothing where the id fits.
std::optional<StateChange> note_of_number(const std::string& partner, const std::string& id,
                                          std::size_t room);
// The id that a partner's word stands for; the word itself where it stands for none.
std::string id_of_number(const Host& host, const std::string& partner, const std::string& number);

}  // namespace crossdock::edi
