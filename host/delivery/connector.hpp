// All that the dispatcher knows of one connector: what it runs with, its worker, the worker that
// may stand by to replace it, and its channel. Loop thread only.
#pragma once

#include <optional>
#include <string>

#include "host/delivery/dispatcher.hpp"

namespace crossdock::host::delivery {

// The worker that is to take over. Phases: it starts; the old one drains; the old one stops.
struct Replacement {
  enum class Phase : std::uint8_t { starting, draining, stopping } phase = Phase::starting;
  ConnectorSpec spec;
  std::uint64_t worker = 0;
  std::string token;
  bus::Peer peer;
  pid_t pid = 0;
  bool standing_by = false;
  bool old_gone = false;  // the old worker has ended: nothing to wait for but commits
  std::string failure;    // what it said when it could not start
  int kills = 0;          // of workers for it, from outside
  Dispatcher::OnTakenOver done;
};

// A setup that has taken over and has not said ready yet; the old one is what to go back to.
struct Trial {
  std::optional<ConnectorSpec> old;  // none: the old setup did not run either
  Dispatcher::OnTakenOver done;
  int kills = 0;  // of workers for it, from outside
};

struct Dispatcher::Connector {
  ConnectorSpec spec;
  Channel channel;
  RestartPolicy restart;
  ConnectorStatus status;
  std::uint64_t worker = 0;  // the one that works; 0: none yet
  std::string token;
  bus::Peer peer;
  std::string start_failure;   // what a worker that could not start said
  bool restart_asked = false;  // it was stopped in order to be started again
  bool killing = false;
  std::string held;  // why it is to stay in quarantine
  bus::Clock::time_point state_since{};
  bus::Clock::time_point last_beat{};
  bus::Server::Timer pump_timer = 0;
  // What its workers sent and the journal has not answered yet. The next worker gets cursor and
  // state only after that, or it would begin behind its predecessor.
  std::size_t commits_out = 0;
  bool launch_waits = false;
  std::optional<Replacement> next;
  std::optional<Trial> trial;

  Connector(ConnectorSpec s, const journal::Journal& journal, std::function<double()> random,
            Budgets& budgets)
      : spec(std::move(s)),
        channel(spec.name, spec.max_in_flight, spec.policy, journal, std::move(random),
                spec.spending, &budgets),
        restart(spec.restart) {
    status.name = spec.name;
    status.plugin = spec.plugin;
    status.setup = spec.setup;
  }
  bool up() const { return status.state == ConnectorState::running; }
  // No new message and no new webhook goes to the worker: it is about to be replaced.
  bool draining() const { return next && next->phase != Replacement::Phase::starting; }
};

}  // namespace crossdock::host::delivery
