// Many sets in few interchanges, or one by one: sets for one partner are gathered into groups by
// kind and into interchanges up to the partner's limits.
//
// Deterministic: the same sets, limits and numbers give the same bytes. One thread at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plugins/edi_x12/engine/writer/numbers.hpp"
#include "plugins/edi_x12/engine/writer/writer.hpp"

namespace crossdock::x12 {

// A set without ST and SE. Values may hold kComponentMark and kRepetitionMark.
struct OutgoingSet {
  std::string functional_id;  // GS01
  std::string type;           // ST01
  std::string convention;     // ST03, may be empty
  struct Line {
    std::string id;
    std::vector<std::string> elements;
  };
  std::vector<Line> segments;
};

struct BatchLimits {
  std::size_t sets = 0;   // of an interchange; 0: no limit
  std::size_t bytes = 0;  // of an interchange; 0: no limit. A single larger set stands alone
};

class Batch {
 public:
  // `numbers` is borrowed. `give` gets each interchange when it is complete.
  Batch(EnvelopeSettings settings, BatchLimits limits, ControlNumberSource& numbers,
        std::function<void(std::string)> give);

  // Throws NotWritable for a set that cannot be written; sets that were added before are not lost.
  void add(const OutgoingSet& set);
  // What is still gathered, as the last interchange.
  void finish();

 private:
  std::size_t size_of(const OutgoingSet& set) const;
  EnvelopeSettings settings_;
  BatchLimits limits_;
  ControlNumberSource& numbers_;
  std::function<void(std::string)> give_;
  std::vector<OutgoingSet> gathered_;
  std::size_t bytes_ = 0;
};

}  // namespace crossdock::x12
