#include "host/scenario/stage.hpp"

#include <algorithm>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>

#include "crossdock/canonical/message_types.hpp"
#include "host/process/replay/rebuild.hpp"

namespace crossdock::host::scenario {
namespace {

constexpr std::size_t kMostRounds = 10'000;  // of settle(): more is a circle
constexpr std::size_t kGroup = 500;
constexpr std::size_t kGroupBytes = 64u << 20;
// Takes what is sent to nobody in particular: availability, events for whoever listens.
constexpr std::string_view kListener = "listener";

std::string wire_of(const Arrival& arrival, const std::string& id, std::int64_t now_ns) {
  canonical::Message message;
  auto& e = message.envelope;
  e.id = id;
  e.source = arrival.source;
  e.type = arrival.type;
  e.idempotency_key = arrival.idempotency_key;
  e.business_key = arrival.business_key;
  e.correlation_id = arrival.business_key.empty() ? arrival.idempotency_key : arrival.business_key;
  e.time.ns = now_ns;
  e.occurred_at.ns = arrival.occurred_at_ns == 0 ? now_ns : arrival.occurred_at_ns;
  e.aggregate_rev = arrival.rev;
  if (const auto* entity = canonical::entity_of(e.type)) {
    e.dataschema = entity->dataschema;
  }
  message.data = arrival.data;
  std::string wire;
  canonical::append_wire(message, wire);
  return wire;
}

std::string take_in(journal::Journal& journal, const delivery::Intake& intake,
                    const Arrival& arrival, const std::string& id, std::int64_t now_ns) {
  const auto wire = std::make_shared<const std::string>(wire_of(arrival, id, now_ns));
  journal::Transaction transaction;
  transaction.actor = arrival.source;
  transaction.keepalive = wire;
  if (auto fault = intake.add({*wire}, transaction); !fault.empty()) {
    return fault;
  }
  const auto result = journal.commit_and_wait(std::move(transaction));
  return result ? std::string() : result.error();
}

}  // namespace

Stage::Stage(std::filesystem::path folder, Configured configured, process::ReadSettings read,
             Answers answers, std::int64_t now_ns)
    : folder_(std::move(folder)),
      configured_(std::move(configured)),
      read_(std::move(read)),
      answers_(std::move(answers)),
      now_ns_(now_ns) {
  std::filesystem::create_directories(folder_);
  open();
}

Stage::~Stage() { close(); }

void Stage::open() {
  const auto& settings = configured_.settings;
  std::set<std::string> names = {std::string(kListener), std::string(kAsker)};
  const auto add = [&](const std::string& name) {
    if (!name.empty()) {
      names.insert(name);
    }
  };
  add(settings.carrier_connector);
  add(settings.erp_connector);
  add(settings.fraud_connector);
  add(settings.credit_connector);
  add(settings.returns_connector);
  add(settings.refund_connector);
  for (const auto& [code, one] : settings.warehouses) {
    add(one.connector);
    add(one.transfer_connector);
    add(one.notice_connector);
  }
  for (const auto& [code, one] : settings.channels) {
    add(one.connector);
    add(one.availability_taker);
  }
  connectors_.assign(names.begin(), names.end());
  std::vector<delivery::Routes::Taker> takers;
  for (const auto& name : connectors_) {
    takers.push_back(
        {name, name == kListener ? std::vector<std::string>{"*"} : std::vector<std::string>{}});
  }
  routes_ = delivery::Routes({}, std::move(takers), &process::Engine::takes);
  intake_ = std::make_unique<delivery::Intake>(routes_);
  auto opened = journal::Journal::open(
      {folder_ / "journal", std::chrono::hours(24 * 365), [this] { return now_ns_; }});
  if (!opened) {
    throw std::runtime_error(opened.error());
  }
  journal_ = std::move(*opened);
  process::Engine::Ports ports;
  ports.log = [](const char*, const std::string&) {};
  ports.fatal = [](const std::string&) {};
  ports.changed = [] {};
  ports.intake = [this](const std::vector<std::string_view>& wires,
                        journal::Transaction& transaction) {
    return intake_->add(wires, transaction);
  };
  ports.before_write = [this] {
    if (++written_ == kill_at_) {
      throw Killed{};
    }
  };
  ports.configuration = configured_.texts;
  engine_ = std::make_unique<process::Engine>(store_path(), settings, *journal_, std::move(ports));
}

void Stage::close() {
  reader_.reset();
  engine_.reset();
  journal_.reset();
}

void Stage::restart() {
  kill_at_ = 0;
  close();
  open();
}

void Stage::restart_with(Configured configured) {
  configured_ = std::move(configured);
  restart();
}

void Stage::kill_at(std::size_t write_point) {
  kill_at_ = write_point;
  written_ = 0;
}

std::string Stage::arrive(const Arrival& arrival) { return arrive_all({arrival}).front(); }

std::vector<std::string> Stage::arrive_all(const std::vector<Arrival>& arrivals) {
  std::vector<std::string> out(arrivals.size());
  std::vector<std::pair<std::size_t, std::future<std::string>>> waiting;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const auto& arrival = arrivals[i];
    const auto wire = std::make_shared<const std::string>(
        wire_of(arrival, arrival.source + "-" + std::to_string(++arrived_), now_ns_));
    journal::Transaction transaction;
    transaction.actor = arrival.source;
    transaction.keepalive = wire;
    if (out[i] = intake_->add({*wire}, transaction); !out[i].empty()) {
      continue;
    }
    const auto told = std::make_shared<std::promise<std::string>>();
    waiting.emplace_back(i, told->get_future());
    journal_->commit(std::move(transaction), [told](const Result<journal::Committed>& r) {
      told->set_value(r ? std::string() : r.error());
    });
  }
  for (auto& [i, one] : waiting) {
    out[i] = one.get();
  }
  return out;
}

std::vector<std::string> Stage::arrive_together(const std::vector<Arrival>& arrivals,
                                                std::size_t connections) {
  std::vector<std::string> out(arrivals.size());
  std::vector<std::thread> threads;
  const auto first = arrived_;
  arrived_ += arrivals.size();
  const auto most = std::clamp<std::size_t>(connections, 1, 64);
  for (std::size_t thread = 0; thread < std::min(most, arrivals.size()); ++thread) {
    threads.emplace_back([&, thread] {
      for (auto i = thread; i < arrivals.size(); i += most) {
        out[i] = take_in(*journal_, *intake_, arrivals[i],
                         arrivals[i].source + "-" + std::to_string(first + i + 1), now_ns_);
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  return out;
}

void Stage::transact(const std::function<void(process::Context&)>& change) {
  engine_->transact(now_ns_, change);
  changed_by_hand_ = true;
}

void Stage::settle() {
  for (std::size_t round = 0; round < kMostRounds; ++round) {
    const bool worked = engine_->run_once(now_ns_);
    if (!run_connectors() && !worked) {
      return;
    }
  }
  throw std::runtime_error("the processes and the answers go round in a circle");
}

void Stage::give_back(const std::string& id) {
  const auto letter = journal_->dead_letter(id);
  if (!letter) {
    throw std::runtime_error("there is no dead letter " + id);
  }
  journal::Settlement settlement;
  settlement.position = letter->position;
  settlement.destination = letter->destination;
  settlement.kind = journal::SettlementKind::replayed;
  settlement.business_key = letter->business_key;
  journal::Transaction transaction;
  transaction.actor = "operator";
  transaction.settlements.push_back(std::move(settlement));
  if (const auto result = journal_->commit_and_wait(std::move(transaction)); !result) {
    throw std::runtime_error(result.error());
  }
}

bool Stage::run_connectors() {
  bool any = false;
  for (const auto& name : connectors_) {
    any |= run_connector(name);
  }
  return any;
}

bool Stage::run_connector(const std::string& name) {
  std::vector<journal::StoredMessage> messages;
  journal_->read_pending(name, 0, kGroup, kGroupBytes, [&](journal::StoredMessage& stored) {
    messages.push_back(std::move(stored));
  });
  if (messages.empty()) {
    return false;
  }
  // What a connector did and what it heard back are durable together, as with a real one.
  journal::Transaction transaction;
  transaction.actor = name;
  auto wires = std::make_shared<std::vector<std::string>>();
  std::vector<Sent> sent;
  for (const auto& stored : messages) {
    canonical::MessageView message;
    if (!canonical::decode_wire(stored.wire, message).ok()) {
      throw std::runtime_error("a message of the journal cannot be read");
    }
    journal::Settlement settlement;
    settlement.position = stored.position;
    settlement.destination = name;
    settlement.outcome = "done";
    settlement.attempts = 1;
    transaction.settlements.push_back(std::move(settlement));
    sent.push_back({std::string(message.type), name, std::string(message.subject),
                    std::string(message.business_key), std::string(message.correlation_id),
                    std::string(message.data), now_ns_});
    std::size_t number = 0;
    for (auto& answer : answers_.to(message.type, std::string(message.data), now_ns_)) {
      Arrival arrival;
      arrival.source = name;
      arrival.type = std::move(answer.type);
      arrival.data = std::move(answer.data);
      arrival.idempotency_key =
          std::string(message.idempotency_key) + "/answer" + std::to_string(++number);
      arrival.business_key = std::string(message.business_key);
      wires->push_back(
          wire_of(arrival, name + "-answer-" + std::to_string(stored.position), now_ns_));
    }
  }
  const std::vector<std::string_view> views(wires->begin(), wires->end());
  transaction.keepalive = wires;
  if (auto fault = intake_->add(views, transaction); !fault.empty()) {
    throw std::runtime_error("an answer is refused: " + fault);
  }
  if (const auto result = journal_->commit_and_wait(std::move(transaction)); !result) {
    throw std::runtime_error(result.error());
  }
  sent_.insert(sent_.end(), sent.begin(), sent.end());
  return true;
}

std::vector<journal::DeadLetter> Stage::letters() const {
  std::vector<journal::DeadLetter> out;
  for (std::string after;;) {
    const auto page = journal_->dead_letters({}, after, 500);
    for (const auto& letter : page) {
      if (!letter.discarded) {
        out.push_back(letter);
      }
    }
    if (page.size() < 500) {
      break;
    }
    after = page.back().id;
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.position < b.position; });
  return out;
}

const std::vector<std::string>& Stage::differences_of_rebuild() {
  const auto last = journal_->last();
  if (rebuilt_at_ == last && last > 0) {
    return rebuilt_;
  }
  const auto into = folder_ / "rebuilt.sqlite";
  std::error_code ignored;
  for (const char* end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(into.string() + end, ignored);
  }
  process::rebuild(
      *journal_, into, configured_.settings, [](auto, auto) {}, read_);
  journal::Database made(into, journal::Database::Mode::reader);
  rebuilt_ = process::differences(store(), made);
  rebuilt_at_ = last;
  return rebuilt_;
}

journal::Database& Stage::store() {
  if (!reader_) {
    reader_ = std::make_unique<journal::Database>(store_path(), journal::Database::Mode::reader);
  }
  return *reader_;
}

}  // namespace crossdock::host::scenario
