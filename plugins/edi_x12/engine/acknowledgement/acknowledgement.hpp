// The answers to a received interchange: TA1 for its envelope, a 997 or 999 for each of its groups.
// They say what was taken and what was not, and where it was wrong, with the codes of X12.
//
// Pure: the same report, settings and numbers give the same bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/edi_x12/engine/acknowledgement/report.hpp"
#include "plugins/edi_x12/engine/writer/writer.hpp"

namespace crossdock::x12 {

enum class FunctionalAnswer : std::uint8_t { none, x997, x999 };
enum class InterchangeAnswer : std::uint8_t {
  never,
  asked,   // when ISA14 asks for it
  errors,  // when ISA14 asks for it, or when the interchange is not accepted
  always
};

struct AnswerRules {
  FunctionalAnswer functional = FunctionalAnswer::x997;
  InterchangeAnswer interchange = InterchangeAnswer::asked;
};

// The code that a finding has in an acknowledgement of this release ("004010"); empty: none.
std::string_view acknowledgement_code(const Finding& finding, std::string_view release);

// TA104 and TA105: A 000, E or R with the note code.
struct InterchangeVerdict {
  char status = 'A';
  std::string code = "000";
};
InterchangeVerdict verdict_of(const InterchangeReport& report);

// The segments of one answer, between ST and SE.
void write_997_body(const GroupReport& report, InterchangeWriter& out, std::string_view release);
void write_999_body(const GroupReport& report, InterchangeWriter& out, std::string_view release);
void write_ta1_segment(const InterchangeReport& report, InterchangeWriter& out);

// One group's 997 as a whole interchange.
std::string write_997(const GroupReport& report, const EnvelopeSettings& settings, Control control);

// What is due for a received interchange: 997 or 999 (a TA1 may stand with it), TA1 alone, or
// nothing.
std::string_view answer_due(const InterchangeReport& report, const AnswerRules& rules);

// All that is due for a received interchange, as one interchange; none where nothing is due (an
// acknowledgement is not acknowledged, nor is a set outside of every group).
std::optional<std::string> write_answer(const InterchangeReport& report, const AnswerRules& rules,
                                        const EnvelopeSettings& settings, Control control);

// Sender and receiver exchanged, release and delimiters as the partner sent them.
EnvelopeSettings reply_settings(const InterchangeReport& report);

}  // namespace crossdock::x12
