// Short texts seen so far, to tell a repeated one: a table of numbers that stand for them. Texts of
// up to eight bytes stand for themselves, longer ones for their hash (two different ones alike: one
// in 2^64).
//
// Made for sets of a few dozen, good for a million. One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/grammar/packed.hpp"

namespace crossdock::x12 {

class Seen {
 public:
  static constexpr std::size_t kMost = 1'000'000;

  // False: it was there before. Beyond kMost nothing new is remembered.
  bool insert(std::string_view text) { return insert(key_of(text)); }
  // A number other than 0 that stands for a text. Of one kind in one table only.
  bool insert(std::uint64_t key) {
    if (table_.empty() || 2 * count_ >= table_.size()) {
      grow();
    }
    std::uint64_t& place = find(key);
    if (place == key) {
      return false;
    }
    if (count_ < kMost) {
      place = key;
      ++count_;
    }
    return true;
  }
  bool contains(std::string_view text) {
    return !table_.empty() && find(key_of(text)) == key_of(text);
  }
  bool full() const { return count_ >= kMost; }
  void clear() {
    if (count_ != 0) {
      std::fill(table_.begin(), table_.end(), 0);
      count_ = 0;
    }
  }

 private:
  static std::uint64_t key_of(std::string_view text) {
    if (text.size() <= 8) {
      const std::uint64_t key = packed(text);
      return key == 0 ? 1 : key;
    }
    std::uint64_t key = 14695981039346656037ULL;
    for (const char c : text) {
      key = (key ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return key == 0 ? 1 : key;
  }
  std::uint64_t& find(std::uint64_t key) {
    std::size_t at = (key * 0x9E3779B97F4A7C15ULL) >> 32 & (table_.size() - 1);
    while (table_[at] != 0 && table_[at] != key) {
      at = (at + 1) & (table_.size() - 1);
    }
    return table_[at];
  }
  void grow() {
    std::vector<std::uint64_t> old(std::max<std::size_t>(64, table_.size() * 2), 0);
    old.swap(table_);
    for (const std::uint64_t key : old) {
      if (key != 0) {
        find(key) = key;
      }
    }
  }

  std::vector<std::uint64_t> table_;  // open addressing, a power of two, 0 is free
  std::size_t count_ = 0;
};

}  // namespace crossdock::x12
