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

// The process ended at a write point; what was not durable is gone.
struct Killed {};

class Stage {
 public:
  // `settings` are what the configuration says; they may change while the case runs.
  Stage(std::filesystem::path folder, process::Settings settings, Answers answers,
        std::int64_t now_ns);
  ~Stage();

  std::int64_t now_ns() const { return now_ns_; }
  void move_clock(std::int64_t now_ns) { now_ns_ = now_ns; }
  const process::Settings& settings() const { return settings_; }
  Answers& answers() { return answers_; }

  // Makes the message durable as a connector's would be. Returns why it was refused, or empty.
  std::string arrive(const Arrival& arrival);
  // The same from one thread each, in no certain order.
  std::vector<std::string> arrive_together(const std::vector<Arrival>& arrivals);
  // Works until nobody has anything left to do. Throws Killed at the write point that was armed.
  void settle();
  // Gives a dead letter of the processes back to them.
  void give_back(const std::string& dead_letter);
  // A change of the store that no message makes: what is given before a case begins.
  void transact(const std::function<void(process::Context&)>& change);

  // The n-th thing written from now on (from 1) is not written any more. 0: no such thing.
  void kill_at(std::size_t write_point);
  // How much was written since kill_at() was called last.
  std::size_t written() const { return written_; }
  // A new process on what the last one left.
  void restart();
  void restart_with(process::Settings settings);

  const std::vector<Sent>& sent() const { return sent_; }
  // Type and reason of each message that could not be handled.
  std::vector<std::pair<std::string, std::string>> dead_letters() const;
  journal::Database& store();  // for reading
  const journal::Journal& journal() const { return *journal_; }
  std::filesystem::path store_path() const { return folder_ / "store.sqlite"; }

 private:
  void open();
  void close();
  bool run_connectors();
  bool run_connector(const std::string& name);

  std::filesystem::path folder_;
  process::Settings settings_;
  Answers answers_;
  std::int64_t now_ns_;
  delivery::Routes routes_;
  std::unique_ptr<delivery::Intake> intake_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<process::Engine> engine_;
  std::unique_ptr<journal::Database> reader_;
  std::vector<std::string> connectors_;
  std::vector<Sent> sent_;
  std::size_t kill_at_ = 0;
  std::size_t written_ = 0;
};

}  // namespace crossdock::host::scenario
