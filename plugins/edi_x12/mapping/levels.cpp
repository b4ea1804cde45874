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
inline void Levels::consider(const Program::Level& one, std::uint32_t parent, int& best,
                             Nesting& out) const {
  if (static_cast<int>(one.depth) <= best) {
    return;
  }
  std::uint8_t up = 0;
  if (one.parent_record == 0) {
    up = kRoot;
  } else {
    while (parent != kNothing && levels_[parent].record != one.parent_record) {
      parent = levels_[parent].parent;
      ++up;
    }
    if (parent == kNothing) {
      return;
    }
  }
  best = one.depth;
  out.item = one.item;
  out.up = up;
}

Levels::Nesting Levels::look_for(std::uint64_t code, std::uint32_t parent) const {
  Nesting out;
  out.code = code;
  int best = -1;
  for (const auto& one : program_.levels) {
    if (one.code == code) {
      consider(one, parent, best, out);
    }
  }
  if (out.item == kNone) {
    for (const auto& one : program_.other_levels) {
      consider(one, parent, best, out);
    }
  }
  return out;
}

// What a code is below the level's parent.
inline Levels::Nesting Levels::nesting_of(std::uint64_t code, Level& level) {
  const auto above = level.parent == kNothing ? 0 : levels_[level.parent].nesting;
  if (above != kNothing) {
    for (auto one = nestings_[above].inner; one != kNothing; one = nestings_[one].next) {
      if (nestings_[one].code == code) {
        level.nesting = one;
        return nestings_[one];
      }
    }
  }
  auto found = look_for(code, level.parent);
  level.nesting = kNothing;
  if (above != kNothing && nestings_.size() < kMostNestings) {
    level.nesting = static_cast<std::uint32_t>(nestings_.size());
    found.next = nestings_[above].inner;
    nestings_[above].inner = level.nesting;
    nestings_.push_back(found);
  }
  return found;
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
  Nesting nesting;
  if (made.depth > kDeepest) {
    made.depth = kDeepest;
    made.parent = kNothing;
    made.nesting = kNothing;
    problems_.add("HL" + std::string(id.substr(0, kLongestId)) + " is nested more than " +
                  std::to_string(kDeepest) + " levels deep");
  } else {
    nesting = nesting_of(short_text(code), made);
  }
  if (nesting.item != kNone) {
    made.owner = made.root;
    if (nesting.up != kRoot) {
      auto above = made.parent;
      for (auto up = nesting.up; up != 0; --up) {
        above = levels_[above].parent;
      }
      made.owner = levels_[above].owner;
      // It goes into a record of another order, or of none.
      mixes_orders_ = mixes_orders_ || levels_[above].root != made.root;
    }
    const auto& item = program_.items[nesting.item];
    made.record = item.record;
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
  return {nesting.item, made.owner};
}

}  // namespace crossdock::x12
