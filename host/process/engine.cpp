#include "host/process/engine.hpp"

#include <algorithm>
#include <crossdock/canonical/instant.hpp>
#include <sstream>

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
// So often messages are read behind a group on its way; then all are looked at, so that one that
// was given back, whose place is earlier, waits no longer.
constexpr std::size_t kGroupsInARow = 16;
constexpr std::string_view kClockTicked = "crossdock.process.clock.ticked.v1";

}  // namespace

struct Engine::Group {
  std::vector<journal::Settlement> settlements;
  std::vector<journal::Position> handled;
};

struct Engine::OnItsWay {
  std::vector<journal::Position> handled;
  std::vector<journal::Position> positions;  // of all its messages, in order; empty: it only sends
  std::future<Relay::Brought> brought;
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
  db_.leave_sync_to_others();
  relay_ = std::make_unique<Relay>(store, journal, ports_.intake);
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
      const auto now_ns = canonical::now().ns;
      recover(now_ns);
      while (work() || tick(canonical::now().ns)) {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
          break;
        }
      }
      tidy();
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
  e.source = kProcesses;
  e.type = kClockTicked;
  e.target = kProcesses;
  e.idempotency_key = "tick/" + std::to_string(now);
  e.correlation_id = e.id;
  message.data = "{}";
  auto wire = std::make_shared<std::string>();
  canonical::append_wire(message, *wire);
  journal::Transaction transaction;
  transaction.actor = kProcesses;
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
  const bool worked = work();
  tidy();
  return worked || tick(now_ns);
}

void Engine::recover(std::int64_t now_ns) {
  if (!recovered_) {
    transact(now_ns, [this](Context& context) { announce_configuration(context); });
    transact(now_ns, &announce_configured);
    transact(now_ns, &announce_rules);
    // What a crash left between the store's commit and the journal's.
    drop_settled();
    relay({});
    tidy();
    recovered_ = true;
  }
}

void Engine::drop_settled() {
  if (unsettled_.empty()) {
    return;
  }
  std::set<journal::Position> owed;
  const auto last = *unsettled_.rbegin();
  auto after = *unsettled_.begin() - 1;
  const auto look = [&](const journal::StoredMessage& stored) {
    after = stored.position;
    if (unsettled_.contains(stored.position)) {
      owed.insert(stored.position);
    }
  };
  while (after < last &&
         journal_.read_pending(kProcesses, after, kLargestGroup, kGroupBytes, look) > 0) {
  }
  unsettled_ = std::move(owed);
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
                .target = kProcesses,
                .business_key = kConfigurationKey,
                .subject = {},
                .idempotency_key = "configuration/" + std::to_string(context.now_ns) + "/" +
                                   std::to_string(reached_),
                .data = std::move(data),
                .correlation_id = kConfigurationKey});
}

// What is owed to the processes and not on its way to being settled.
std::vector<journal::StoredMessage> Engine::next_messages() {
  std::vector<journal::StoredMessage> out;
  const auto is_on_its_way = [&](journal::Position position) {
    return on_its_way_ != nullptr && std::binary_search(on_its_way_->positions.begin(),
                                                        on_its_way_->positions.end(), position);
  };
  const auto read = [&](journal::Position after) {
    const auto besides = on_its_way_ != nullptr ? on_its_way_->positions.size() : 0;
    journal_.read_pending(kProcesses, after, kLargestGroup + besides, kGroupBytes,
                          [&](journal::StoredMessage& stored) {
                            if (out.size() < kLargestGroup && !is_on_its_way(stored.position)) {
                              out.push_back(std::move(stored));
                            }
                          });
  };
  if (on_its_way_ != nullptr) {
    const bool all = ++groups_in_a_row_ >= kGroupsInARow;
    groups_in_a_row_ = all ? 0 : groups_in_a_row_;
    read(all || on_its_way_->positions.empty() ? 0 : on_its_way_->positions.back());
  }
  if (out.empty()) {
    finish();
    groups_in_a_row_ = 0;
    read(0);
  }
  return out;
}

bool Engine::work() {
  const auto messages = next_messages();
  if (messages.empty()) {
    return false;
  }
  Group group;
  if (!handle_all(messages, Undo::with_transaction, group)) {
    handle_all(messages, Undo::alone, group);
  }
  unsettled_.insert(group.handled.begin(), group.handled.end());
  finish();
  relay(std::move(group));
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
    forget_relayed();
    db_.prepare("UPDATE reached SET position = ?").bind(reached_).run();
    remember_handled(group.handled);
    transaction.commit();
    forgettable_ = false;
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
  settlement.destination = kProcesses;
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

void Engine::relay(Group group) {
  auto next = std::make_unique<OnItsWay>();
  for (const auto& settlement : group.settlements) {
    next->positions.push_back(settlement.position);
  }
  std::sort(next->positions.begin(), next->positions.end());
  next->handled = std::move(group.handled);
  journal::Transaction transaction;
  transaction.actor = kProcesses;
  transaction.settlements = std::move(group.settlements);
  if (ports_.before_write) {
    ports_.before_write();
  }
  next->brought = std::async(std::launch::async, &Relay::bring, relay_.get(), relayed_to_,
                             std::move(transaction));
  on_its_way_ = std::move(next);
}

void Engine::finish() {
  if (!on_its_way_) {
    return;
  }
  const auto done = std::exchange(on_its_way_, nullptr);
  const auto brought = done->brought.get();
  if (!brought.fault.empty()) {
    throw std::runtime_error(brought.fault);
  }
  // Durable over there. If that is lost here, the journal drops the repeats.
  for (const auto position : done->handled) {
    unsettled_.erase(position);
  }
  relayed_to_ = std::max(relayed_to_, brought.outbox_to);
  forgettable_ = true;
  ports_.changed();
}

void Engine::forget_relayed() {
  if (forgettable_) {
    db_.prepare("DELETE FROM outbox WHERE id <= ?").bind(relayed_to_).run();
  }
}

void Engine::tidy() {
  finish();
  if (!forgettable_) {
    return;
  }
  journal::StoreTransaction transaction(db_);
  forget_relayed();
  remember_handled({});
  transaction.commit();
  forgettable_ = false;
}

// One row for all of them: a row each would be most of what a small message writes.
void Engine::remember_handled(const std::vector<journal::Position>& handled) {
  auto all = unsettled_;
  all.insert(handled.begin(), handled.end());
  std::string positions;
  for (const auto position : all) {
    positions += (positions.empty() ? "" : " ") + std::to_string(position);
  }
  db_.prepare("DELETE FROM handled").run();
  if (!positions.empty()) {
    db_.prepare("INSERT INTO handled(positions) VALUES(?)").bind(positions).run();
  }
}

}  // namespace crossdock::host::process
