#include "plugins/edi_x12/engine/finding.hpp"

#include <algorithm>
#include <cstdio>

namespace crossdock::x12 {
namespace {

using S = Severity;
using L = Level;
using C = Code;

// One row per code, in the order of the enumeration. docs/reference/x12.md prints this table.
constexpr std::array<CodeFacts, kCodes> kFacts = {{
    {C::byte_order_mark, "byte-order-mark", S::notice, L::file, "", true,
     "a byte-order mark stands before the data; it is passed over"},
    {C::blanks_outside, "blanks-outside", S::notice, L::file, "", true,
     "blanks, line ends, NUL or Ctrl-Z stand before, between or after interchanges"},
    {C::noise_outside, "noise-outside", S::warning, L::file, "", true,
     "text that does not look like X12 stands outside of every interchange; it is passed over"},
    {C::blank_lines, "blank-lines", S::notice, L::interchange, "", true,
     "empty lines stand between segments"},
    {C::indentation, "indentation", S::notice, L::interchange, "", true,
     "blanks or tabs stand before segments"},
    {C::wrapped_lines, "wrapped-lines", S::warning, L::interchange, "", true,
     "lines are wrapped at a fixed width; the line ends are taken out of the data"},
    {C::mixed_line_ends, "mixed-line-ends", S::notice, L::interchange, "", true,
     "segments end with the line, but not all lines end alike"},
    {C::isa_not_padded, "isa-not-padded", S::warning, L::interchange, "", true,
     "ISA elements do not have their fixed widths; they are read by their separators"},
    {C::final_terminator, "final-terminator", S::notice, L::interchange, "", true,
     "the file ends after a complete IEA, without its segment terminator"},
    {C::empty_segment, "empty-segment", S::notice, L::interchange, "", true,
     "two segment terminators follow each other with nothing between them"},

    {C::not_x12, "not-x12", S::error, L::file, "", false,
     "nothing in the file can be read as an interchange"},
    {C::lost_interchange, "lost-interchange", S::error, L::file, "", false,
     "bytes that look like X12 stand under no readable ISA; they are lost"},
    {C::truncated, "truncated", S::error, L::interchange, "023", false,
     "the file ends inside a segment"},
    {C::missing_iea, "missing-iea", S::error, L::interchange, "023", false,
     "no IEA ends the interchange"},
    {C::iea01_count, "iea01-count", S::error, L::interchange, "021", false,
     "IEA01 is not the number of groups"},
    {C::iea02_control, "iea02-control", S::error, L::interchange, "001", false,
     "IEA02 is not ISA13"},
    {C::iea_without_groups, "interchange-empty", S::warning, L::interchange, "022", false,
     "the interchange holds neither a group nor a TA1"},
    {C::isa_value, "isa-value", S::warning, L::interchange, "", false,
     "an element of ISA has a value that it cannot have"},
    {C::isa13_repeated, "isa13-repeated", S::error, L::interchange, "025", false,
     "an earlier interchange of the file has the same sender, receiver and ISA13"},
    {C::delimiters_clash, "delimiters-clash", S::error, L::interchange, "022", false,
     "one byte serves as two delimiters"},
    {C::segment_too_long, "segment-too-long", S::error, L::interchange, "022", false,
     "no segment terminator comes within the largest size of a segment"},
    {C::outside_group, "segment-outside-group", S::error, L::interchange, "022", false,
     "segments stand outside of every group; they are lost"},

    {C::missing_ge, "missing-ge", S::error, L::group, "3", false, "no GE ends the group"},
    {C::ge_without_gs, "ge-without-gs", S::error, L::interchange, "024", false,
     "a GE ends a group that no GS began"},
    {C::ge01_count, "ge01-count", S::error, L::group, "5", false, "GE01 is not the number of sets"},
    {C::ge02_control, "ge02-control", S::error, L::group, "4", false, "GE02 is not GS06"},
    {C::gs_value, "gs-value", S::warning, L::group, "6", false,
     "an element of GS has a value that it cannot have"},
    {C::gs06_repeated, "gs06-repeated", S::error, L::group, "19", false,
     "an earlier group of the interchange has the same GS06"},
    {C::group_empty, "group-empty", S::warning, L::group, "5", false, "the group holds no set"},
    {C::release_not_known, "release-not-known", S::warning, L::group, "2", false,
     "no grammar is loaded for the release in GS08; the nearest one is used"},
    {C::segments_lost, "segment-outside-set", S::error, L::group, "", false,
     "segments stand in a group, but in no set; they are lost"},

    {C::set_outside_group, "set-outside-group", S::error, L::set, "18", false,
     "a set stands outside of every group"},
    {C::missing_se, "missing-se", S::error, L::set, "2", false, "no SE ends the set"},
    {C::se_without_st, "se-without-st", S::error, L::group, "", false,
     "an SE ends a set that no ST began; what stands before it is lost"},
    {C::se01_count, "se01-count", S::error, L::set, "4", false,
     "SE01 is not the number of segments, ST and SE included"},
    {C::se02_control, "se02-control", S::error, L::set, "3", false, "SE02 is not ST02"},
    {C::st_value, "st-value", S::error, L::set, "7", false, "ST01 or ST02 is missing or cannot be"},
    {C::st02_repeated, "st02-repeated", S::error, L::set, "23", false,
     "an earlier set of the group has the same ST02"},
    {C::gs01_mismatch, "gs01-mismatch", S::error, L::set, "6", false,
     "GS01 does not carry sets of this kind"},
    {C::set_not_known, "set-not-known", S::error, L::set, "1", false,
     "no grammar is loaded for this kind of set"},

    {C::segment_id, "segment-id", S::error, L::segment, "1", false,
     "what stands there is no segment identifier"},
    {C::missing_terminator, "missing-terminator", S::error, L::segment, "8", false,
     "a segment ends with its line instead of the segment terminator"},
    {C::binary_length, "binary-length", S::error, L::segment, "8", false,
     "binary data does not have the length that its segment says"},
    {C::segment_not_known, "segment-not-known", S::warning, L::segment, "1", false,
     "the release has no such segment; what it holds is not used"},
    {C::segment_not_in_set, "segment-not-in-set", S::warning, L::segment, "6", false,
     "the segment does not belong into this set; what it holds is not used"},
    {C::segment_unexpected, "segment-unexpected", S::warning, L::segment, "2", false,
     "the partner's profile does not use this segment"},
    {C::segment_order, "segment-order", S::warning, L::segment, "7", false,
     "the segment belongs into a loop that is open, but before what came already"},
    {C::segment_misplaced, "segment-misplaced", S::error, L::segment, "7", false,
     "the segment belongs into this set, but no loop that is open can hold it"},
    {C::segment_missing, "segment-missing", S::error, L::segment, "3", false,
     "a mandatory segment is missing"},
    {C::segment_repeats, "segment-repeats", S::warning, L::segment, "5", false,
     "the segment repeats more often than it may"},
    {C::loop_repeats, "loop-repeats", S::warning, L::segment, "4", false,
     "the loop repeats more often than it may"},

    {C::element_missing, "element-missing", S::error, L::element, "1", false,
     "a mandatory element is missing"},
    {C::element_conditional, "element-conditional", S::error, L::element, "2", false,
     "an element that others of the segment require is missing"},
    {C::element_exclusive, "element-exclusive", S::warning, L::element, "10", false,
     "elements stand together of which only one may be there"},
    {C::element_excess, "element-excess", S::warning, L::element, "3", false,
     "the segment has more elements than it may"},
    {C::element_short, "element-short", S::warning, L::element, "4", false,
     "the value is shorter than it may be"},
    {C::element_long, "element-long", S::warning, L::element, "5", false,
     "the value is longer than it may be"},
    {C::element_number, "element-number", S::error, L::element, "6", false,
     "the value is not a number"},
    {C::element_date, "element-date", S::error, L::element, "8", false, "the value is not a date"},
    {C::element_time, "element-time", S::error, L::element, "9", false,
     "the value is not a time of day"},
    {C::element_code, "element-code", S::warning, L::element, "7", false,
     "the value is not in the element's code list"},
    {C::element_repeats, "element-repeats", S::warning, L::element, "12", false,
     "the element repeats more often than it may"},
    {C::component_excess, "component-excess", S::warning, L::element, "13", false,
     "the element has more components than it may"},
    {C::control_character, "control-character", S::warning, L::element, "6", false,
     "a control character stands in the data"},
    {C::high_byte, "high-byte", S::notice, L::element, "6", false,
     "a byte outside of ASCII stands in the data; it is taken as it is"},

    {C::check_digit, "check-digit", S::warning, L::element, "7", false,
     "the check digit of an SSCC or GTIN is wrong"},
    {C::sscc_repeated, "sscc-repeated", S::warning, L::element, "7", false,
     "two packs of the set bear the same SSCC"},
    {C::count_differs, "count-differs", S::warning, L::element, "7", false,
     "a count or total of the set is not what the set holds"},
    {C::hierarchy, "hierarchy", S::error, L::element, "7", false,
     "HL names a parent that is not there, or an id that is taken"},
    {C::quantity_differs, "quantity-differs", S::warning, L::element, "7", false,
     "the quantity shipped is not what the packs hold"},
    {C::findings_dropped, "findings-dropped", S::warning, L::set, "5", false,
     "the set has more findings than are listed; they are counted, not shown"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kCodes; ++i) {
    if (static_cast<std::size_t>(kFacts[i].code) != i) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "the table must list every code once, in the order of the enumeration");

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::notice:
      return "notice";
    case Severity::warning:
      return "warning";
    default:
      return "error";
  }
}

const CodeFacts& facts(Code code) { return kFacts[static_cast<std::size_t>(code)]; }

std::optional<Code> code_named(std::string_view name) {
  const auto found = std::find_if(kFacts.begin(), kFacts.end(),
                                  [&](const CodeFacts& one) { return one.name == name; });
  return found == kFacts.end() ? std::nullopt : std::optional(found->code);
}

Policy::Policy() {
  for (const auto& one : kFacts) {
    set(one.code, one.severity);
  }
}

Policy Policy::strict() {
  Policy out;
  for (const auto& one : kFacts) {
    if (one.tolerance) {
      out.set(one.code, Severity::error);
    }
  }
  return out;
}

const Finding& worst(const std::vector<Finding>& findings) {
  return *std::max_element(
      findings.begin(), findings.end(),
      [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte > 0x7e ? '?' : c);
  }
  return text.size() > 40 ? out + "..." : out;
}

std::string place_of(const Finding& f) {
  if (f.segment_id.empty()) {
    return {};
  }
  char number[24] = "";
  if (f.element != 0) {
    std::snprintf(number, sizeof number, f.component != 0 ? "%02u-%02u" : "%02u",
                  static_cast<unsigned>(f.element), static_cast<unsigned>(f.component));
  }
  return f.segment_id + number;
}

}  // namespace crossdock::x12
