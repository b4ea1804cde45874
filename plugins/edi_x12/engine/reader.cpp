#include "plugins/edi_x12/engine/reader.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace crossdock::x12 {
namespace {

constexpr std::size_t kIsaLength = 106;  // fixed: 16 elements at fixed places, X12.5
// Where ISA's element separators stand.
constexpr std::size_t kIsaSeparators[] = {3,  6,  17, 20, 31, 34, 50,  53,
                                          69, 76, 81, 83, 89, 99, 101, 103};

bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_filler(char c) {
  return c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '\0' || c == '\x1a';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

Finding finding(std::string code, std::size_t offset, std::string message,
                Severity severity = Severity::error, std::string ack_code = {}) {
  Finding out;
  out.code = std::move(code);
  out.severity = severity;
  out.offset = offset;
  out.message = std::move(message);
  out.ack_code = std::move(ack_code);
  return out;
}

// The next place where an interchange begins: "ISA", and the same byte after each of its elements.
std::size_t find_isa(std::string_view bytes, std::size_t from) {
  for (std::size_t at = bytes.find("ISA", from); at != std::string_view::npos;
       at = bytes.find("ISA", at + 1)) {
    if (bytes.size() - at < kIsaLength) {
      return std::string_view::npos;
    }
    const char separator = bytes[at + 3];
    if (!is_letter_or_digit(separator) &&
        std::all_of(std::begin(kIsaSeparators), std::end(kIsaSeparators),
                    [&](std::size_t place) { return bytes[at + place] == separator; })) {
      return at;
    }
  }
  return std::string_view::npos;
}

class InterchangeReader {
 public:
  InterchangeReader(std::string_view bytes, std::size_t at, Interchange& out)
      : bytes_(bytes), at_(at), out_(out) {}

  // Reads to the end of the interchange; returns where it ended.
  std::size_t run() {
    read_head();
    Segment segment;
    while (next(segment)) {
      if (segment.id == "ISA" && find_isa(bytes_, segment.offset) == segment.offset) {
        at_ = segment.offset;
        note(finding("missing-iea", segment.offset,
                     "a new interchange begins before IEA ends this one"));
        break;
      }
      if (!take(segment)) {
        break;
      }
    }
    close_all();
    out_.bytes = bytes_.substr(out_.offset, at_ - out_.offset);
    return at_;
  }

 private:
  void read_head() {
    const auto head = bytes_.substr(at_, kIsaLength);
    auto& d = out_.delimiters;
    out_.offset = at_;
    d.element = head[3];
    d.component = head[104];
    d.segment = head[105];
    out_.sender_qualifier = head.substr(32, 2);
    out_.sender = trimmed(head.substr(35, 15));
    out_.receiver_qualifier = head.substr(51, 2);
    out_.receiver = trimmed(head.substr(54, 15));
    out_.version = head.substr(84, 5);
    out_.control = head.substr(90, 9);
    out_.acknowledgement_wanted = head[100] == '1';
    out_.test = head[102] == 'T';
    // ISA11 became the repetition separator with release 00402; letters there never split data.
    if (out_.version >= "00402" && !is_letter_or_digit(head[82])) {
      d.repetition = head[82];
    }
    at_ += kIsaLength;
  }

  // The next segment with its elements; false at the end of the bytes.
  bool next(Segment& out) {
    // White space between segments is tolerated, unless it is a delimiter itself.
    while (at_ < bytes_.size() && is_filler(bytes_[at_]) &&
           bytes_[at_] != out_.delimiters.element) {
      ++at_;
    }
    if (at_ >= bytes_.size()) {
      return false;
    }
    out = Segment{};
    out.offset = at_;
    const std::size_t end = bytes_.find(out_.delimiters.segment, at_);
    if (end == std::string_view::npos) {
      cut_ = true;
      note(finding("truncated", at_,
                   "the file ends inside segment " + std::string(bytes_.substr(at_, 3)) +
                       "; everything from here on is lost"));
      at_ = bytes_.size();
      return false;
    }
    std::string_view text = bytes_.substr(at_, end - at_);
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) {
      text.remove_suffix(1);
    }
    at_ = end + 1;
    if (++segments_ > kMostSegments) {
      note(finding("too-many-segments", out.offset,
                   "more than 4,000,000 segments; the rest is not read"));
      at_ = bytes_.size();
      return false;
    }
    std::size_t start = text.find(out_.delimiters.element);
    out.id = text.substr(0, start);
    while (start != std::string_view::npos && out.elements.size() < kMostElements) {
      const std::size_t stop = text.find(out_.delimiters.element, start + 1);
      out.elements.push_back(
          text.substr(start + 1, stop == std::string_view::npos ? stop : stop - start - 1));
      start = stop;
    }
    return true;
  }

  // False when the interchange is complete.
  bool take(const Segment& s) {
    if (s.id == "GS") {
      close_group("a new group begins before GE ends this one");
      Group& group = out_.groups.emplace_back();
      group.functional_id = s.at(1);
      group.sender = trimmed(s.at(2));
      group.receiver = trimmed(s.at(3));
      group.control = s.at(6);
      group.version = s.at(8);
      in_group_ = true;
      group_offset_ = s.offset;
    } else if (s.id == "ST") {
      close_set("a new set begins before SE ends this one");
      if (!in_group_) {
        note(finding("set-outside-group", s.offset,
                     "a transaction set stands outside of every group"));
        return true;
      }
      TransactionSet& set = out_.groups.back().sets.emplace_back();
      set.type = s.at(1);
      set.control = s.at(2);
      set.segments.push_back(s);
      set_start_ = s.offset;
      in_set_ = true;
    } else if (s.id == "SE") {
      end_set(s);
    } else if (s.id == "GE") {
      end_group(s);
    } else if (s.id == "IEA") {
      end_interchange(s);
      return false;
    } else if (s.id == "TA1" && !in_group_) {
      // An interchange may hold nothing else.
    } else if (in_set_) {
      out_.groups.back().sets.back().segments.push_back(s);
    } else {
      note(finding("segment-outside-set", s.offset,
                   "segment " + std::string(s.id.substr(0, 3)) +
                       " stands outside of every set; it is lost"));
    }
    return true;
  }

  void end_set(const Segment& s) {
    if (!in_set_) {
      note(finding("se-without-st", s.offset, "SE without ST; what stands before it is lost"));
      return;
    }
    auto& set = out_.groups.back().sets.back();
    set.segments.push_back(s);
    set.bytes = bytes_.substr(set_start_, at_ - set_start_);
    in_set_ = false;
    set.whole = true;
    if (!is_number(s.at(1), set.segments.size())) {
      set.whole = false;
      set.findings.push_back(
          in_set(finding("se01-count", s.offset,
                         "SE01 says " + std::string(s.at(1)) + " segments, there are " +
                             std::to_string(set.segments.size()),
                         Severity::error, "4"),
                 set, 1));
    }
    if (s.at(2) != set.control) {
      set.whole = false;
      set.findings.push_back(in_set(
          finding("se02-control", s.offset,
                  "SE02 is " + std::string(s.at(2)) + " where ST02 is " + std::string(set.control),
                  Severity::error, "3"),
          set, 2));
    }
  }

  void end_group(const Segment& s) {
    close_set("GE comes before SE ends this set");
    if (!in_group_) {
      note(finding("ge-without-gs", s.offset, "GE without GS"));
      return;
    }
    auto& group = out_.groups.back();
    in_group_ = false;
    group.whole = true;
    if (!is_number(s.at(1), group.sets.size())) {
      group.whole = false;
      group.findings.push_back(finding("ge01-count", s.offset,
                                       "GE01 says " + std::string(s.at(1)) + " sets, there are " +
                                           std::to_string(group.sets.size()),
                                       Severity::error, "5"));
    }
    if (s.at(2) != group.control) {
      group.whole = false;
      group.findings.push_back(finding(
          "ge02-control", s.offset,
          "GE02 is " + std::string(s.at(2)) + " where GS06 is " + std::string(group.control),
          Severity::error, "4"));
    }
    std::set<std::string_view> controls;
    for (auto& set : group.sets) {
      if (!controls.insert(set.control).second) {
        set.whole = false;
        set.findings.push_back(in_set(
            finding("st02-repeated", set.segments.front().offset,
                    "ST02 " + std::string(set.control) + " names an earlier set of this group too",
                    Severity::error, "23"),
            set, 2));
      }
    }
  }

  void end_interchange(const Segment& s) {
    close_group("IEA comes before GE ends this group");
    ended_ = true;
    out_.whole = true;
    if (!is_number(s.at(1), out_.groups.size())) {
      out_.whole = false;
      note(finding("iea01-count", s.offset,
                   "IEA01 says " + std::string(s.at(1)) + " groups, there are " +
                       std::to_string(out_.groups.size())));
    }
    if (s.at(2) != out_.control) {
      out_.whole = false;
      note(finding(
          "iea02-control", s.offset,
          "IEA02 is " + std::string(s.at(2)) + " where ISA13 is " + std::string(out_.control)));
    }
  }

  void close_set(const char* why) {
    if (!in_set_) {
      return;
    }
    in_set_ = false;
    auto& set = out_.groups.back().sets.back();
    const std::size_t end = cut_ || at_ > bytes_.size() ? bytes_.size() : at_;
    set.bytes = bytes_.substr(set_start_, end - set_start_);
    set.findings.push_back(
        in_set(finding("missing-se", set_start_, why, Severity::error, "2"), set, 0));
  }

  void close_group(const char* why) {
    close_set(why);
    if (!in_group_) {
      return;
    }
    in_group_ = false;
    out_.groups.back().findings.push_back(
        finding("missing-ge", group_offset_, why, Severity::error, "3"));
  }

  void close_all() {
    close_group("the interchange ends before this set or group is complete");
    if (!ended_ && std::none_of(out_.findings.begin(), out_.findings.end(),
                                [](const Finding& f) { return f.code == "missing-iea"; })) {
      note(finding("missing-iea", out_.offset, "no IEA ends this interchange"));
    }
  }

  static Finding in_set(Finding f, const TransactionSet& set, std::size_t element) {
    f.segment = set.segments.size();
    f.segment_id = "SE";
    f.element = element;
    return f;
  }

  static bool is_number(std::string_view text, std::size_t expected) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value == expected;
  }

  void note(Finding f) { out_.findings.push_back(std::move(f)); }

  std::string_view bytes_;
  std::size_t at_;
  Interchange& out_;
  std::size_t segments_ = 0;
  std::size_t set_start_ = 0;
  std::size_t group_offset_ = 0;
  bool in_group_ = false;
  bool in_set_ = false;
  bool ended_ = false;
  bool cut_ = false;
};

}  // namespace

File read(std::string_view bytes) {
  File file;
  if (bytes.size() > kLargestInterchangeFile) {
    file.findings.push_back(finding("too-large", 0, "the file is larger than 64 MiB"));
    return file;
  }
  std::size_t at = 0;
  if (bytes.starts_with("\xef\xbb\xbf")) {
    at = 3;
    file.findings.push_back(finding("byte-order-mark", 0,
                                    "a byte-order mark stands before the data; skipped",
                                    Severity::notice));
  }
  for (;;) {
    const std::size_t isa = find_isa(bytes, at);
    const auto between = bytes.substr(at, isa == std::string_view::npos ? isa : isa - at);
    const auto noise = std::find_if_not(between.begin(), between.end(), is_filler);
    if (noise != between.end()) {
      const auto offset = at + static_cast<std::size_t>(noise - between.begin());
      file.findings.push_back(
          finding("outside-interchange", offset,
                  std::to_string(between.end() - noise) +
                      " bytes stand outside of every interchange; they are not read"));
    }
    if (isa == std::string_view::npos) {
      return file;
    }
    at = InterchangeReader(bytes, isa, file.interchanges.emplace_back()).run();
  }
}

}  // namespace crossdock::x12
