// Dispatcher's part about replacing what a connector runs with. The order of things is the promise:
//
//   1. the new worker opens its library and checks its configuration while the old one works
//   2. the old one gets nothing new; what it has out comes back, and the journal has answered it
//   3. the old one stops and has ended
//   4. the new one gets cursor and state as the journal has them now, and starts
//
// Where 1 fails the old one never stopped; where 4 fails the old setup is started again. A new
// worker that somebody killed has not failed: another one is started in its place, and goes on from
// there.
#include <crossdock/abi.h>

#include "host/delivery/connector.hpp"
#include "host/delivery/token.hpp"

namespace crossdock::host::delivery {
namespace {

constexpr auto kStandbyDeadline = std::chrono::seconds(60);
// So often one replacement goes on with another worker. Somebody who kills them all wants the old
// one.
constexpr int kMostKills = 10;

}  // namespace

// Killed from outside: nothing can be said about what it ran with.
bool Dispatcher::was_killed(const WorkerEnd& end) {
  return !end.own_fault && !end.clean && !end.could_not_start;
}

void Dispatcher::apply(Connector& connector, const ConnectorSpec& spec) {
  connector.spec = spec;
  connector.channel.configure(spec.max_in_flight, spec.policy, spec.spending);
  budgets_.declare(spec.spending.account, spec.limits, bus::Clock::now());
  connector.restart = RestartPolicy(spec.restart);
  connector.status.plugin = spec.plugin;
}

void Dispatcher::take_over(ConnectorSpec spec, OnTakenOver done) {
  const std::string name = spec.name;
  Connector* connector = find(name);
  if (connector == nullptr || connector->next || connector->trial || stopping_) {
    done(false, connector == nullptr ? "there is no connector " + name
                : stopping_          ? std::string("the host is stopping")
                                     : "it is being replaced already; try again");
    return;
  }
  if (!connector->up()) {
    // Nothing works that could be kept working: the new setup is tried at once.
    apply(*connector, spec);
    connector->trial = Trial{std::nullopt, std::move(done), 0};
    connector->restart.forgive();
    switch (connector->status.state) {
      case ConnectorState::starting:
      case ConnectorState::stopping:
        if (!connector->launch_waits) {
          connector->restart_asked = true;
          set_state(*connector, ConnectorState::stopping, "it is started with another setup");
          starter_.kill(name, connector->worker, "it is started with another setup", false);
        }
        break;
      default:
        launch(*connector);
    }
    return;
  }
  Replacement next;
  next.spec = std::move(spec);
  next.done = std::move(done);
  connector->next = std::move(next);
  start_standby(*connector);
  ports_.changed();
}

void Dispatcher::start_standby(Connector& connector) {
  auto& next = *connector.next;
  next.worker = next_worker_++;
  next.token = new_token();
  next.peer.clear();
  next.pid = 0;
  next.standing_by = false;
  next.failure.clear();
  starter_.start({connector.spec.name, next.worker, next.spec.setup, next.token, true});
  server_.after(kStandbyDeadline, [this, &connector, worker = next.worker] {
    if (connector.next && connector.next->worker == worker && !connector.next->standing_by) {
      starter_.kill(connector.spec.name, worker, "did not get ready to take over within 60 s",
                    true);
    }
  });
}

void Dispatcher::standby_frame(Connector& connector, bus::Kind kind, std::string_view body) {
  bus::FrameReader in(body);
  switch (kind) {
    case bus::Kind::standby:
      connector.next->standing_by = true;
      drain(connector);
      break;
    case bus::Kind::failed:
      connector.next->failure = in.text().substr(0, bus::kLargestReason);
      break;
    case bus::Kind::log: {
      const auto level = in.u32();
      ports_.log(level >= XD_LOG_ERROR ? "error" : "info", connector.spec.name,
                 "(standing by) " + std::string(in.text().substr(0, bus::kLargestReason)));
      break;
    }
    default:
      break;  // it has nothing to say before go
  }
}

void Dispatcher::drain(Connector& connector) {
  if (connector.next->phase == Replacement::Phase::starting) {
    connector.next->phase = Replacement::Phase::draining;
    if (!connector.next->old_gone) {
      server_.send(connector.peer, bus::write_set_polling(false));
      // A delivery that hangs is killed by its own deadline; then its outcome is in doubt, as ever.
      ports_.log("info", connector.spec.name,
                 "is replaced: the new worker stands by, " +
                     std::to_string(connector.channel.in_flight()) + " messages are still out");
    }
  }
  drained(connector);
}

// Moves a replacement on, if nothing is left to wait for. Called whenever something came back.
void Dispatcher::drained(Connector& connector) {
  if (!connector.next || !connector.next->standing_by || connector.commits_out > 0) {
    return;
  }
  if (connector.next->old_gone) {
    hand_over(connector);
    return;
  }
  if (connector.next->phase != Replacement::Phase::draining || connector.channel.in_flight() > 0 ||
      std::any_of(webhooks_.begin(), webhooks_.end(),
                  [&](const auto& one) { return one.second.connector == connector.spec.name; })) {
    return;
  }
  connector.next->phase = Replacement::Phase::stopping;
  connector.restart_asked = true;  // its end is no crash
  set_state(connector, ConnectorState::stopping, "it is replaced");
  if (!server_.send(connector.peer, bus::write_plain(bus::Kind::stop))) {
    starter_.kill(connector.spec.name, connector.worker, "it is replaced", false);
  }
}

void Dispatcher::hand_over(Connector& connector) {
  auto next = std::move(*connector.next);
  connector.next.reset();
  connector.trial = Trial{connector.spec, std::move(next.done), next.kills};
  apply(connector, next.spec);
  connector.worker = next.worker;
  connector.peer = next.peer;
  connector.token.clear();
  connector.start_failure.clear();
  connector.restart_asked = false;
  connector.killing = false;
  connector.launch_waits = false;
  connector.status.pid = next.pid;
  connector.status.setup = next.spec.setup;
  connector.restart.started(bus::Clock::now());
  set_state(connector, ConnectorState::starting, "it takes over");
  const bus::Go go{journal_.cursor(connector.spec.name).value_or(""),
                   journal_.state(connector.spec.name)};
  if (!server_.send(connector.peer, bus::write_go(go))) {
    starter_.kill(connector.spec.name, connector.worker, "it does not read what it is sent", true);
  }
}

// The worker that stood by has ended before it took over.
void Dispatcher::standby_ended(Connector& connector, const WorkerEnd& end) {
  const auto resume = [&](Replacement::Phase phase) {
    if (phase == Replacement::Phase::draining && connector.up()) {
      server_.send(connector.peer, bus::write_set_polling(!connector.status.paused));
    }
  };
  if (was_killed(end) && !stopping_ && connector.next->kills < kMostKills) {
    ++connector.next->kills;
    peers_.erase(connector.next->peer);
    resume(connector.next->phase);
    if (connector.next->phase == Replacement::Phase::draining) {
      connector.next->phase = Replacement::Phase::starting;  // the old one works on until then
    }
    ports_.log("warning", connector.spec.name,
               "the worker that stood by went away: " + end.reason + "; another one is started");
    start_standby(connector);
    return;
  }
  const std::string reason =
      end.reason + (connector.next->failure.empty() ? "" : ": " + connector.next->failure);
  auto next = std::move(*connector.next);
  connector.next.reset();
  peers_.erase(next.peer);
  if (stopping_) {
    return;
  }
  ports_.log("error", connector.spec.name, "is not replaced: " + reason);
  if (next.old_gone) {
    launch(connector);
  } else {
    resume(next.phase);
  }
  // In the phase of stopping the end of the old worker starts it again: it was asked to.
  next.done(false, reason);
  ports_.changed();
}

// The worker that was to take over has ended before it said ready.
void Dispatcher::trial_ended(Connector& connector, const WorkerEnd& end,
                             const std::string& reason) {
  if (!was_killed(end) || connector.restart_asked || connector.trial->kills >= kMostKills) {
    taken_over(connector, false, reason);
    return;
  }
  ++connector.trial->kills;
  ports_.log("warning", connector.spec.name,
             "the worker that takes over went away: " + reason + "; another one is started");
  launch(connector);
}

// The new setup runs, or it does not and the old one is to run again.
void Dispatcher::taken_over(Connector& connector, bool good, const std::string& reason) {
  auto trial = std::move(*connector.trial);
  connector.trial.reset();
  if (good) {
    ++connector.status.replacements;
    ports_.log("info", connector.spec.name, "has taken over");
  } else if (trial.old) {
    ports_.log("error", connector.spec.name,
               "cannot take over: " + reason + "; what ran before is started again");
    apply(connector, *trial.old);
    launch(connector);
  } else if (connector.restart_asked) {
    // The end of the worker that was in the way of the new setup.
    connector.trial = std::move(trial);
    launch(connector);
    return;
  } else {
    const auto wait = connector.restart.ended(bus::Clock::now(), true, ports_.random());
    const auto patience = wait.value_or(std::chrono::milliseconds(60'000));
    set_state(connector, ConnectorState::failed, reason);
    server_.after(patience, [this, one = &connector] {
      if (!stopping_ && one->status.state == ConnectorState::failed) {
        launch(*one);
      }
    });
  }
  trial.done(good, reason);
  ports_.changed();
}

bool Dispatcher::hold(const std::string& name, const std::string& reason) {
  Connector* connector = find(name);
  if (connector == nullptr) {
    return false;
  }
  ports_.log("error", name, "is held: " + reason);
  switch (connector->status.state) {
    case ConnectorState::running:
    case ConnectorState::starting:
    case ConnectorState::stopping:
      connector->held = reason;
      starter_.kill(name, connector->worker, reason, false);
      break;
    default:
      set_state(*connector, ConnectorState::quarantined, reason);
  }
  return true;
}

}  // namespace crossdock::host::delivery
