// The host's end of the bus: one ROUTER socket and the loop that owns it. Delivery lives on this
// loop, so it needs no locks. Workers are known by their ZeroMQ routing id (Peer).
//
// Threads: run() makes the calling thread the loop thread; post() is [any]; all else is [loop].
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>
#include <zmq.hpp>

namespace crossdock::host::bus {

using Peer = std::string;
using Clock = std::chrono::steady_clock;

class Server {
 public:
  // A frame from a worker. Keep the message alive for as long as views into it are used.
  using OnFrame = std::function<void(const Peer&, const std::shared_ptr<zmq::message_t>&)>;
  using Timer = std::uint64_t;

  // Binds `endpoint` (ipc://... in a folder of mode 0700, or inproc://...) and, where it is not
  // empty, `second` beside it, for workers inside this process. Throws zmq::error_t.
  Server(zmq::context_t& context, const std::string& endpoint, const std::string& second = {});

  void on_frame(OnFrame handler) { on_frame_ = std::move(handler); }
  // Called after each round of frames and posted work, so that work can be done in batches.
  void on_round(std::function<void()> handler) { on_round_ = std::move(handler); }

  // From on_round: there is more to do, the next round is not to wait.
  void again() { again_ = true; }

  void run();   // until stop()
  void stop();  // [any]

  // [any] Runs `work` on the loop soon, in the order of posting. What the loop's end overtakes is
  // destroyed unrun, so that a promise in it tells whoever waits.
  void post(std::function<void()> work);

  Timer after(std::chrono::nanoseconds wait, std::function<void()> work);
  void cancel(Timer timer);

  // False: the peer is gone or does not read; nothing was sent.
  bool send(const Peer& peer, std::string frame);

 private:
  void take_frames();
  void take_posted();
  void run_timers();
  std::chrono::milliseconds until_next_timer() const;

  zmq::socket_t router_;
  int wake_fd_ = -1;
  OnFrame on_frame_;
  std::function<void()> on_round_;
  std::multimap<Clock::time_point, std::pair<Timer, std::function<void()>>> timers_;
  std::map<Timer, Clock::time_point> timer_times_;
  Timer next_timer_ = 1;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  bool stopping_ = false;
  bool ended_ = false;
  bool again_ = false;

 public:
  ~Server();
};

}  // namespace crossdock::host::bus
