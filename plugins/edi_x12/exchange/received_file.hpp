// A received file, checked by each partner's grammar and severities and mapped by his tables: for
// every interchange the report that answers it, and what each set is in the canonical model.
//
// Pure but for the partners' caches. Bounds: kLargestInterchangeFile, kMostSets.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/acknowledgement/received.hpp"
#include "plugins/edi_x12/engine/acknowledgement/report.hpp"
#include "plugins/edi_x12/exchange/trading_partners.hpp"

namespace crossdock::edi {

inline constexpr std::size_t kMostSets = 200'000;  // of one file

struct ReceivedSet {
  std::string_view bytes;                // ST to SE, as they stand in the file
  const x12::MapTable* table = nullptr;  // null: there is no mapping for it
  std::vector<std::string> documents;    // canonical JSON; none where it became none
  std::vector<std::string> problems;     // why it became none
  std::vector<std::string> unmapped;     // what the mapping has no place for
  std::vector<x12::ReceivedAcknowledgement> acknowledgements;  // of a 997 or 999
};

struct ReceivedGroup {
  const TradingPartner* partner = nullptr;
  std::vector<ReceivedSet> sets;  // as in the report
};

struct ReceivedInterchange {
  x12::InterchangeReport report;
  std::string_view bytes;
  const TradingPartner* partner = nullptr;
  std::vector<ReceivedGroup> groups;                           // as in the report
  std::vector<x12::ReceivedAcknowledgement> acknowledgements;  // TA1s
};

struct ReceivedFile {
  std::deque<ReceivedInterchange> interchanges;
  std::vector<x12::Finding> findings;  // outside of every interchange
  std::string fault;                   // not empty: the file is too much, and nothing of it is used
};

// The result borrows from the bytes.
ReceivedFile read_received(std::string_view bytes, TradingPartners& partners);

}  // namespace crossdock::edi
