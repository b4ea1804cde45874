// A whole file as a tree, for those who want a set before them at once: mappings, tests, the
// connector. The reader's events, kept; see reader/ for reading without holding anything.
//
// Pure; the tree borrows from the bytes. Bounds: see the constants; beyond them it refuses.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12 {

inline constexpr std::size_t kLargestInterchangeFile = 64u << 20;  // bytes
inline constexpr std::size_t kMostSegments = 4'000'000;

struct Segment {
  std::string_view id;
  std::vector<std::string_view> elements;  // elements[0] is element 01
  std::size_t offset = 0;                  // bytes of the file before it

  // Element by its number from 1; empty where it is not there.
  std::string_view at(std::size_t number) const {
    return number >= 1 && number <= elements.size() ? elements[number - 1] : std::string_view();
  }
};

struct TransactionSet {
  SetHead head;
  std::string_view type;          // ST01
  std::string_view control;       // ST02
  std::vector<Segment> segments;  // ST to SE
  std::string_view bytes;         // exactly as they stand in the file
  char status = 'R';              // A, E or R (AK501)
  std::vector<Finding> findings;
  bool usable() const { return status != 'R'; }
};

struct Group {
  GroupHead head;
  std::string_view functional_id;  // GS01
  std::string_view sender;
  std::string_view receiver;
  std::string_view control;  // GS06
  std::string_view version;  // GS08
  std::vector<TransactionSet> sets;
  bool whole = false;  // no finding of the group itself is an error
  GroupEnd end;
  std::vector<Finding> findings;
};

struct Interchange {
  InterchangeHead head;
  Delimiters delimiters;
  std::string_view sender_qualifier, sender, receiver_qualifier, receiver;  // padding removed
  std::string_view control;                                                 // ISA13
  std::string_view version;                                                 // ISA12
  bool acknowledgement_wanted = false;                                      // ISA14
  bool test = false;                                                        // ISA15 = T
  std::size_t offset = 0;
  std::string_view bytes;
  std::vector<Segment> segments;  // TA1 and others outside of groups
  std::vector<Group> groups;
  bool whole = false;  // no finding of the interchange itself is an error
  InterchangeEnd end;
  std::vector<Finding> findings;
};

struct File {
  std::deque<Interchange> interchanges;  // a tree that grows does not move
  std::vector<Finding> findings;         // outside of every interchange
  // Text of segments that lines were wrapped through; the tree borrows from it too.
  std::shared_ptr<std::deque<std::string>> rewritten;
};

// Builds the tree from events; the bytes are those that the reader reads.
class DocumentSink final : public Sink {
 public:
  DocumentSink(std::string_view bytes, File& out);
  void interchange_begins(const InterchangeHead& head) override;
  void interchange_segment(const SegmentView& segment) override;
  void group_begins(const GroupHead& head) override;
  void set_begins(const SetHead& head) override;
  void segment(const SegmentView& segment, std::uint32_t position) override;
  void set_ends(const SetEnd& end) override;
  void group_ends(const GroupEnd& end) override;
  void interchange_ends(const InterchangeEnd& end) override;
  void finding(const Finding& finding) override;

 private:
  Segment kept(const SegmentView& segment);

  std::string_view bytes_;
  File& out_;
  bool in_interchange_ = false, in_group_ = false, in_set_ = false;
  std::size_t segments_ = 0;
};

// The envelopes and segments; grammars are not asked (see check/).
File read(std::string_view bytes, const Policy& policy = Policy());

}  // namespace crossdock::x12
