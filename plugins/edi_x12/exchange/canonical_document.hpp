// Canonical documents at the border to the mapping tables: what a mapped set is as a message to the
// host, and a document of the host with what its set repeats from elsewhere in it.
//
// Pure.
#pragma once

#include <crossdock/types.hpp>
#include <string>
#include <vector>

#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::edi {

// The message of a set that was mapped; `problems` says why it is none. `channel` is the partner.
Message canonical_message(const x12::MapTable& table, std::string json, const std::string& channel,
                          const std::string& key, std::vector<std::string>& problems);

// Which partner a document is for: its channel and, where it goes to one, its warehouse.
struct Addressee {
  std::string channel;
  std::string warehouse;
};

// A document of the host, made ready for its table: a carton's contents bear what the order lines
// say of them, the shipment its total weight and first tracking number. `problems` says what is
// wrong with it.
struct Prepared {
  std::string json;
  Addressee addressee;
};
Prepared prepare(const Message& message, std::vector<std::string>& problems);

}  // namespace crossdock::edi
