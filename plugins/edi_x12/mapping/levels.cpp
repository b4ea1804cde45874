#include "plugins/edi_x12/mapping/levels.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::size_t kLongestId = 12;  // HL01

// A number of at most seven digits without leading zeros; 0 for every other text. Eight bytes are
// read, as behind every segment they may be.
std::uint32_t small_number(std::string_view text) {
  if (text.size() - 1 >= 7 || text[0] == '0') {
    return 0;
  }
  const auto moved = 8 * (8 - text.size());
  const std::uint64_t word = word_at(text.data()) << moved | (0x3030303030303030U >> (64 - moved));
  return are_digits(word) ? static_cast<std::uint32_t>(number_of(word)) : 0;
}

}  // namespace

void Levels::clear() {
  levels_.clear();
  if (!in_order_) {
    ids_.clear();
    in_order_ = true;
  }
  documents_.assign(1, 0);
  orders_ = 0;
  mixes_orders_ = false;
}

// The level of an id; kNothing.
std::uint32_t Levels::find(std::string_view id) {
  if (in_order_) {
    const auto number = small_number(id);
    return number >= 1 && number <= levels_.size() ? number - 1 : kNothing;
  }
  const auto found = ids_.find(std::string(id));
  return found == ids_.end() ? kNothing : found->second;
}

// Of the level that comes next.
void Levels::remember(std::string_view id) {
  if (in_order_ && small_number(id) != levels_.size() + 1) {
    in_order_ = false;
    for (std::uint32_t i = 0; i < levels_.size(); ++i) {
      ids_.emplace(std::to_string(i + 1), i);
    }
  }
  if (!in_order_) {
    ids_[std::string(id.substr(0, kLongestId))] = static_cast<std::uint32_t>(levels_.size());
  }
}

// Whether an item fits within the levels above: of several, the one with most records around it.
inline void Levels::consider(Level& level, const Program::Level& one, int& best,
                             bool& elsewhere) const {
  if (static_cast<int>(one.depth) <= best) {
    return;
  }
  auto owner = kNothing;
  bool other = false;
  if (one.parent_record == 0) {
    owner = level.root;
  } else {
    for (auto up = level.parent; up != kNothing; up = levels_[up].parent) {
      if (levels_[up].record == one.parent_record) {
        owner = levels_[up].owner;
        other = levels_[up].root != level.root;
        break;
      }
    }
  }
  if (owner != kNothing) {
    best = one.depth;
    level.item = one.item;
    level.owner = owner;
    elsewhere = other;
  }
}

Levels::Entered Levels::enter(const SegmentView& hl) {
  Level made;
  const auto id = hl.at(1);
  const auto parent = hl.at(2);
  const auto code = hl.at(3);
  if (!parent.empty()) {
    made.parent = find(parent);
    if (made.parent == kNothing) {
      problems_.add("HL" + std::string(id.substr(0, kLongestId)) + " names " +
                    std::string(parent.substr(0, kLongestId)) +
                    " as the level above, which did not come before it");
    } else {
      made.root = levels_[made.parent].root;
      made.depth = static_cast<std::uint8_t>(levels_[made.parent].depth + 1);
    }
  }
  bool elsewhere = false;  // it goes into a record of another order, or of none
  if (made.depth > kDeepest) {
    made.depth = kDeepest;
    made.parent = kNothing;
    problems_.add("HL" + std::string(id.substr(0, kLongestId)) + " is nested more than " +
                  std::to_string(kDeepest) + " levels deep");
  } else {
    int best = -1;
    const auto wanted = short_text(code);
    for (const auto& one : program_.levels) {
      if (one.code == wanted) {
        consider(made, one, best, elsewhere);
      }
    }
    if (made.item == kNone) {
      for (const auto& one : program_.other_levels) {
        consider(made, one, best, elsewhere);
      }
    }
  }
  if (made.item != kNone) {
    const auto& item = program_.items[made.item];
    made.record = item.record;
    mixes_orders_ = mixes_orders_ || elsewhere;
    if (item.splits) {
      if (orders_++ == 0) {
        gathered_.keep_what_is_common();
      } else {
        made.owner = made.root = gathered_.add_document();
        documents_.push_back(made.root);
      }
    }
    if (item.makes_record) {
      made.owner = gathered_.add(item.record, made.owner);
    }
  }
  if (levels_.size() < kMostRecords) {
    remember(id);
    levels_.push_back(made);
  }
  return {made.item, made.owner};
}

}  // namespace crossdock::x12
