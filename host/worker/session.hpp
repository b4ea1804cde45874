// One connector instance and its end of the bus. The same class runs in a worker process and, for
// isolation = inproc, on a thread of the host.
//
// Threads: run() is the bus thread: it owns the socket, and calls deliver, find and accepted; poll
// and webhook calls have a thread each. The plugin calls emit, complete, log and state from any.
#pragma once

#include <crossdock/abi.h>
#include <crossdock/ext/budget.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>
#include <zmq.hpp>

#include "crossdock/canonical/id.hpp"
#include "host/bus/protocol.hpp"
#include "host/worker/launch.hpp"
#include "host/worker/questions.hpp"

namespace crossdock::host::worker {

// The plugin's table and a way to its extensions; the library behind it stays open.
struct Plugin {
  const xd_plugin_table_v0* table = nullptr;
  std::function<const void*(const char*)> extension;
};

class Session {
 public:
  Session(zmq::context_t& context, Launch launch);
  ~Session();

  // Connects and waits until the host knows this worker. From here on nothing opens a socket any
  // more, so that the process can be locked down before it opens the library. False: the host does
  // not want it, or is gone.
  bool connect();
  // The plugin gets its connections from the host, over this channel (sandbox/channel.hpp).
  void offer_connections(int channel) { channel_ = channel; }
  void log(std::int32_t level, std::string_view text);
  // The library cannot be used: tells the host why.
  void fail(const std::string& reason);
  // Waits for go where the worker stands by, starts the instance and serves until the host says
  // stop. Returns the exit code: 0 stopped, 1 could not start (the host was told why).
  int run(Plugin plugin);

 private:
  struct Emitted {
    std::uint64_t tag = 0;
  };
  struct OnItsWay {
    std::chrono::steady_clock::time_point since;
    std::shared_ptr<const std::string> held;  // the wire bytes, kept for find
    bus::Delivery delivery;
  };

  // Host functions, called by the plugin.
  static xd_status host_emit(void* self, const xd_batch* batch);
  static xd_status host_complete(void* self, const xd_outcome* outcomes, std::size_t count);
  static void host_log(void* self, std::int32_t level, xd_bytes text);
  static const void* host_extension(void* self, const char* name);
  static xd_status state_get(void* self, xd_bytes key, void* reader,
                             void (*found)(void*, xd_bytes));
  static std::int64_t clock_now(void* self);
  static xd_status open_connection(void* self, xd_bytes host, std::uint16_t port,
                                   std::int64_t timeout_ns, std::int32_t* descriptor,
                                   const xd_error_sink* error);
  static void not_found(void* self, std::uint64_t token);
  // account.cpp
  static const void* account_extension(std::string_view name);
  static xd_status take_budget(void* self, const xd_spend* spend, std::uint64_t* ticket,
                               std::int64_t* retry_after_ns, const xd_error_sink* error);
  static xd_status learn_budget(void* self, const xd_spent* spent);
  static xd_status get_token(void* self, xd_bytes refused, std::int64_t timeout_ns, void* reader,
                             void (*found)(void*, xd_bytes, std::int64_t),
                             const xd_error_sink* error);

  xd_status emit(const xd_batch& batch);
  xd_status complete(const xd_outcome& outcome);
  // Writes the message in wire form with what the plugin leaves to us: id, source, times.
  void append_message(const xd_message& message, std::string& out, const char** fault);
  void apply_state(const xd_state_change* changes, std::size_t count);

  bool check_configuration(std::string& reason);
  bool wait_for_go();
  bool start_instance(std::string& reason);
  bool create_and_start(std::string& reason);
  void serve();
  void handle(const std::string_view frame);
  void deliver(std::string_view body);
  void deliver_one(const bus::Delivery& delivery);
  void webhook(std::string_view body);
  void poll_loop();
  void webhook_loop();
  void stop_instance();
  void heartbeat();

  void push(std::string frame);  // [any] to the host
  void wake();
  void flush();  // bus thread
  void fail_delivery(std::uint64_t token, std::int32_t kind, std::string_view reason);

  Launch launch_;
  Plugin plugin_;
  zmq::socket_t dealer_;
  int wake_fd_ = -1;
  int channel_ = -1;
  xd_host_v0 host_{};
  xd_instance* instance_ = nullptr;
  canonical::IdSource ids_;

  std::mutex mutex_;  // guards what follows
  std::deque<std::string> outgoing_;
  bus::FrameWriter completes_{bus::Kind::complete};
  std::size_t complete_count_ = 0;
  std::int64_t credit_messages_ = 0;
  std::int64_t credit_bytes_ = 0;
  std::uint64_t sequence_ = 0;
  std::unordered_map<std::uint64_t, Emitted> emitted_;
  std::map<std::string, std::string, std::less<>> state_;
  std::unordered_map<std::uint64_t, OnItsWay> out_;
  std::vector<std::uint64_t> not_found_;
  std::string cursor_;
  std::deque<std::string> webhooks_;
  std::condition_variable changed_;
  bool polling_ = true;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point poll_since_{};

  Questions questions_{[this](std::string frame) { push(std::move(frame)); }};
  std::thread poll_thread_;
  std::thread webhook_thread_;
  bool stop_seen_ = false;
  std::vector<zmq::message_t> early_;  // came while the instance was starting
};

}  // namespace crossdock::host::worker
