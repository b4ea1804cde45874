#include "host/delivery/intake.hpp"

#include <algorithm>

#include "crossdock/canonical/documents.hpp"
#include "crossdock/canonical/message_types.hpp"

namespace crossdock::host::delivery {
namespace {

bool is_type(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

std::string Intake::fault_of(const canonical::MessageView& m, std::string_view source) const {
  if (!is_type(m.type)) {
    return "a message's type must be made of a-z, 0-9, '.', '_' and '-'";
  }
  if (m.source != source) {
    return "a message names the source \"" + std::string(m.source.substr(0, 64)) +
           "\"; a connector speaks for itself only";
  }
  if (m.id.empty() || m.idempotency_key.empty()) {
    return "a message has no id or no idempotency key";
  }
  for (const auto text : {m.id, m.idempotency_key, m.business_key, m.correlation_id, m.causation_id,
                          m.subject, m.target}) {
    if (auto fault = canonical::attribute_fault(text); !fault.empty()) {
      return "an attribute of a message " + fault;
    }
  }
  return {};
}

std::string Intake::dead_letter_reason(const canonical::MessageView& m) const {
  const auto* entity = canonical::entity_of(m.type);
  if (entity == nullptr) {
    return canonical::json_fault(m.data);
  }
  if (auto mismatch = canonical::schema_mismatch(m.dataschema, entity->dataschema);
      !mismatch.empty()) {
    return mismatch;
  }
  if (const auto problems = entity->check(m.data); !problems.empty()) {
    return "not a valid " + std::string(entity->entity) + ": " + canonical::to_text(problems);
  }
  if (m.type == canonical::kDocumentRejected) {
    const auto document = canonical::decode<canonical::RejectedDocument>(m.data);
    return document.value->reason +
           (document.value->where.empty() ? "" : " (" + document.value->where + ")");
  }
  return {};
}

std::string Intake::add(const std::vector<std::string_view>& wires,
                        journal::Transaction& transaction, Data data) const {
  transaction.messages.reserve(transaction.messages.size() + wires.size());
  for (const auto wire : wires) {
    journal::NewMessage message;
    message.wire = wire;
    if (const auto result = canonical::decode_wire(wire, message.view); !result.ok()) {
      return std::string("a message cannot be read: ") + result.field + " " + result.reason;
    }
    if (auto fault = fault_of(message.view, transaction.actor); !fault.empty()) {
      return fault;
    }
    if (data == Data::unchecked) {
      message.dead_letter_reason = dead_letter_reason(message.view);
    }
    if (message.dead_letter_reason.empty()) {
      auto found = routes_.find(message.view.type, message.view.target, transaction.actor);
      if (found.unknown_target) {
        message.dead_letter_reason = "there is no connector \"" + std::string(message.view.target) +
                                     "\"; configure it, then replay";
      } else if (found.destinations.empty()) {
        message.dead_letter_reason = "no connector takes " + std::string(message.view.type) +
                                     "; add a route or a connector that does, then replay";
      } else {
        message.destinations = std::move(found.destinations);
      }
    }
    transaction.messages.push_back(std::move(message));
  }
  return {};
}

}  // namespace crossdock::host::delivery
