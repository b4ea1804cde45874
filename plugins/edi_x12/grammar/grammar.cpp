#include "plugins/edi_x12/grammar/grammar.hpp"

#include <algorithm>

#include "plugins/edi_x12/grammar/packed.hpp"

namespace crossdock::x12 {
namespace {

std::size_t place(std::uint64_t key, std::size_t mask) {
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 32) & mask;
}

}  // namespace

void CodeList::add(std::string_view value, std::string_view words) {
  values_.push_back({std::string(value), std::string(words)});
}

void CodeList::remove(std::string_view value) {
  std::erase_if(values_, [&](const Value& v) { return v.value == value; });
}

void CodeList::seal() {
  // Of repeats the last one with words counts.
  std::stable_sort(values_.begin(), values_.end(),
                   [](const Value& a, const Value& b) { return a.value < b.value; });
  std::vector<Value> distinct;
  distinct.reserve(values_.size());
  for (auto& value : values_) {
    if (!distinct.empty() && distinct.back().value == value.value) {
      if (!value.words.empty()) {
        distinct.back().words = std::move(value.words);
      }
    } else {
      distinct.push_back(std::move(value));
    }
  }
  values_ = std::move(distinct);
  small_ = {};
  std::vector<std::uint64_t> others;
  for (const auto& [value, words] : values_) {
    const unsigned bit = value.size() <= 2 && !value.empty() ? small_place(value) : kSmall;
    if (bit < kSmall) {
      small_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
    } else if (!value.empty() && value.size() <= 8) {
      others.push_back(packed(value));
    }
  }
  table_.clear();
  if (!others.empty()) {
    std::size_t size = 4;
    while (size < others.size() * 2) {
      size *= 2;
    }
    table_.assign(size, 0);
    for (const auto key : others) {
      std::size_t at = place(key, size - 1);
      while (table_[at] != 0) {
        at = (at + 1) & (size - 1);
      }
      table_[at] = key;
    }
  }
}

bool CodeList::contains_long(std::string_view value) const {
  if (table_.empty() || value.empty() || value.size() > 8) {
    return false;
  }
  const std::uint64_t key = packed(value);
  std::size_t at = place(key, table_.size() - 1);
  while (table_[at] != 0) {
    if (table_[at] == key) {
      return true;
    }
    at = (at + 1) & (table_.size() - 1);
  }
  return false;
}

std::string_view CodeList::words(std::string_view value) const {
  const auto found =
      std::lower_bound(values_.begin(), values_.end(), value,
                       [](const Value& a, std::string_view b) { return a.value < b; });
  return found != values_.end() && found->value == value ? std::string_view(found->words)
                                                         : std::string_view();
}

std::string Condition::text() const {
  std::string out(1, kind);
  const auto number = [&](unsigned n) {
    out.push_back(static_cast<char>('0' + n / 10));
    out.push_back(static_cast<char>('0' + n % 10));
  };
  if (kind == 'C' || kind == 'L') {
    number(first);
  }
  for (unsigned n = 1; n <= kMostElementUses; ++n) {
    if (mask >> (n - 1) & 1) {
      number(n);
    }
  }
  return out;
}

std::vector<std::uint16_t> SetDef::skipped(std::uint16_t from, std::uint16_t to) const {
  std::vector<std::uint16_t> out;
  const auto pass = [&](std::uint16_t begin, std::uint16_t end) {
    for (std::uint16_t at = begin; at < end; at = nodes[at].end) {
      if (nodes[at].mandatory && !nodes[at].unused) {
        out.push_back(at);
      }
    }
  };
  // Leave loop after loop until `to` lies ahead on the same level or begins the loop again.
  std::uint16_t at = from;
  // The node after `from` inside of a loop that it begins comes first.
  std::uint16_t next = nodes[at].loop ? static_cast<std::uint16_t>(at + 1) : nodes[at].end;
  std::uint16_t around = nodes[at].loop ? at : nodes[at].parent;
  for (;;) {
    const std::uint16_t end =
        around == kNone ? static_cast<std::uint16_t>(nodes.size()) : nodes[around].end;
    if (to >= next && to < end) {
      pass(next, to);
      return out;
    }
    if (to == at && !nodes[at].loop) {
      return out;
    }
    pass(next, end);
    if (around == kNone || to == around) {
      return out;
    }
    next = end;
    around = nodes[around].parent;
  }
}

const SetDef* Grammar::find_set(std::string_view id) const {
  const auto found = std::lower_bound(sets_.begin(), sets_.end(), id,
                                      [](const SetDef& a, std::string_view b) { return a.id < b; });
  return found != sets_.end() && found->id == id ? &*found : nullptr;
}

const ElementDef* Grammar::find_element(std::string_view number) const {
  const auto found =
      std::lower_bound(elements_.begin(), elements_.end(), number,
                       [](const ElementDef& a, std::string_view b) { return a.number < b; });
  return found != elements_.end() && found->number == number ? &*found : nullptr;
}

std::string_view Grammar::use_words(const ElementUse& use) const {
  return use_words_[static_cast<std::size_t>(&use - uses_.data())];
}

}  // namespace crossdock::x12
