#include "host/process/context.hpp"

namespace crossdock::host::process {

void Context::send(const Outgoing& m) {
  db.prepare(
        "INSERT INTO outbox(idempotency_key, type, target, business_key, correlation_id, "
        "causation_id, subject, data) VALUES(?,?,?,?,?,?,?,?)")
      .bind(m.idempotency_key, m.type, m.target, m.business_key,
            m.correlation_id.empty() ? correlation_id : m.correlation_id, message_id, m.subject,
            m.data)
      .run();
}

std::int64_t Context::next_number(std::string_view counter) {
  auto statement = db.prepare(
      "INSERT INTO counters(name, value) VALUES(?, 1) "
      "ON CONFLICT(name) DO UPDATE SET value = value + 1 RETURNING value");
  statement.bind(counter);
  statement.step();
  return statement.integer(0);
}

void Context::alert(std::string_view kind, std::string_view subject, std::string_view text) {
  db.prepare("INSERT INTO alerts(at, kind, subject, text) VALUES(?,?,?,?)")
      .bind(now_ns, kind, subject, text)
      .run();
}

}  // namespace crossdock::host::process
