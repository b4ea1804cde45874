// The host without workers, for the process bench: journal, store, the engine on its thread, and
// connectors that answer at once (the carrier) or only take what they are sent.
//
// Threads: the caller's; the connectors have one of their own.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "host/delivery/intake.hpp"
#include "host/journal/journal.hpp"
#include "host/process/engine.hpp"
#include "host/process/settings.hpp"

namespace crossdock::bench {

class Plant {
 public:
  // Journal and store in `folder`, which it makes. Throws std::runtime_error.
  explicit Plant(const std::filesystem::path& folder);
  ~Plant();
  Plant(const Plant&) = delete;
  Plant& operator=(const Plant&) = delete;

  std::filesystem::path store() const { return folder_ / "store.sqlite"; }
  const host::process::Settings& settings() const { return settings_; }
  const host::journal::Journal& journal() const { return *journal_; }
  // Orders whose warehouse has been asked to ship.
  std::uint64_t released() const { return released_; }

  // Messages (type, data) from one source, durable when it returns.
  void take_in(const std::string& source,
               const std::vector<std::pair<std::string, std::string>>& messages);
  // Until the engine and the connectors have nothing left to do.
  void wait_until_quiet();

 private:
  void connect();
  bool settle(const std::string& who);
  bool answer_labels();
  bool commit(host::journal::Transaction transaction);

  std::filesystem::path folder_;
  host::process::Settings settings_;
  host::delivery::Routes routes_;
  std::unique_ptr<host::delivery::Intake> intake_;
  std::unique_ptr<host::journal::Journal> journal_;
  std::unique_ptr<host::process::Engine> engine_;
  std::thread connectors_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> released_{0};
  std::uint64_t messages_ = 0;
};

}  // namespace crossdock::bench
