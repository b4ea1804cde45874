// Documents between us and a warehouse partner at the border to the mapping tables: which of his
// our work is for and under which numbers, and for which warehouse of ours what he reports counts.
//
// A partner speaks for the warehouses that his block names, and for no other.
//
// Pure but for the numbers that it is told.
#pragma once

#include <boost/json.hpp>
#include <crossdock/types.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/exchange/our_numbers.hpp"
#include "plugins/edi_x12/exchange/trading_partners.hpp"

namespace crossdock::edi {

// Who sent a document, and what the numbers that he gives back stand for.
struct Sender {
  const TradingPartner& partner;
  std::function<std::optional<OurNumber>(const std::string&)> ours;
};

// A message to a warehouse: work, its cancellation, a transfer on its way there.
bool is_for_warehouse(std::string_view message_type);
// Makes such a message's document ready for its table.
struct ForWarehouse {
  const TradingPartner* to = nullptr;  // null, and a problem, where nobody runs the warehouse
  std::optional<StateChange> note;     // makes the number that he gives back our id again
};
ForWarehouse prepare_for_warehouse(const Message& message, const TradingPartners& partners,
                                   boost::json::object& document,
                                   std::vector<std::string>& problems);

// Completes a warehouse's report (945, 944, 947, 846) by its sender; other entities stay as they
// are. Returns what of ours it is about, where it says so.
std::optional<OurNumber> complete_report(const std::string& entity, boost::json::object& document,
                                         const Sender& sender, std::vector<std::string>& problems);

}  // namespace crossdock::edi
