#include "plugins/edi_x12/engine/acknowledgement/acknowledgement.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace crossdock::x12 {
namespace {

constexpr std::size_t kMostCodes = 5;  // AK502 to AK506, AK905 to AK909

bool at_least_5010(std::string_view release) { return release.substr(0, 6) >= "005010"; }

// What may be said in an acknowledgement: not mere notices, and only what has a code there.
bool counts(const Finding& f, Level level) {
  return f.severity != Severity::notice && facts(f.code).level == level;
}

void add_code(std::vector<std::string>& codes, std::string_view code, std::size_t most) {
  if (!code.empty() && codes.size() < most &&
      std::find(codes.begin(), codes.end(), code) == codes.end()) {
    codes.emplace_back(code);
  }
}

std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// What stood there, if it can be written back; else nothing.
std::string copy_of(const Finding& f) {
  const bool writable = std::all_of(f.value.begin(), f.value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte < 0x7f && c != '*' && c != '~' && c != '>' && c != '^' &&
            c != ':' && c != '|') ||
           byte > 0xa0;
  });
  return writable ? f.value : std::string();
}

// A segment id that can be written: one that came in may be anything.
std::string id_of(const Finding& f) {
  const bool plain = f.segment_id.size() >= 2 && f.segment_id.size() <= 3 &&
                     std::all_of(f.segment_id.begin(), f.segment_id.end(), [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                     });
  return plain ? f.segment_id : "XX";
}

std::string plain(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    const bool kept = c > ' ' && static_cast<unsigned char>(c) < 0x7f && c != '*' && c != '~' &&
                      c != '>' && c != '^' && c != ':' && c != '|';
    out.push_back(kept ? c : '?');
  }
  return out;
}

// The errors of one segment: its own codes, and those of its elements.
struct SegmentErrors {
  std::vector<const Finding*> own;
  std::vector<const Finding*> elements;
};

struct Words {
  const char* segment;  // AK3 or IK3
  const char* element;  // AK4 or IK4
  const char* set;      // AK5 or IK5
  bool context;         // CTX
};

void write_errors(const SetReport& set, InterchangeWriter& out, std::string_view release,
                  const Words& words) {
  std::map<std::pair<std::uint32_t, std::string>, SegmentErrors> places;
  for (const auto& f : set.findings) {
    if (counts(f, Level::segment) && f.segment != 0) {
      places[{f.segment, id_of(f)}].own.push_back(&f);
    } else if (counts(f, Level::element) && f.segment != 0) {
      places[{f.segment, id_of(f)}].elements.push_back(&f);
    }
  }
  for (const auto& [place, errors] : places) {
    const std::string position = std::to_string(place.first);
    std::vector<std::string> codes;
    for (const auto* f : errors.own) {
      add_code(codes, acknowledgement_code(*f, release), SIZE_MAX);
    }
    if (!errors.elements.empty()) {
      add_code(codes, "8", SIZE_MAX);
    }
    const std::string loop =
        (errors.own.empty() ? errors.elements : errors.own).front()->loop.substr(0, 4);
    for (const auto& code : codes) {
      // AK303 is for loops bounded by LS and LE; IK303 names the loop, whatever bounds it.
      out.segment(words.segment, {place.second, position, words.context ? loop : "", code});
      if (words.context && !set.business_number.empty()) {
        const std::string context =
            set.business_segment + std::string(1, kComponentMark) + plain(set.business_number, 35);
        out.segment("CTX", {context});
      }
      if (code != "8") {
        continue;
      }
      for (const auto* f : errors.elements) {
        std::string where = std::to_string(f->element);
        if (f->component != 0 || f->repetition > 1) {
          where += kComponentMark;
          where += f->component != 0 ? std::to_string(f->component) : "";
          if (f->repetition > 1) {
            where += kComponentMark + std::to_string(f->repetition);
          }
        }
        const bool numbered =
            !f->reference.empty() && std::all_of(f->reference.begin(), f->reference.end(),
                                                 [](char c) { return c >= '0' && c <= '9'; });
        out.segment(words.element,
                    {where, numbered ? std::string_view(f->reference) : std::string_view(),
                     acknowledgement_code(*f, release), copy_of(*f)});
      }
    }
  }
  std::vector<std::string> last{std::string(1, set.status)};
  for (const auto& f : set.findings) {
    if (counts(f, Level::set)) {
      add_code(last, acknowledgement_code(f, release), 1 + kMostCodes);
    }
  }
  if (!places.empty()) {
    add_code(last, "5", 1 + kMostCodes);
  }
  out.segment(words.set, views(last));
}

void write_body(const GroupReport& report, InterchangeWriter& out, std::string_view release,
                const Words& words) {
  const bool versions = at_least_5010(release);
  out.segment("AK1", {plain(report.head.functional_id, 2), plain(report.head.control, 9),
                      versions ? plain(report.head.version, 12) : std::string()});
  for (const auto& set : report.sets) {
    out.segment("AK2", {plain(set.type, 3), plain(set.control, 9),
                        versions ? plain(set.convention, 35) : std::string()});
    write_errors(set, out, release, words);
  }
  std::vector<std::string> ak9{std::string(1, report.status()), std::to_string(report.end.declared),
                               std::to_string(report.end.sets),
                               std::to_string(report.end.accepted)};
  for (const auto& f : report.findings) {
    if (counts(f, Level::group)) {
      add_code(ak9, acknowledgement_code(f, release), 4 + kMostCodes);
    }
  }
  out.segment("AK9", views(ak9));
}

// Acknowledgements are not acknowledged, nor are sets outside of groups.
bool is_answered(const GroupReport& group) {
  return group.head.functional_id != "FA" && !group.head.functional_id.empty();
}

bool functional_due(const InterchangeReport& report, const AnswerRules& rules) {
  return rules.functional != FunctionalAnswer::none &&
         std::any_of(report.groups.begin(), report.groups.end(), is_answered);
}

bool interchange_due(const InterchangeReport& report, const AnswerRules& rules) {
  const bool asked = report.head.acknowledgement_wanted();
  return rules.interchange == InterchangeAnswer::always ||
         (asked && rules.interchange != InterchangeAnswer::never) ||
         (rules.interchange == InterchangeAnswer::errors && verdict_of(report).status != 'A');
}

}  // namespace

std::string_view acknowledgement_code(const Finding& f, std::string_view release) {
  const std::string_view code = facts(f.code).acknowledgement;
  if (at_least_5010(release)) {
    // Later releases tell a set that does not belong into its group from an unknown one.
    return f.code == Code::gs01_mismatch ? "18" : code;
  }
  return f.code == Code::gs06_repeated ? "6" : code;
}

InterchangeVerdict verdict_of(const InterchangeReport& report) {
  InterchangeVerdict out;
  out.status = report.end.status();
  // TA105 of a wrong ISA element; 022 is the control structure as a whole.
  static constexpr std::array<std::string_view, 17> kIsa = {
      "022", "010", "011", "012", "013", "005", "006", "007", "008",
      "014", "015", "016", "017", "018", "019", "020", "027"};
  for (const auto wanted : {Severity::error, Severity::warning}) {
    for (const auto& f : report.findings) {
      if (f.severity != wanted || facts(f.code).level != Level::interchange) {
        continue;
      }
      const auto code = f.code == Code::isa_value && f.element < kIsa.size()
                            ? kIsa[f.element]
                            : facts(f.code).acknowledgement;
      out.code = code.empty() ? "022" : code;
      return out;
    }
  }
  return out;
}

void write_997_body(const GroupReport& report, InterchangeWriter& out, std::string_view release) {
  write_body(report, out, release, {"AK3", "AK4", "AK5", false});
}

void write_999_body(const GroupReport& report, InterchangeWriter& out, std::string_view release) {
  write_body(report, out, release, {"IK3", "IK4", "IK5", true});
}

void write_ta1_segment(const InterchangeReport& report, InterchangeWriter& out) {
  const auto verdict = verdict_of(report);
  const auto digits = [](std::string_view text, std::size_t width) {
    const bool good = text.size() == width && std::all_of(text.begin(), text.end(), [](char c) {
                        return c >= '0' && c <= '9';
                      });
    return good ? std::string(text) : std::string(width, '0');
  };
  const auto& head = report.head;
  const std::string date(head.at(9));
  out.interchange_segment(
      "TA1",
      {digits(head.control(), 9),
       digits(date.size() == 8 ? std::string_view(date).substr(2) : date, 6),
       digits(head.at(10).substr(0, 4), 4), std::string_view(&verdict.status, 1), verdict.code});
}

std::string write_997(const GroupReport& report, const EnvelopeSettings& settings,
                      Control control) {
  InterchangeWriter out(settings, control.interchange);
  out.begin_group("FA", control.group);
  out.begin_set("997", control.set);
  write_997_body(report, out, settings.version);
  return out.finish();
}

std::string_view answer_due(const InterchangeReport& report, const AnswerRules& rules) {
  if (functional_due(report, rules)) {
    return rules.functional == FunctionalAnswer::x999 ? "999" : "997";
  }
  return interchange_due(report, rules) ? "TA1" : "";
}

std::optional<std::string> write_answer(const InterchangeReport& report, const AnswerRules& rules,
                                        const EnvelopeSettings& settings, Control control) {
  const bool functional = functional_due(report, rules);
  const bool ta1 = interchange_due(report, rules);
  if (!functional && !ta1) {
    return std::nullopt;
  }
  InterchangeWriter out(settings, control.interchange);
  if (ta1) {
    write_ta1_segment(report, out);
  }
  if (functional) {
    out.begin_group("FA", control.group);
    std::uint64_t set = control.set;
    for (const auto& group : report.groups) {
      if (!is_answered(group)) {
        continue;
      }
      const bool x999 = rules.functional == FunctionalAnswer::x999;
      out.begin_set(x999 ? "999" : "997", set++);
      (x999 ? write_999_body : write_997_body)(group, out, settings.version);
    }
  }
  return out.finish();
}

EnvelopeSettings reply_settings(const InterchangeReport& report) {
  EnvelopeSettings out;
  const auto& head = report.head;
  out.sender = {std::string(head.receiver_qualifier()), std::string(head.receiver())};
  out.receiver = {std::string(head.sender_qualifier()), std::string(head.sender())};
  out.delimiters = head.delimiters;
  if (out.delimiters.repetition == 0) {
    out.delimiters.repetition = '^';
  }
  out.choose_delimiters = true;
  out.newline = !head.delimiters.by_line();
  out.test = head.test();
  std::string version;
  for (const auto& group : report.groups) {
    const auto release = std::string_view(group.head.version).substr(0, 6);
    const bool digits =
        release.size() == 6 &&
        std::all_of(release.begin(), release.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
      version = release;
      out.group_sender = plain(group.head.receiver, 15);
      out.group_receiver = plain(group.head.sender, 15);
      break;
    }
  }
  out.version = version.empty() ? "004010" : version;
  return out;
}

}  // namespace crossdock::x12
