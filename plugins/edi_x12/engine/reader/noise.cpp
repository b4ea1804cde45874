#include "plugins/edi_x12/engine/reader/noise.hpp"

#include <algorithm>

#include "plugins/edi_x12/engine/reader/isa.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '\x1a' || c == '\f';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// An ISA, GS, ST or IEA with a separator and what commonly follows it.
bool has_x12_words(std::string_view text) {
  for (std::size_t i = 0; i + 6 < text.size(); ++i) {
    if (i > 0 && is_letter_or_digit(text[i - 1])) {
      continue;
    }
    const auto word = text.substr(i, 3);
    const auto after = text.substr(i + 3);
    if (word == "ISA" || word == "IEA") {
      if (!is_letter_or_digit(after[0]) && after[0] != ' ' && is_digit(after[1])) {
        return true;
      }
    }
    if (is_letter_or_digit(word[2]) || word[2] == ' ') {
      continue;
    }
    if (word.starts_with("GS") && is_capital(after[0]) && is_capital(after[1]) &&
        after[2] == word[2]) {
      return true;
    }
    if (word.starts_with("ST") && is_digit(after[0]) && is_digit(after[1]) && is_digit(after[2]) &&
        after.size() > 3 && after[3] == word[2]) {
      return true;
    }
  }
  return false;
}

}  // namespace

void Noise::take(std::string_view bytes, std::uint64_t offset, Lexer& lexer) {
  if (bytes.empty()) {
    return;
  }
  last = bytes.back();
  if (head_.size() < 16) {
    head_ += bytes.substr(0, 16 - head_.size());
  }
  if (bytes_ == 0) {
    first_ = offset;
    line_ = lexer.line_of(first_);
    if (offset == 0 && bytes.starts_with(kMark)) {
      mark_ = true;
      bytes.remove_prefix(kMark.size());
      offset += kMark.size();
      bytes_ += kMark.size();
    }
  }
  bytes_ += bytes.size();
  const auto word = std::find_if_not(bytes.begin(), bytes.end(), is_blank);
  if (word == bytes.end()) {
    tail_.clear();
    return;
  }
  if (words_ == 0) {
    first_ = offset + static_cast<std::uint64_t>(word - bytes.begin());
    line_ = lexer.line_of(first_);
  }
  words_ += static_cast<std::uint64_t>(
      std::count_if(word, bytes.end(), [](char c) { return !is_blank(c); }));
  tail_ += bytes;
  like_x12_ = like_x12_ || has_x12_words(tail_);
  tail_.erase(0, tail_.size() > 16 ? tail_.size() - 16 : 0);
}

std::optional<Finding> Noise::verdict(bool at_end) const {
  Finding f;
  f.offset = first_;
  f.line = line_;
  if (words_ != 0) {
    f.code = like_x12_ ? Code::lost_interchange : Code::noise_outside;
    f.message = std::to_string(words_) + " bytes, beginning with \"" + printable(head_) + "\", " +
                (like_x12_ ? "look like X12, but no readable ISA stands before them; they are lost"
                           : "stand outside of every interchange; they are passed over");
    return f;
  }
  if (mark_) {
    f.code = Code::byte_order_mark;
    f.offset = 0;
    f.line = 1;
    f.message = "a byte-order mark stands before the data; it is passed over";
    return f;
  }
  if (bytes_ == 0 || head_ == "\n" || head_ == "\r\n" || head_ == "\r") {
    return std::nullopt;
  }
  f.code = Code::blanks_outside;
  f.message = std::to_string(bytes_) + " blanks or control characters stand " +
              (at_end ? "behind the last interchange" : "before an interchange") +
              "; they are passed over";
  return f;
}

std::string Noise::why_not_x12() const {
  if (bytes_ == 0) {
    return "the file is empty";
  }
  std::string_view head = head_;
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff") ||
      (head.size() > 3 && (head.substr(0, 4) == std::string_view("I\0S\0", 4) ||
                           head.substr(0, 4) == std::string_view("\0I\0S", 4)))) {
    return "the file is text of two bytes per character (UTF-16); convert it to ASCII first";
  }
  if (head.starts_with("UNA") || head.starts_with("UNB")) {
    return "the file looks like EDIFACT, not X12";
  }
  if (head.starts_with("ISA") && head.size() > 3 && !is_letter_or_digit(head[3])) {
    return "nothing in the file can be read as X12: its ISA is not whole; sixteen elements and a "
           "segment terminator must stand in it";
  }
  return "nothing in the file can be read as X12: no ISA with its sixteen elements stands in it; "
         "it "
         "begins with \"" +
         printable(head) + "\"";
}

}  // namespace crossdock::x12
