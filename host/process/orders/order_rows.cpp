#include "host/process/orders/order_rows.hpp"

#include <utility>

#include "crossdock/canonical/codec.hpp"
#include "host/journal/memo.hpp"

namespace crossdock::host::process {
namespace {

// Of the orders of some groups: a few megabytes.
constexpr std::size_t kMostOrders = 2048;
constexpr std::size_t kMostLines = 8192;

struct KnownOrders : journal::Memo<std::shared_ptr<const KnownOrder>> {
  KnownOrders() : Memo({"orders"}, kMostOrders) {}
};
struct CountLines {
  std::size_t operator()(const KnownLines& lines) const { return 1 + lines->size(); }
};
struct LinesOfOrders : journal::Memo<KnownLines, CountLines> {
  LinesOfOrders() : Memo({"order_lines"}, kMostLines) {}
};

std::shared_ptr<const KnownOrder> read_order(journal::Database& db, std::string_view order_id) {
  auto statement = db.prepare(
      "SELECT header, requested, correlation_id, business_key, status, service, fraud, credit, "
      "payment, value_minor, released_at, trouble FROM orders WHERE id = ?");
  statement.bind(order_id);
  if (!statement.step()) {
    return nullptr;
  }
  auto out = std::make_shared<KnownOrder>();
  out->header = *canonical::decode<canonical::OrderHeader>(statement.text(0)).value;
  out->requested = *canonical::decode<canonical::RequestedDelivery>(statement.text(1)).value;
  out->correlation_id = statement.text(2);
  out->business_key = statement.text(3);
  out->status = statement.text(4);
  out->service = statement.text(5);
  out->fraud = statement.text(6);
  out->credit = statement.text(7);
  out->payment = statement.text(8);
  out->value_minor = statement.integer(9);
  out->released_at_ns = statement.integer(10);
  out->trouble = statement.text(11);
  return out;
}

KnownLines read_lines(journal::Database& db, std::string_view order_id) {
  auto out = std::make_shared<std::vector<canonical::OrderLine>>();
  auto statement = db.prepare(
      "SELECT line, shipped, invoiced, rejected + cancelled FROM order_lines WHERE order_id = ? "
      "ORDER BY number");
  statement.bind(order_id);
  while (statement.step()) {
    auto line = *canonical::decode<canonical::OrderLine>(statement.text(0)).value;
    line.shipped = {statement.integer(1), line.ordered.uom};
    line.invoiced = {statement.integer(2), line.ordered.uom};
    line.cancelled = {statement.integer(3), line.ordered.uom};
    out->push_back(std::move(line));
  }
  return out;
}

constexpr auto kReadAnew = [](const auto&) { return false; };

}  // namespace

std::shared_ptr<const KnownOrder> find_order(journal::Database& db, std::string_view order_id) {
  return db.kept<KnownOrders>().get(db, order_id, [&] { return read_order(db, order_id); });
}

KnownLines known_lines(journal::Database& db, std::string_view order_id) {
  return db.kept<LinesOfOrders>().get(db, order_id, [&] { return read_lines(db, order_id); });
}

std::vector<canonical::OrderLine> order_lines(journal::Database& db, std::string_view order_id) {
  return *known_lines(db, order_id);
}

void add_order(Context& context, const std::function<void()>& write, KnownOrder order) {
  const auto id = order.header.order_id;
  context.db.kept<KnownOrders>().add(context.db, id, write,
                                     std::make_shared<const KnownOrder>(std::move(order)));
}

void add_lines(Context& context, std::string_view order_id, const std::function<void()>& write,
               std::vector<canonical::OrderLine> lines) {
  context.db.kept<LinesOfOrders>().add(
      context.db, order_id, write,
      std::make_shared<const std::vector<canonical::OrderLine>>(std::move(lines)));
}

void change_order(Context& context, std::string_view order_id, const std::function<void()>& write) {
  context.db.kept<KnownOrders>().change(context.db, order_id, write, kReadAnew);
}

void change_lines(Context& context, std::string_view order_id, const std::function<void()>& write) {
  context.db.kept<LinesOfOrders>().change(context.db, order_id, write, kReadAnew);
}

}  // namespace crossdock::host::process
