// A connector that tries everything it may not, one act after another, and says what came of each:
// "act NAME: done" or "act NAME: refused".
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <crossdock/connect.hpp>
#include <crossdock/connector.hpp>
#include <csignal>
#include <fstream>
#include <functional>
#include <set>

extern char** environ;

namespace {

struct Config {
  std::string journal;  // files of the host
  std::string secret;   // of another connector
  std::string outside;
  std::string own;  // a granted folder
  std::string granted;
  std::int64_t port = 0;  // granted on 127.0.0.1
  std::int64_t other_port = 0;
  bool gentle = false;  // only what hurts nobody: for runs without a sandbox
};

const auto& config_schema() {
  using namespace crossdock;
  static const auto kSchema =
      schema<Config>(field("journal", &Config::journal), field("secret", &Config::secret),
                     field("outside", &Config::outside), field("own", &Config::own),
                     field("granted", &Config::granted), field("port", &Config::port),
                     field("other_port", &Config::other_port), field("gentle", &Config::gentle));
  return kSchema;
}

bool opens(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
  }
  return fd >= 0;
}

bool connects(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool good =
      fd >= 0 && ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) {
    ::close(fd);
  }
  return good;
}

bool takes_a_socket(int family, int type) {
  const int fd = ::socket(family, type | SOCK_CLOEXEC, 0);
  if (fd >= 0) {
    ::close(fd);
  }
  return fd >= 0;
}

class Intruder final : public crossdock::Connector {
 public:
  Intruder(crossdock::Host host, const Config& config) : host_(std::move(host)), c_(config) {}

  void start() override {
    act("own_folder", [&] { return opens(c_.own + "/mine.txt", O_WRONLY | O_CREAT); });
    act("granted_connection", [&] {
      return crossdock::open_connection("127.0.0.1", static_cast<std::uint16_t>(c_.port),
                                        std::chrono::seconds(5))
          .open();
    });
    act("threads", [] {
      bool ran = false;
      std::thread([&] { ran = true; }).join();
      return ran;
    });
    // ZeroMQ's threads set it to what it is as they begin, and abort at any answer but success.
    act("ordinary_scheduling", [] {
      const sched_param same{};
      return ::sched_setscheduler(0, SCHED_OTHER, &same) == 0;
    });
    act("real_time_scheduling", [] {
      const sched_param first{1};
      return ::sched_setscheduler(0, SCHED_FIFO, &first) == 0;
    });
    act("read_journal", [&] { return opens(c_.journal, O_RDONLY); });
    act("read_secret", [&] { return opens(c_.secret, O_RDONLY); });
    act("read_shadow", [] { return opens("/etc/shadow", O_RDONLY); });
    act("read_host_memory",
        [] { return opens("/proc/" + std::to_string(::getppid()) + "/environ", O_RDONLY); });
    act("write_outside", [&] { return opens(c_.outside + "/planted", O_WRONLY | O_CREAT); });
    act("empty_a_file", [&] { return opens(c_.journal, O_RDONLY | O_TRUNC); });
    act("truncate", [&] { return ::truncate(c_.journal.c_str(), 0) == 0; });
    act("chmod", [&] { return ::chmod(c_.secret.c_str(), 0644) == 0; });
    act("remove", [&] { return ::unlink(c_.secret.c_str()) == 0; });
    act("rename", [&] { return ::rename(c_.secret.c_str(), (c_.own + "/got").c_str()) == 0; });
    act("link", [&] { return ::link(c_.secret.c_str(), (c_.own + "/got").c_str()) == 0; });
    act("environment", [] { return environ != nullptr && environ[0] != nullptr; });
    act("connect_by_itself", [&] { return connects(static_cast<int>(c_.port)); });
    act("other_connection", [&] {
      return crossdock::open_connection("127.0.0.1", static_cast<std::uint16_t>(c_.other_port),
                                        std::chrono::seconds(5))
          .open();
    });
    act("udp", [] { return takes_a_socket(AF_INET, SOCK_DGRAM); });
    act("unix_socket", [] { return takes_a_socket(AF_UNIX, SOCK_STREAM); });
    act("netlink", [] { return takes_a_socket(AF_NETLINK, SOCK_RAW); });
    act("fork", [] {
      const pid_t child = ::fork();
      if (child == 0) {
        ::_exit(0);
      }
      return child > 0;
    });
    act("exec", [] {
      char program[] = "/bin/true";
      char* arguments[] = {program, nullptr};
      ::execv(program, arguments);
      return false;  // it came back
    });
    act("trace", [] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr) == 0; });
    act("signal_host", [] { return ::kill(::getppid(), 0) == 0; });
    act("read_other_memory", [] {
      char byte = 0;
      iovec local{&byte, 1};
      iovec remote{reinterpret_cast<void*>(0x400000), 1};
      return ::syscall(SYS_process_vm_readv, ::getppid(), &local, 1, &remote, 1, 0) == 1;
    });
    act("writable_code", [] {
      void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return page != MAP_FAILED;
    });
    act("code_later", [] {
      void* page =
          ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
    });
    act("io_uring", [] {
      io_uring_params parameters{};
      return ::syscall(SYS_io_uring_setup, 1, &parameters) >= 0;
    });
    act("bpf", [] { return ::syscall(SYS_bpf, 0, nullptr, 0) == 0; });
    act("namespace", [] { return ::syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */) == 0; });
    act("mount", [] {
      return ::syscall(SYS_mount, nullptr, "/nowhere", nullptr, MS_REMOUNT, nullptr) == 0 ||
             errno == ENOENT;
    });
    act("raise_limits", [] {
      const rlimit more{1 << 20, 1 << 20};
      return ::setrlimit(RLIMIT_NOFILE, &more) == 0;
    });
    act("memory", [] {
      for (int i = 0; i < 64; ++i) {  // of 64 MiB each
        if (::mmap(nullptr, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
            MAP_FAILED) {
          return false;
        }
      }
      return true;
    });
    act("descriptors", [] {
      std::vector<int> held;
      bool without_end = true;
      for (int i = 0; i < 2000 && without_end; ++i) {
        const int fd = ::dup(0);
        without_end = fd >= 0;
        if (fd >= 0) {
          held.push_back(fd);
        }
      }
      for (const int fd : held) {
        ::close(fd);
      }
      return without_end;
    });
    host_.log(crossdock::Level::info, "all acts tried");
  }

 private:
  void act(const std::string& name, const std::function<bool()>& attempt) {
    // Without walls these would succeed: only what leaves no trace on the machine is tried then.
    static const std::set<std::string> kHarmless = {
        "own_folder",    "granted_connection", "threads", "read_journal", "read_secret",
        "fork",          "connect_by_itself",  "udp",     "unix_socket",  "signal_host",
        "writable_code", "code_later"};
    if (c_.gentle && !kHarmless.contains(name)) {
      return;
    }
    host_.log(crossdock::Level::info, "act " + name + (attempt() ? ": done" : ": refused"));
  }

  crossdock::Host host_;
  Config c_;
};

}  // namespace

CROSSDOCK_CONNECTOR(Intruder, config_schema)
