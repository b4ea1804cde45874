// The host's end of every worker's channel: opens the connections that were granted and hands the
// sockets over, and writes into the log what a worker tried and may not. Names are resolved here,
// so a worker needs no network and no resolver, and a granted name that points into this machine is
// refused unless it was granted as such.
//
// Threads: one that waits for all channels and listeners; a connection that takes its time has a
// thread of its own, at most kMostAtOnce for one worker. Functions are [any].
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/security/grants.hpp"

namespace crossdock::host::security {

class Gate {
 public:
  static constexpr int kMostAtOnce = 64;

  using Log =
      std::function<void(const char* level, const std::string& connector, const std::string& text)>;
  explicit Gate(Log log);
  ~Gate();  // waits for connections under way

  // The worker's channel, which is owned from here on; it ends when the worker does.
  void add(const std::string& connector, int channel, Grants grants);

 private:
  struct Guest {
    std::string connector;
    Grants grants;
    int channel = -1;
    int listener = -1;
    std::atomic<int> connecting{0};
    std::set<std::string> said;  // each refusal is logged once for a worker
    ~Guest();
  };
  using GuestRef = std::shared_ptr<Guest>;

  void run();
  void take_requests(const GuestRef& guest);
  void take_notification(Guest& guest);
  void connect(const GuestRef& guest, int socket, const std::string& host, std::uint16_t port,
               std::int64_t timeout_ns);
  void say(Guest& guest, const std::string& text);
  void wake();

  Log log_;
  int wake_fd_ = -1;
  std::mutex mutex_;
  std::vector<GuestRef> arrived_;
  bool stopping_ = false;
  std::vector<GuestRef> guests_;  // gate thread only
  std::atomic<int> connecting_{0};
  std::thread thread_;
};

// A connected, blocking socket, or -1 and why. `literal_only` addresses (loopback, link-local) are
// taken only where the host was named by address or as localhost.
int open_connection(const std::string& host, std::uint16_t port, std::int64_t timeout_ns,
                    std::string& reason);

}  // namespace crossdock::host::security
