#include "host/process/returns/refunds.hpp"

#include "crossdock/canonical/message_types.hpp"
#include "host/process/orders/order_book.hpp"

namespace crossdock::host::process {
namespace {

void set_money(Context& context, std::string_view return_id, std::string_view money) {
  context.db.prepare("UPDATE returns SET money = ?2, rev = rev + 1 WHERE id = ?1")
      .bind(return_id, money)
      .run();
}

struct Due {
  std::string order_id;
  std::string money;
  std::string currency;
  std::int64_t amount = 0;
};

// What was received and not refunded yet. A unit that is missing or another article is not paid.
std::optional<Due> due_of(Context& context, const std::string& return_id) {
  Due out;
  std::string currency = context.settings.currency;
  std::int64_t shipping = 0;
  {
    auto statement =
        context.db.prepare("SELECT order_id, money, shipping_minor FROM returns WHERE id = ?");
    statement.bind(return_id);
    if (!statement.step()) {
      return std::nullopt;
    }
    out.order_id = statement.text(0);
    out.money = statement.text(1);
    shipping = statement.integer(2);
  }
  if (const auto order = find_order(context.db, out.order_id)) {
    currency = order->header.currency;
  }
  out.currency = currency;
  {
    auto statement = context.db.prepare(
        "SELECT d.quantity, l.unit_price_e6 FROM return_dispositions d JOIN order_lines l ON "
        "l.order_id = ?2 AND l.line_no = d.line_no WHERE d.return_id = ?1 AND d.kind NOT IN "
        "('missing', 'wrong_item')");
    statement.bind(return_id, out.order_id);
    while (statement.step()) {
      const auto amount =
          canonical::extended({statement.integer(1), currency}, {statement.integer(0), "EA"});
      if (!amount) {
        throw Refused("the refund of return " + return_id + " is more than can be paid");
      }
      out.amount += amount->minor;
    }
  }
  out.amount += out.amount > 0 ? shipping : 0;
  return out;
}

void ask(Context& context, const std::string& return_id, const std::string& refund_id,
         std::int64_t attempt, const Due& due) {
  canonical::Refund refund;
  refund.id = refund_id;
  refund.return_id = return_id;
  refund.order_id = due.order_id;
  refund.amount = {due.amount, due.currency};
  refund.method = "original";
  refund.attempt_key = refund_id + "/" + std::to_string(attempt);
  refund.state = canonical::RefundState::requested;
  context.send({.type = canonical::kRefundRequested,
                .target = context.settings.refund_connector,
                .business_key = "refund:" + refund_id,
                .subject = refund_id,
                .idempotency_key = refund.attempt_key,
                .data = canonical::encode(refund)});
}

}  // namespace

void start_refund(Context& context, const std::string& return_id, bool again) {
  const auto due = due_of(context, return_id);
  if (!due) {
    throw Refused("return " + return_id + " is not known");
  }
  if (due->money != "none" && due->money != "due" && !(again && due->money == "denied")) {
    if (again) {
      throw Refused("the refund of return " + return_id + " is " + due->money +
                    "; it is asked for again only after it was denied");
    }
    return;
  }
  if (due->amount <= 0) {
    return;
  }
  if (context.settings.refund_connector.empty()) {
    set_money(context, return_id, "due");
    return;
  }
  std::string id;
  std::int64_t attempt = 1;
  {
    auto statement =
        context.db.prepare("SELECT id, attempt + 1 FROM refunds WHERE return_id = ? ORDER BY id");
    statement.bind(return_id);
    if (statement.step()) {
      id = statement.text(0);
      attempt = statement.integer(1);
    }
  }
  if (id.empty()) {
    id = context.ids.next("ref");
  }
  context.db
      .prepare(
          "INSERT INTO refunds(id, return_id, order_id, amount_minor, currency, attempt, state, "
          "created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 'attempted', ?7) ON CONFLICT(id) DO UPDATE "
          "SET attempt = ?6, amount_minor = ?4, state = 'attempted'")
      .bind(id, return_id, due->order_id, due->amount, due->currency, attempt, context.now_ns)
      .run();
  set_money(context, return_id, "attempted");
  ask(context, return_id, id, attempt, *due);
}

void refund_settled(Context& context, const canonical::Refund& refund) {
  std::string return_id;
  std::string state;
  std::string order_id;
  {
    auto statement =
        context.db.prepare("SELECT return_id, state, order_id FROM refunds WHERE id = ?");
    statement.bind(refund.id);
    if (!statement.step()) {
      throw Refused("refund " + refund.id + " is not known; it was not asked for here");
    }
    return_id = statement.text(0);
    state = statement.text(1);
    order_id = statement.text(2);
  }
  using State = canonical::RefundState;
  const char* now = refund.state == State::succeeded  ? "succeeded"
                    : refund.state == State::denied   ? "denied"
                    : refund.state == State::in_doubt ? "in_doubt"
                                                      : nullptr;
  if (now == nullptr) {
    throw Refused("a refund settles as succeeded, denied or in_doubt, nothing else");
  }
  // What was paid stays paid; a late doubt changes nothing that is known.
  if (state == "succeeded" || (state == "denied" && refund.state == State::in_doubt)) {
    return;
  }
  context.db.prepare("UPDATE refunds SET state = ?2, reference = ?3, reason = ?4 WHERE id = ?1")
      .bind(refund.id, now, refund.reference.value_or(""), refund.reason.value_or(""))
      .run();
  set_money(context, return_id, refund.state == State::succeeded ? "refunded" : now);
  if (refund.state == State::succeeded) {
    context.db.prepare("UPDATE return_lines SET refunded = received WHERE return_id = ?")
        .bind(return_id)
        .run();
    context.db
        .prepare(
            "UPDATE returns SET state = 'closed', rev = rev + 1 WHERE id = ? AND state = "
            "'inspected'")
        .bind(return_id)
        .run();
  } else {
    context.alert(refund.state == State::in_doubt ? "refund_in_doubt" : "refund_denied", return_id,
                  refund.state == State::in_doubt
                      ? "whether the refund of return " + return_id +
                            " was paid is not known; it is looked up, not asked for again"
                      : "the refund of return " + return_id +
                            " was denied: " + refund.reason.value_or("no reason given"));
  }
  derive_status(context, order_id);
}

}  // namespace crossdock::host::process
