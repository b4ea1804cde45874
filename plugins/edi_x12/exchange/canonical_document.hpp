// Canonical documents at the border to the mapping tables: what a mapped set is as a message to the
// host, and a document of the host with what its set repeats from elsewhere in it.
//
// Pure.
#pragma once

#include <crossdock/types.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plugins/edi_x12/exchange/trading_partners.hpp"
#include "plugins/edi_x12/exchange/warehouse_documents.hpp"
#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::edi {

// The message of a set that was mapped; `problems` says why it is none.
Message canonical_message(const x12::MapTable& table, std::string json, const Sender& sender,
                          const std::string& key, std::vector<std::string>& problems);

// A document of the host, made ready for its table: a carton's contents bear what the order lines
// say of them, the shipment its total weight and first tracking number, work for a warehouse the
// numbers that it will give back. `problems` says what is wrong with it, or that it is for nobody.
struct Prepared {
  std::string json;
  const TradingPartner* to = nullptr;
  std::string written_as;           // the message type whose set it is written as
  std::optional<StateChange> note;  // must be durable before it goes out
};
Prepared prepare(const Message& message, const TradingPartners& partners,
                 std::vector<std::string>& problems);

}  // namespace crossdock::edi
