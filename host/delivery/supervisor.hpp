// Starts worker processes, watches them end, captures what they print, and holds them to those of
// their limits that the kernel knows for users only, not for one process. It decides nothing about
// restarts: it reports, and is told what to do.
//
// Threads: one of its own, which lives as long as the host, because a worker asks the kernel to be
// killed when the thread that started it ends. All functions are [any]; callbacks come on its
// thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/delivery/processor_share.hpp"

namespace crossdock::host::delivery {

// How a worker ended, in words and in what matters for blame.
struct WorkerEnd {
  std::string connector;
  std::uint64_t worker = 0;  // as given to start
  pid_t pid = 0;
  bool clean = false;      // stopped as asked
  bool own_fault = false;  // it crashed or exited by itself; else it was killed from outside
  bool could_not_start = false;
  std::string reason;  // "killed by signal 11 (Segmentation fault)"
};

// Of one worker; who stands by is a worker too.
struct WorkerLimits {
  // Processors' worth of time: 0.5 is half of one, 0 is as much as there is. Who has used more is
  // held still for a while.
  double processors = 0;
  std::size_t threads = 512;  // who has more is killed
};

class Supervisor {
 public:
  struct Callbacks {
    std::function<void(const WorkerEnd&)> ended;
    std::function<void(const std::string& connector, const std::string& line)> output;
    // The host's end of the channel on the worker's descriptor 4; the receiver owns it.
    std::function<void(const std::string& connector, std::uint64_t worker, int channel)> channel;
  };

  Supervisor(std::filesystem::path worker_program, Callbacks callbacks);
  ~Supervisor();  // kills what still runs

  // Starts a worker under a number of the caller's and hands it the launch document. A connector
  // may have two: one that works and one that stands by.
  void start(const std::string& connector, std::uint64_t worker, std::string launch_document,
             WorkerLimits limits);
  // SIGKILL, with the reason that will stand in its end. `own_fault`: counts against the plugin.
  void kill(std::uint64_t worker, const std::string& reason, bool own_fault);
  // Waits until every worker has ended, or kills what is left at the deadline.
  void wait_all(std::chrono::milliseconds deadline);

 private:
  struct Worker {
    std::string connector;
    pid_t pid = 0;
    int pidfd = -1;
    int output = -1;
    int launch = -1;       // write end while the document is being handed over
    std::string document;  // what is still to be handed over
    std::string line;
    std::string last_line;  // what it said last; often why it ended
    std::string kill_reason;
    bool kill_counts = false;
    std::size_t most_threads = 0;  // more, and it is killed
    std::optional<ProcessorShare> share;
  };

  void run();
  void spawn(const std::string& connector, std::uint64_t number, std::string document,
             WorkerLimits limits);
  void hold_to_shares();
  void count_threads();
  void read_output(Worker& worker, bool to_the_end);
  void hand_over(Worker& worker);
  void reap(std::uint64_t number);
  void wake();

  std::filesystem::path program_;
  Callbacks callbacks_;
  int wake_fd_ = -1;
  std::mutex mutex_;
  std::vector<std::function<void()>> commands_;
  bool stopping_ = false;
  std::size_t running_ = 0;                  // guarded by mutex_
  std::map<std::uint64_t, Worker> workers_;  // by number; supervisor thread only
  std::chrono::steady_clock::time_point counted_{};
  std::thread thread_;
};

}  // namespace crossdock::host::delivery
