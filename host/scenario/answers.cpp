#include "host/scenario/answers.hpp"

#include "crossdock/canonical/aftersales.hpp"
#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/invoice.hpp"
#include "crossdock/canonical/message_types.hpp"

namespace crossdock::host::scenario {
namespace {

namespace c = canonical;

// Without a word of the case, outside systems do their work at once.
constexpr std::string_view kAtOnce = "at_once";

template <class T>
T read(const std::string& data) {
  auto decoded = c::decode<T>(data);
  return decoded.value ? std::move(*decoded.value) : T{};
}

std::vector<Answer> label(const std::string& data, const std::string& how) {
  const auto request = read<c::LabelRequest>(data);
  if (how == "refused") {
    c::Refusal refusal;
    refusal.ref = request.shipment.id;
    refusal.order_id = request.shipment.order_id;
    refusal.code = "refused";
    refusal.reason = "the carrier refuses this shipment";
    return {{std::string(c::kLabelRefused), c::encode(refusal)}};
  }
  c::ShipmentLabel out;
  out.shipment_id = request.shipment.id;
  out.order_id = request.shipment.order_id;
  out.label_ref = "label-" + request.shipment.id;
  out.carrier_code = "simulated";
  out.carrier_scac = "SIMP";
  out.service = request.service.value_or("ground");
  for (std::size_t i = 0; i < request.shipment.packages.size(); ++i) {
    out.tracking_numbers.push_back("TRACK-" + request.shipment.id + "-" + std::to_string(i + 1));
  }
  return {{std::string(c::kLabelCreated), c::encode(out)}};
}

std::vector<Answer> fulfillment(const std::string& data, const std::string& how) {
  const auto request = read<c::FulfillmentRequest>(data);
  c::FulfillmentDecision out;
  out.fulfillment_order_id = request.fulfillment_order.id;
  out.order_id = request.fulfillment_order.order_id;
  out.warehouse = request.fulfillment_order.warehouse;
  if (how == "rejected") {
    out.reason = "the warehouse refuses this order";
    return {{std::string(c::kFulfillmentRejected), c::encode(out)}};
  }
  out.external_ref = "W-" + out.warehouse;
  return {{std::string(c::kFulfillmentAccepted), c::encode(out)}};
}

std::vector<Answer> cancellation(const std::string& data, const std::string& how) {
  auto out = read<c::FulfillmentCancellation>(data);
  out.accepted = how != "refused";
  if (!out.accepted) {
    out.reason = "it is picked";
  }
  return {{std::string(c::kFulfillmentCancelled), c::encode(out)}};
}

std::vector<Answer> invoice(const std::string& data, const std::string&) {
  auto out = read<c::InvoiceRequest>(data).invoice;
  out.number = "INV-" + out.id;
  out.state = c::InvoiceState::posted;
  return {{std::string(c::kInvoicePosted), c::encode(out)}};
}

std::vector<Answer> registration(const std::string& data, const std::string&) {
  const auto routed = read<c::RoutedOrder>(data);
  c::OrderRegistration out;
  out.order_id = routed.order.header.order_id;
  out.system = "erp";
  out.number = "SO-" + routed.order.header.po_number;
  return {{std::string(c::kOrderRegistered), c::encode(out)}};
}

std::vector<Answer> void_label(const std::string& data, const std::string& how) {
  auto out = read<c::LabelVoid>(data);
  out.approved = how != "refused";
  return {{std::string(c::kLabelVoided), c::encode(out)}};
}

std::vector<Answer> refund(const std::string& data, const std::string& how) {
  auto out = read<c::Refund>(data);
  out.state = how == "denied"     ? c::RefundState::denied
              : how == "in_doubt" ? c::RefundState::in_doubt
                                  : c::RefundState::succeeded;
  if (out.state == c::RefundState::succeeded) {
    out.reference = "PAID-" + out.attempt_key;
  }
  return {{std::string(c::kRefundSettled), c::encode(out)}};
}

std::string warehouse_of_request(const std::string& data) {
  return read<c::FulfillmentRequest>(data).fulfillment_order.warehouse;
}
std::string warehouse_of_label(const std::string& data) {
  return read<c::LabelRequest>(data).shipment.warehouse;
}
std::string warehouse_of_cancellation(const std::string& data) {
  return read<c::FulfillmentCancellation>(data).warehouse;
}
std::string nowhere(const std::string&) { return {}; }

struct Row {
  std::string_view asked;  // message type
  const char* what;        // its word in `given.answers`
  std::string (*where)(const std::string& data);
  std::vector<Answer> (*answer)(const std::string& data, const std::string& how);
};

constexpr Row kRows[] = {
    {c::kLabelRequested, "label", warehouse_of_label, label},
    {c::kFulfillmentRequested, "fulfillment", warehouse_of_request, fulfillment},
    {c::kFulfillmentCancelRequested, "cancellation", warehouse_of_cancellation, cancellation},
    {c::kInvoiceRequested, "invoice", nowhere, invoice},
    {c::kOrderRouted, "registration", nowhere, registration},
    {c::kLabelVoidRequested, "void_label", nowhere, void_label},
    {c::kRefundRequested, "refund", nowhere, refund},
};

}  // namespace

void Answers::set(const std::string& what, const std::string& where, const std::string& how) {
  table_[{what, where}] = how;
}

std::string Answers::how(const std::string& what, const std::string& where) const {
  for (const auto& key : {std::pair(what, where), std::pair(what, std::string())}) {
    const auto found = table_.find(key);
    if (found != table_.end()) {
      return found->second;
    }
  }
  return std::string(kAtOnce);
}

std::vector<Answer> Answers::to(std::string_view type, const std::string& data,
                                std::int64_t) const {
  for (const auto& row : kRows) {
    if (row.asked == type) {
      const auto word = how(row.what, row.where(data));
      return word == "never" ? std::vector<Answer>{} : row.answer(data, word);
    }
  }
  return {};
}

}  // namespace crossdock::host::scenario
