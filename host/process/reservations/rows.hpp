// The rows of reservations and the buckets they fill; for this room only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/process/context.hpp"

namespace crossdock::host::process {

struct ReservationRow {
  std::string id;
  std::string order_id;
  std::string line_no;
  std::string sku;
  std::string place;
  std::string channel;
  std::string demand;
  std::string state;
  std::int64_t quantity = 0;
  std::int64_t open = 0;
  std::int64_t consumed = 0;
  std::int64_t part = 0;
  std::int64_t factor = 10'000;
  std::int64_t expires_at_ns = 0;
  std::int64_t ttl_ns = 0;
  std::int64_t needed_at_ns = 0;
  std::int64_t rank = 0;
  std::int64_t created_at_ns = 0;
};

// All parts of a line at a place: one row, or one per component of a kit, in order.
std::vector<ReservationRow> rows_at(journal::Database& db, std::string_view order_id,
                                    std::string_view line_no, std::string_view place);
std::vector<ReservationRow> rows_of(journal::Database& db, std::string_view order_id);
std::optional<ReservationRow> row_by_id(journal::Database& db, std::string_view id);

// Adds to what a place says is held; soft, hard and nothing else touch a bucket.
void change_bucket(Context& context, const ReservationRow& row, std::int64_t delta);
// One line of the reservation's history.
void log_event(Context& context, std::string_view reservation, std::string_view what,
               std::int64_t quantity, std::string_view place);

}  // namespace crossdock::host::process
