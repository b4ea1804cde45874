// The messages that tell the host what became of documents: issued, refused, repeated, to be sent.
//
// Pure.
#pragma once

#include <crossdock/canonical_message.hpp>
#include <crossdock/types.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/documents.hpp"
#include "plugins/edi_x12/engine/finding.hpp"
#include "plugins/edi_x12/exchange/control_numbers.hpp"
#include "plugins/edi_x12/exchange/trading_partners.hpp"

namespace crossdock::edi {

// A document of ours to be brought to a partner; its bytes are the message's original.
inline constexpr std::string_view kTransmission = "edi_x12.transmission.requested.v1";
inline constexpr const char* kX12Bytes = "application/EDI-X12";

// "this; that; the other": all faults in one text.
std::string all_of_them(const std::vector<std::string>& faults);

canonical::Finding to_canonical(const x12::Finding& finding);

// 855-north-000000042.x12
std::string file_name(std::string_view kind, std::string_view partner, std::uint64_t number);

Message transmission(const TradingPartner& to, const std::string& file, std::string bytes);

canonical::DocumentIssued document_issued(std::string_view kind, const TradingPartner& to,
                                          const Allotted& allotted, const std::string& file,
                                          const std::string& refers_to);

// What came and cannot be used: where from, what it is, and why.
struct Refused {
  std::string kind;  // 850, interchange, file
  std::string_view bytes;
  const std::vector<x12::Finding>* findings = nullptr;
  canonical::ControlNumbers control;
  std::string partner;
  std::string file;
  std::string reason;
  std::string key;
};
Message refusal(const Refused& what);

}  // namespace crossdock::edi
