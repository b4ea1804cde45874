#include "host/worker/questions.hpp"

#include <utility>

namespace crossdock::host::worker {

std::optional<std::string> Questions::ask(const std::function<std::string(std::uint64_t)>& frame,
                                          std::chrono::nanoseconds patience) {
  std::unique_lock lock(mutex_);
  if (closed_ || std::this_thread::get_id() == bringer_) {
    return std::nullopt;
  }
  const auto id = next_++;
  waiting_[id];
  lock.unlock();
  send_(frame(id));
  lock.lock();
  came_.wait_for(lock, patience, [&] { return closed_ || waiting_[id].has_value(); });
  auto answer = std::move(waiting_[id]);
  waiting_.erase(id);
  return answer;
}

void Questions::answered(std::uint64_t id, std::string_view body) {
  const std::lock_guard lock(mutex_);
  if (const auto found = waiting_.find(id); found != waiting_.end()) {
    found->second = std::string(body);
    came_.notify_all();
  }
}

void Questions::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  came_.notify_all();
}

bool Questions::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace crossdock::host::worker
