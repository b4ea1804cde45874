#include "host/delivery/dispatcher.hpp"

#include <crossdock/abi.h>
#include <openssl/crypto.h>
#include <sys/random.h>

#include "host/delivery/connector.hpp"
#include "host/delivery/token.hpp"

namespace crossdock::host::delivery {
namespace {

using bus::Clock;
using std::chrono::milliseconds;

constexpr std::uint32_t kCreditMessages = 8000;  // more than a group of the journal takes
constexpr std::uint64_t kCreditBytes = 64u << 20;
constexpr auto kWatchEvery = milliseconds(1000);
constexpr auto kSilence = std::chrono::seconds(15);  // without a heartbeat it hangs
constexpr auto kStartDeadline = std::chrono::seconds(60);

std::string join(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + ": " + b;
}

void add_state(const std::vector<bus::StateChangeView>& state, journal::Transaction& transaction) {
  for (const auto& change : state) {
    transaction.state.push_back(
        {std::string(change.key),
         change.erase ? std::nullopt : std::optional(std::string(change.value))});
  }
}

}  // namespace

std::string new_token() {
  unsigned char bytes[16];
  if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
    std::abort();  // no randomness, no safe host
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const auto byte : bytes) {
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

const char* name_of(ConnectorState state) {
  switch (state) {
    case ConnectorState::stopped:
      return "stopped";
    case ConnectorState::starting:
      return "starting";
    case ConnectorState::running:
      return "running";
    case ConnectorState::stopping:
      return "stopping";
    case ConnectorState::waiting:
      return "waiting";
    case ConnectorState::failed:
      return "failed";
    case ConnectorState::quarantined:
      return "quarantined";
  }
  return "unknown";
}

Dispatcher::Dispatcher(bus::Server& server, journal::Journal& journal, WorkerStarter& starter,
                       Routes routes, Ports ports)
    : server_(server),
      journal_(journal),
      starter_(starter),
      routes_(std::move(routes)),
      intake_(routes_),
      ports_(std::move(ports)) {
  server_.on_frame([this](const bus::Peer& peer, const std::shared_ptr<zmq::message_t>& frame) {
    on_frame(peer, frame);
  });
  server_.on_round([this] { on_round(); });
}

Dispatcher::~Dispatcher() = default;

Dispatcher::Connector* Dispatcher::find(const std::string& name) {
  const auto found = connectors_.find(name);
  return found == connectors_.end() ? nullptr : found->second.get();
}

void Dispatcher::add(ConnectorSpec spec, bool paused) {
  const std::string name = spec.name;
  auto connector = std::make_unique<Connector>(std::move(spec), journal_, ports_.random, budgets_);
  budgets_.declare(connector->spec.spending.account, connector->spec.limits, Clock::now());
  connector->status.paused = paused;
  std::vector<journal::DeadLetter> letters;
  for (std::string after;;) {
    auto page = journal_.dead_letters(name, after, 500);
    letters.insert(letters.end(), page.begin(), page.end());
    if (page.size() < 500) {
      break;
    }
    after = page.back().id;
  }
  connector->channel.recover(letters);
  connectors_[name] = std::move(connector);
}

void Dispatcher::start() {
  for (auto& [name, connector] : connectors_) {
    launch(*connector);
    watch(*connector);
  }
}

void Dispatcher::launch(Connector& connector) {
  connector.start_failure.clear();
  connector.restart_asked = false;
  connector.killing = false;
  connector.held.clear();
  connector.restart.started(Clock::now());
  set_state(connector, ConnectorState::starting);
  connector.launch_waits = connector.commits_out > 0;
  if (connector.launch_waits) {
    return;  // committed() comes back here
  }
  connector.token = new_token();
  connector.worker = next_worker_++;
  connector.status.setup = connector.spec.setup;
  starter_.start({connector.spec.name, connector.worker, connector.spec.setup, connector.token});
}

// The journal has answered something that a worker of this connector sent.
void Dispatcher::committed(const std::string& name) {
  Connector* connector = find(name);
  if (connector == nullptr || --connector->commits_out > 0) {
    return;
  }
  if (connector->launch_waits && !stopping_) {
    launch(*connector);
  } else if (connector->next) {
    drained(*connector);
  }
}

void Dispatcher::set_state(Connector& connector, ConnectorState state, std::string reason) {
  connector.status.state = state;
  connector.status.reason = std::move(reason);
  connector.state_since = Clock::now();
  connector.last_beat = connector.state_since;
  ports_.changed();
}

// Looks once a second whether the worker still answers, starts and stops in time.
void Dispatcher::watch(Connector& connector) {
  server_.after(kWatchEvery, [this, &connector] {
    const auto now = Clock::now();
    const auto kill = [&](const std::string& reason) {
      if (!connector.killing) {
        connector.killing = true;
        ports_.log("error", connector.spec.name, reason + "; it is killed");
        starter_.kill(connector.spec.name, connector.worker, reason, true);
      }
    };
    switch (connector.status.state) {
      case ConnectorState::starting:
        if (now - connector.state_since > kStartDeadline) {
          kill("did not start within 60 s");
        }
        break;
      case ConnectorState::running:
        if (now - connector.last_beat > kSilence) {
          kill("gave no sign of life for 15 s");
        }
        break;
      case ConnectorState::stopping:
        if (now - connector.state_since > connector.spec.stop_deadline) {
          kill("did not stop in time");
        }
        break;
      default:
        break;
    }
    watch(connector);
  });
}

void Dispatcher::on_frame(const bus::Peer& peer, const std::shared_ptr<zmq::message_t>& frame) {
  const std::string_view bytes(static_cast<const char*>(frame->data()), frame->size());
  const auto kind = bus::kind_of(bytes);
  if (!kind) {
    return;
  }
  const auto body = bus::body_of(bytes);
  if (*kind == bus::Kind::hello) {
    hello(peer, body);
    return;
  }
  const auto found = peers_.find(peer);
  if (found == peers_.end()) {
    return;  // nobody we know, or a worker that was given up
  }
  Connector& connector = *found->second;
  if (connector.next && connector.next->peer == peer) {
    standby_frame(connector, *kind, body);
    return;
  }
  bus::FrameReader in(body);
  switch (*kind) {
    case bus::Kind::ready:
      set_state(connector, ConnectorState::running);
      grant(connector, kCreditMessages, kCreditBytes);
      if (connector.status.paused) {
        server_.send(connector.peer, bus::write_set_polling(false));
      }
      ports_.log("info", connector.spec.name, "is running");
      if (connector.trial) {
        taken_over(connector, true, {});
      }
      break;
    case bus::Kind::failed:
      connector.start_failure = in.text().substr(0, bus::kLargestReason);
      break;
    case bus::Kind::emit:
      // After everything else of the round: what frees a connector for its next message must not
      // wait behind a source that emits as fast as it can.
      emitted_.push_back({peer, frame});
      break;
    case bus::Kind::complete:
      completed(connector, body, frame);
      break;
    case bus::Kind::webhook_answer:
      webhook_answered(connector, body, frame);
      break;
    case bus::Kind::poll_report: {
      bus::PollReport report;
      if (bus::read_poll_report(body, report)) {
        connector.status.trouble = report.kind == XD_DONE ? "" : std::string(report.reason);
        if (report.kind != XD_DONE) {
          ports_.log("warning", connector.spec.name,
                     "its source cannot be read: " + std::string(report.reason));
        }
        if (report.kind == XD_BROKEN) {
          restart(connector.spec.name,
                  "it says that it cannot go on: " + std::string(report.reason));
        }
        ports_.changed();
      }
      break;
    }
    case bus::Kind::heartbeat:
      heartbeat(connector, body);
      break;
    case bus::Kind::ask_budget:
      spend_wanted(connector, body);
      break;
    case bus::Kind::learn:
      learnt(connector, body);
      break;
    case bus::Kind::ask_token:
      token_wanted(connector, body);
      break;
    case bus::Kind::log: {
      const auto level = in.u32();
      const auto text = in.text();
      ports_.log(level >= XD_LOG_ERROR     ? "error"
                 : level == XD_LOG_WARNING ? "warning"
                 : level == XD_LOG_INFO    ? "info"
                                           : "debug",
                 connector.spec.name, std::string(text.substr(0, bus::kLargestReason)));
      break;
    }
    default:
      break;
  }
}

void Dispatcher::hello(const bus::Peer& peer, std::string_view body) {
  bus::Hello hello;
  if (!bus::read_hello(body, hello)) {
    return;
  }
  const auto is = [&](const std::string& token) {
    return !token.empty() && token.size() == hello.token.size() &&
           CRYPTO_memcmp(token.data(), hello.token.data(), token.size()) == 0;
  };
  Connector* connector = find(std::string(hello.connector));
  if (connector != nullptr && is(connector->token)) {
    connector->token.clear();  // good for one worker
    connector->peer = peer;
    connector->status.pid = static_cast<pid_t>(hello.pid);
  } else if (connector != nullptr && connector->next && is(connector->next->token)) {
    connector->next->token.clear();
    connector->next->peer = peer;
    connector->next->pid = static_cast<pid_t>(hello.pid);
  } else {
    ports_.log("error", std::string(hello.connector.substr(0, 64)),
               "a process that the host did not start wanted to speak for it; refused");
    return;
  }
  peers_[peer] = connector;
  server_.send(peer, bus::write_plain(bus::Kind::welcome));
}

void Dispatcher::grant(Connector& connector, std::uint32_t messages, std::uint64_t bytes) {
  server_.send(connector.peer, bus::write_credit({messages, bytes}));
}

void Dispatcher::emitted(Connector& connector, std::string_view body,
                         const std::shared_ptr<zmq::message_t>& frame) {
  bus::EmitView emit;
  if (!bus::read_emit(body, emit)) {
    restart(connector.spec.name, "it sent a frame that cannot be read");
    return;
  }
  journal::Transaction transaction;
  transaction.actor = connector.spec.name;
  transaction.keepalive = frame;
  if (emit.has_cursor) {
    transaction.cursor = std::string(emit.cursor);
  }
  add_state(emit.state, transaction);
  const auto count = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(emit.messages.size()));
  if (auto fault = intake_.add(emit.messages, transaction); !fault.empty()) {
    ports_.log("error", connector.spec.name, "a batch is refused: " + fault);
    server_.send(connector.peer, bus::write_refused(emit.sequence, fault));
    grant(connector, count, frame->size());
    return;
  }
  connector.status.emitted += emit.messages.size();
  ++connector.commits_out;
  journal_.commit(std::move(transaction), [this, name = connector.spec.name, peer = connector.peer,
                                           sequence = emit.sequence, count, bytes = frame->size()](
                                              const Result<journal::Committed>& result) {
    const bool good = static_cast<bool>(result);
    server_.post([this, name, peer, sequence, count, bytes, good] {
      Connector* owner = find(name);
      if (!good) {
        ports_.fatal(journal_.failure());
        return;
      }
      // A worker started since then has another peer; the old one hears nothing.
      if (owner != nullptr && owner->peer == peer) {
        server_.send(peer, bus::write_accepted(sequence));
        grant(*owner, count, bytes);
      }
      committed(name);
      ports_.changed();
    });
  });
}

void Dispatcher::completed(Connector& connector, std::string_view body,
                           const std::shared_ptr<zmq::message_t>& frame) {
  std::vector<bus::OutcomeView> outcomes;
  if (!bus::read_complete(body, outcomes)) {
    restart(connector.spec.name, "it sent a frame that cannot be read");
    return;
  }
  const auto now = Clock::now();
  journal::Transaction transaction;
  transaction.actor = connector.spec.name;
  transaction.keepalive = frame;
  std::vector<Channel::Decision> decisions;
  for (auto& outcome : outcomes) {
    // Messages that come with an outcome commit with it, or the outcome does not count.
    journal::Transaction with_it;
    with_it.actor = connector.spec.name;
    if (auto fault = intake_.add(outcome.messages, with_it); !fault.empty()) {
      ports_.log("error", connector.spec.name, "what an outcome brought is refused: " + fault);
      outcome.kind = XD_REJECTED;
      outcome.reason =
          "the connector answered with a message that breaks the contract; see its log";
      outcome.state.clear();
      with_it.messages.clear();
    }
    auto decision = connector.channel.decide(outcome, now);
    if (!decision.known) {
      continue;
    }
    if (decision.restart) {
      restart(connector.spec.name, "it says that it cannot go on: " + std::string(outcome.reason));
    }
    if (decision.unauthorised) {
      connector.status.trouble = std::string(outcome.reason);
      ports_.log("error", connector.spec.name,
                 "its credentials are refused: " + std::string(outcome.reason) +
                     "; it is tried again every 30 s");
    }
    if (!decision.writes) {
      connector.channel.carry_out(decision);
      continue;
    }
    switch (decision.settlement.kind) {
      case journal::SettlementKind::delivered:
        ++connector.status.delivered;
        connector.status.trouble.clear();
        break;
      case journal::SettlementKind::dead_lettered:
        ++connector.status.dead_lettered;
        ports_.log("error", connector.spec.name,
                   "dead letter " + std::to_string(decision.settlement.position) + "-" +
                       connector.spec.name + ": " + decision.settlement.reason);
        break;
      default:
        ++connector.status.retries;
        connector.status.trouble = decision.settlement.reason;
    }
    std::move(with_it.messages.begin(), with_it.messages.end(),
              std::back_inserter(transaction.messages));
    add_state(outcome.state, transaction);
    transaction.settlements.push_back(decision.settlement);
    decisions.push_back(std::move(decision));
  }
  if (!decisions.empty()) {
    write(connector, std::move(transaction), std::move(decisions));
  }
}

void Dispatcher::write(Connector& connector, journal::Transaction transaction,
                       std::vector<Channel::Decision> decisions) {
  ++connector.commits_out;
  journal_.commit(std::move(transaction),
                  [this, name = connector.spec.name, decisions = std::move(decisions)](
                      const Result<journal::Committed>& result) mutable {
                    const bool written = static_cast<bool>(result);
                    server_.post([this, name, decisions = std::move(decisions), written]() mutable {
                      carry_out(name, decisions, written);
                    });
                  });
}

void Dispatcher::carry_out(const std::string& name, const std::vector<Channel::Decision>& decisions,
                           bool written) {
  if (!written) {
    ports_.fatal(journal_.failure());
    return;
  }
  Connector* connector = find(name);
  if (connector == nullptr) {
    return;
  }
  for (const auto& decision : decisions) {
    if (connector->channel.carry_out(decision)) {
      server_.after(decision.again_after,
                    [connector, lane = decision.lane] { connector->channel.release(*lane); });
    }
  }
  committed(name);
  ports_.changed();
}

void Dispatcher::webhook(const std::string& name, bus::WebhookCallView call, milliseconds deadline,
                         OnWebhook done) {
  Connector* connector = find(name);
  if (connector == nullptr || !connector->up() || connector->status.paused ||
      connector->draining()) {
    done(nullptr, connector == nullptr ? "there is no connector " + name
                                       : name + " is not running; try again later");
    return;
  }
  call.id = next_webhook_++;
  if (!server_.send(connector->peer, bus::write_webhook(call))) {
    done(nullptr, name + " does not answer; try again later");
    return;
  }
  WaitingWebhook waiting;
  waiting.connector = name;
  waiting.done = std::move(done);
  waiting.timer = server_.after(deadline, [this, id = call.id] {
    const auto found = webhooks_.find(id);
    if (found != webhooks_.end()) {
      auto late = std::move(found->second);
      webhooks_.erase(found);
      late.done(nullptr, late.connector + " did not answer in time; try again later");
    }
  });
  webhooks_.emplace(call.id, std::move(waiting));
}

void Dispatcher::webhook_answered(Connector& connector, std::string_view body,
                                  const std::shared_ptr<zmq::message_t>& frame) {
  bus::WebhookAnswerView answer;
  if (!bus::read_webhook_answer(body, answer)) {
    restart(connector.spec.name, "it sent a frame that cannot be read");
    return;
  }
  const auto found = webhooks_.find(answer.id);
  if (found == webhooks_.end() || found->second.connector != connector.spec.name) {
    return;  // too late: the caller was told to come again
  }
  auto waiting = std::move(found->second);
  webhooks_.erase(found);
  server_.cancel(waiting.timer);
  journal::Transaction transaction;
  transaction.actor = connector.spec.name;
  transaction.keepalive = frame;
  add_state(answer.state, transaction);
  if (auto fault = intake_.add(answer.messages, transaction); !fault.empty()) {
    ports_.log("error", connector.spec.name, "what a webhook brought is refused: " + fault);
    waiting.done(nullptr, "the call could not be understood");
    return;
  }
  auto reply = std::make_shared<WebhookReply>();
  reply->status = answer.status;
  reply->body = answer.body;
  for (const auto& [name, value] : answer.headers) {
    reply->headers.emplace_back(name, value);
  }
  connector.status.emitted += answer.messages.size();
  if (transaction.messages.empty() && transaction.state.empty()) {
    waiting.done(reply.get(), {});
    drained(connector);
    return;
  }
  auto done = std::make_shared<OnWebhook>(std::move(waiting.done));
  ++connector.commits_out;
  journal_.commit(std::move(transaction), [this, reply, done, name = connector.spec.name](
                                              const Result<journal::Committed>& result) {
    const bool good = static_cast<bool>(result);
    server_.post([this, reply, done, good, name] {
      if (good) {
        (*done)(reply.get(), {});
        committed(name);
        ports_.changed();
      } else {
        (*done)(nullptr, "the call could not be stored; try again later");
        ports_.fatal(journal_.failure());
      }
    });
  });
}

void Dispatcher::heartbeat(Connector& connector, std::string_view body) {
  bus::Heartbeat beat;
  if (!bus::read_heartbeat(body, beat)) {
    return;
  }
  connector.last_beat = Clock::now();
  const auto deadline =
      std::chrono::duration_cast<std::chrono::nanoseconds>(connector.spec.deliver_deadline).count();
  if (!connector.killing && connector.up() &&
      (beat.oldest_delivery_ns > deadline || beat.poll_ns > deadline)) {
    connector.killing = true;
    const std::string reason =
        std::string(beat.oldest_delivery_ns > deadline ? "a delivery" : "a poll") +
        " hangs: no outcome for " +
        std::to_string(std::max(beat.oldest_delivery_ns, beat.poll_ns) / 1'000'000'000) + " s";
    ports_.log("error", connector.spec.name, reason + "; it is killed");
    starter_.kill(connector.spec.name, connector.worker, reason, true);
  }
}

void Dispatcher::on_round() {
  do {
    for (auto& [name, connector] : connectors_) {
      pump(*connector);
    }
  } while (let_through());
  if (take_in() && !emitted_.empty()) {
    server_.again();
  }
}

// One batch a round.
bool Dispatcher::take_in() {
  if (emitted_.empty()) {
    return false;
  }
  const auto next = std::move(emitted_.front());
  emitted_.pop_front();
  if (const auto found = peers_.find(next.peer); found != peers_.end()) {
    const std::string_view bytes(static_cast<const char*>(next.frame->data()), next.frame->size());
    emitted(*found->second, bus::body_of(bytes), next.frame);
  }
  return true;
}

void Dispatcher::pump(Connector& connector) {
  if (!connector.up() || connector.status.paused || stopping_ || connector.draining()) {
    return;
  }
  const auto now = Clock::now();
  for (;;) {
    const auto due = connector.channel.take(now);
    if (due.deliveries.empty()) {
      break;
    }
    if (!server_.send(connector.peer, bus::write_deliver(due.deliveries))) {
      starter_.kill(connector.spec.name, connector.worker, "it does not read what it is sent",
                    true);
      return;
    }
  }
  const auto until = connector.channel.blocked_until(now);
  if (until > now && connector.pump_timer == 0) {
    connector.pump_timer = server_.after(until - now, [&connector] { connector.pump_timer = 0; });
  }
}

void Dispatcher::on_committed(std::vector<journal::CommittedMessage>& messages) {
  auto taken = std::make_shared<std::vector<journal::CommittedMessage>>(std::move(messages));
  server_.post([this, taken] {
    bool for_process = false;
    for (const auto& message : *taken) {
      for (const auto& destination : message.destinations) {
        if (destination == kProcess) {
          for_process = true;
        } else if (Connector* connector = find(destination)) {
          connector->channel.add(message);
        }
      }
    }
    if (for_process && ports_.process_has_work) {
      ports_.process_has_work();
    }
  });
}

void Dispatcher::on_worker_end(const WorkerEnd& end) {
  server_.post([this, end] { ended(end); });
}

void Dispatcher::ended(const WorkerEnd& end) {
  Connector* connector = find(end.connector);
  if (connector == nullptr) {
    return;
  }
  if (connector->next && end.worker == connector->next->worker) {
    standby_ended(*connector, end);
    return;
  }
  if (end.worker != connector->worker) {
    return;  // one that was given up long ago
  }
  peers_.erase(connector->peer);
  budgets_.forget(connector->peer);
  connector->peer.clear();
  connector->status.pid = 0;
  const std::string reason = join(end.reason, connector->start_failure);
  if (auto decisions =
          connector->channel.lost(end.own_fault && !connector->restart_asked, reason, Clock::now());
      !decisions.empty()) {
    journal::Transaction transaction;
    transaction.actor = connector->spec.name;
    for (const auto& decision : decisions) {
      transaction.settlements.push_back(decision.settlement);
      if (decision.settles) {
        ++connector->status.dead_lettered;
        ports_.log("error", end.connector,
                   "poison message " + std::to_string(decision.settlement.position) + ": " +
                       decision.settlement.reason);
      }
    }
    write(*connector, std::move(transaction), std::move(decisions));
  }
  for (auto it = webhooks_.begin(); it != webhooks_.end();) {
    if (it->second.connector == end.connector) {
      auto waiting = std::move(it->second);
      it = webhooks_.erase(it);
      server_.cancel(waiting.timer);
      waiting.done(nullptr, end.connector + " went away; try again later");
    } else {
      ++it;
    }
  }
  if (stopping_) {
    set_state(*connector, ConnectorState::stopped);
    const bool all = std::all_of(connectors_.begin(), connectors_.end(), [](const auto& one) {
      return one.second->status.state == ConnectorState::stopped ||
             one.second->status.state == ConnectorState::quarantined;
    });
    if (all && stopped_) {
      std::exchange(stopped_, nullptr)();
    }
    return;
  }
  if (connector->next) {
    connector->next->old_gone = true;
    set_state(*connector, ConnectorState::waiting, reason + "; the new worker takes over");
    drained(*connector);
    return;
  }
  if (connector->trial) {
    trial_ended(*connector, end, reason);
    return;
  }
  ++connector->status.restarts;
  if (!connector->held.empty()) {
    set_state(*connector, ConnectorState::quarantined, connector->held);
    return;
  }
  if (connector->restart_asked) {
    launch(*connector);
    return;
  }
  const bool counts = end.own_fault || end.could_not_start || end.clean;
  const auto wait = connector->restart.ended(Clock::now(), counts, ports_.random());
  if (!wait) {
    set_state(*connector, ConnectorState::quarantined,
              "it went away more than " + std::to_string(connector->spec.restart.most_crashes) +
                  " times in " + std::to_string(connector->spec.restart.window.count()) +
                  " s; the last time: " + reason + ". Mend it, then restart the connector");
    ports_.log("error", end.connector, "is in quarantine: " + connector->status.reason);
    return;
  }
  set_state(*connector, end.could_not_start ? ConnectorState::failed : ConnectorState::waiting,
            reason + "; it is started again in " + std::to_string(wait->count()) + " ms");
  ports_.log("warning", end.connector, "its worker went away: " + connector->status.reason);
  server_.after(*wait, [this, connector] {
    if (!stopping_ && (connector->status.state == ConnectorState::waiting ||
                       connector->status.state == ConnectorState::failed)) {
      launch(*connector);
    }
  });
}

bool Dispatcher::pause(const std::string& name) {
  Connector* connector = find(name);
  if (connector == nullptr) {
    return false;
  }
  connector->status.paused = true;
  if (connector->up()) {
    server_.send(connector->peer, bus::write_set_polling(false));
  }
  ports_.changed();
  return true;
}

bool Dispatcher::resume(const std::string& name) {
  Connector* connector = find(name);
  if (connector == nullptr) {
    return false;
  }
  connector->status.paused = false;
  if (connector->up()) {
    server_.send(connector->peer, bus::write_set_polling(true));
  }
  ports_.changed();
  return true;
}

bool Dispatcher::restart(const std::string& name, const std::string& reason) {
  Connector* connector = find(name);
  if (connector == nullptr) {
    return false;
  }
  if (connector->next || connector->launch_waits) {
    return true;  // a new worker is on its way already
  }
  switch (connector->status.state) {
    case ConnectorState::running:
    case ConnectorState::starting:
      ports_.log("info", name, "is restarted: " + reason);
      connector->restart_asked = true;
      set_state(*connector, ConnectorState::stopping, reason);
      if (connector->peer.empty() ||
          !server_.send(connector->peer, bus::write_plain(bus::Kind::stop))) {
        starter_.kill(name, connector->worker, reason, false);
      }
      break;
    case ConnectorState::stopping:
      break;
    default:
      connector->restart.forgive();
      launch(*connector);
  }
  return true;
}

void Dispatcher::replayed(const journal::DeadLetter& letter) {
  if (Connector* connector = find(letter.destination)) {
    connector->channel.replayed(letter.position, letter.business_key);
  } else if (letter.destination == kProcess && ports_.process_has_work) {
    ports_.process_has_work();
  }
}

void Dispatcher::discarded(const journal::DeadLetter& letter) {
  if (Connector* connector = find(letter.destination)) {
    connector->channel.discarded(letter.business_key);
  }
}

void Dispatcher::stop(std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  bool any = false;
  for (auto& [name, connector] : connectors_) {
    if (connector->next) {
      starter_.kill(name, connector->next->worker, "the host stops", false);
    }
    switch (connector->status.state) {
      case ConnectorState::running:
      case ConnectorState::starting:
      case ConnectorState::stopping:
        any = true;
        connector->restart_asked = false;
        set_state(*connector, ConnectorState::stopping);
        if (connector->peer.empty() ||
            !server_.send(connector->peer, bus::write_plain(bus::Kind::stop))) {
          starter_.kill(name, connector->worker, "the host stops", false);
        }
        break;
      default:
        set_state(*connector, ConnectorState::stopped);
    }
  }
  if (!any && stopped_) {
    std::exchange(stopped_, nullptr)();
  }
}

bool Dispatcher::all_ready() const {
  return std::all_of(connectors_.begin(), connectors_.end(), [](const auto& one) {
    return one.second->up() || one.second->status.state == ConnectorState::quarantined;
  });
}

std::vector<ConnectorStatus> Dispatcher::statuses() const {
  std::vector<ConnectorStatus> out;
  for (const auto& [name, connector] : connectors_) {
    ConnectorStatus status = connector->status;
    status.replacing = connector->next.has_value() || connector->trial.has_value();
    status.in_flight = connector->channel.in_flight();
    status.loaded = connector->channel.loaded();
    status.parked_keys = connector->channel.parked_lanes();
    status.breaker_open = connector->channel.breaker_open();
    out.push_back(std::move(status));
  }
  return out;
}

}  // namespace crossdock::host::delivery
