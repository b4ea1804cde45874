#include "host/process/engine.hpp"

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/envelope_wire.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/process/handlers.hpp"
#include "host/process/schema.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::size_t kLargestGroup = 500;
constexpr std::size_t kGroupBytes = 16u << 20;
constexpr std::string_view kActor = "process";

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
    // What a crash left between the store's commit and the journal's.
    Group left;
    relay(left);
    do {
      while (work()) {
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

bool Engine::work() {
  std::vector<journal::StoredMessage> messages;
  journal_.read_pending(kActor, 0, kLargestGroup, kGroupBytes, [&](journal::StoredMessage& stored) {
    messages.push_back(std::move(stored));
  });
  if (messages.empty()) {
    return false;
  }
  Group group;
  {
    journal::StoreTransaction transaction(db_);
    for (const auto& stored : messages) {
      handle(stored, group);
    }
    transaction.commit();
  }
  relay(group);
  ports_.changed();
  return true;
}

void Engine::handle(const journal::StoredMessage& stored, Group& group) {
  journal::Settlement settlement;
  settlement.position = stored.position;
  settlement.destination = kActor;
  settlement.outcome = "done";
  settlement.attempts = 1;
  group.handled.push_back(stored.position);
  {
    auto statement = db_.prepare("SELECT 1 FROM handled WHERE position = ?");
    statement.bind(stored.position);
    if (statement.step()) {
      group.settlements.push_back(std::move(settlement));
      return;
    }
  }
  canonical::MessageView message;
  std::string fault;
  if (!canonical::decode_wire(stored.wire, message).ok()) {
    fault = "the stored message cannot be read";
  } else {
    journal::Savepoint part(db_);
    Context context{
        db_, settings_, ids_, stored.recorded_at_ns, message.id, message.correlation_id};
    try {
      handle_message(context, message);
      db_.prepare("INSERT INTO handled(position) VALUES(?)").bind(stored.position).run();
      part.release();
    } catch (const journal::StoreError& error) {
      if (error.code() == SQLITE_CONSTRAINT || (error.code() & 0xff) == SQLITE_CONSTRAINT) {
        fault = error.what();  // the message asks for what the tables forbid
      } else {
        throw;  // the machine's fault, not the message's
      }
    } catch (const std::exception& error) {
      fault = error.what();
    }
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
  if (const auto result = journal_.commit_and_wait(std::move(transaction)); !result) {
    throw std::runtime_error(result.error());
  }
  // Durable over there; forget it here. If this is lost, the journal drops the repeats.
  journal::StoreTransaction cleaning(db_);
  db_.prepare("DELETE FROM outbox WHERE id <= ?").bind(last).run();
  for (const auto position : group.handled) {
    db_.prepare("DELETE FROM handled WHERE position = ?").bind(position).run();
  }
  cleaning.commit();
}

}  // namespace crossdock::host::process
