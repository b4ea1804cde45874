// What partners say of documents of ours (TA1, 997, 999), as messages to the host, which keeps the
// ledger of what was sent and holds them against it.
//
// Pure but for the partners' caches.
#pragma once

#include <crossdock/types.hpp>
#include <string>

#include "plugins/edi_x12/exchange/received_file.hpp"

namespace crossdock::edi {

// `key` names the interchange: sender and ISA13.
void add_acknowledgements(const ReceivedInterchange& interchange, TradingPartners& partners,
                          const std::string& key, Batch& batch);

}  // namespace crossdock::edi
