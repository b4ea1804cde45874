// What reading tells, as lines of JSON: one object per line, `kind` and `file` in each. Positions
// count from 1, bytes included: the first byte of a file is offset 1.
#pragma once

#include <ostream>
#include <string>

#include "plugins/edi_x12/command/tally.hpp"

namespace crossdock::x12::command {

// Text as JSON. Bytes that are not UTF-8 are taken as Latin-1, so that the line is always valid.
void append_json_text(std::string& out, std::string_view text);

class JsonLines final : public Counting {
 public:
  JsonLines(std::string file, std::ostream& out) : file_(std::move(file)), out_(out) {}
  ~JsonLines() override { flush(); }

  void interchange_begins(const InterchangeHead& head) override;
  void interchange_segment(const SegmentView& segment) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void set_ends(const SetEnd& end) override;
  void group_ends(const GroupEnd& end) override;
  void interchange_ends(const InterchangeEnd& end) override;
  void finding(const Finding& finding) override;
  void file_ends();
  void flush();

 private:
  void begin(std::string_view kind);
  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::uint64_t value);
  // A position; null where it does not apply.
  void place(std::string_view key, std::uint64_t value);
  void end();

  std::string file_;
  std::ostream& out_;
  std::string buffer_;
  std::uint32_t interchange_ = 0, group_ = 0;
  SetHead set_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false;
};

// The counts of one file, or of all of them (kind "total", no file).
std::string summary_line(const std::string& file, const Tally& tally);

}  // namespace crossdock::x12::command
