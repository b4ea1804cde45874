#include "plugins/edi_x12/exchange/warehouse_work.hpp"

#include <boost/json.hpp>
#include <crossdock/canonical_message.hpp>

#include "crossdock/canonical/fulfillment.hpp"
#include "plugins/edi_x12/exchange/our_numbers.hpp"

namespace crossdock::edi {
namespace {

namespace json = boost::json;

std::string awaited_key(const std::string& partner, const std::string& group) {
  return "awaited/" + partner + "/" + group;
}

std::string text_of(const WarehouseWork& work) {
  return json::serialize(json::array{work.fulfillment_order_id, work.order_id, work.warehouse,
                                     work.cancels, work.correlation_id, work.business_key});
}

// Nothing for what is no such text: it is of another version.
std::optional<WarehouseWork> work_in(const std::string& text) {
  json::error_code error;
  const auto value = json::parse(text, error);
  const auto* parts = error ? nullptr : value.if_array();
  if (parts == nullptr || parts->size() != 6 || !(*parts)[3].is_bool()) {
    return std::nullopt;
  }
  for (const std::size_t i : {0, 1, 2, 4, 5}) {
    if (!(*parts)[i].is_string()) {
      return std::nullopt;
    }
  }
  const auto word = [&](std::size_t i) { return std::string((*parts)[i].as_string()); };
  return WarehouseWork{word(0), word(1), word(2), (*parts)[3].as_bool(), word(4), word(5)};
}

Message about(const WarehouseWork& work, Message message) {
  message.correlation_id = work.correlation_id;
  message.business_key = work.business_key;
  message.subject = work.fulfillment_order_id;
  return message;
}

Message decided(const WarehouseWork& work, std::string_view type, const std::string& reason) {
  canonical::FulfillmentDecision out;
  out.fulfillment_order_id = work.fulfillment_order_id;
  out.order_id = work.order_id;
  out.warehouse = work.warehouse;
  out.external_ref = number_of_ours(work.fulfillment_order_id, kDepositorNumber);
  if (!reason.empty()) {
    out.reason = reason;
  }
  const bool taken = type == canonical::kFulfillmentAccepted;
  return about(
      work, message_of(type, out, (taken ? "accepted:" : "rejected:") + work.fulfillment_order_id));
}

Message cancelled(const WarehouseWork& work, bool granted, const std::string& reason) {
  canonical::FulfillmentCancellation out;
  out.fulfillment_order_id = work.fulfillment_order_id;
  out.order_id = work.order_id;
  out.warehouse = work.warehouse;
  out.accepted = granted;
  out.reason = reason;
  return about(work, message_of(canonical::kFulfillmentCancelled, out,
                                (granted ? "cancelled:" : "kept:") + work.fulfillment_order_id));
}

std::string refusal_in_words(const TradingPartner& partner,
                             const canonical::DocumentAcknowledged& said) {
  std::string out = partner.name() + " refuses our 940 (" + said.kind + " " +
                    (said.control.group.empty() ? said.control.interchange : said.control.group) +
                    ")";
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < said.findings.size() && i < kShown; ++i) {
    const auto& one = said.findings[i];
    out += (i == 0 ? ": " : "; ") + one.where + (one.where.empty() ? "" : ": ") + one.message;
  }
  return out;
}

// A group is numbered as its interchange; a TA1 names that with leading zeros.
std::string group_of(const canonical::DocumentAcknowledged& said) {
  const auto& number = said.control.group.empty() ? said.control.interchange : said.control.group;
  const auto first = number.find_first_not_of('0');
  return first == std::string::npos ? number : number.substr(first);
}

}  // namespace

WarehouseWork work_of(const Message& message) {
  WarehouseWork out;
  if (message.type == canonical::kFulfillmentCancelRequested) {
    const auto request = read_entity<canonical::FulfillmentCancellation>(message);
    out = {request.fulfillment_order_id, request.order_id, request.warehouse, true, {}, {}};
  } else {
    const auto request = read_entity<canonical::FulfillmentRequest>(message);
    const auto& order = request.fulfillment_order;
    out = {order.id, order.order_id, order.warehouse, false, {}, {}};
  }
  out.correlation_id = message.correlation_id;
  out.business_key = message.business_key;
  return out;
}

std::optional<StateChange> awaited(const TradingPartner& partner, const Allotted& allotted,
                                   const WarehouseWork& work) {
  if (partner.profile->deadline.count() == 0) {
    return std::nullopt;
  }
  return StateChange{awaited_key(partner.name(), std::to_string(allotted.number)), text_of(work)};
}

std::optional<Message> taken_when_sent(const TradingPartner& partner, const WarehouseWork& work) {
  if (partner.profile->deadline.count() != 0 || work.cancels) {
    return std::nullopt;
  }
  return decided(work, canonical::kFulfillmentAccepted, {});
}

void add_decision(const Host& host, const TradingPartner& partner,
                  const canonical::DocumentAcknowledged& said, Batch& batch) {
  const bool of_envelope = said.kind == "interchange";
  const bool accepted = said.status == "A" || said.status == "E";
  if ((!of_envelope && said.kind != "940") || (of_envelope && said.status != "R")) {
    return;  // that an envelope arrived says nothing of what is in it
  }
  const auto key = awaited_key(partner.name(), group_of(said));
  const auto text = host.state(key);
  const auto work = text ? work_in(*text) : std::nullopt;
  if (!work) {
    return;
  }
  batch.state.push_back({key, std::nullopt});
  if (!work->cancels) {
    batch.messages.push_back(
        decided(*work, accepted ? canonical::kFulfillmentAccepted : canonical::kFulfillmentRejected,
                accepted ? std::string() : refusal_in_words(partner, said)));
  } else if (!accepted) {
    batch.messages.push_back(cancelled(*work, false, refusal_in_words(partner, said)));
  } else if (partner.settings->cancellation == "acknowledgement") {
    batch.messages.push_back(
        cancelled(*work, true, partner.name() + " acknowledged the cancellation"));
  }
}

Message cancellation_refused(const Message& request, const WarehouseWork& work,
                             const std::string& partner) {
  auto out = cancelled(work, false,
                       partner + " takes no cancellations by EDI (`cancellation none`); call them");
  out.causation_id = request.id;
  return out;
}

}  // namespace crossdock::edi
