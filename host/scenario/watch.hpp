// Readers beside the writing: each asks again and again what can be sold, on a connection of its
// own, and holds every answer against the model: positions are the sums of movements and
// reservations in the same snapshot, an answer of one revision is always the same, and no reader
// sees a revision go back.
//
// Threads: one per reader, from the constructor until stop().
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "host/journal/store.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::scenario {

class Watch {
 public:
  // Borrows the settings until stop().
  Watch(const std::filesystem::path& store, const process::Settings& settings, std::size_t readers);
  ~Watch();

  // Ends the reading. Returns what a reader saw that must not be, in words; empty: nothing.
  std::vector<std::string> stop();
  std::uint64_t reads() const { return reads_; }

 private:
  void read(const std::filesystem::path& store, std::size_t reader);
  void look(journal::Database& db, const std::string& sku,
            std::map<std::pair<std::string, std::string>, std::int64_t>& latest);
  void wrong(const std::string& text);

  const process::Settings& settings_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> reads_{0};
  std::mutex mutex_;
  // What was answered for product, channel and revision, by whoever asked first.
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::int64_t> answers_;
  std::vector<std::string> wrong_;
  std::vector<std::thread> threads_;
};

}  // namespace crossdock::host::scenario
