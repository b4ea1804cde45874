// What an author derives from: override what the connector can do, leave the rest.
//
//   class Desk final : public crossdock::Connector { ... };
//   CROSSDOCK_CONNECTOR(Desk, kConfig)
#pragma once

#include <crossdock/config.hpp>
#include <crossdock/host.hpp>

namespace crossdock {

class Connector {
 public:
  virtual ~Connector() = default;

  // [control] Throw to say that it cannot start; the operator sees the text.
  virtual void start() {}
  // [control] Deliveries have ended; let go of what is held.
  virtual void stop() {}

  // [deliver] Brings one message out and says what became of it. Runs on a pool, so it may take its
  // time; never two messages of one business key at once. NotMapped counts as rejected, any other
  // exception as retry.
  virtual Outcome deliver(const Message& message) {
    return Outcome::rejected("this connector takes no messages, but was given " + message.type);
  }
  // [deliver] After an outcome in doubt: done (or any other final outcome) when the message is
  // found in the outside system; nothing when it is not there and may be delivered.
  virtual std::optional<Outcome> find(const Message&) { return std::nullopt; }

  // [poll] Reads the source from `cursor` on and emits what is new (Host::emit, with the cursor
  // reached). Done: again after the interval; other outcomes: the host waits or pauses.
  virtual Outcome poll(const Cursor&) { return Outcome::done(); }

  // [any] The batch emitted with this tag is durable: only now a source is acknowledged.
  virtual void accepted(std::uint64_t) {}

  // [any] An HTTP call of the outside system.
  virtual WebhookAnswer webhook(const WebhookRequest&) {
    WebhookAnswer answer;
    answer.status = 404;
    answer.body = "this connector takes no webhooks\n";
    return answer;
  }
};

}  // namespace crossdock

#include <crossdock/glue.hpp>
