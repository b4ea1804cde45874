#include "plugins/edi_x12/engine/acknowledgement/received.hpp"

#include <utility>

#include "plugins/edi_x12/engine/finding.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::size_t kLongestValue = 99;

std::string value_of(std::string_view element) {
  return std::string(element.substr(0, kLongestValue));
}

// Our own words for a code of an acknowledgement; empty for codes that we do not give ourselves.
std::string_view meaning_of(Level level, std::string_view code) {
  for (std::size_t i = 0; i < kCodes; ++i) {
    const auto& one = facts(static_cast<Code>(i));
    if (one.level == level && one.acknowledgement == code) {
      return one.meaning;
    }
  }
  return {};
}

struct Place {
  const char* name;
  Level level;
};
// The elements that bear codes.
constexpr Place kSegmentCode{"AK304", Level::segment};
constexpr Place kElementCode{"AK403", Level::element};
constexpr Place kSetCode{"AK502", Level::set};
constexpr Place kGroupCode{"AK905", Level::group};
constexpr Place kInterchangeCode{"TA105", Level::interchange};

ReceivedNote note_of(const Place& place, std::string_view code, std::string where,
                     std::string_view value) {
  ReceivedNote out;
  out.code = std::string(place.name) + " " + value_of(code);
  out.words = meaning_of(place.level, code);
  if (out.words.empty()) {
    out.words = "code " + value_of(code) + " of " + place.name;
  }
  if (!value.empty()) {
    out.words += "; there stood \"" + printable(value_of(value)) + "\"";
  }
  out.where = std::move(where);
  return out;
}

}  // namespace

ReceivedAcknowledgement read_ta1(const SegmentView& ta1) {
  ReceivedAcknowledgement out;
  out.interchange = value_of(ta1.at(1));
  out.status = value_of(ta1.at(4));
  if (!ta1.at(5).empty() && ta1.at(5) != "000") {
    out.notes.push_back(note_of(kInterchangeCode, ta1.at(5), "interchange " + out.interchange, {}));
  }
  return out;
}

void AcknowledgementReader::segment(const SegmentView& s) {
  const auto id = s.id();
  const auto keep = [&](ReceivedAcknowledgement& into, ReceivedNote note) {
    if (into.notes.size() < kMostNotes) {
      into.notes.push_back(std::move(note));
    }
  };
  if (id == "AK1") {
    group_ = ReceivedAcknowledgement{};
    group_.functional_id = value_of(s.at(1));
    group_.group = value_of(s.at(2));
    ended_ = false;
  } else if (id == "AK2") {
    set_ = group_;
    set_.notes.clear();
    set_.set_type = value_of(s.at(1));
    set_.set = value_of(s.at(2));
    in_set_ = true;
  } else if ((id == "AK3" || id == "IK3") && in_set_) {
    at_ = "segment " + value_of(s.at(1)) + " " + value_of(s.at(2));
    if (!s.at(4).empty() && s.at(4) != "8") {
      keep(set_, note_of(kSegmentCode, s.at(4), at_, {}));
    }
  } else if ((id == "AK4" || id == "IK4") && in_set_) {
    // AK401 may be a composite of element, component and repetition; as it stands it is clear.
    keep(set_, note_of(kElementCode, s.at(3), at_ + ", element " + value_of(s.at(1)), s.at(4)));
  } else if ((id == "AK5" || id == "IK5") && in_set_) {
    set_.status = value_of(s.at(1));
    for (std::size_t n = 2; n <= 6; ++n) {
      if (!s.at(n).empty()) {
        keep(set_, note_of(kSetCode, s.at(n), "set " + set_.set, {}));
      }
    }
    all_.push_back(std::exchange(set_, {}));
    in_set_ = false;
  } else if (id == "AK9") {
    group_.status = value_of(s.at(1));
    for (std::size_t n = 5; n <= 9; ++n) {
      if (!s.at(n).empty()) {
        keep(group_, note_of(kGroupCode, s.at(n), "group " + group_.group, {}));
      }
    }
    ended_ = true;
  }
}

std::vector<ReceivedAcknowledgement> AcknowledgementReader::take() {
  if (all_.empty() && ended_) {
    all_.push_back(group_);
  }
  in_set_ = ended_ = false;
  group_ = set_ = {};
  return std::exchange(all_, {});
}

}  // namespace crossdock::x12
