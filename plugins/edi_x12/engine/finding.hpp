// What the engine has to say about a file: a deviation, how bad it is, and where it stands, down to
// the component. Every code is listed once, in finding.cpp, with its severity and the codes that
// the acknowledgements give it (X12.5 interchange, X12.20 functional acknowledgement, code lists
// 618, 715, 718, 716, 720, 723 of 997, 999 and TA1).
//
// Plain values; safe to copy and to use from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::x12 {

// notice: said for the record, nothing is wrong with the data. warning: the data can be used as it
// stands, its set is accepted with errors noted (E). error: something is lost, or cannot be relied
// on; its set is rejected (R).
enum class Severity : std::uint8_t { notice, warning, error };

std::string_view to_string(Severity severity);

enum class Code : std::uint8_t {
  // tolerances of the reader
  byte_order_mark,
  blanks_outside,
  noise_outside,
  blank_lines,
  indentation,
  wrapped_lines,
  mixed_line_ends,
  isa_not_padded,
  final_terminator,
  empty_segment,
  // interchange
  not_x12,
  lost_interchange,
  truncated,
  missing_iea,
  iea01_count,
  iea02_control,
  iea_without_groups,
  isa_value,
  isa13_repeated,
  delimiters_clash,
  segment_too_long,
  outside_group,
  // group
  missing_ge,
  ge_without_gs,
  ge01_count,
  ge02_control,
  gs_value,
  gs06_repeated,
  group_empty,
  release_not_known,
  segments_lost,
  // set
  set_outside_group,
  missing_se,
  se_without_st,
  se01_count,
  se02_control,
  st_value,
  st02_repeated,
  gs01_mismatch,
  set_not_known,
  // segments
  segment_id,
  missing_terminator,
  binary_length,
  segment_not_known,
  segment_not_in_set,
  segment_unexpected,
  segment_order,
  segment_misplaced,
  segment_missing,
  segment_repeats,
  loop_repeats,
  // elements
  element_missing,
  element_conditional,
  element_exclusive,
  element_excess,
  element_short,
  element_long,
  element_number,
  element_date,
  element_time,
  element_code,
  element_repeats,
  component_excess,
  control_character,
  high_byte,
  // what the values say together
  check_digit,
  sscc_repeated,
  count_differs,
  hierarchy,
  quantity_differs,
  // the checker's own bound
  findings_dropped,
  kCount
};
inline constexpr std::size_t kCodes = static_cast<std::size_t>(Code::kCount);

// Where a code is answered in an acknowledgement.
enum class Level : std::uint8_t { file, interchange, group, set, segment, element };

// What is fixed about a code.
struct CodeFacts {
  Code code;
  std::string_view name;  // stable word for programs and for people: se01-count
  Severity severity;      // unless the policy says otherwise
  Level level;
  // TA105 of an interchange, AK905 of a group, AK502 of a set, AK304 of a segment, AK403 of an
  // element; empty where the code lists have none.
  std::string_view acknowledgement;
  bool tolerance;  // a named tolerance: the reader went on as if nothing were wrong
  std::string_view meaning;
};

const CodeFacts& facts(Code code);
std::optional<Code> code_named(std::string_view name);

// Severities that differ from the table: of a partner, or of the command's options.
class Policy {
 public:
  Policy();
  // Every tolerance becomes an error.
  static Policy strict();
  Severity severity(Code code) const { return severities_[static_cast<std::size_t>(code)]; }
  void set(Code code, Severity severity) { severities_[static_cast<std::size_t>(code)] = severity; }

 private:
  std::array<Severity, kCodes> severities_;
};

struct Finding {
  Code code = Code::not_x12;
  Severity severity = Severity::error;
  std::uint64_t offset = 0;      // bytes of the file before it
  std::uint64_t line = 0;        // from 1; 0: not known
  std::uint32_t segment = 0;     // position in the set, ST is 1; 0: not in a set
  std::uint16_t element = 0;     // from 1; 0: the segment as a whole
  std::uint16_t component = 0;   // from 1; 0: the element as a whole
  std::uint16_t repetition = 0;  // from 1; 0: the element does not repeat
  std::string segment_id;
  std::string loop;       // loop identifier of the grammar, empty outside of loops
  std::string value;      // what stands there, cut to 99 bytes; empty where nothing does
  std::string message;    // plain words
  std::string reference;  // data element number of the dictionary, empty where it has none

  std::string_view name() const { return facts(code).name; }
};

// The first of the most severe ones; `findings` is not empty.
const Finding& worst(const std::vector<Finding>& findings);

// Text of a file inside a message: at most 40 bytes, and nothing that a terminal would obey.
std::string printable(std::string_view text);

// Segment and element as people write it: PO103, SE as a whole.
std::string place_of(const Finding& finding);

}  // namespace crossdock::x12
