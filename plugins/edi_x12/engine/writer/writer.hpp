// Writes interchanges with exact counts. The same calls give the same bytes.
//
// X12 of these releases has no way to escape a delimiter, so data that holds one is refused, with
// its place; or, where the settings allow it, other delimiters are chosen that the data does not
// hold. A writer belongs to one thread.
#pragma once

#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/delimiters.hpp"

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
  // GS02 and GS03 where they differ from the ISA's ids; empty: the same.
  std::string group_sender;
  std::string group_receiver;
  std::string version = "005010";  // GS08; ISA12 follows from it
  Delimiters delimiters{'*', '>', '^', '~'};
  // Instead of refusing data that holds a delimiter, take another one for the whole interchange.
  bool choose_delimiters = false;
  bool newline = true;  // after each segment terminator
  bool test = false;
  bool acknowledgement_wanted = false;  // ISA14: ask for a TA1
  std::string date;  // CCYYMMDD, given, so that the same document is always the same bytes
  std::string time;  // HHMM
};

// Data that cannot be written; the text says which value and why.
struct NotWritable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Inside of a value, these stand for the separators, whatever the partner's are. (X12's character
// sets do not hold these bytes, so they are never data.)
inline constexpr char kComponentMark = '\x1d';
inline constexpr char kRepetitionMark = '\x1c';

class InterchangeWriter {
 public:
  // Throws NotWritable for settings that no ISA can hold.
  InterchangeWriter(EnvelopeSettings settings, std::uint64_t control);

  // TA1 and the like, before the first group.
  void interchange_segment(std::string_view id, const std::vector<std::string_view>& elements);
  void begin_group(std::string_view functional_id, std::uint64_t control);
  // The set's number is written with at least four digits.
  void begin_set(std::string_view type, std::uint64_t control, std::string_view convention = {});
  // Trailing empty elements and components are left out; a segment with no value at all is not
  // written. Throws NotWritable.
  void segment(std::string_view id, const std::vector<std::string_view>& elements);
  void end_set();
  void end_group();

  // Segments of the set so far, ST included.
  std::size_t segments() const { return set_segments_; }
  // Bytes so far.
  std::size_t size() const { return out_.size(); }
  std::size_t sets() const { return sets_; }
  // Ends what is open. Call once.
  std::string finish();

 private:
  void raw(std::string_view id, const std::vector<std::string_view>& elements);
  void check(std::string_view id, std::size_t number, std::string_view value);
  void place_delimiters();

  EnvelopeSettings settings_;
  std::uint64_t control_;
  bool repeats_ = true;    // the release has a repetition separator
  std::string out_;        // with marks in place of delimiters, until finish()
  std::bitset<256> used_;  // bytes of the data
  std::string set_control_, group_control_;
  bool in_set_ = false, in_group_ = false;
  std::size_t set_segments_ = 0, sets_ = 0, groups_ = 0;
};

// One document: a set in a group in an interchange. Segments are given without ST and SE.
class Writer {
 public:
  Writer(EnvelopeSettings settings, Control control, std::string_view functional_id,
         std::string_view set_type);

  void segment(std::string_view id, std::initializer_list<std::string_view> elements);
  void segment(std::string_view id, const std::vector<std::string>& elements);
  std::size_t segments() const { return out_.segments(); }
  // The whole interchange. Call once.
  std::string finish() { return out_.finish(); }

 private:
  InterchangeWriter out_;
};

std::string padded(std::uint64_t number, std::size_t width);

}  // namespace crossdock::x12
