#include "host/process/reservations/rows.hpp"

#include <algorithm>
#include <tuple>

#include "host/process/inventory/position.hpp"
#include "host/process/inventory/publishing.hpp"
#include "host/process/reservations/reservations.hpp"

namespace crossdock::host::process {
namespace {

constexpr const char* kColumns =
    "SELECT id, order_id, line_no, sku, warehouse, channel, demand, state, quantity, open, "
    "consumed, part, factor, expires_at, ttl, needed_at, rank, created_at FROM reservations WHERE ";

ReservationRow read_row(const journal::Statement& s) {
  return {s.text(0),     s.text(1),     s.text(2),     s.text(3),     s.text(4),     s.text(5),
          s.text(6),     s.text(7),     s.integer(8),  s.integer(9),  s.integer(10), s.integer(11),
          s.integer(12), s.integer(13), s.integer(14), s.integer(15), s.integer(16), s.integer(17)};
}

template <class... Values>
std::vector<ReservationRow> read_rows(journal::Database& db, const std::string& where,
                                      const Values&... values) {
  std::vector<ReservationRow> out;
  auto statement = db.prepare(kColumns + where);
  statement.bind(values...);
  while (statement.step()) {
    out.push_back(read_row(statement));
  }
  return out;
}

}  // namespace

std::vector<ReservationRow> rows_at(journal::Database& db, std::string_view order_id,
                                    std::string_view line_no, std::string_view place) {
  auto out =
      read_rows(db, "order_id = ? AND line_no = ? AND warehouse = ?", order_id, line_no, place);
  std::sort(out.begin(), out.end(), [](const ReservationRow& a, const ReservationRow& b) {
    return std::tie(a.part, a.sku) < std::tie(b.part, b.sku);
  });
  return out;
}

std::vector<ReservationRow> rows_of(journal::Database& db, std::string_view order_id) {
  return read_rows(db, "order_id = ? ORDER BY line_no, warehouse, part, sku", order_id);
}

std::optional<ReservationRow> row_by_id(journal::Database& db, std::string_view id) {
  auto rows = read_rows(db, "id = ?", id);
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

void change_bucket(Context& context, const ReservationRow& row, std::int64_t delta) {
  if (delta == 0 || row.place == kNoPlace || (row.state != "soft" && row.state != "hard")) {
    return;
  }
  const bool soft = row.state == "soft";
  if (row.place == kGroupPlace) {
    context.db
        .prepare(
            "INSERT INTO group_demand(sku, channel, soft, hard, rev) VALUES(?1, ?2, ?3, ?4, 1) "
            "ON CONFLICT(sku, channel) DO UPDATE SET soft = soft + ?3, hard = hard + ?4, "
            "rev = rev + 1")
        .bind(row.sku, row.channel, soft ? delta : 0, soft ? 0 : delta)
        .run();
  } else {
    add_to_reserved(context, row.sku, row.place, soft ? delta : 0, soft ? 0 : delta);
  }
  availability_may_have_changed(context, row.sku);
}

void log_event(Context& context, std::string_view reservation, std::string_view what,
               std::int64_t quantity, std::string_view place) {
  context.db
      .prepare(
          "INSERT INTO reservation_events(reservation, what, quantity, place, at, message) "
          "VALUES(?,?,?,?,?,?)")
      .bind(reservation, what, quantity, place, context.now_ns, context.message_id)
      .run();
}

}  // namespace crossdock::host::process
