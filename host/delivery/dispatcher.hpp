// Runs the connectors: starts their workers, takes in what they emit, brings out what is owed to
// them, and follows the worker's life (restart, quarantine, pause). One object on the loop thread.
//
// Threads: everything [loop] unless said otherwise; on_committed and on_worker_end are [any] and
// post themselves.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/bus/server.hpp"
#include "host/delivery/channel.hpp"
#include "host/delivery/intake.hpp"
#include "host/delivery/restart_policy.hpp"
#include "host/delivery/routes.hpp"
#include "host/delivery/supervisor.hpp"
#include "host/journal/journal.hpp"

namespace crossdock::host::delivery {

// One worker to be started. A setup is what a connector runs with, a plugin version and a
// configuration; its number means something only to the starter.
struct WorkerStart {
  std::string connector;
  std::uint64_t worker = 0;  // its number, new for each
  std::uint64_t setup = 0;
  std::string token;     // proves that it is the one that was started
  bool standby = false;  // opens its library, then waits for go
};

// Starts and kills workers, wherever they run; the end is reported to Dispatcher::on_worker_end.
class WorkerStarter {
 public:
  virtual ~WorkerStarter() = default;
  // Reads cursor and state from the journal, so nothing older than the last commit is handed over;
  // one that stands by gets them with go.
  virtual void start(const WorkerStart& start) = 0;
  virtual void kill(const std::string& connector, std::uint64_t worker, const std::string& reason,
                    bool own_fault) = 0;
};

struct ConnectorSpec {
  std::string name;
  std::string plugin;
  std::uint64_t setup = 1;
  std::uint32_t max_in_flight = 1;
  std::chrono::milliseconds deliver_deadline{120'000};  // longer means that it hangs
  std::chrono::milliseconds stop_deadline{10'000};
  DeliveryPolicy policy;
  RestartPolicy::Limits restart;
  Spending spending;                   // to which account, and for what
  std::vector<OperationLimit> limits;  // of that account, as its manifest declares them
};

enum class ConnectorState : std::uint8_t {
  stopped,
  starting,
  running,
  stopping,
  waiting,
  failed,
  quarantined
};
const char* name_of(ConnectorState state);

// What an operator sees of a connector.
struct ConnectorStatus {
  std::string name;
  std::string plugin;
  ConnectorState state = ConnectorState::stopped;
  bool paused = false;
  std::string reason;   // of a state that is not running
  std::string trouble;  // what its source or its outside system last complained about
  pid_t pid = 0;
  std::uint64_t setup = 0;  // that runs
  bool replacing = false;   // another setup is taking over
  std::uint64_t restarts = 0;
  std::uint64_t replacements = 0;
  std::uint64_t emitted = 0;
  std::uint64_t delivered = 0;
  std::uint64_t retries = 0;
  std::uint64_t dead_lettered = 0;
  std::size_t in_flight = 0;
  std::size_t loaded = 0;
  std::size_t parked_keys = 0;
  bool breaker_open = false;
};

class Dispatcher {
 public:
  struct Ports {
    std::function<double()> random;
    // level: debug, info, warning, error
    std::function<void(const char* level, const std::string& connector, const std::string& text)>
        log;
    std::function<void()> changed;           // something an operator sees has changed
    std::function<void(std::string)> fatal;  // the journal refuses; the host cannot go on
    // Obligations of the business processes, as they are accepted.
    std::function<void()> process_has_work;
    // An access token for a connector; `done` may come on any thread. Null: nobody has one.
    using OnToken =
        std::function<void(std::string token, std::int64_t expires_at_ns, std::string reason)>;
    std::function<void(const std::string& connector, const std::string& refused, OnToken done)>
        token;
  };

  Dispatcher(bus::Server& server, journal::Journal& journal, WorkerStarter& starter, Routes routes,
             Ports ports);

  // What the operator says of an account that connectors share; also while they run.
  void limit_account(const std::string& account, const std::vector<OperationLimit>& limits);
  void add(ConnectorSpec spec, bool paused);
  void start();  // all connectors
  // Stops all workers; `done` when the last has ended or its deadline has passed.
  void stop(std::function<void()> done);

  void on_committed(std::vector<journal::CommittedMessage>& messages);  // [any]
  void on_worker_end(const WorkerEnd& end);                             // [any]

  bool pause(const std::string& connector);
  bool resume(const std::string& connector);
  bool restart(const std::string& connector, const std::string& reason);
  // Stops the connector and leaves it in quarantine, with the reason, until a restart.
  bool hold(const std::string& connector, const std::string& reason);

  // Replaces what a connector runs with, losing, repeating and reordering nothing: a worker with
  // the new setup opens its library and stands by; the old one finishes what it has out and stops;
  // the new one gets cursor and state and goes on. Where the new one cannot, the old setup goes on;
  // where it is killed from outside, another worker is started for it.
  // A connector that does not run is started with the new setup as it is. `done` comes once, on the
  // loop, with the reason where the new setup does not run.
  using OnTakenOver = std::function<void(bool good, const std::string& reason)>;
  void take_over(ConnectorSpec next, OnTakenOver done);

  void replayed(const journal::DeadLetter& letter);
  void discarded(const journal::DeadLetter& letter);
  bool all_ready() const;
  std::vector<ConnectorStatus> statuses() const;
  std::vector<AccountView> accounts();

  struct WebhookReply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
  };
  // Null reply: `reason` says why there is none (not running, no answer in time, not stored).
  using OnWebhook = std::function<void(const WebhookReply*, const std::string& reason)>;
  void webhook(const std::string& connector, bus::WebhookCallView call,
               std::chrono::milliseconds deadline, OnWebhook done);

 private:
  struct Connector;
  struct WaitingWebhook {
    std::string connector;
    OnWebhook done;
    bus::Server::Timer timer = 0;
  };

  void on_frame(const bus::Peer& peer, const std::shared_ptr<zmq::message_t>& frame);
  void on_round();
  bool take_in();
  void hello(const bus::Peer& peer, std::string_view body);
  void emitted(Connector& connector, std::string_view body,
               const std::shared_ptr<zmq::message_t>& frame);
  void completed(Connector& connector, std::string_view body,
                 const std::shared_ptr<zmq::message_t>& frame);
  void webhook_answered(Connector& connector, std::string_view body,
                        const std::shared_ptr<zmq::message_t>& frame);
  void heartbeat(Connector& connector, std::string_view body);
  void spend_wanted(Connector& connector, std::string_view body);
  void learnt(Connector& connector, std::string_view body);
  void token_wanted(Connector& connector, std::string_view body);
  bool let_through();
  void standby_frame(Connector& connector, bus::Kind kind, std::string_view body);
  void committed(const std::string& name);
  void drain(Connector& connector);
  void drained(Connector& connector);
  void hand_over(Connector& connector);
  void start_standby(Connector& connector);
  void standby_ended(Connector& connector, const WorkerEnd& end);
  void trial_ended(Connector& connector, const WorkerEnd& end, const std::string& reason);
  void taken_over(Connector& connector, bool good, const std::string& reason);
  void apply(Connector& connector, const ConnectorSpec& spec);
  void pump(Connector& connector);
  void launch(Connector& connector);
  void ended(const WorkerEnd& end);
  static bool was_killed(const WorkerEnd& end);
  void carry_out(const std::string& name, const std::vector<Channel::Decision>& decisions,
                 bool written);
  void write(Connector& connector, journal::Transaction transaction,
             std::vector<Channel::Decision> decisions);
  void grant(Connector& connector, std::uint32_t messages, std::uint64_t bytes);
  void set_state(Connector& connector, ConnectorState state, std::string reason = {});
  void watch(Connector& connector);
  Connector* find(const std::string& name);

  bus::Server& server_;
  journal::Journal& journal_;
  WorkerStarter& starter_;
  Routes routes_;
  Intake intake_;
  Ports ports_;
  std::map<std::string, std::unique_ptr<Connector>> connectors_;
  std::map<bus::Peer, Connector*> peers_;
  // Batches that came and are not looked at yet; credit bounds them.
  struct Emitted {
    bus::Peer peer;
    std::shared_ptr<zmq::message_t> frame;
  };
  std::deque<Emitted> emitted_;
  Budgets budgets_;
  bus::Server::Timer budget_timer_ = 0;
  bus::Clock::time_point budget_due_{};
  std::map<std::uint64_t, WaitingWebhook> webhooks_;
  std::uint64_t next_webhook_ = 1;
  std::uint64_t next_worker_ = 1;
  std::function<void()> stopped_;
  bool stopping_ = false;

 public:
  ~Dispatcher();
};

}  // namespace crossdock::host::delivery
