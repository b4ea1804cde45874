// Makes tables of the rows of log files that are full, in the background, and writes the checkpoint
// from which the next start reads the log.
//
// Threads: one of its own, at a lower priority; submit() is for the journal's writer.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "host/journal/log_reader.hpp"

namespace crossdock::host::journal {

// What is true where a file of the log begins.
struct Checkpoint {
  FileNumber file = 1;  // the log is read from here on
  Counters counters;
  Pending pending;

  static std::string to_bytes(FileNumber file, const Counters& counters, const Pending& pending);
  static bool from_bytes(std::string_view bytes, Checkpoint& out);
};
class Indexer {
 public:
  Indexer(IndexTables& tables, Recents& recents, std::function<void(const std::string&)> failed);
  ~Indexer();

  void start(FileNumber checkpointed);
  // Waits while too much is queued: what is not in tables yet takes memory.
  void submit(std::shared_ptr<const Recent> full, std::string checkpoint);
  // Files before this one are not needed for a start. [any]
  FileNumber checkpointed() const;

 private:
  struct Work {
    std::shared_ptr<const Recent> full;
    std::string checkpoint;
  };
  void run();
  std::string ingest(const Recent& full);

  IndexTables& tables_;
  Recents& recents_;
  std::function<void(const std::string&)> failed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  bool stopping_ = false;  // or failed
  FileNumber checkpointed_ = 1;
  std::thread thread_;
};

}  // namespace crossdock::host::journal
