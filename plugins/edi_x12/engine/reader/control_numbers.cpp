#include "plugins/edi_x12/engine/reader/control_numbers.hpp"

#include <charconv>

namespace crossdock::x12 {

bool ControlNumbers::insert(std::string_view number) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (fault != std::errc{} || end != number.data() + number.size() || number.size() > 18) {
    if (others_.contains(number)) {
      return false;
    }
    if (!full()) {
      others_.emplace(number);
    }
    return true;
  }
  const std::size_t width = number.size();
  auto next = ranges_.upper_bound({width, value});
  if (next != ranges_.begin()) {
    auto before = std::prev(next);
    if (before->first.first == width) {
      if (before->second >= value) {
        return false;
      }
      if (before->second + 1 == value) {
        before->second = value;
        if (next != ranges_.end() && next->first == std::pair(width, value + 1)) {
          before->second = next->second;
          ranges_.erase(next);
        }
        return true;
      }
    }
  }
  if (next != ranges_.end() && next->first == std::pair(width, value + 1)) {
    const auto last = next->second;
    ranges_.erase(next);
    ranges_[{width, value}] = last;
    return true;
  }
  if (!full()) {
    ranges_[{width, value}] = value;
  }
  return true;
}

void ControlNumbers::clear() {
  ranges_.clear();
  others_.clear();
}

}  // namespace crossdock::x12
