// A program started by a test: its output goes to a file, it dies with the test, and it can be
// killed at any moment.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace crossdock::support {

class Child {
 public:
  Child() = default;
  // Starts arguments[0]; standard output and error are appended to `log`. Throws
  // std::runtime_error.
  Child(const std::vector<std::string>& arguments, const std::filesystem::path& log);
  ~Child();  // SIGKILL
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number) const;
  // SIGTERM, then SIGKILL after `patience`; returns the wait status.
  int stop(std::chrono::milliseconds patience = std::chrono::seconds(15));
  void kill();
  // Exit status once it has ended by itself.
  std::optional<int> wait(std::chrono::milliseconds patience);

  // The first line of standard output that begins with '{', waited for. Throws when it ends first.
  std::string first_json_line(std::chrono::milliseconds patience = std::chrono::seconds(30));

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  std::filesystem::path log_;
  std::uintmax_t from_ = 0;  // where this run's output begins in the log
};

int free_port();

// Something on 127.0.0.1 that takes connections and says nothing.
class Listener {
 public:
  Listener();
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int port() const { return port_; }

 private:
  int socket_ = -1;
  int port_ = 0;
};

}  // namespace crossdock::support
