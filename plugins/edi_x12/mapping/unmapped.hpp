// What of a set the mapping has no row for, each once: "N9", "SAC[01=N]", "TD1[03=xyz]".
//
// One set at a time, one thread; kMostProblems of a set are kept.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/lexer/lexer.hpp"
#include "plugins/edi_x12/grammar/packed.hpp"
#include "plugins/edi_x12/mapping/bounds.hpp"
#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

class Unmapped {
 public:
  void clear() {
    all_.clear();
    if (++set_ == 0) {
      known_.fill({});
      set_ = 1;
    }
  }
  const std::vector<std::string>& all() const { return all_; }

  // Element 0: the segment as a whole.
  void add(const SegmentView& s, unsigned element, std::string_view value) {
    value = value.substr(0, kShown);
    if (s.key == 0 || element > 64) {
      add_new(name_of(s.id(), element, value));
      return;
    }
    // The same come again and again, from set to set: their names are kept.
    const std::uint64_t first = packed(value.substr(0, 8));
    const std::uint64_t rest = value.size() > 8 ? packed(value.substr(8)) : 0;
    const std::uint64_t where = rest << 48 | static_cast<std::uint64_t>(value.size()) << 40 |
                                static_cast<std::uint64_t>(element) << 24 | s.key;
    auto& known = known_[((first ^ where * 0xC2B2AE3D27D4EB4FU) * 0x9E3779B97F4A7C15U) >> 58];
    if (known.first != first || known.where != where) {
      known = {first, where, 0, name_of(s.id(), element, value)};
      if (std::find(all_.begin(), all_.end(), known.name) != all_.end()) {
        known.set = set_;  // another one took its place since
      }
    }
    if (known.set != set_) {
      known.set = set_;
      if (all_.size() < kMostProblems) {
        all_.push_back(known.name);
      }
    }
  }

 private:
  static constexpr std::size_t kShown = 10;  // characters of a value

  struct Known {
    std::uint64_t first = 0;  // characters of the value
    std::uint64_t where = 0;  // the others, how many, element and segment; 0: nothing
    std::uint32_t set = 0;    // that has it in all_
    std::string name;
  };

  static std::string name_of(std::string_view id, unsigned element, std::string_view value) {
    std::string name(id.substr(0, 3));
    if (element != 0) {
      name += "[" + place_text("", element) + "=" + std::string(value) + "]";
    }
    return name;
  }
  void add_new(std::string name) {
    if (all_.size() < kMostProblems && std::find(all_.begin(), all_.end(), name) == all_.end()) {
      all_.push_back(std::move(name));
    }
  }

  std::uint32_t set_ = 1;  // counts them
  std::array<Known, 64> known_{};
  std::vector<std::string> all_;
};

}  // namespace crossdock::x12
