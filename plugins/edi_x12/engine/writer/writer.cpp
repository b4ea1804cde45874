#include "plugins/edi_x12/engine/writer/writer.hpp"

#include <algorithm>
#include <utility>

namespace crossdock::x12 {
namespace {

// Until the interchange is complete, these stand for element separator and segment terminator.
constexpr char kElementMark = '\x1e';
constexpr char kSegmentMark = '\x1f';

// Taken in this order where the preferred delimiter occurs in the data.
constexpr std::string_view kElementChoices = "*|\x1d\x07";
constexpr std::string_view kSegmentChoices = "~\x1c\x1e\x0b";
constexpr std::string_view kComponentChoices = ">:<\x1f\\";
constexpr std::string_view kRepetitionChoices = "^!\x1a`";

std::string filled(std::string_view text, std::size_t width) {
  std::string out(text.substr(0, width));
  out.resize(width, ' ');
  return out;
}

std::size_t byte(char c) { return static_cast<unsigned char>(c); }

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void refuse(const std::string& what) {
  throw NotWritable(what + "; correct the partner's settings");
}

}  // namespace

std::string padded(std::uint64_t number, std::size_t width) {
  std::string out = std::to_string(number);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

InterchangeWriter::InterchangeWriter(EnvelopeSettings settings, std::uint64_t control)
    : settings_(std::move(settings)), control_(control) {
  const auto& s = settings_;
  for (const auto* party : {&s.sender, &s.receiver}) {
    if (party->id.empty() || party->id.size() > 15 || party->qualifier.size() > 2) {
      refuse("the id \"" + party->qualifier + "/" + party->id +
             "\" does not fit into an ISA: two characters of qualifier, one to fifteen of id");
    }
  }
  for (const auto* text : {&s.sender.qualifier, &s.sender.id, &s.receiver.qualifier, &s.receiver.id,
                           &s.group_sender, &s.group_receiver}) {
    // The writer's own marks among them.
    if (std::any_of(text->begin(), text->end(), [](char c) { return byte(c) < 0x20; })) {
      refuse("a sender's or receiver's id holds a control character");
    }
  }
  if (s.date.size() != 8 || !all_digits(s.date) || s.time.size() < 4 || !all_digits(s.time)) {
    refuse("date and time of the envelope must be CCYYMMDD and HHMM, they are \"" + s.date +
           "\" and \"" + s.time + "\"");
  }
  if (s.version.size() < 6 || s.version.size() > 12 || !all_digits(s.version.substr(0, 6))) {
    refuse("the version \"" + s.version + "\" is no release such as 005010 or 004010VICS");
  }
  if (control > 999'999'999) {
    refuse("the interchange control number " + std::to_string(control) +
           " has more than nine digits");
  }
  // ISA12 is GS08's release in five digits: 005010 travels under 00501.
  const std::string isa_version = s.version.substr(0, 5);
  repeats_ = isa_version >= "00402" && s.delimiters.repetition != 0;
  check("ISA", 5, s.sender.qualifier);
  check("ISA", 6, s.sender.id);
  check("ISA", 7, s.receiver.qualifier);
  check("ISA", 8, s.receiver.id);
  raw("ISA", {"00", filled("", 10), "00", filled("", 10), filled(s.sender.qualifier, 2),
              filled(s.sender.id, 15), filled(s.receiver.qualifier, 2), filled(s.receiver.id, 15),
              s.date.substr(2), s.time.substr(0, 4),
              repeats_ ? std::string_view(&kRepetitionMark, 1) : std::string_view("U"), isa_version,
              padded(control_, 9), s.acknowledgement_wanted ? "1" : "0", s.test ? "T" : "P",
              std::string_view(&kComponentMark, 1)});
}

void InterchangeWriter::interchange_segment(std::string_view id,
                                            const std::vector<std::string_view>& elements) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    check(id, i + 1, elements[i]);
  }
  raw(id, elements);
}

void InterchangeWriter::begin_group(std::string_view functional_id, std::uint64_t control) {
  end_group();
  const auto& s = settings_;
  group_control_ = std::to_string(control);
  const std::string& sender = s.group_sender.empty() ? s.sender.id : s.group_sender;
  const std::string& receiver = s.group_receiver.empty() ? s.receiver.id : s.group_receiver;
  check("GS", 2, sender);
  check("GS", 3, receiver);
  raw("GS", {functional_id, sender, receiver, s.date, s.time, group_control_, "X", s.version});
  in_group_ = true;
  sets_ = 0;
  ++groups_;
}

void InterchangeWriter::begin_set(std::string_view type, std::uint64_t control,
                                  std::string_view convention) {
  end_set();
  set_control_ = padded(control, 4);
  set_segments_ = 0;
  raw("ST", {type, set_control_, convention});
  in_set_ = true;
  ++sets_;
}

// Whether the value can be written, and which bytes it takes from the delimiters.
void InterchangeWriter::check(std::string_view id, std::size_t number, std::string_view value) {
  const auto& d = settings_.delimiters;
  for (const char c : value) {
    if (c == kComponentMark || (c == kRepetitionMark && repeats_)) {
      continue;
    }
    const bool control = static_cast<unsigned char>(c) < 0x20;
    const bool delimiter =
        c == d.element || c == d.segment || c == d.component || (repeats_ && c == d.repetition);
    if (control || (delimiter && !settings_.choose_delimiters)) {
      throw NotWritable(std::string(id) + (number < 10 ? "0" : "") + std::to_string(number) +
                        " is \"" + std::string(value.substr(0, 40)) + "\", which holds a " +
                        (control ? "control character; take it out of the data"
                                 : "delimiter of this partner; choose other delimiters for it"));
    }
    used_.set(byte(c));
  }
}

void InterchangeWriter::segment(std::string_view id,
                                const std::vector<std::string_view>& elements) {
  bool any = elements.empty();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    check(id, i + 1, elements[i]);
    any |= !elements[i].empty();
  }
  if (any) {
    raw(id, elements);
  }
}

void InterchangeWriter::raw(std::string_view id, const std::vector<std::string_view>& elements) {
  out_ += id;
  std::size_t last = elements.size();
  while (last > 0 && elements[last - 1].empty()) {
    --last;
  }
  for (std::size_t i = 0; i < last; ++i) {
    auto value = elements[i];
    // ISA16 is the component separator itself; anywhere else nothing follows trailing ones.
    while (id != "ISA" && !value.empty() && value.back() == kComponentMark) {
      value.remove_suffix(1);
    }
    out_.push_back(kElementMark);
    out_ += value;
  }
  out_.push_back(kSegmentMark);
  if (settings_.newline) {
    out_.push_back('\n');
  }
  ++set_segments_;
}

void InterchangeWriter::end_set() {
  if (in_set_) {
    raw("SE", {std::to_string(set_segments_ + 1), set_control_});
    in_set_ = false;
  }
}

void InterchangeWriter::end_group() {
  end_set();
  if (in_group_) {
    raw("GE", {std::to_string(sets_), group_control_});
    in_group_ = false;
  }
}

std::string InterchangeWriter::finish() {
  end_group();
  raw("IEA", {std::to_string(groups_), padded(control_, 9)});
  place_delimiters();
  return std::move(out_);
}

void InterchangeWriter::place_delimiters() {
  Delimiters d = settings_.delimiters;
  std::bitset<256> taken = used_;
  const auto choose = [&](char& delimiter, std::string_view choices) {
    if (taken[byte(delimiter)]) {
      const auto free =
          std::find_if(choices.begin(), choices.end(), [&](char c) { return !taken[byte(c)]; });
      if (free == choices.end()) {
        throw NotWritable("the data holds every byte that could serve as a delimiter");
      }
      delimiter = *free;
    }
    taken.set(byte(delimiter));
  };
  choose(d.element, kElementChoices);
  choose(d.segment, kSegmentChoices);
  choose(d.component, kComponentChoices);
  if (repeats_) {
    choose(d.repetition, kRepetitionChoices);
  }
  for (char& c : out_) {
    c = c == kElementMark                  ? d.element
        : c == kSegmentMark                ? d.segment
        : c == kComponentMark              ? d.component
        : c == kRepetitionMark && repeats_ ? d.repetition
                                           : c;
  }
}

Writer::Writer(EnvelopeSettings settings, Control control, std::string_view functional_id,
               std::string_view set_type)
    : out_(std::move(settings), control.interchange) {
  out_.begin_group(functional_id, control.group);
  out_.begin_set(set_type, control.set);
}

void Writer::segment(std::string_view id, std::initializer_list<std::string_view> elements) {
  out_.segment(id, {elements.begin(), elements.end()});
}

void Writer::segment(std::string_view id, const std::vector<std::string>& elements) {
  out_.segment(id, {elements.begin(), elements.end()});
}

}  // namespace crossdock::x12
