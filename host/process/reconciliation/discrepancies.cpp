#include "host/process/reconciliation/discrepancies.hpp"

namespace crossdock::host::process {

void raise_discrepancy(Context& context, const Difference& d) {
  context.db
      .prepare(
          "INSERT INTO discrepancies(id, run, kind, key, left_system, left_ref, left_value, "
          "right_system, right_ref, right_value, severity, cause, proposed_fix, state, found_at, "
          "changed_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'open', ?14, "
          "?14) ON CONFLICT(kind, key) DO UPDATE SET run = ?2, left_value = ?7, right_value = ?10, "
          "right_ref = ?9, severity = ?11, cause = ?12, proposed_fix = ?13, changed_at = ?14, "
          "state = CASE state WHEN 'fixed' THEN 'open' ELSE state END")
      .bind(context.ids.next("dis"), d.run.empty() ? std::string(context.message_id) : d.run,
            d.kind, d.key, d.left.system, d.left.ref, d.left.value, d.right.system, d.right.ref,
            d.right.value, d.severity, d.cause, d.proposed_fix, context.now_ns)
      .run();
}

void clear_discrepancy(Context& context, std::string_view kind, std::string_view key) {
  context.db
      .prepare(
          "UPDATE discrepancies SET state = 'fixed', changed_at = ?3 WHERE kind = ?1 AND key = ?2 "
          "AND state <> 'fixed'")
      .bind(kind, key, context.now_ns)
      .run();
}

std::int64_t clear_not_found(Context& context, std::string_view kind, std::string_view key_prefix,
                             std::string_view run) {
  context.db
      .prepare(
          "UPDATE discrepancies SET state = 'fixed', changed_at = ?4 WHERE kind = ?1 AND "
          "substr(key, 1, length(?2)) = ?2 AND run <> ?3 AND state <> 'fixed'")
      .bind(kind, key_prefix, run, context.now_ns)
      .run();
  return context.db.changes();
}

void discrepancy_change_requested(Context& context, const canonical::DiscrepancyChange& change) {
  using State = canonical::DiscrepancyState;
  const char* state = change.state == State::explained  ? "explained"
                      : change.state == State::fixed    ? "fixed"
                      : change.state == State::accepted ? "accepted"
                      : change.state == State::open     ? "open"
                                                        : nullptr;
  if (state == nullptr) {
    throw Refused("a discrepancy becomes explained, fixed, accepted or open, nothing else");
  }
  context.db
      .prepare("UPDATE discrepancies SET state = ?2, reason = ?3, changed_at = ?4 WHERE id = ?1")
      .bind(change.id, state, change.reason.value_or(""), context.now_ns)
      .run();
  if (context.db.changes() == 0) {
    throw Refused("discrepancy " + change.id + " is not known; see the list of discrepancies");
  }
}

}  // namespace crossdock::host::process
