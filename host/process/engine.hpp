// Runs the business processes: takes the messages owed to them in order, handles each in a
// transaction of the store, and hands what they send to the journal.
//
// A message's effects and its being handled commit together in the store. Only after that is
// durable its outgoing messages and its settlement go to the journal, as one transaction with keys
// that name the business event, so that a repeat after a crash is dropped there. Handlers have no
// outside effect.
//
// While one group is made durable and the journal writes what it sent, the next is handled; at most
// one group is on its way there. What it sent is forgotten here with the group after it.
//
// Threads: one of its own, and one that brings a group to the journal. wake() and the readers are
// [any].
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crossdock/canonical/id.hpp"
#include "host/journal/journal.hpp"
#include "host/journal/store.hpp"
#include "host/process/context.hpp"
#include "host/process/relay.hpp"
#include "host/process/settings.hpp"
#include "host/process/step.hpp"

namespace crossdock::host::process {

class Engine {
 public:
  struct Ports {
    std::function<void(const char* level, const std::string& text)> log;
    std::function<void(std::string)> fatal;  // the store refuses; the host cannot go on
    std::function<void()> changed;
    // Turns what the processes send into journal messages with destinations. Returns why it cannot.
    // Called on a thread of its own, once at a time.
    Relay::Intake intake;
    // Empty, or called before each thing that is written, to the store or to the journal; what it
    // throws ends the engine where it stands (tests kill a process there).
    std::function<void()> before_write;
    // What the settings were read from, as texts. Where it is another than last time it goes into
    // the journal, so that a rebuild knows what held when. Empty: not known.
    std::vector<std::string> configuration;
  };

  // Opens or creates the store. Throws journal::StoreError.
  Engine(const std::filesystem::path& store, Settings settings, journal::Journal& journal,
         Ports ports);
  ~Engine();

  void start();
  void stop();  // finishes the group in hand
  void wake();  // [any] there is something to do

  // Handles one group on the calling thread, or lets time pass to `now_ns` where a timer is due;
  // false when there was nothing to do. For owners that never call start() and decide themselves
  // when work is done and what time it is.
  bool run_once(std::int64_t now_ns);
  // Runs `change` in a transaction of the store at an instant; likewise without start() only.
  void transact(std::int64_t now_ns, const std::function<void(Context&)>& change);

  // Whether the processes handle a type of message.
  static bool takes(std::string_view type);

 private:
  struct Group;
  struct OnItsWay;
  void run();
  bool work();
  std::vector<journal::StoredMessage> next_messages();
  void recover(std::int64_t now_ns);
  bool handle_all(const std::vector<journal::StoredMessage>& messages, Undo undo, Group& group);
  void handle(const journal::StoredMessage& stored, Undo undo, Group& group);
  // Sends what the store has and the journal not yet, with the settlements of a group.
  void relay(Group group);
  // Of what was handled before a crash, the journal may have some already.
  void drop_settled();
  // Waits until the journal has what is on its way.
  void finish();
  // Forgets what the journal has; inside of a transaction.
  void forget_relayed();
  // At rest the store has nothing that the journal has.
  void tidy();
  void announce_configuration(Context& context);
  // Besides what is unsettled already.
  void remember_handled(const std::vector<journal::Position>& handled);
  // Lets time pass through the journal where a timer is due and no message brings the time.
  bool tick(std::int64_t now_ns);
  bool wait_for_work();

  std::filesystem::path path_;
  Settings settings_;
  journal::Journal& journal_;
  Ports ports_;
  journal::Database db_;
  std::unique_ptr<Relay> relay_;
  canonical::IdSource ids_;
  bool recovered_ = false;
  std::set<journal::Position> unsettled_;  // handled; the journal does not know yet
  std::unique_ptr<OnItsWay> on_its_way_;
  std::size_t groups_in_a_row_ = 0;  // that were read behind one on its way
  std::int64_t relayed_to_ = 0;      // of the outbox: the journal has it, the store still too
  bool forgettable_ = false;         // there is something that the journal has
  std::mutex mutex_;
  std::condition_variable wake_;
  journal::Position reached_ = 0;  // the latest message that was handled
  std::int64_t ticked_ns_ = 0;
  bool awake_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace crossdock::host::process
