#include "host/process/relay.hpp"

#include <memory>
#include <utility>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/envelope_wire.hpp"
#include "host/process/context.hpp"

namespace crossdock::host::process {

Relay::Relay(const std::filesystem::path& store, journal::Journal& journal, Intake intake)
    : journal_(journal),
      intake_(std::move(intake)),
      store_(store, journal::Database::Mode::reader),
      sync_(store),
      ids_(canonical::IdSource::system()) {}

Relay::Brought Relay::bring(std::int64_t outbox_after, journal::Transaction transaction) {
  sync_.sync();
  Brought out;
  const auto wires = std::make_shared<std::vector<std::string>>();
  {
    auto statement = store_.prepare(
        "SELECT id, idempotency_key, type, target, business_key, correlation_id, causation_id, "
        "subject, data FROM outbox WHERE id > ? ORDER BY id");
    statement.bind(outbox_after);
    while (statement.step()) {
      canonical::Message message;
      auto& e = message.envelope;
      out.outbox_to = statement.integer(0);
      e.id = ids_.next();
      e.source = kProcesses;
      e.idempotency_key = statement.text(1);
      e.type = statement.text(2);
      e.target = statement.text(3);
      e.business_key = statement.text(4);
      e.correlation_id = statement.text(5);
      e.causation_id = statement.text(6);
      e.subject = statement.text(7);
      if (const auto* entity = canonical::entity_of(e.type)) {
        e.dataschema = entity->dataschema;
      }
      message.data = statement.text(8);
      canonical::append_wire(message, wires->emplace_back());
    }
  }
  if (wires->empty() && transaction.settlements.empty()) {
    return out;
  }
  transaction.keepalive = wires;
  const std::vector<std::string_view> views(wires->begin(), wires->end());
  if (auto fault = intake_(views, transaction); !fault.empty()) {
    out.fault = "what they sent is refused: " + fault;
  } else if (const auto result = journal_.commit_and_wait(std::move(transaction)); !result) {
    out.fault = result.error();
  }
  return out;
}

}  // namespace crossdock::host::process
