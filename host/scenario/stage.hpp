// Where a case is played: the real journal, store and business processes in a folder of their own,
// a clock that only the case moves, and a script in place of each connector.
//
// Nothing here runs by itself: settle() lets the processes and the scripts work until nobody has
// anything left to do. One thread, but for arrive_together().
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/envelope.hpp"
#include "host/delivery/intake.hpp"
#include "host/journal/journal.hpp"
#include "host/process/engine.hpp"
#include "host/scenario/answers.hpp"
#include "host/scenario/given.hpp"

namespace crossdock::host::scenario {

// A message that the processes sent to a connector, as it was delivered.
struct Sent {
  std::string type;
  std::string connector;
  std::string subject;
  std::string business_key;
  std::string correlation_id;
  std::string data;  // canonical JSON
  std::int64_t at_ns = 0;
};

// A message that comes in from outside.
struct Arrival {
  std::string source;  // who sends it; keys of one source are unique
  std::string type;
  std::string data;
  std::string idempotency_key;
  std::string business_key;
  std::int64_t occurred_at_ns = 0;  // 0: now
  std::uint64_t rev = 0;            // the source's own count of revisions; 0: it has none
};

// Who hears the answers to a step that asks for stock.
inline constexpr std::string_view kAsker = "asker";

// The process ended at a write point; what was not durable is gone.
struct Killed {};

class Stage {
 public:
  // What the configuration says may change while the case runs; `read` reads it back for a rebuild.
  Stage(std::filesystem::path folder, Configured configured, process::ReadSettings read,
        Answers answers, std::int64_t now_ns);
  ~Stage();

  std::int64_t now_ns() const { return now_ns_; }
  void move_clock(std::int64_t now_ns) { now_ns_ = now_ns; }
  const process::Settings& settings() const { return configured_.settings; }
  Answers& answers() { return answers_; }

  // Makes the message durable as a connector's would be. Returns why it was refused, or empty.
  std::string arrive(const Arrival& arrival);
  // The same for many, one after the other; nobody waits between them.
  std::vector<std::string> arrive_all(const std::vector<Arrival>& arrivals);
  // From so many threads at once, in no certain order.
  std::vector<std::string> arrive_together(const std::vector<Arrival>& arrivals,
                                           std::size_t connections = 64);
  // Works until nobody has anything left to do. Throws Killed at the write point that was armed.
  void settle();
  // Gives a dead letter of the processes back to them.
  void give_back(const std::string& dead_letter);
  // A change of the store that no message makes: what is given before a case begins. A rebuild from
  // the journal does not have it.
  void transact(const std::function<void(process::Context&)>& change);
  bool changed_by_hand() const { return changed_by_hand_; }

  // The n-th thing written from now on (from 1) is not written any more. 0: no such thing.
  void kill_at(std::size_t write_point);
  // How much was written since kill_at() was called last.
  std::size_t written() const { return written_; }
  // A new process on what the last one left.
  void restart();
  void restart_with(Configured configured);

  const std::vector<Sent>& sent() const { return sent_; }
  // The messages that could not be handled, the oldest first.
  std::vector<journal::DeadLetter> letters() const;
  // What differs between the store and one made again from the journal; empty: nothing.
  const std::vector<std::string>& differences_of_rebuild();
  journal::Database& store();  // for reading
  const journal::Journal& journal() const { return *journal_; }
  std::filesystem::path store_path() const { return folder_ / "store.sqlite"; }

 private:
  void open();
  void close();
  bool run_connectors();
  bool run_connector(const std::string& name);

  std::filesystem::path folder_;
  Configured configured_;
  process::ReadSettings read_;
  Answers answers_;
  std::int64_t now_ns_;
  delivery::Routes routes_;
  std::unique_ptr<delivery::Intake> intake_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<process::Engine> engine_;
  std::unique_ptr<journal::Database> reader_;
  std::vector<std::string> connectors_;
  std::vector<Sent> sent_;
  std::uint64_t arrived_ = 0;
  bool changed_by_hand_ = false;
  journal::Position rebuilt_at_ = 0;
  std::vector<std::string> rebuilt_;
  std::size_t kill_at_ = 0;
  std::size_t written_ = 0;
};

}  // namespace crossdock::host::scenario
