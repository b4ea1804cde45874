// What an operator sees of stock and tells the processes about it: the part of the Operations port
// that is about stock, transfers, returns and reconciliation.
#include <boost/json.hpp>
#include <map>

#include "crossdock/canonical/message_types.hpp"
#include "host/app/service.hpp"

namespace crossdock::host::app {
namespace {

namespace json = boost::json;

constexpr std::string_view kOperator = "operator";
constexpr std::size_t kLongestKey = 200;

// What an operator may say, by the name of the instruction.
const std::map<std::string, std::string_view>& instructions() {
  static const std::map<std::string, std::string_view> kInstructions = {
      {"pool", canonical::kPoolChanged},
      {"keep", canonical::kStockRuleChanged},
      {"supply", canonical::kSupplyChanged},
      {"movement", canonical::kMovementReported},
      {"count", canonical::kSnapshotReceived},
      {"reservation", canonical::kReservationRequested},
      {"reservation-change", canonical::kReservationChangeRequested},
      {"transfer", canonical::kTransferRequested},
      {"transfer-dispatch", canonical::kTransferDispatched},
      {"transfer-receipt", canonical::kTransferReceived},
      {"transfer-change", canonical::kTransferChangeRequested},
      {"return", canonical::kReturnRequested},
      {"return-receipt", canonical::kReturnReceived},
      {"return-change", canonical::kReturnChangeRequested},
      {"refund", canonical::kRefundSettled},
      {"statement", canonical::kStatementReceived},
      {"discrepancy-change", canonical::kDiscrepancyChangeRequested},
      {"order-command", canonical::kOrderCommanded},
      {"review", canonical::kReviewDecided},
      {"payment", canonical::kPaymentRecorded},
      {"credit", canonical::kCreditChanged},
      {"warehouse-status", canonical::kWarehouseStatusChanged},
      {"rules", canonical::kRulesActivated},
      {"price", canonical::kPriceChanged}};
  return kInstructions;
}

std::string names(const std::map<std::string, std::string_view>& of) {
  std::string out;
  for (const auto& [name, type] : of) {
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

}  // namespace

http::Answer Service::stock(const std::string& view, const http::StockFilter& filter) {
  process::StockFilter of;
  of.sku = filter.sku;
  of.warehouse = filter.warehouse;
  of.channel = filter.channel;
  of.state = filter.state;
  of.key = filter.key;
  of.after = filter.page.after;
  of.limit = filter.page.limit;
  using View = std::string (process::StockViews::*)(const process::StockFilter&);
  static const std::map<std::string, View> kViews = {
      {"positions", &process::StockViews::positions},
      {"movements", &process::StockViews::movements},
      {"reservations", &process::StockViews::reservations},
      {"supplies", &process::StockViews::supplies},
      {"pools", &process::StockViews::pools},
      {"transfers", &process::StockViews::transfers},
      {"returns", &process::StockViews::returns},
      {"discrepancies", &process::StockViews::discrepancies}};
  const auto found = kViews.find(view);
  if (found == kViews.end()) {
    std::string all;
    for (const auto& [name, function] : kViews) {
      all += (all.empty() ? "" : ", ") + name;
    }
    return http::Refusal{404, "view-not-found", "There is no such view of stock",
                         "there is no view \"" + view + "\"; there are " + all};
  }
  auto reader = queries();
  auto views = reader.stock();
  return (views.*found->second)(of);
}

http::Answer Service::why_availability(const std::string& sku, const std::string& channel) {
  auto reader = queries();
  if (!reader.availability(sku, channel)) {
    return http::Refusal{404, "product-not-found", "There is no such product",
                         "no system has told of product " + sku + " yet"};
  }
  return reader.explain(sku, channel);
}

http::Answer Service::invariants() {
  auto reader = queries();
  json::array broken;
  for (const auto& one : reader.broken_invariants()) {
    broken.emplace_back(one);
  }
  const bool hold = broken.empty();
  return json::serialize(json::object{{"hold", hold}, {"broken", std::move(broken)}});
}

http::Answer Service::instruct(const std::string& name, const std::string& text,
                               const std::string& key) {
  const auto found = instructions().find(name);
  if (found == instructions().end()) {
    return http::Refusal{
        404, "instruction-not-found", "There is no such instruction",
        "there is no instruction \"" + name + "\"; there are " + names(instructions())};
  }
  if (key.size() > kLongestKey) {
    return http::Refusal{
        400, "bad-parameter", "A parameter is wrong",
        "an Idempotency-Key has at most " + std::to_string(kLongestKey) + " characters"};
  }
  const auto* entity = canonical::entity_of(found->second);
  if (const auto problems = entity->check(text); !problems.empty()) {
    return http::Refusal{
        422, "not-valid", "The document is not valid",
        "not a valid " + std::string(entity->entity) + ": " + canonical::to_text(problems)};
  }
  canonical::Message message;
  auto& e = message.envelope;
  e.id = canonical::IdSource::system().next("msg");
  e.source = kOperator;
  e.type = found->second;
  e.dataschema = entity->dataschema;
  e.target = delivery::kProcess;
  e.idempotency_key = key.empty() ? e.id : key;
  e.business_key = "stock:" + name;
  e.correlation_id = e.id;
  e.time = e.occurred_at = canonical::now();
  message.data = text;
  const auto wire = std::make_shared<std::string>();
  canonical::append_wire(message, *wire);
  journal::Transaction transaction;
  transaction.actor = kOperator;
  transaction.keepalive = wire;
  if (auto fault = process_intake_->add({std::string_view(*wire)}, transaction); !fault.empty()) {
    return http::Refusal{422, "not-taken", "The instruction is not taken", fault};
  }
  const auto stored = journal_->commit_and_wait(std::move(transaction));
  if (!stored) {
    return http::Refusal{503, "not-stored", "The journal refuses", stored.error()};
  }
  ++revision_;
  const bool repeat = stored->positions.front() == 0;
  return json::serialize(json::object{{"message", e.id},
                                      {"position", stored->positions.front()},
                                      {"state", repeat ? "known" : "taken"}});
}

}  // namespace crossdock::host::app
