#include "host/process/engine.hpp"

#include <algorithm>
#include <crossdock/canonical/instant.hpp>
#include <sstream>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/handlers.hpp"
#include "host/process/inventory/configured.hpp"
#include "host/process/replay/then.hpp"
#include "host/process/schema.hpp"
#include "host/process/sourcing/sourcing.hpp"
#include "host/process/step.hpp"
#include "host/process/timers.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::size_t kLargestGroup = 500;
constexpr std::size_t kGroupBytes = 16u << 20;
constexpr std::string_view kActor = "process";
constexpr std::string_view kClockTicked = "crossdock.process.clock.ticked.v1";

}  // namespace

struct Engine::Group {
  std::vector<journal::Settlement> settlements;
  std::vector<journal::Position> handled;
};

bool Engine::takes(std::string_view type) { return is_handled(type); }

Engine::Engine(const std::filesystem::path& store, Settings settings, journal::Journal& journal,
               Ports ports)
    : path_(store),
      settings_(std::move(settings)),
      journal_(journal),
      ports_(std::move(ports)),
      db_(store, journal::Database::Mode::writer),
      ids_(canonical::IdSource::system()) {
  db_.migrate(schema_steps());
  auto statement = db_.prepare("SELECT position FROM reached");
  statement.step();
  reached_ = static_cast<journal::Position>(statement.integer(0));
  auto handled = db_.prepare("SELECT positions FROM handled");
  while (handled.step()) {
    std::istringstream words(handled.text(0));
    for (journal::Position position = 0; words >> position;) {
      unsettled_.insert(position);
    }
  }
  db_.on_write(ports_.before_write);
}

Engine::~Engine() { stop(); }

void Engine::start() {
  thread_ = std::thread([this] { run(); });
}

void Engine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Engine::wake() {
  {
    const std::lock_guard lock(mutex_);
    awake_ = true;
  }
  wake_.notify_all();
}

bool Engine::wait_for_work() {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_ || awake_; });
  awake_ = false;
  return !stopping_;
}

void Engine::run() {
  try {
    do {
      while (run_once(canonical::now().ns)) {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
          return;
        }
      }
    } while (wait_for_work());
  } catch (const std::exception& fault) {
    ports_.fatal(std::string("the business processes stopped: ") + fault.what() +
                 "; nothing was lost; mend it and restart the host");
  }
}

bool Engine::tick(std::int64_t now) {
  const auto due = next_due(db_);
  if (!due || *due > now || *due <= ticked_ns_) {
    return false;
  }
  ticked_ns_ = now;
  canonical::Message message;
  auto& e = message.envelope;
  e.id = ids_.next();
  e.source = kActor;
  e.type = kClockTicked;
  e.target = kActor;
  e.idempotency_key = "tick/" + std::to_string(now);
  e.correlation_id = e.id;
  message.data = "{}";
  auto wire = std::make_shared<std::string>();
  canonical::append_wire(message, *wire);
  journal::Transaction transaction;
  transaction.actor = kActor;
  transaction.keepalive = wire;
  if (auto fault = ports_.intake({std::string_view(*wire)}, transaction); !fault.empty()) {
    throw std::runtime_error("a tick of the clock is refused: " + fault);
  }
  if (const auto result = journal_.commit_and_wait(std::move(transaction)); !result) {
    throw std::runtime_error(result.error());
  }
  return true;
}

bool Engine::run_once(std::int64_t now_ns) {
  recover(now_ns);
  return work() || tick(now_ns);
}

void Engine::recover(std::int64_t now_ns) {
  if (!recovered_) {
    transact(now_ns, [this](Context& context) { announce_configuration(context); });
    transact(now_ns, &announce_configured);
    transact(now_ns, &announce_rules);
    // What a crash left between the store's commit and the journal's.
    Group left;
    relay(left);
    recovered_ = true;
  }
}

void Engine::transact(std::int64_t now_ns, const std::function<void(Context&)>& change) {
  journal::StoreTransaction transaction(db_);
  auto ids = ids_of("transact", now_ns);
  Context context{db_, settings_, ids, now_ns, "", ""};
  change(context);
  transaction.commit();
}

void Engine::announce_configuration(Context& context) {
  if (ports_.configuration.empty()) {
    return;
  }
  auto data = configuration_to_json(reached_, ports_.configuration);
  {
    auto statement = db_.prepare("SELECT text FROM configured");
    if (statement.step() && statement.text(0) == texts_of(data)) {
      return;
    }
  }
  db_.prepare("DELETE FROM configured").run();
  db_.prepare("INSERT INTO configured(text) VALUES(?)").bind(texts_of(data)).run();
  context.send({.type = kConfigurationChanged,
                .target = kActor,
                .business_key = kConfigurationKey,
                .subject = {},
                .idempotency_key = "configuration/" + std::to_string(context.now_ns) + "/" +
                                   std::to_string(reached_),
                .data = std::move(data),
                .correlation_id = kConfigurationKey});
}

bool Engine::work() {
  std::vector<journal::StoredMessage> messages;
  journal_.read_pending(kActor, 0, kLargestGroup, kGroupBytes, [&](journal::StoredMessage& stored) {
    messages.push_back(std::move(stored));
  });
  if (messages.empty()) {
    return false;
  }
  Group group;
  if (!handle_all(messages, Undo::with_transaction, group)) {
    handle_all(messages, Undo::alone, group);
  }
  relay(group);
  ports_.changed();
  return true;
}

// One transaction. False: nothing was done, and one of them can only be refused by itself.
bool Engine::handle_all(const std::vector<journal::StoredMessage>& messages, Undo undo,
                        Group& group) {
  const auto reached = reached_;
  try {
    journal::StoreTransaction transaction(db_);
    for (const auto& stored : messages) {
      handle(stored, undo, group);
    }
    db_.prepare("UPDATE reached SET position = ?").bind(reached_).run();
    remember_handled(group);
    transaction.commit();
    return true;
  } catch (const RunAgain&) {
    reached_ = reached;
    group = {};
    return false;
  }
}

void Engine::handle(const journal::StoredMessage& stored, Undo undo, Group& group) {
  journal::Settlement settlement;
  settlement.position = stored.position;
  settlement.destination = kActor;
  settlement.outcome = "done";
  settlement.attempts = 1;
  const auto after = std::exchange(reached_, std::max(reached_, stored.position));
  if (unsettled_.contains(stored.position)) {
    group.handled.push_back(stored.position);
    group.settlements.push_back(std::move(settlement));
    return;
  }
  canonical::MessageView message;
  std::string fault;
  if (!canonical::decode_wire(stored.wire, message).ok()) {
    fault = "the stored message cannot be read";
  } else {
    fault = apply_message(db_, settings_, stored.recorded_at_ns, message, undo);
    if (fault.empty()) {
      group.handled.push_back(stored.position);
      if (stored.position < after) {
        // Given back after others had passed it; a rebuild must do the same.
        settlement.reference = "after " + std::to_string(after);
      }
    }
  }
  if (!fault.empty() && undo == Undo::with_transaction) {
    throw RunAgain(fault);
  }
  if (!fault.empty()) {
    settlement.kind = journal::SettlementKind::dead_lettered;
    settlement.outcome = "rejected";
    settlement.reason = fault;
    settlement.business_key = message.business_key;
    ports_.log("error", "dead letter " + std::to_string(stored.position) + "-process: " + fault);
  }
  group.settlements.push_back(std::move(settlement));
}

void Engine::relay(Group& group) {
  std::vector<std::string> wires;
  std::int64_t last = 0;
  {
    auto statement = db_.prepare(
        "SELECT id, idempotency_key, type, target, business_key, correlation_id, causation_id, "
        "subject, "
        "data FROM outbox ORDER BY id");
    while (statement.step()) {
      canonical::Message message;
      auto& e = message.envelope;
      last = statement.integer(0);
      e.id = ids_.next();
      e.source = kActor;
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
      canonical::append_wire(message, wires.emplace_back());
    }
  }
  if (wires.empty() && group.settlements.empty()) {
    return;
  }
  auto held = std::make_shared<std::vector<std::string>>(std::move(wires));
  journal::Transaction transaction;
  transaction.actor = kActor;
  transaction.settlements = std::move(group.settlements);
  transaction.keepalive = held;
  const std::vector<std::string_view> views(held->begin(), held->end());
  if (auto fault = ports_.intake(views, transaction); !fault.empty()) {
    throw std::runtime_error("what they sent is refused: " + fault);
  }
  if (ports_.before_write) {
    ports_.before_write();
  }
  if (const auto result = journal_.commit_and_wait(std::move(transaction)); !result) {
    throw std::runtime_error(result.error());
  }
  // Durable over there; forget it here. If this is lost, the journal drops the repeats.
  journal::StoreTransaction cleaning(db_);
  db_.prepare("DELETE FROM outbox WHERE id <= ?").bind(last).run();
  for (const auto position : group.handled) {
    unsettled_.erase(position);
  }
  remember_handled({});
  cleaning.commit();
}

// One row for all of them: a row each would be most of what a small message writes.
void Engine::remember_handled(const Group& group) {
  std::string positions;
  const auto add = [&](journal::Position position) {
    positions += (positions.empty() ? "" : " ") + std::to_string(position);
  };
  std::for_each(unsettled_.begin(), unsettled_.end(), add);
  for (const auto position : group.handled) {
    if (!unsettled_.contains(position)) {
      add(position);
    }
  }
  db_.prepare("DELETE FROM handled").run();
  if (!positions.empty()) {
    db_.prepare("INSERT INTO handled(positions) VALUES(?)").bind(positions).run();
  }
}

}  // namespace crossdock::host::process
