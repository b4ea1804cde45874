#include "plugins/edi_x12/engine/grammar.hpp"

#include <algorithm>
#include <optional>

namespace crossdock::x12 {
namespace {

const std::vector<SetRule>& rules() {
  static const std::vector<SetRule> kRules = {
      {"850",
       "PO",
       {{"ST", true, {{1, true, 'I', 3, 3}, {2, true, 'A', 4, 9}}},
        {"BEG",
         true,
         {{1, true, 'I', 2, 2},
          {2, true, 'I', 2, 2},
          {3, true, 'A', 1, 22},
          {4, false, 'A', 1, 30},
          {5, true, 'D', 8, 8}}},
        {"CUR", false, {{1, true, 'I', 2, 3}, {2, true, 'I', 3, 3}}},
        {"REF", false, {{1, true, 'I', 2, 3}, {2, false, 'A', 1, 50}}},
        {"PER", false, {{1, true, 'I', 2, 2}}},
        {"FOB", false, {{1, true, 'I', 2, 2}}},
        {"CSH", false, {}},
        {"SAC", false, {{1, true, 'I', 1, 1}, {5, false, 'N', 1, 15}}},
        {"ITD", false, {}},
        {"DTM", false, {{1, true, 'I', 3, 3}, {2, false, 'D', 8, 8}}},
        {"TD5", false, {}},
        {"TD4", false, {}},
        {"TD1", false, {}},
        {"MAN", false, {{1, true, 'I', 1, 2}, {2, true, 'A', 1, 48}}},
        {"N9", false, {{1, true, 'I', 2, 3}}},
        {"MSG", false, {}},
        {"MTX", false, {}},
        {"N1",
         false,
         {{1, true, 'I', 2, 3},
          {2, false, 'A', 1, 60},
          {3, false, 'I', 1, 2},
          {4, false, 'A', 2, 80}}},
        {"N2", false, {{1, true, 'A', 1, 60}}},
        {"N3", false, {{1, true, 'A', 1, 55}, {2, false, 'A', 1, 55}}},
        {"N4",
         false,
         {{1, false, 'A', 2, 30},
          {2, false, 'I', 2, 2},
          {3, false, 'I', 3, 15},
          {4, false, 'I', 2, 3}}},
        {"PO1",
         true,
         {{1, false, 'A', 1, 20},
          {2, true, 'R', 1, 15},
          {3, true, 'I', 2, 2},
          {4, false, 'R', 1, 17},
          {5, false, 'I', 2, 2},
          {6, false, 'I', 2, 2},
          {7, false, 'A', 1, 48}}},
        {"CTP", false, {}},
        {"PID", false, {{1, true, 'I', 1, 1}, {5, false, 'A', 1, 80}}},
        {"PO4", false, {}},
        {"SDQ", false, {}},
        {"SCH", false, {}},
        {"TXI", false, {}},
        {"AMT", false, {{1, true, 'I', 1, 3}, {2, true, 'R', 1, 18}}},
        {"CTT", false, {{1, true, 'N', 1, 6}}},
        {"SE", true, {{1, true, 'N', 1, 10}, {2, true, 'A', 4, 9}}}}},
      {"997",
       "FA",
       {{"ST", true, {{1, true, 'I', 3, 3}, {2, true, 'A', 4, 9}}},
        {"AK1", true, {{1, true, 'I', 2, 2}, {2, true, 'N', 1, 9}}},
        {"AK2", false, {{1, true, 'I', 3, 3}, {2, true, 'A', 4, 9}}},
        {"AK3", false, {{1, true, 'I', 2, 3}, {2, true, 'N', 1, 10}}},
        {"AK4", false, {}},
        {"AK5", false, {{1, true, 'I', 1, 1}}},
        {"AK9",
         true,
         {{1, true, 'I', 1, 1}, {2, true, 'N', 1, 6}, {3, true, 'N', 1, 6}, {4, true, 'N', 1, 6}}},
        {"SE", true, {{1, true, 'N', 1, 10}, {2, true, 'A', 4, 9}}}}},
  };
  return kRules;
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_date(std::string_view text) {
  if (text.size() != 8 || !is_digits(text)) {
    return false;
  }
  const int month = (text[4] - '0') * 10 + (text[5] - '0');
  const int day = (text[6] - '0') * 10 + (text[7] - '0');
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const auto points = std::count(text.begin(), text.end(), '.');
  return !text.empty() && points <= 1 && text != "." &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

// AK403 codes: 1 required element missing, 4 too short, 5 too long, 6 invalid character, 8 invalid
// date.
struct Fault {
  const char* code;
  const char* ack;
  std::string words;
};

std::optional<Fault> fault_of(const ElementRule& rule, std::string_view value) {
  if (value.empty()) {
    return rule.required ? std::optional(Fault{"element-missing", "1", "is missing"})
                         : std::nullopt;
  }
  // Sign and point of a decimal do not count towards its length.
  std::size_t length = value.size();
  if (rule.type == 'R') {
    length -= static_cast<std::size_t>(
        std::count_if(value.begin(), value.end(), [](char c) { return c == '.' || c == '-'; }));
  }
  if (rule.type == 'D' && !is_date(value)) {
    return Fault{"element-date", "8", "is not a date CCYYMMDD"};
  }
  if ((rule.type == 'N' && !is_digits(value.starts_with('-') ? value.substr(1) : value)) ||
      (rule.type == 'R' && !is_decimal(value))) {
    return Fault{"element-number", "6", "is not a number"};
  }
  if (length < rule.least) {
    return Fault{"element-short", "4", "is shorter than " + std::to_string(rule.least)};
  }
  if (length > rule.most) {
    return Fault{"element-long", "5", "is longer than " + std::to_string(rule.most)};
  }
  return std::nullopt;
}

}  // namespace

const SetRule* rule_of(std::string_view set_type) {
  const auto found = std::find_if(rules().begin(), rules().end(),
                                  [&](const SetRule& rule) { return rule.type == set_type; });
  return found == rules().end() ? nullptr : &*found;
}

std::vector<Finding> check(const TransactionSet& set, std::string_view functional_id) {
  std::vector<Finding> out;
  const auto note = [&](const char* code, std::size_t position, const Segment* segment,
                        std::size_t element, std::string message, const char* ack,
                        std::string_view id) {
    Finding f;
    f.code = code;
    f.offset = segment != nullptr ? segment->offset : set.segments.front().offset;
    f.segment = position;
    f.segment_id = id;
    f.element = element;
    f.message = std::move(message);
    f.ack_code = ack;
    out.push_back(std::move(f));
  };
  const auto* rule = rule_of(set.type);
  if (rule == nullptr) {
    note("set-not-known", 1, nullptr, 1,
         "transaction set " + std::string(set.type) + " is not taken here", "1", "ST");
    return out;
  }
  if (functional_id != rule->functional_id) {
    note("gs01-mismatch", 1, nullptr, 1,
         "GS01 is " + std::string(functional_id) + " where a " + std::string(set.type) +
             " travels under " + std::string(rule->functional_id),
         "6", "ST");
  }
  for (std::size_t i = 0; i < set.segments.size(); ++i) {
    const auto& segment = set.segments[i];
    const auto known = std::find_if(rule->segments.begin(), rule->segments.end(),
                                    [&](const SegmentRule& one) { return one.id == segment.id; });
    if (known == rule->segments.end()) {
      note("segment-not-known", i + 1, &segment, 0,
           "segment " + std::string(segment.id.substr(0, 3)) + " does not belong into a " +
               std::string(set.type),
           "2", segment.id.substr(0, 3));
      continue;
    }
    for (const auto& element : known->elements) {
      if (auto fault = fault_of(element, segment.at(element.number))) {
        note(fault->code, i + 1, &segment, element.number,
             std::string(segment.id) + (element.number < 10 ? "0" : "") +
                 std::to_string(element.number) + " " + fault->words,
             fault->ack, segment.id);
      }
    }
  }
  for (const auto& one : rule->segments) {
    if (one.required && std::none_of(set.segments.begin(), set.segments.end(),
                                     [&](const Segment& s) { return s.id == one.id; })) {
      note("segment-missing", set.segments.size(), nullptr, 0,
           "segment " + std::string(one.id) + " is missing", "3", one.id);
    }
  }
  return out;
}

}  // namespace crossdock::x12
