// What was read of a set, until it is whole: segments as they stood, and records whose entries say
// where in them their values are. All in memory that is used again for the next set.
//
// A record is a few words in a row (Program::Record), named by where they begin: the next record of
// its list, a bit for each entry that is there, and for each entry two words: where its text is and
// where the text beside it is (the unit of a quantity). The first word of a list says its first and
// its last record instead, the second one what of it is common to all documents of the set.
//
// One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/lexer/lexer.hpp"
#include "plugins/edi_x12/mapping/bounds.hpp"
#include "plugins/edi_x12/mapping/program.hpp"

namespace crossdock::x12 {

class Gathered {
 public:
  static constexpr std::uint32_t kNothing = 0xffffffff;
  // A text: where it begins, and its length above that. A list: its first record, and its last.
  static constexpr std::uint64_t pair(std::uint32_t low, std::uint32_t high) {
    return low | static_cast<std::uint64_t>(high) << 32;
  }
  static constexpr std::uint32_t low(std::uint64_t word) {
    return static_cast<std::uint32_t>(word);
  }
  static constexpr std::uint32_t high(std::uint64_t word) {
    return static_cast<std::uint32_t>(word >> 32);
  }

  explicit Gathered(const Program& program)
      : program_(program), counts_(program.records.size()), last_(program.records.size()) {}

  // Begins anew with one document, at 0, that has these entries from the start.
  void clear(const std::vector<std::uint64_t>& always) {
    always_ = always;
    used_ = text_used_ = 0;
    total_ = 0;
    std::fill(counts_.begin(), counts_.end(), 0);
    common_.clear();
    overflowed_ = false;
    (void)add_document();
  }

  // The words of a record; until the next one is added.
  std::uint64_t* at(std::uint32_t record) { return words_.get() + record; }
  const std::uint64_t* at(std::uint32_t record) const { return words_.get() + record; }
  static bool has(const std::uint64_t* record, std::uint16_t entry) {
    return (record[1 + entry / 64] >> (entry & 63) & 1) != 0;
  }
  static void mark(std::uint64_t* record, std::uint16_t entry) {
    record[1 + entry / 64] |= std::uint64_t{1} << (entry & 63);
  }

  std::uint32_t count(std::uint16_t type) const { return counts_[type]; }
  // There was no more room for a record.
  bool overflowed() const { return overflowed_; }
  // One more record at the end of its list. Where the set is full: the last one of the type.
  std::uint32_t add(std::uint16_t type, std::uint32_t parent) {
    if (is_full(type)) {
      return last_[type];
    }
    const auto& record = program_.records[type];
    const auto made = take(record.size);
    auto* words = at(made);
    words[0] = kNothing;
    for (std::uint32_t w = 0; w < record.words; ++w) {
      words[1 + w] = record.always[w];
    }
    const auto& around = program_.records[record.parent];
    auto* above = at(parent);
    auto& list = above[around.place_of(record.list)];
    if (has(above, record.list) && low(list) != kNothing) {
      *at(high(list)) = made;
      list = pair(low(list), made);
    } else {
      mark(above, record.list);
      list = pair(made, made);
    }
    ++counts_[type];
    last_[type] = made;
    ++total_;
    return made;
  }

  // What stands here now is common to all documents of the set that follow.
  void keep_what_is_common() {
    const auto* words = at(0);
    common_.assign(words, words + program_.records[0].size);
  }
  std::uint32_t add_document() {
    const auto& record = program_.records[0];
    if (is_full(0)) {
      return last_[0];
    }
    const auto made = take(record.size);
    auto* words = at(made);
    if (common_.empty()) {
      words[0] = kNothing;
      std::copy(always_.begin(), always_.end(), words + 1);
    } else {
      std::copy(common_.begin(), common_.end(), words);
      for (std::size_t e = 0; e < record.entries.size(); ++e) {
        if (record.entries[e].kind == Program::Entry::Kind::list) {
          const auto entry = static_cast<std::uint16_t>(e);
          auto* list = words + record.place_of(entry);
          list[1] = has(words, entry) ? list[0] : pair(kNothing, kNothing);
          list[0] = pair(kNothing, kNothing);
        }
      }
    }
    ++counts_[0];
    last_[0] = made;
    ++total_;
    return made;
  }
  // The documents after the first have lists in two parts.
  static bool is_later_document(std::uint16_t type, std::uint32_t record) {
    return type == 0 && record != 0;
  }

  // Keeps the bytes of segments, from one position to another; false where there is too much.
  // `moved` is what to add to a position to have it here.
  bool keep(const char* base, std::uint32_t begin, std::uint32_t end, std::uint32_t& moved) {
    const std::uint32_t size = end - begin;
    if (text_used_ + size > kMostMappedBytes) {
      return false;
    }
    if (text_used_ + size + kSlack > text_capacity_) {
      grow_text(text_used_ + size + kSlack);
    }
    std::memcpy(text_.get() + text_used_, base + begin, size);
    moved = static_cast<std::uint32_t>(text_used_) - begin;
    text_used_ += size;
    return true;
  }
  // Eight bytes and more may be read behind it.
  const char* text(std::uint64_t word) const { return text_.get() + low(word); }
  std::string_view view(std::uint64_t word) const { return {text(word), high(word)}; }

 private:
  static constexpr std::size_t kSlack = 64;

  bool is_full(std::uint16_t type) {
    const bool full = total_ >= kMostRecords && counts_[type] > 0;
    overflowed_ = overflowed_ || full;
    return full;
  }
  std::uint32_t take(std::uint32_t size) {
    if (used_ + size > capacity_) {
      const auto wider = std::max<std::size_t>({4'096, 2 * capacity_, used_ + size});
      auto grown = std::make_unique_for_overwrite<std::uint64_t[]>(wider);
      std::copy_n(words_.get(), used_, grown.get());
      words_ = std::move(grown);
      capacity_ = wider;
    }
    const auto made = static_cast<std::uint32_t>(used_);
    used_ += size;
    return made;
  }
  void grow_text(std::size_t least) {
    const auto wider = std::max<std::size_t>({16'384, 2 * text_capacity_, least});
    auto grown = std::make_unique<char[]>(wider);
    std::copy_n(text_.get(), text_used_, grown.get());
    text_ = std::move(grown);
    text_capacity_ = wider;
  }

  const Program& program_;
  std::unique_ptr<std::uint64_t[]> words_;
  std::size_t used_ = 0, capacity_ = 0;
  std::unique_ptr<char[]> text_;
  std::size_t text_used_ = 0, text_capacity_ = 0;
  std::vector<std::uint64_t> always_;
  std::vector<std::uint32_t> counts_, last_;  // by type
  std::vector<std::uint64_t> common_;
  std::size_t total_ = 0;  // records of all types
  bool overflowed_ = false;
};

}  // namespace crossdock::x12
