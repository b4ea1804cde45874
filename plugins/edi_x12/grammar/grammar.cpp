#include "plugins/edi_x12/grammar/grammar.hpp"

#include <algorithm>
#include <stdexcept>

#include "plugins/edi_x12/grammar/packed.hpp"

namespace crossdock::x12 {
namespace {

std::size_t place(std::uint64_t key, std::size_t mask) {
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 32) & mask;
}

}  // namespace

void CodeList::add(std::string_view value, std::string_view words) {
  if (value.empty() || value.size() > kLongest) {
    throw std::length_error("a code has 1 to 8 characters, not \"" + std::string(value) + "\"");
  }
  Entry entry;
  std::copy(value.begin(), value.end(), entry.characters.begin());
  entry.words_at = static_cast<std::uint32_t>(words_.size());
  entry.words_size = static_cast<std::uint32_t>(words.size()) & 0xfffffff;
  entry.size = static_cast<std::uint32_t>(value.size()) & 0xf;
  words_ += words;
  entries_.push_back(entry);
}

void CodeList::remove(std::string_view value) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.value() == value; });
}

void CodeList::seal() {
  // Of repeats the last one with words counts.
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.value() < b.value(); });
  CodeList distinct;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const auto value = it->value();
    std::string_view words;
    for (; it != entries_.end() && it->value() == value; ++it) {
      if (it->words_size != 0) {
        words = words_of(*it);
      }
    }
    distinct.add(value, words);
  }
  distinct.entries_.shrink_to_fit();
  distinct.words_.shrink_to_fit();
  entries_ = std::move(distinct.entries_);
  words_ = std::move(distinct.words_);
  small_ = {};
  std::vector<std::uint64_t> others;
  for (const auto& entry : entries_) {
    const auto value = entry.value();
    const unsigned bit = value.size() <= 2 ? small_place(value) : kSmall;
    if (bit < kSmall) {
      small_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
    } else {
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
  if (table_.empty() || value.empty() || value.size() > kLongest) {
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
      std::lower_bound(entries_.begin(), entries_.end(), value,
                       [](const Entry& a, std::string_view b) { return a.value() < b; });
  return found != entries_.end() && found->value() == value ? words_of(*found) : std::string_view();
}

std::vector<CodeList::Value> CodeList::values() const {
  std::vector<Value> out;
  out.reserve(entries_.size());
  for (const auto& entry : entries_) {
    out.push_back({entry.value(), words_of(entry)});
  }
  return out;
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
