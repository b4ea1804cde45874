// A trading partner's deviations, as data: an INFO file that says who he is, which release his
// documents follow, what he requires, forbids, shortens, adds or translates, how what is sent to
// him is delimited, and how documents are acknowledged. docs/reference/x12-profiles.md lists every
// key; an unknown one is refused with the nearest that is known.
//
// A plain value. Reading is strict and collects no faults: the first one is thrown as GrammarError
// with file and path.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/edi_x12/grammar/draft.hpp"

namespace crossdock::x12 {

inline constexpr std::size_t kLargestProfile = 1u << 20;  // bytes

struct ElementDeviation {
  std::string place;  // BEG02, REF04-2
  std::string segment;
  std::uint8_t element = 0;
  std::uint8_t component = 0;
  std::optional<bool> required;
  std::optional<bool> unused;
  std::uint32_t min = 0, max = 0;  // 0: as in the grammar
  std::vector<std::string> codes;  // not empty: these only
  std::vector<std::string> add_codes, drop_codes;
  std::vector<std::pair<std::string, std::string>> translate;  // his code, the standard's
};

struct LineDeviation {
  std::string set;
  std::string path;  // N1, N1/N3: a segment by the loops around it
  std::optional<bool> required;
  std::optional<bool> unused;
  std::optional<std::uint32_t> most;  // 0: any number
};

enum class InterchangeReceipt : std::uint8_t { on_request, on_errors, always, never };

struct Profile {
  std::string name;
  std::string file;
  // Whose interchanges: ISA05 and ISA06, GS02; empty: any.
  std::string sender_qualifier, sender, group_sender;
  std::string grammar;  // the release to check by, whatever GS08 says; empty: GS08
  // Towards him.
  std::string version = "005010";
  std::string qualifier = "ZZ", id, group_id;
  std::string our_qualifier, our_id, our_group_id;  // empty: as configured
  char element_separator = '*', component_separator = '>', repetition_separator = '^',
       segment_terminator = '~';
  bool newline = true, choose_delimiters = false, test = false;
  // Acknowledging what he sends, and what he must acknowledge.
  std::string functional = "997";  // 997, 999 or none
  InterchangeReceipt ta1 = InterchangeReceipt::on_request;
  std::chrono::minutes deadline{24 * 60};  // for his acknowledgement of ours; 0: he sends none
  std::vector<std::pair<std::string, std::string>> tolerance;  // finding code, severity
  std::map<std::string, std::string, std::less<>> given;       // values for mappings
  // Canonical entity to the set it is written as for him; `none`: he gets none.
  std::map<std::string, std::string, std::less<>> write_as;
  std::vector<std::filesystem::path> mappings;  // folders of his own mappings
  std::vector<ElementDeviation> elements;
  std::vector<LineDeviation> lines;

  // Whether an interchange is his.
  bool is_from(std::string_view isa05, std::string_view isa06, std::string_view gs02) const;
  // His code to the standard's or back; the value itself where nothing is to be translated.
  std::string_view incoming(std::string_view segment, unsigned element,
                            std::string_view value) const;
  std::string_view outgoing(std::string_view segment, unsigned element,
                            std::string_view value) const;
  bool translates() const;
};

Profile read_profile(const std::filesystem::path& file);
Profile parse_profile(std::string_view info, const std::string& file);

// The grammar that holds for his documents: `base` with his deviations. Throws GrammarError where
// he deviates from what `base` does not have.
Draft with_deviations(const Draft& base, const Profile& profile);

}  // namespace crossdock::x12
