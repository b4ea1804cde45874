// What partners say of documents of ours (TA1, 997, 999), as messages to the host, which keeps the
// ledger of what was sent and holds them against it; of work for a warehouse, what that decides.
//
// Pure but for the partners' caches and the connector's state, which it reads.
#pragma once

#include <crossdock/host.hpp>
#include <string>

#include "plugins/edi_x12/exchange/received_file.hpp"

namespace crossdock::edi {

// `key` names the interchange: sender and ISA13.
void add_acknowledgements(const Host& host, const ReceivedInterchange& interchange,
                          TradingPartners& partners, const std::string& key, Batch& batch);

}  // namespace crossdock::edi
