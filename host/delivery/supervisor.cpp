#include "host/delivery/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <system_error>
#include <utility>

namespace crossdock::host::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestLine = 4096;  // bytes; longer ones are cut into pieces
constexpr std::size_t kOutputPerRound = 65536;
constexpr int kLookEveryMs = 50;  // at workers whose processor time is limited
constexpr auto kCountEvery = std::chrono::seconds(1);
constexpr int kAside = 1000;  // a descriptor number that nothing else has in a fresh worker

int open_pidfd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

void close_fd(int& fd) {
  if (fd >= 0) {
    close(std::exchange(fd, -1));
  }
}

// Of a process; 0 where it has gone.
std::size_t threads_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; in >> word;) {
    if (word == "Threads:") {
      std::size_t count = 0;
      in >> count;
      return count;
    }
  }
  return 0;
}

std::string exit_words(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    std::string words =
        "killed by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
    if (signal == SIGXCPU) {
      words += ": its processor time ran out";
    }
    return words;
  }
  return "ended with exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Supervisor::Supervisor(std::filesystem::path worker_program, Callbacks callbacks)
    : program_(std::move(worker_program)), callbacks_(std::move(callbacks)) {
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  thread_ = std::thread([this] { run(); });
}

Supervisor::~Supervisor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
  close_fd(wake_fd_);
}

void Supervisor::start(const std::string& connector, std::uint64_t worker, std::string document,
                       WorkerLimits limits) {
  const std::lock_guard lock(mutex_);
  ++running_;
  commands_.push_back([this, connector, worker, document = std::move(document), limits]() mutable {
    spawn(connector, worker, std::move(document), limits);
  });
  wake();
}

void Supervisor::kill(std::uint64_t worker, const std::string& reason, bool own_fault) {
  const std::lock_guard lock(mutex_);
  commands_.push_back([this, worker, reason, own_fault] {
    const auto found = workers_.find(worker);
    if (found != workers_.end()) {
      found->second.kill_reason = reason;
      found->second.kill_counts = own_fault;
      ::kill(found->second.pid, SIGKILL);
    }
  });
  wake();
}

void Supervisor::wait_all(std::chrono::milliseconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  bool killed = false;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (running_ == 0) {
        return;
      }
      if (!killed && std::chrono::steady_clock::now() >= until) {
        killed = true;
        commands_.push_back([this] {
          for (auto& [name, worker] : workers_) {
            worker.kill_reason = "did not stop in time and was killed";
            ::kill(worker.pid, SIGKILL);
          }
        });
        wake();
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void Supervisor::run() {
  for (;;) {
    std::vector<pollfd> items{{wake_fd_, POLLIN, 0}};
    std::vector<std::uint64_t> numbers{0};
    bool shared = false;
    for (auto& [number, worker] : workers_) {
      shared = shared || worker.share;
      items.push_back({worker.pidfd, POLLIN, 0});
      numbers.push_back(number);
      items.push_back({worker.output, POLLIN, 0});
      numbers.push_back(number);
      items.push_back({worker.launch, POLLOUT, 0});
      numbers.push_back(number);
    }
    const int longest = workers_.empty() ? -1 : static_cast<int>(kCountEvery / 1ms);
    poll(items.data(), items.size(), shared ? kLookEveryMs : longest);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(wake_fd_, &count, sizeof count);
    hold_to_shares();
    count_threads();
    for (std::size_t i = 1; i < items.size(); ++i) {
      const auto found = workers_.find(numbers[i]);
      if (found == workers_.end() || items[i].revents == 0) {
        continue;
      }
      switch ((i - 1) % 3) {
        case 0:
          reap(numbers[i]);
          break;
        case 1:
          read_output(found->second, false);
          break;
        default:
          hand_over(found->second);
      }
    }
    std::vector<std::function<void()>> commands;
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      commands.swap(commands_);
      stopping = stopping_;
    }
    for (auto& command : commands) {
      command();
    }
    if (stopping) {
      for (auto& [name, worker] : workers_) {
        ::kill(worker.pid, SIGKILL);
        waitpid(worker.pid, nullptr, 0);
        close_fd(worker.pidfd);
        close_fd(worker.output);
        close_fd(worker.launch);
      }
      return;
    }
  }
}

// A worker that is being held does not end, is not reaped, and so keeps its process id.
void Supervisor::hold_to_shares() {
  for (auto& [number, worker] : workers_) {
    clockid_t clock{};
    timespec used{};
    if (!worker.share || clock_getcpuclockid(worker.pid, &clock) != 0 ||
        clock_gettime(clock, &used) != 0) {
      continue;
    }
    const bool held = worker.share->held();
    const auto span = std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
    if (worker.share->look(span, std::chrono::steady_clock::now()) != held) {
      ::kill(worker.pid, held ? SIGCONT : SIGSTOP);
    }
  }
}

void Supervisor::count_threads() {
  const auto now = std::chrono::steady_clock::now();
  if (now - counted_ < kCountEvery) {
    return;
  }
  counted_ = now;
  for (auto& [number, worker] : workers_) {
    if (worker.kill_reason.empty() && threads_of(worker.pid) > worker.most_threads) {
      worker.kill_reason = "has more than " + std::to_string(worker.most_threads) +
                           " threads (limits { threads }) and was killed";
      worker.kill_counts = true;
      ::kill(worker.pid, SIGKILL);
    }
  }
}

void Supervisor::spawn(const std::string& connector, std::uint64_t number, std::string document,
                       WorkerLimits limits) {
  int launch[2] = {-1, -1};
  int output[2] = {-1, -1};
  int channel[2] = {-1, -1};
  pid_t pid = 0;
  int error = 0;
  if (pipe2(launch, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0 ||
      socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0) {
    error = errno;
  } else {
    fcntl(launch[1], F_SETFL, O_NONBLOCK);
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDERR_FILENO);
    // Out of the way first: one of these may itself be descriptor 3 or 4.
    posix_spawn_file_actions_adddup2(&actions, launch[0], kAside);
    posix_spawn_file_actions_adddup2(&actions, channel[1], kAside + 1);
    posix_spawn_file_actions_adddup2(&actions, kAside, 3);
    posix_spawn_file_actions_adddup2(&actions, kAside + 1, 4);
    posix_spawn_file_actions_addclosefrom_np(&actions, 5);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::string program = program_.string();
    char* const arguments[] = {program.data(), nullptr};
    char* const environment[] = {nullptr};
    error = posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  close_fd(launch[0]);
  close_fd(output[1]);
  close_fd(channel[1]);
  if (error != 0) {
    close_fd(channel[0]);
    close_fd(launch[1]);
    close_fd(output[0]);
    {
      const std::lock_guard lock(mutex_);
      --running_;
    }
    WorkerEnd end;
    end.connector = connector;
    end.worker = number;
    end.own_fault = true;
    end.could_not_start = true;
    end.reason = program_.string() + " cannot be started: " + std::strerror(error);
    callbacks_.ended(end);
    return;
  }
  Worker worker;
  worker.connector = connector;
  worker.pid = pid;
  worker.pidfd = open_pidfd(pid);
  fcntl(worker.pidfd, F_SETFD, FD_CLOEXEC);
  worker.output = output[0];
  worker.launch = launch[1];
  worker.document = std::move(document);
  if (callbacks_.channel) {
    callbacks_.channel(connector, number, channel[0]);
  } else {
    close_fd(channel[0]);
  }
  worker.most_threads = limits.threads;
  if (limits.processors > 0) {
    worker.share.emplace(limits.processors, std::chrono::steady_clock::now());
  }
  hand_over(workers_[number] = std::move(worker));
}

void Supervisor::hand_over(Worker& worker) {
  while (!worker.document.empty()) {
    const auto wrote = write(worker.launch, worker.document.data(), worker.document.size());
    if (wrote < 0 && errno == EAGAIN) {
      return;
    }
    if (wrote <= 0) {
      break;  // it has ended; reap() will say why
    }
    std::fill_n(worker.document.begin(), wrote, '\0');
    worker.document.erase(0, static_cast<std::size_t>(wrote));
  }
  close_fd(worker.launch);
}

void Supervisor::read_output(Worker& worker, bool to_the_end) {
  char buffer[8192];
  std::size_t taken = 0;
  // A worker that floods its output waits for us, not the other way round.
  while (to_the_end || taken < kOutputPerRound) {
    const auto got = worker.output < 0 ? 0 : read(worker.output, buffer, sizeof buffer);
    if (got < 0) {
      break;
    }
    if (got == 0) {
      close_fd(worker.output);
      break;
    }
    taken += static_cast<std::size_t>(got);
    if (taken > 16 * kOutputPerRound) {
      break;
    }
    for (const char c : std::string_view(buffer, static_cast<std::size_t>(got))) {
      if (c != '\n') {
        worker.line.push_back(c);
      }
      if ((c == '\n' || worker.line.size() >= kLongestLine) && !worker.line.empty()) {
        callbacks_.output(worker.connector, worker.line);
        worker.last_line = std::exchange(worker.line, {});
      }
    }
  }
  if (to_the_end && !worker.line.empty()) {
    worker.last_line = std::exchange(worker.line, {});
    callbacks_.output(worker.connector, worker.last_line);
  }
}

void Supervisor::reap(std::uint64_t number) {
  Worker& worker = workers_.at(number);
  int status = 0;
  if (waitpid(worker.pid, &status, WNOHANG) != worker.pid) {
    return;
  }
  read_output(worker, true);
  WorkerEnd end;
  end.connector = worker.connector;
  end.worker = number;
  end.pid = worker.pid;
  end.clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  end.could_not_start = WIFEXITED(status) && WEXITSTATUS(status) != 0;
  end.reason = exit_words(status);
  if (end.could_not_start && !worker.last_line.empty()) {
    end.reason += ", saying: " + worker.last_line;
  }
  end.own_fault = !end.clean && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  if (!worker.kill_reason.empty()) {
    end.reason = worker.kill_reason;
    end.own_fault = worker.kill_counts;
  }
  close_fd(worker.pidfd);
  close_fd(worker.output);
  close_fd(worker.launch);
  workers_.erase(number);
  {
    const std::lock_guard lock(mutex_);
    --running_;
  }
  callbacks_.ended(end);
}

void Supervisor::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

}  // namespace crossdock::host::delivery
