// A connector's view of the host: a cheap handle, copied freely, usable from any thread.
#pragma once

#include <crossdock/ext/clock.h>
#include <crossdock/ext/state.h>

#include <atomic>
#include <condition_variable>
#include <crossdock/convert.hpp>
#include <crossdock/types.hpp>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace crossdock {

class Host {
 public:
  // `table` stays valid until the instance is destroyed; the SDK makes the handle.
  explicit Host(const xd_host_v0* table)
      : table_(table),
        state_(static_cast<const xd_state_v1*>(table->extension(table->context, XD_EXT_STATE))),
        clock_(static_cast<const xd_clock_v1*>(table->extension(table->context, XD_EXT_CLOCK))),
        shared_(std::make_shared<Shared>()) {}

  // Takes the batch for durable storage, waiting for credit. False: no credit in time, or the host
  // is stopping, or the batch breaks the contract (the log says how); nothing was taken.
  // accepted(tag) tells later that it is durable.
  bool emit(const Batch& batch, std::chrono::milliseconds wait = std::chrono::seconds(30)) {
    const auto messages = detail::to_abi(batch.messages);
    const auto state = detail::to_abi(batch.state);
    xd_batch out{};
    out.struct_size = sizeof out;
    out.messages = messages.data();
    out.message_count = messages.size();
    out.has_cursor = batch.cursor ? 1 : 0;
    out.cursor = detail::bytes(batch.cursor ? std::string_view(*batch.cursor) : "");
    out.state = state.data();
    out.state_count = state.size();
    out.tag = batch.tag;
    const auto deadline = std::chrono::steady_clock::now() + wait;
    auto pause = std::chrono::microseconds(200);
    for (;;) {
      const xd_status status = table_->emit(table_->context, &out);
      if (status != XD_AGAIN) {
        return status == XD_OK;
      }
      if (stopping() || std::chrono::steady_clock::now() >= deadline) {
        return false;
      }
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::microseconds(10'000));
    }
  }

  // The durable state's value of a key, own changes on their way included.
  std::optional<std::string> state(std::string_view key) const {
    std::optional<std::string> found;
    if (state_ != nullptr) {
      state_->get(table_->context, detail::bytes(key), &found, [](void* reader, xd_bytes value) {
        *static_cast<std::optional<std::string>*>(reader) = detail::copy(value);
      });
    }
    return found;
  }

  // Stores state by itself and waits until it is durable; false: nobody knows that it is, and
  // nothing that depends on it may be done. A stop ends the waiting: it tells of nothing more. Not
  // from accepted() or webhook().
  bool put_state(std::vector<StateChange> changes,
                 std::chrono::milliseconds wait = std::chrono::seconds(30)) {
    Batch batch;
    batch.state = std::move(changes);
    batch.tag = kOwnTag | ++shared_->next_tag;
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->awaited.insert(batch.tag);
    }
    const bool taken = emit(batch, wait);
    std::unique_lock lock(shared_->mutex);
    if (taken) {
      shared_->wake.wait_for(lock, wait,
                             [&] { return stopping() || !shared_->awaited.contains(batch.tag); });
    }
    return shared_->awaited.erase(batch.tag) == 0;
  }

  void log(Level level, std::string_view text) const {
    table_->log(table_->context, static_cast<std::int32_t>(level), detail::bytes(text));
  }

  std::int64_t now_ns() const {
    if (clock_ != nullptr) {
      return clock_->now_ns(table_->context);
    }
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  // True once stop was called: finish what is short, begin nothing.
  bool stopping() const { return shared_->stopping; }

  // For the SDK's own use.
  static constexpr std::uint64_t kOwnTag = std::uint64_t{1} << 63;
  const xd_host_v0* table() const { return table_; }
  void stop() {
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->stopping = true;
    }
    shared_->wake.notify_all();
  }
  bool take_own_tag(std::uint64_t tag) {
    if ((tag & kOwnTag) == 0) {
      return false;
    }
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->awaited.erase(tag);
    }
    shared_->wake.notify_all();
    return true;
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable wake;
    std::set<std::uint64_t> awaited;
    std::atomic<std::uint64_t> next_tag{0};
    std::atomic<bool> stopping{false};
  };
  const xd_host_v0* table_;
  const xd_state_v1* state_;
  const xd_clock_v1* clock_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace crossdock
