// Writes interchanges with exact counts. Data that holds a delimiter is refused, because X12 of
// these releases has no way to escape it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/reader.hpp"

namespace crossdock::x12 {

struct Party {
  std::string qualifier;  // ISA05, ISA07
  std::string id;         // at most 15 characters
};

// The three control numbers of one outgoing document.
struct Control {
  std::uint64_t interchange = 0;
  std::uint64_t group = 0;
  std::uint64_t set = 1;
};

struct EnvelopeSettings {
  Party sender;
  Party receiver;
  std::string version = "005010";  // GS08; ISA12 follows from it
  Delimiters delimiters{'*', '>', '^', '~'};
  bool newline = true;  // after each segment terminator
  bool test = false;
  std::string date;  // CCYYMMDD, given, so that the same document is always the same bytes
  std::string time;  // HHMM
};

// Data that cannot be written; the text says which value and why.
struct NotWritable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One document: a set in a group in an interchange. Segments are given without ST and SE.
class Writer {
 public:
  Writer(EnvelopeSettings settings, Control control, std::string functional_id,
         std::string set_type);

  // Trailing empty elements are left out. Throws NotWritable.
  void segment(std::string_view id, std::initializer_list<std::string_view> elements);
  void segment(std::string_view id, const std::vector<std::string>& elements);
  std::size_t segments() const { return count_; }
  // The whole interchange. Call once.
  std::string finish();

 private:
  void raw(std::string_view id, const std::vector<std::string_view>& elements);

  EnvelopeSettings settings_;
  Control control_;
  std::string functional_id_;
  std::string set_type_;
  std::string out_;
  std::size_t count_ = 0;
};

std::string padded(std::uint64_t number, std::size_t width);

}  // namespace crossdock::x12
