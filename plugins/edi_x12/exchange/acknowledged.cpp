#include "plugins/edi_x12/exchange/acknowledged.hpp"

#include <algorithm>

#include "plugins/edi_x12/exchange/messages.hpp"
#include "plugins/edi_x12/exchange/warehouse_work.hpp"

namespace crossdock::edi {
namespace {

// Control numbers are numbers: 0042 is 42. What is none is kept as it stands.
std::string number_text(const std::string& text) {
  const auto first = text.find_first_not_of('0');
  return first == std::string::npos ? text : text.substr(first);
}

std::string padded_text(const std::string& text, std::size_t width) {
  const auto plain = number_text(text);
  return plain.size() < width ? std::string(width - plain.size(), '0') + plain : plain;
}

// The kind of document that a group of ours with this GS01 holds.
std::string kind_of(const std::string& functional_id, const x12::Grammar* grammar) {
  if (grammar != nullptr) {
    for (const auto& set : grammar->sets()) {
      if (set.functional_id == functional_id) {
        return set.id;
      }
    }
  }
  return functional_id;
}

}  // namespace

void add_acknowledgements(const Host& host, const ReceivedInterchange& interchange,
                          TradingPartners& partners, const std::string& key, Batch& batch) {
  std::size_t number = 0;
  const auto add = [&](const x12::ReceivedAcknowledgement& said, const TradingPartner& by) {
    canonical::DocumentAcknowledged out;
    out.partner = by.name();
    out.status = said.status;
    if (said.functional_id.empty()) {
      out.kind = "interchange";
      out.control.interchange = padded_text(said.interchange, 9);
    } else {
      const auto grammar = partners.documents().grammar(by.profile, by.profile->version);
      out.kind = said.set_type.empty() ? kind_of(said.functional_id, grammar.get()) : said.set_type;
      out.control.group = number_text(said.group);
      // We number groups as their interchanges.
      out.control.interchange = padded_text(said.group, 9);
      out.control.set = said.set.empty() ? "" : padded_text(said.set, 4);
    }
    for (const auto& note : said.notes) {
      canonical::Finding finding;
      finding.code = note.code;
      finding.severity = said.status == "A" || said.status == "E" ? "warning" : "error";
      finding.message = note.words;
      finding.where = note.where;
      out.findings.push_back(std::move(finding));
    }
    batch.messages.push_back(message_of(canonical::kDocumentAcknowledged, out,
                                        "ack:" + key + ":" + std::to_string(++number)));
    add_decision(host, by, out, batch);
  };
  for (const auto& said : interchange.acknowledgements) {
    add(said, *interchange.partner);
  }
  for (const auto& group : interchange.groups) {
    for (const auto& set : group.sets) {
      for (const auto& said : set.acknowledgements) {
        add(said, group.partner == nullptr ? *interchange.partner : *group.partner);
      }
    }
  }
}

}  // namespace crossdock::edi
