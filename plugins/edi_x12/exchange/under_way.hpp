// Files whose batch was given to the host and of which nobody knows yet whether it is durable: the
// state shows it already, so nothing may be concluded from it.
//
// Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <crossdock/types.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace crossdock::edi {

class UnderWay {
 public:
  // Marks the batch and gives it with `emit`; false where that took nothing.
  bool give(const std::string& name, Batch& batch, const std::function<bool(const Batch&)>& emit);
  // The host says that a batch is durable.
  void accepted(std::uint64_t tag);
  bool is_open(const std::string& name) const;
  // Whether it became durable in time; then it is forgotten. Asks `given_up` many times a second:
  // a worker that stops hears of nothing more, and who waits here may hold what its stop needs.
  bool wait(const std::string& name, std::chrono::milliseconds within,
            const std::function<bool()>& given_up);
  void forget(const std::string& name);

 private:
  struct One {
    std::uint64_t tag = 0;
    bool accepted = false;
  };
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, One> all_;
  std::atomic<std::uint64_t> next_tag_{0};
};

}  // namespace crossdock::edi
