// What a plugin asks the host and waits for: room in its account's budget, an access token. The
// question goes out as a frame with a number, the plugin's thread waits, and the bus thread brings
// the answer. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace crossdock::host::worker {

class Questions {
 public:
  // `send` puts a frame on its way; [any].
  explicit Questions(std::function<void(std::string)> send) : send_(std::move(send)) {}

  // Who brings the answers, and so can never wait for one.
  void not_from(std::thread::id thread) { bringer_ = thread; }

  // [any but that thread, which gets nothing at once] `frame` makes the question with its number.
  // The body of the answer, or nothing when none has come in time or the instance stops.
  std::optional<std::string> ask(const std::function<std::string(std::uint64_t id)>& frame,
                                 std::chrono::nanoseconds patience);
  // [bus thread] An answer; one that nobody waits for any more is dropped.
  void answered(std::uint64_t id, std::string_view body);
  // Nobody waits any longer, now or later.
  void close();
  bool closed() const;

 private:
  std::function<void(std::string)> send_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::map<std::uint64_t, std::optional<std::string>> waiting_;
  std::uint64_t next_ = 1;
  bool closed_ = false;
  std::thread::id bringer_;
};

}  // namespace crossdock::host::worker
