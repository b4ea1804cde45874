// What of a set the mapping has no row for, each once: "N9", "SAC[01=N]", "TD1[03=xyz]".
//
// One set at a time, one thread; kMostProblems are kept.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/lexer/lexer.hpp"
#include "plugins/edi_x12/mapping/bounds.hpp"
#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

class Unmapped {
 public:
  void clear() {
    all_.clear();
    last_.fill(0);
  }
  const std::vector<std::string>& all() const { return all_; }

  // Element 0: the segment as a whole.
  void add(const SegmentView& s, unsigned element, std::string_view value) {
    // The same short values come again and again: they are known by a number of their own.
    if (s.key != 0 && element < 64 && value.size() <= 4 && value.empty() == (element == 0)) {
      std::uint32_t bytes = 0;
      for (std::size_t i = 0; i < value.size(); ++i) {
        bytes |= static_cast<std::uint32_t>(static_cast<unsigned char>(value[i])) << 8 * i;
      }
      const auto length = value.empty() ? 0 : value.size() - 1;
      const std::uint64_t known = static_cast<std::uint64_t>(bytes) << 32 | length << 30 |
                                  static_cast<std::uint64_t>(element) << 24 | s.key;
      auto& last = last_[(known * 0x9E3779B97F4A7C15U) >> 58];
      if (last == known) {
        return;
      }
      last = known;
    }
    add_new(s.id(), element, value);
  }

 private:
  void add_new(std::string_view id, unsigned element, std::string_view value) {
    if (all_.size() >= kMostProblems) {
      return;
    }
    std::string name(id.substr(0, 3));
    if (element != 0) {
      name += "[" + place_text("", element) + "=" + std::string(value.substr(0, 10)) + "]";
    }
    if (std::find(all_.begin(), all_.end(), name) == all_.end()) {
      all_.push_back(std::move(name));
    }
  }

  std::array<std::uint64_t, 64> last_{};
  std::vector<std::string> all_;
};

}  // namespace crossdock::x12
