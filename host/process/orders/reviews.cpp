#include "host/process/orders/reviews.hpp"

#include <algorithm>
#include <iterator>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/fulfilment/withdrawal.hpp"
#include "host/process/orders/cancellation.hpp"
#include "host/process/orders/credit.hpp"
#include "host/process/orders/early.hpp"
#include "host/process/orders/holds.hpp"
#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::string_view kFraud[] = {"none", "pending", "cleared", "failed"};
constexpr std::string_view kCredit[] = {"none", "pending", "referred", "approved", "declined"};
constexpr std::string_view kPayment[] = {"none",     "failed",        "authorised",
                                         "captured", "part_refunded", "refunded"};

template <std::size_t N>
std::ptrdiff_t ordinal(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) - std::begin(words);
}

// Moves a fact; false where it stands there or further already.
template <std::size_t N>
bool advance(Context& context, const std::string& order_id, const std::string& axis,
             const std::string_view (&words)[N], const std::string& from, const std::string& to,
             bool retract) {
  if (to == from || (!retract && ordinal(words, to) < ordinal(words, from))) {
    return false;
  }
  update_order(context, order_id, "UPDATE orders SET " + axis + " = ? WHERE id = ?", to);
  log_order(context, order_id, axis, from + " -> " + to + (retract ? " (taken back)" : ""));
  return true;
}

void request_review(Context& context, const std::string& order_id, const KnownOrder& order,
                    canonical::ReviewKind kind, const std::string& connector) {
  if (connector.empty()) {
    return;  // a decision comes by itself, from a person or a system that listens
  }
  canonical::ReviewRequest request;
  request.order_id = order_id;
  request.kind = kind;
  request.order = order.header;
  request.amount = {order.value_minor, order.header.currency};
  if (kind == canonical::ReviewKind::credit) {
    const auto account = account_of(context.db, order.header.customer);
    request.exposure =
        canonical::Money{account.exposure_minor + account.committed_minor, order.header.currency};
    if (account.limited) {
      request.limit = canonical::Money{account.limit_minor, order.header.currency};
    }
  }
  context.send({.type = canonical::kReviewRequested,
                .target = connector,
                .business_key = order.business_key,
                .subject = order_id,
                .idempotency_key = order_id + "/review/" +
                                   (kind == canonical::ReviewKind::fraud ? "fraud" : "credit"),
                .data = canonical::encode(request),
                .correlation_id = order.correlation_id});
}

void refuse_order(Context& context, const std::string& order_id, const std::string& why) {
  update_order(context, order_id, "UPDATE orders SET trouble = ? WHERE id = ?", why);
  cancel_order(context, order_id, why);
}

std::string fraud_word(canonical::ReviewVerdict verdict) {
  switch (verdict) {
    case canonical::ReviewVerdict::pending:
      return "pending";
    case canonical::ReviewVerdict::cleared:
    case canonical::ReviewVerdict::approved:
      return "cleared";
    case canonical::ReviewVerdict::failed:
    case canonical::ReviewVerdict::declined:
      return "failed";
    default:
      return {};
  }
}

std::string credit_word(canonical::ReviewVerdict verdict) {
  switch (verdict) {
    case canonical::ReviewVerdict::pending:
      return "pending";
    case canonical::ReviewVerdict::referred:
      return "referred";
    case canonical::ReviewVerdict::approved:
    case canonical::ReviewVerdict::cleared:
      return "approved";
    case canonical::ReviewVerdict::declined:
    case canonical::ReviewVerdict::failed:
      return "declined";
    default:
      return {};
  }
}

void fraud_decided(Context& context, const std::string& order_id, const KnownOrder& order,
                   const canonical::ReviewDecision& decision) {
  const auto word = fraud_word(decision.verdict);
  if (!advance(context, order_id, "fraud", kFraud, order.fraud, word, decision.retract)) {
    return;
  }
  const auto reason = decision.reason.value_or("");
  if (word == "pending") {
    raise_hold(context, order_id, "fraud", reason, "review");
    recall(context, order_id, "its fraud review began anew");
  } else if (word == "cleared") {
    release_hold(context, order_id, "fraud", "review");
  } else {
    refuse_order(context, order_id, "fraud review failed" + (reason.empty() ? "" : ": " + reason));
  }
}

void credit_decided(Context& context, const std::string& order_id, const KnownOrder& order,
                    const canonical::ReviewDecision& decision) {
  const auto word = credit_word(decision.verdict);
  if (!advance(context, order_id, "credit", kCredit, order.credit, word, decision.retract)) {
    return;
  }
  const auto reason = decision.reason.value_or("");
  if (word == "approved") {
    commit_credit(context, order_id, order);
    release_hold(context, order_id, "credit", "review");
  } else if (word == "declined") {
    refuse_order(context, order_id, "credit declined" + (reason.empty() ? "" : ": " + reason));
  } else {
    raise_hold(context, order_id, "credit", reason, "review");
    recall(context, order_id, "its credit is in question");
  }
}

}  // namespace

bool is_reviewed(const ChannelSettings& channel) {
  return channel.fraud_review || channel.credit_review || channel.payment_required;
}

void begin_reviews(Context& context, const std::string& order_id, const ChannelSettings& channel) {
  if (!is_reviewed(channel)) {
    return;
  }
  const auto order = *find_order(context.db, order_id);
  if (channel.fraud_review && order.fraud == "none") {
    advance(context, order_id, "fraud", kFraud, order.fraud, "pending", false);
    raise_hold(context, order_id, "fraud", "waits for its fraud review", "process");
    request_review(context, order_id, order, canonical::ReviewKind::fraud,
                   context.settings.fraud_connector);
  }
  if (channel.credit_review && order.credit == "none") {
    advance(context, order_id, "credit", kCredit, order.credit, "pending", false);
    if (context.settings.credit_connector.empty()) {
      check_credit(context, order_id);
    } else {
      raise_hold(context, order_id, "credit", "waits for its credit review", "process");
      request_review(context, order_id, order, canonical::ReviewKind::credit,
                     context.settings.credit_connector);
    }
  }
  if (channel.payment_required && order.payment != "authorised" && order.payment != "captured") {
    raise_hold(context, order_id, "payment", "is not paid yet", "process");
  }
}

void review_decided(Context& context, const canonical::ReviewDecision& decision,
                    const canonical::MessageView& message) {
  const auto id = order_id_of(context.db, decision.order_id, decision.channel, decision.po_number);
  if (id.empty()) {
    if (decision.po_number.empty()) {
      throw Refused("the decision is about order \"" + decision.order_id +
                    "\", which is not known; give channel and po_number where it may come first");
    }
    keep_early(context, decision.channel, decision.po_number, message);
    return;
  }
  const auto order = *find_order(context.db, id);
  if (is_over(order.status)) {
    log_order(context, id, "review ignored", "the order is " + order.status);
    return;
  }
  if (decision.kind == canonical::ReviewKind::fraud && !fraud_word(decision.verdict).empty()) {
    fraud_decided(context, id, order, decision);
  } else if (decision.kind == canonical::ReviewKind::credit &&
             !credit_word(decision.verdict).empty()) {
    credit_decided(context, id, order, decision);
  } else {
    throw Refused(
        "the decision's kind or verdict is not known here; write fraud with pending, "
        "cleared or failed, credit with pending, referred, approved or declined");
  }
  proceed(context, id);
  derive_status(context, id);
}

void payment_recorded(Context& context, const canonical::PaymentEvent& event,
                      const canonical::MessageView& message) {
  const auto id = order_id_of(context.db, event.order_id, event.channel, event.po_number);
  if (id.empty()) {
    if (event.po_number.empty()) {
      throw Refused("the payment is for order \"" + event.order_id +
                    "\", which is not known; give channel and po_number where it may come first");
    }
    keep_early(context, event.channel, event.po_number, message);
    return;
  }
  const auto order = *find_order(context.db, id);
  std::string word;
  switch (event.kind) {
    case canonical::PaymentKind::authorised:
      word = "authorised";
      break;
    case canonical::PaymentKind::captured:
      word = "captured";
      break;
    case canonical::PaymentKind::failed:
      word = "failed";
      break;
    case canonical::PaymentKind::refunded:
      word = event.amount.minor < order.value_minor ? "part_refunded" : "refunded";
      break;
    default:
      throw Refused(
          "the payment's kind is not known; write authorised, captured, refunded, failed");
  }
  if (advance(context, id, "payment", kPayment, order.payment, word, event.retract)) {
    const bool paid = word == "authorised" || word == "captured";
    if (paid) {
      release_hold(context, id, "payment", "payment");
    } else if (event.retract || word == "failed") {
      const auto channel = context.settings.channels.find(order.header.channel);
      if (channel != context.settings.channels.end() && channel->second.payment_required) {
        raise_hold(context, id, "payment", "its payment failed", "payment");
      }
    }
  }
  proceed(context, id);
  derive_status(context, id);
}

}  // namespace crossdock::host::process
