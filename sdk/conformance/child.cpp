#include "sdk/conformance/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <csignal>
#include <cstring>
#include <utility>

namespace crossdock::conformance {
namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

constexpr std::size_t kMostAnswers = 4u << 20;  // bytes
constexpr std::size_t kMostOutput = 4096;       // bytes, the end of it
constexpr std::size_t kMostFaults = 20;

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) {
      throw std::runtime_error(std::string("no pipe: ") + std::strerror(errno));
    }
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(int which) {
    if (ends[which] >= 0) {
      close(std::exchange(ends[which], -1));
    }
  }
};

// Without malloc's caches of threads, what is in them does not look like memory in use.
char counts_exactly[] = "GLIBC_TUNABLES=glibc.malloc.tcache_count=0";

pid_t start(const std::filesystem::path& program, const Pipe& in, const Pipe& answers,
            const Pipe& output, bool counts_memory) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, answers.ends[1], kAnswerDescriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, kAnswerDescriptor + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own, so that what the library starts ends with it.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::string name = program.string();
  char* const arguments[] = {name.data(), nullptr};
  // As a worker has it: empty, but where memory is counted.
  char* const environment[] = {counts_memory ? counts_exactly : nullptr, nullptr};
  pid_t child = -1;
  const int error =
      posix_spawn(&child, name.c_str(), &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    throw std::runtime_error(name + " does not start: " + std::strerror(error));
  }
  return child;
}

void take_line(const std::string& line, Trial& trial, bool& ended) {
  json::error_code error;
  const auto value = json::parse(line, error);
  if (error || !value.is_object()) {
    return;
  }
  for (const auto& [key, one] : value.get_object()) {
    const std::string name(key);
    const auto text = one.is_string() ? std::string(one.get_string()) : std::string();
    if (name == "phase") {
      trial.inside.insert(text);
    } else if (name == "left") {
      if (const auto call = trial.inside.find(text); call != trial.inside.end()) {
        trial.inside.erase(call);
      }
    } else if (name == "fault") {
      // Said once, however often it happened.
      const bool known =
          std::find(trial.faults.begin(), trial.faults.end(), text) != trial.faults.end();
      if (!known && trial.faults.size() < kMostFaults) {
        trial.faults.push_back(text);
      }
    } else if (name == "note" && trial.notes.size() < kMostFaults) {
      trial.notes.push_back(text);
    } else if (name == "skip") {
      trial.skip = text;
    } else if (name == "needs") {
      trial.needs = text;
    } else if (name == "value" && one.is_object()) {
      trial.value = one.get_object();
    } else if (name == "state" && one.is_object()) {
      trial.state.emplace();
      for (const auto& [entry, content] : one.get_object()) {
        (*trial.state)[std::string(entry)] =
            content.is_string() ? std::string(content.get_string()) : std::string();
      }
    } else if (name == "end") {
      ended = true;
    }
  }
}

std::string last_line(const std::string& output) {
  const auto end = output.find_last_not_of("\n\r ");
  if (end == std::string::npos) {
    return {};
  }
  const auto from = output.rfind('\n', end);
  return "; it said last: " + output.substr(from == std::string::npos ? 0 : from + 1, 300);
}

}  // namespace

Trial run_trial(const std::filesystem::path& program, const Launch& launch,
                std::chrono::seconds time, const std::function<bool(const Trial&)>& kill_when) {
  Trial trial;
  Pipe in;
  Pipe answers;
  Pipe output;
  const pid_t child = start(program, in, answers, output, launch.check == "leaks");
  in.close_end(0);
  answers.close_end(1);
  output.close_end(1);
  // The launch fits a pipe or is read by the trial before anything else.
  const std::string document = to_json(launch);
  for (std::size_t done = 0; done < document.size();) {
    const auto wrote = write(in.ends[1], document.data() + done, document.size() - done);
    if (wrote <= 0) {
      break;
    }
    done += static_cast<std::size_t>(wrote);
  }
  in.close_end(1);

  const auto deadline = steady_clock::now() + time;
  std::string lines;
  std::size_t taken = 0;
  bool ended = false;
  bool hangs = false;
  while (answers.ends[0] >= 0) {
    std::array<pollfd, 2> ready{{{answers.ends[0], POLLIN, 0}, {output.ends[0], POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), 20);
    char buffer[16384];
    if (ready[0].revents != 0) {
      const auto got = read(answers.ends[0], buffer, sizeof buffer);
      if (got <= 0) {
        break;  // everyone who could answer is gone
      }
      taken += static_cast<std::size_t>(got);
      lines.append(buffer, static_cast<std::size_t>(got));
      for (auto end = lines.find('\n'); end != std::string::npos; end = lines.find('\n')) {
        take_line(lines.substr(0, end), trial, ended);
        lines.erase(0, end + 1);
      }
    }
    if (ready[1].revents != 0) {
      const auto got = read(output.ends[0], buffer, sizeof buffer);
      if (got <= 0) {
        output.close_end(0);
      } else {
        trial.output.append(buffer, static_cast<std::size_t>(got));
        if (trial.output.size() > kMostOutput) {
          trial.output.erase(0, trial.output.size() - kMostOutput);
        }
      }
    }
    if (kill_when && !ended && kill_when(trial)) {
      trial.killed = true;
      break;
    }
    if (ended || taken > kMostAnswers) {
      break;
    }
    if (steady_clock::now() > deadline) {
      hangs = true;
      break;
    }
  }
  // Gone by itself, or made to go, with all that it started.
  int status = 0;
  if (ended) {
    for (int i = 0; i < 100 && waitpid(child, &status, WNOHANG) == 0; ++i) {
      usleep(10'000);
    }
  }
  ::kill(-child, SIGKILL);
  waitpid(child, &status, 0);
  if (trial.killed || ended) {
    return trial;
  }
  std::string where;
  for (const auto& call : trial.inside) {
    where += (where.empty() ? "in " : " and ") + call;
  }
  if (where.empty()) {
    where = "between calls into it";
  }
  if (hangs) {
    trial.faults.push_back("it hung " + where + " (not done after " + std::to_string(time.count()) +
                           " s)" + last_line(trial.output));
  } else if (WIFSIGNALED(status)) {
    trial.faults.push_back("it died of signal " + std::to_string(WTERMSIG(status)) + " (" +
                           strsignal(WTERMSIG(status)) + ") " + where + last_line(trial.output));
  } else {
    trial.faults.push_back("it ended the process " + where + " with exit status " +
                           std::to_string(WEXITSTATUS(status)) + last_line(trial.output));
  }
  return trial;
}

}  // namespace crossdock::conformance
