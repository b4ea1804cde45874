#include "plugins/edi_x12/exchange/messages.hpp"

#include <boost/json.hpp>

namespace crossdock::edi {
namespace {

constexpr std::size_t kMostFindings = 100;  // in one message

}  // namespace

std::string all_of_them(const std::vector<std::string>& faults) {
  std::string out;
  for (const auto& fault : faults) {
    out += (out.empty() ? "" : "; ") + fault;
  }
  return out;
}

canonical::Finding to_canonical(const x12::Finding& f) {
  canonical::Finding out;
  out.code = f.name();
  out.severity = x12::to_string(f.severity);
  out.message = f.message;
  out.offset = static_cast<std::int64_t>(f.offset);
  out.where = f.segment_id + (f.segment != 0 ? " at segment " + std::to_string(f.segment) : "");
  return out;
}

std::string file_name(std::string_view kind, std::string_view partner, std::uint64_t number) {
  return std::string(kind) + "-" + std::string(partner) + "-" + x12::padded(number, 9) + ".x12";
}

Message transmission(const TradingPartner& to, const std::string& file, std::string bytes) {
  Message out;
  out.type = kTransmission;
  out.target = "self";
  out.data = boost::json::serialize(boost::json::object{{"partner", to.name()}, {"file", file}});
  out.original = std::move(bytes);
  out.original_type = kX12Bytes;
  out.idempotency_key = "transmit:" + file;
  return out;
}

canonical::DocumentIssued document_issued(std::string_view kind, const TradingPartner& to,
                                          const Allotted& allotted, const std::string& file,
                                          const std::string& refers_to) {
  canonical::DocumentIssued out;
  out.kind = kind;
  out.control = {x12::padded(allotted.number, 9), std::to_string(allotted.number), "0001", {}};
  out.partner = to.name();
  out.file = file;
  out.refers_to = refers_to;
  out.issued_at.ns = allotted.at_ns;
  const bool answer = kind == "997" || kind == "999" || kind == "TA1";
  if (!answer && to.profile->deadline.count() > 0) {
    out.acknowledge_by.emplace();
    out.acknowledge_by->ns =
        allotted.at_ns + std::chrono::nanoseconds(to.profile->deadline).count();
  }
  return out;
}

Message refusal(const Refused& what) {
  canonical::RejectedDocument out;
  out.kind = what.kind;
  out.reason = what.reason;
  out.control = what.control;
  out.partner = what.partner;
  out.file = what.file;
  out.where = "file " + what.file;
  if (what.findings != nullptr && !what.findings->empty()) {
    for (const auto& one : *what.findings) {
      if (out.findings.size() < kMostFindings) {
        out.findings.push_back(to_canonical(one));
      }
    }
    const auto& first = x12::worst(*what.findings);
    out.where += ", byte " + std::to_string(first.offset + 1);
    if (first.segment != 0) {
      out.where += ", segment " + std::to_string(first.segment) + " of the set";
    }
  }
  auto message = message_of(canonical::kDocumentRejected, out, "rejected:" + what.key);
  message.original = std::string(what.bytes);
  message.original_type = kX12Bytes;
  return message;
}

}  // namespace crossdock::edi
