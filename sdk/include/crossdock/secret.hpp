// A value that may be used but not shown: it has no stream operator, and its bytes are overwritten
// when it goes.
#pragma once

#include <string>
#include <utility>

namespace crossdock {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      value_ = other.value_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    std::swap(value_, other.value_);
    other.wipe();
    return *this;
  }
  ~Secret() { wipe(); }

  // The value itself: pass it on, never log it.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  void wipe() {
    volatile char* bytes = value_.data();
    for (std::size_t i = 0; i < value_.size(); ++i) {
      bytes[i] = 0;
    }
    value_.clear();
  }
  std::string value_;
};

}  // namespace crossdock
