#include "host/bus/server.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "host/bus/protocol.hpp"

namespace crossdock::host::bus {
namespace {

constexpr int kFramesPerRound = 256;
constexpr int kQueueLimit = 4096;  // a last guard; credit keeps the queues far below
constexpr auto kLongestWait = std::chrono::milliseconds(1000);
constexpr auto kNoWait = std::chrono::milliseconds(0);

}  // namespace

Server::Server(zmq::context_t& context, const std::string& endpoint, const std::string& second)
    : router_(context, zmq::socket_type::router) {
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ < 0) {
    throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  router_.set(zmq::sockopt::linger, 0);
  // Without it, a frame to a worker that is gone would vanish without a word.
  router_.set(zmq::sockopt::router_mandatory, true);
  router_.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(kLargestFrame));
  router_.set(zmq::sockopt::sndhwm, kQueueLimit);
  router_.set(zmq::sockopt::rcvhwm, kQueueLimit);
  router_.set(zmq::sockopt::sndtimeo, 0);
  router_.bind(endpoint);
  if (!second.empty()) {
    router_.bind(second);
  }
}

Server::~Server() {
  if (wake_fd_ >= 0) {
    close(wake_fd_);
  }
}

void Server::post(std::function<void()> work) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) {
      return;
    }
    first = posted_.empty();
    posted_.push_back(std::move(work));
  }
  if (first) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
  }
}

void Server::stop() {
  post([this] { stopping_ = true; });
}

Server::Timer Server::after(std::chrono::nanoseconds wait, std::function<void()> work) {
  const Timer timer = next_timer_++;
  const auto at = Clock::now() + std::chrono::duration_cast<Clock::duration>(wait);
  timers_.emplace(at, std::pair(timer, std::move(work)));
  timer_times_.emplace(timer, at);
  return timer;
}

void Server::cancel(Timer timer) {
  const auto found = timer_times_.find(timer);
  if (found == timer_times_.end()) {
    return;
  }
  const auto range = timers_.equal_range(found->second);
  for (auto it = range.first; it != range.second; ++it) {
    if (it->second.first == timer) {
      timers_.erase(it);
      break;
    }
  }
  timer_times_.erase(found);
}

bool Server::send(const Peer& peer, std::string frame) {
  try {
    if (!router_.send(zmq::buffer(peer), zmq::send_flags::sndmore | zmq::send_flags::dontwait)) {
      return false;
    }
    auto* held = new std::string(std::move(frame));
    zmq::message_t message(
        held->data(), held->size(),
        [](void*, void* string) { delete static_cast<std::string*>(string); }, held);
    return router_.send(message, zmq::send_flags::dontwait).has_value();
  } catch (const zmq::error_t&) {  // EHOSTUNREACH: the worker is gone
    return false;
  }
}

void Server::run() {
  zmq::pollitem_t items[] = {{router_.handle(), 0, ZMQ_POLLIN, 0},
                             {nullptr, wake_fd_, ZMQ_POLLIN, 0}};
  while (!stopping_) {
    zmq::poll(items, 2, std::exchange(again_, false) ? kNoWait : until_next_timer());
    if ((items[1].revents & ZMQ_POLLIN) != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto got = read(wake_fd_, &count, sizeof count);
    }
    take_posted();
    take_frames();
    run_timers();
    if (on_round_) {
      on_round_();
    }
  }
  std::vector<std::function<void()>> unrun;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    unrun.swap(posted_);
  }
  timers_.clear();
  timer_times_.clear();
}

void Server::take_frames() {
  for (int i = 0; i < kFramesPerRound; ++i) {
    zmq::message_t identity;
    if (!router_.recv(identity, zmq::recv_flags::dontwait)) {
      return;
    }
    auto frame = std::make_shared<zmq::message_t>();
    bool more = identity.more();
    bool first = true;
    while (more) {
      zmq::message_t part;
      if (!router_.recv(part)) {
        break;
      }
      more = part.more();
      if (first) {
        *frame = std::move(part);
      }
      first = false;
    }
    if (on_frame_ && frame->size() > 0) {
      on_frame_(identity.to_string(), frame);
    }
  }
}

void Server::take_posted() {
  std::vector<std::function<void()>> work;
  {
    const std::lock_guard lock(mutex_);
    work.swap(posted_);
  }
  for (auto& one : work) {
    one();
  }
}

void Server::run_timers() {
  const auto now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto work = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    timer_times_.erase(work.first);
    work.second();
  }
}

std::chrono::milliseconds Server::until_next_timer() const {
  if (timers_.empty()) {
    return kLongestWait;
  }
  const auto wait =
      std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
  return std::clamp(wait, std::chrono::milliseconds(0), std::chrono::milliseconds(kLongestWait));
}

}  // namespace crossdock::host::bus
