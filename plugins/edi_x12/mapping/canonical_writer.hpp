// Writes what was gathered of a set as JSON: entry by entry in the order of the program, straight
// into one buffer that is used again. Values of the shapes that nearly all have are turned into
// JSON in place; every other one goes the general way (append_canonical), which says the same.
//
// One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/mapping/bounds.hpp"
#include "plugins/edi_x12/mapping/gathered.hpp"
#include "plugins/edi_x12/mapping/program.hpp"

namespace crossdock::x12 {

// What is wrong with a set, in words; only the first of many are kept.
class Problems {
 public:
  void add(std::string text) {
    if (all_.size() < kMostProblems) {
      all_.push_back(std::move(text));
    }
  }
  void clear() { all_.clear(); }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
};

class CanonicalWriter {
 public:
  // All borrowed.
  CanonicalWriter(const Program& program, const Gathered& gathered, Problems& problems);

  // As JSON, by place in the program's `given`; empty: not given.
  void give(std::vector<std::string> json) { given_ = std::move(json); }
  void clear() { used_ = 0; }
  // One JSON object, with nothing behind it: where it ends in text(). The currency is that of its
  // prices and amounts.
  std::size_t write(std::uint32_t document, std::string_view currency);
  // All that was written since clear().
  std::string_view text() const { return {buffer_.get(), used_}; }

 private:
  char* room(char* at, std::size_t bytes) {
    return static_cast<std::size_t>(limit_ - at) >= bytes ? at : grow(at, bytes);
  }
  char* grow(char* at, std::size_t bytes);
  char* record(std::uint16_t type, std::uint32_t which, char* at);
  std::uint64_t with_companions(const Program::Record& record, std::uint32_t word,
                                const std::uint64_t* words) const;
  void tell_missing(const Program::Record& record, std::uint32_t word, std::uint64_t missing);
  char* entry(const Program::Record& record, std::uint16_t number, std::uint16_t type,
              std::uint32_t which, char* at);
  char* field(const Program::Record& record, const Program::Entry& one, const std::uint64_t* words,
              char* at);
  char* field_in_general(const Program::Record& record, std::uint16_t number,
                         std::string_view value, std::string_view aux, char* at);
  char* list(const Program::Entry& entry, std::uint64_t own, std::uint64_t common, char* at);
  char* unit(const Program::Entry& entry, std::uint64_t aux, char* at);
  char* between(const Program::Record& record, std::uint16_t from, std::uint16_t to, char* at);

  const Program& program_;
  const Gathered& gathered_;
  Problems& problems_;
  std::vector<std::string> given_;
  std::string currency_;
  std::string currency_tail_;  // `","currency":"USD"},` and padding
  std::size_t currency_tail_size_ = 0;
  std::size_t longest_word_ = 0;
  std::size_t tail_room_ = 0;  // for what may follow a value
  std::string scratch_, fault_;
  std::unique_ptr<char[]> buffer_;
  char* limit_ = nullptr;
  std::size_t used_ = 0;
};

}  // namespace crossdock::x12
