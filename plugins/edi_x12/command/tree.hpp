// What reading tells, for people: interchanges, groups and sets as an indented tree with their
// findings beneath them.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "plugins/edi_x12/command/tally.hpp"

namespace crossdock::x12::command {

class Tree final : public Counting {
 public:
  Tree(const std::string& file, std::ostream& out, bool colour);

  void interchange_begins(const InterchangeHead& head) override;
  void interchange_segment(const SegmentView& segment) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void set_ends(const SetEnd& end) override;
  void group_ends(const GroupEnd& end) override;
  void interchange_ends(const InterchangeEnd& end) override;
  void finding(const Finding& finding) override;
  void file_ends();

 private:
  void print(const Finding& finding, int depth);
  std::string painted(const char* colour, const std::string& text) const;
  std::string status(char status) const;

  std::ostream& out_;
  bool colour_;
  SetHead set_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false;
  std::vector<Finding> held_;  // of the set under way: its line comes first
};

// "3 sets: 2 accepted, 1 rejected; 1 error, 2 notices"
std::string in_words(const Tally& tally);

}  // namespace crossdock::x12::command
