#include "plugins/edi_x12/engine/writer.hpp"

namespace crossdock::x12 {
namespace {

std::string filled(std::string_view text, std::size_t width) {
  std::string out(text.substr(0, width));
  out.resize(width, ' ');
  return out;
}

}  // namespace

std::string padded(std::uint64_t number, std::size_t width) {
  std::string out = std::to_string(number);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

Writer::Writer(EnvelopeSettings settings, Control control, std::string functional_id,
               std::string set_type)
    : settings_(std::move(settings)),
      control_(control),
      functional_id_(std::move(functional_id)),
      set_type_(std::move(set_type)) {
  const auto& s = settings_;
  if (s.sender.id.size() > 15 || s.receiver.id.size() > 15 || s.date.size() != 8 ||
      s.time.size() < 4 || s.version.size() < 6) {
    throw NotWritable("the envelope's ids, date, time or version cannot be written");
  }
  const std::string release = s.version.substr(0, 6);
  // ISA12 is GS08's release in five digits: 005010 travels under 00501.
  const std::string isa_version = release.substr(0, 5);
  const bool repeats = isa_version >= "00402";
  raw("ISA", {"00", filled("", 10), "00", filled("", 10), filled(s.sender.qualifier, 2),
              filled(s.sender.id, 15), filled(s.receiver.qualifier, 2), filled(s.receiver.id, 15),
              s.date.substr(2), s.time.substr(0, 4),
              repeats ? std::string(1, s.delimiters.repetition) : "U", isa_version,
              padded(control_.interchange, 9), "0", s.test ? "T" : "P",
              std::string(1, s.delimiters.component)});
  raw("GS", {functional_id_, s.sender.id, s.receiver.id, s.date, s.time,
             std::to_string(control_.group), "X", s.version});
  count_ = 0;
  raw("ST", {set_type_, padded(control_.set, 4)});
}

void Writer::raw(std::string_view id, const std::vector<std::string_view>& elements) {
  out_ += id;
  std::size_t last = elements.size();
  while (last > 0 && elements[last - 1].empty()) {
    --last;
  }
  for (std::size_t i = 0; i < last; ++i) {
    out_.push_back(settings_.delimiters.element);
    out_ += elements[i];
  }
  out_.push_back(settings_.delimiters.segment);
  if (settings_.newline) {
    out_.push_back('\n');
  }
  ++count_;
}

void Writer::segment(std::string_view id, std::initializer_list<std::string_view> elements) {
  const auto& d = settings_.delimiters;
  std::size_t number = 0;
  for (const auto value : elements) {
    ++number;
    for (const char c : value) {
      if (c == d.element || c == d.segment || c == d.component ||
          (d.repetition != 0 && c == d.repetition) || c == '\n' || c == '\r') {
        throw NotWritable(
            std::string(id) + (number < 10 ? "0" : "") + std::to_string(number) + " is \"" +
            std::string(value.substr(0, 40)) +
            "\", which holds a delimiter of this partner; choose other delimiters for it");
      }
    }
  }
  raw(id, elements);
}

void Writer::segment(std::string_view id, const std::vector<std::string>& elements) {
  const auto& d = settings_.delimiters;
  for (const auto& value : elements) {
    if (value.find(d.element) != std::string::npos || value.find(d.segment) != std::string::npos ||
        value.find(d.component) != std::string::npos ||
        value.find_first_of("\r\n") != std::string::npos) {
      throw NotWritable(std::string(id) + " holds \"" + value.substr(0, 40) +
                        "\" with a delimiter of this partner; choose other delimiters for it");
    }
  }
  raw(id, {elements.begin(), elements.end()});
}

std::string Writer::finish() {
  const std::size_t in_set = count_ + 1;
  raw("SE", {std::to_string(in_set), padded(control_.set, 4)});
  raw("GE", {"1", std::to_string(control_.group)});
  raw("IEA", {"1", padded(control_.interchange, 9)});
  return std::move(out_);
}

}  // namespace crossdock::x12
