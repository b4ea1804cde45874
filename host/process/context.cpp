#include "host/process/context.hpp"

#include <utility>

#include "crossdock/canonical/identifiers.hpp"
#include "host/process/counters.hpp"

namespace crossdock::host::process {

void Context::send(const Outgoing& m) {
  if (m.data.size() > canonical::kLargestData) {
    throw Refused("what follows from it would be a message of " + std::to_string(m.data.size()) +
                  " bytes; at most " + std::to_string(canonical::kLargestData) + " are carried");
  }
  const auto correlation = m.correlation_id.empty() ? correlation_id : m.correlation_id;
  const std::pair<const char*, std::string_view> attributes[] = {
      {"subject", m.subject},
      {"business key", m.business_key},
      {"idempotency key", m.idempotency_key},
      {"correlation id", correlation},
      {"causation id", message_id}};
  for (const auto& [name, text] : attributes) {
    if (const auto fault = canonical::attribute_fault(text); !fault.empty()) {
      throw Refused(std::string("what follows from it would be a message whose ") + name + " " +
                    fault);
    }
  }
  db.prepare(
        "INSERT INTO outbox(idempotency_key, type, target, business_key, correlation_id, "
        "causation_id, subject, data) VALUES(?,?,?,?,?,?,?,?)")
      .bind(m.idempotency_key, m.type, m.target, m.business_key, correlation, message_id, m.subject,
            m.data)
      .run();
}

std::string Context::next_sscc() {
  auto sscc = canonical::make_sscc('0', settings.gs1_prefix,
                                   static_cast<std::uint64_t>(count_up(db, "sscc")));
  if (!sscc) {
    throw Refused("no carton number can be made from the GS1 prefix \"" + settings.gs1_prefix +
                  "\"; give company.gs1_prefix 6 to 12 digits, or another prefix if its serial "
                  "numbers are used up");
  }
  return std::move(*sscc);
}

void Context::alert(std::string_view kind, std::string_view subject, std::string_view text) {
  db.prepare("INSERT INTO alerts(at, kind, subject, text) VALUES(?,?,?,?)")
      .bind(now_ns, kind, subject, text)
      .run();
}

const WarehouseSettings& Context::warehouse(const std::string& code) const {
  const auto found = settings.warehouses.find(code);
  if (found == settings.warehouses.end()) {
    throw Refused("warehouse " + code + " is not in the configuration; add it, then replay");
  }
  return found->second;
}

}  // namespace crossdock::host::process
