// The functional acknowledgement (997) of a received group: what was taken, what was not, and where
// it was wrong.
#pragma once

#include <string>
#include <vector>

#include "plugins/edi_x12/engine/reader.hpp"
#include "plugins/edi_x12/engine/writer.hpp"

namespace crossdock::x12 {

struct SetVerdict {
  std::string type;
  std::string control;
  char status = 'A';  // A accepted, E accepted with errors, R rejected (AK501)
  std::vector<Finding> findings;
};

struct GroupVerdict {
  std::string functional_id;
  std::string control;
  std::vector<SetVerdict> sets;
  std::vector<Finding> findings;
  std::size_t declared = 0;  // GE01, or the number of sets where it is missing
  char status() const;       // A, E, P or R (AK901)
};

// Judges what reading and the grammar found.
GroupVerdict judge(const Group& group);

// The 997 as a whole interchange.
std::string write_997(const GroupVerdict& verdict, const EnvelopeSettings& settings,
                      Control control);

}  // namespace crossdock::x12
