// Threads for blocking deliveries: as many as there are deliveries at once, made when needed and
// kept. The host limits how many that are (max_in_flight), so the pool needs no queue limit.
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace crossdock::detail {

class Pool {
 public:
  static constexpr std::size_t kMostThreads = 256;
  static constexpr std::size_t kStackBytes = 512 * 1024;

  ~Pool() { stop(); }

  void run(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    wake_one();
  }

  // Waits for work that has begun; what has not begun is dropped.
  void stop() {
    std::vector<pthread_t> threads;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      work_.clear();
      threads.swap(threads_);
    }
    wake_.notify_all();
    for (const auto thread : threads) {
      pthread_join(thread, nullptr);
    }
    stopping_ = false;
  }

 private:
  static void* loop(void* self) {
    static_cast<Pool*>(self)->serve();
    return nullptr;
  }

  // Caller holds mutex_. Nothing to do while somebody is on the way already.
  void wake_one() {
    if (waking_) {
      return;
    }
    if (idle_ > 0) {
      waking_ = true;
      wake_.notify_one();
    } else if (threads_.size() < kMostThreads) {
      pthread_attr_t attributes;
      pthread_attr_init(&attributes);
      pthread_attr_setstacksize(&attributes, kStackBytes);
      pthread_t thread{};
      if (pthread_create(&thread, &attributes, &Pool::loop, this) == 0) {
        threads_.push_back(thread);
        waking_ = true;
      }
      pthread_attr_destroy(&attributes);
    }
  }

  void serve() {
    std::unique_lock lock(mutex_);
    waking_ = false;
    for (;;) {
      while (work_.empty() && !stopping_) {
        ++idle_;
        wake_.wait(lock);
        --idle_;
        waking_ = false;
      }
      if (stopping_) {
        return;
      }
      auto work = std::move(work_.front());
      work_.pop_front();
      if (!work_.empty()) {
        wake_one();
      }
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
  std::vector<pthread_t> threads_;
  std::size_t idle_ = 0;
  bool waking_ = false;  // a thread was woken or made and has not looked for work yet
  bool stopping_ = false;
};

}  // namespace crossdock::detail
