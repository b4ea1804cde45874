#include "tests/support/stack/child.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace crossdock::support {

Child::Child(const std::vector<std::string>& arguments, const std::filesystem::path& log)
    : log_(log) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (out < 0) {
    throw std::runtime_error("cannot write " + log.string());
  }
  from_ = std::filesystem::file_size(log);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Not in the terminal's group: Ctrl-C reaches the test or demo only, which then stops the rest.
    ::setpgid(0, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(out);
  if (pid_ < 0) {
    throw std::runtime_error("cannot start " + arguments.front());
  }
}

Child::Child(Child&& other) noexcept { *this = std::move(other); }

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = other.pid_;
    status_ = other.status_;
    log_ = std::move(other.log_);
    from_ = other.from_;
    other.pid_ = -1;
  }
  return *this;
}

Child::~Child() { kill(); }

bool Child::running() { return pid_ > 0 && !wait(std::chrono::milliseconds(0)).has_value(); }

void Child::signal(int number) const {
  if (pid_ > 0) {
    ::kill(pid_, number);
  }
}

std::optional<int> Child::wait(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (pid_ > 0) {
    if (::waitpid(pid_, &status_, WNOHANG) == pid_) {
      pid_ = -1;
      break;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return std::nullopt;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return status_;
}

int Child::stop(std::chrono::milliseconds patience) {
  signal(SIGTERM);
  if (!wait(patience)) {
    kill();
  }
  return status_;
}

void Child::kill() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status_, 0);
    pid_ = -1;
  }
}

std::string Child::first_json_line(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const bool ended = !running();
    std::ifstream in(log_);
    in.seekg(static_cast<std::streamoff>(from_));
    for (std::string line; std::getline(in, line) && !in.eof();) {
      if (line.starts_with("{\"port\"") || line.starts_with("{\"ready\"")) {
        return line;
      }
    }
    if (ended || std::chrono::steady_clock::now() >= deadline) {
      throw std::runtime_error("a program " + std::string(ended ? "ended" : "is not ready") +
                               "; see " + log_.string());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) {
    throw std::runtime_error("no port of 127.0.0.1 is free");
  }
  return ntohs(address.sin_port);
}

Listener::Listener() {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket_, 16) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
}

Listener::~Listener() { ::close(socket_); }

}  // namespace crossdock::support
