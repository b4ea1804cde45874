// Acknowledgements that partners send us, read: what a TA1, 997 or 999 says of an interchange, a
// group or a set of ours (X12.20 997, X12.56 TA1, 005010X231 999).
//
// Belongs to the reader's thread. Bounded: so many notes of a set are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/engine/lexer/lexer.hpp"

namespace crossdock::x12 {

// One thing that the partner has to say against us.
struct ReceivedNote {
  std::string code;   // AK304 8, AK502 4: where it is from and what it is
  std::string words;  // what the code means, and the value that stood there
  std::string where;  // segment BEG 2, element 3
};

struct ReceivedAcknowledgement {
  std::string interchange;    // TA101; empty in a 997 or 999
  std::string functional_id;  // AK101
  std::string group;          // AK102
  std::string set_type;       // AK201; empty: the group as a whole
  std::string set;            // AK202
  std::string status;         // TA104, AK901 or AK501, as it stands
  std::vector<ReceivedNote> notes;
};

ReceivedAcknowledgement read_ta1(const SegmentView& ta1);

// Reads the segments of one 997 or 999 after the other.
class AcknowledgementReader {
 public:
  static constexpr std::size_t kMostNotes = 100;  // of one set
  static bool reads(std::string_view set_type) { return set_type == "997" || set_type == "999"; }

  void segment(const SegmentView& segment);
  // What was said, set by set; where no set is named, of the group. Begins anew.
  std::vector<ReceivedAcknowledgement> take();

 private:
  ReceivedAcknowledgement group_, set_;
  std::vector<ReceivedAcknowledgement> all_;
  std::string at_;  // AK3 that AK4s belong to
  bool in_set_ = false;
  bool ended_ = false;  // AK9 was there
};

}  // namespace crossdock::x12
