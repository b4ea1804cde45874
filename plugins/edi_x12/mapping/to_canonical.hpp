// Reads transaction sets into canonical JSON by a mapping, segment by segment as they come: values
// are kept in reused memory until the set is whole, then written out as one text. Nothing is built
// in between, so that a set costs its own bytes and little more.
//
// A plan (mapping and grammar joined) is immutable and may be shared; a reader belongs to one
// thread. Views given to `segment` need only live for the call.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

// Values that X12 does not hold and the caller knows: channel, customer, currency ...
using Given = std::map<std::string, std::string, std::less<>>;

// Bounds of one document.
inline constexpr std::size_t kMostRecords = 1'000'000;
inline constexpr std::size_t kMostMappedBytes = 256u << 20;
inline constexpr std::size_t kMostProblems = 100;

struct ReadPlan;
// Throws GrammarError when the mapping names what the grammar does not have. Both must outlive it.
std::shared_ptr<const ReadPlan> plan_reading(const MapTable& table, const Grammar& grammar);

class CanonicalReader {
 public:
  explicit CanonicalReader(std::shared_ptr<const ReadPlan> plan);
  ~CanonicalReader();
  CanonicalReader(const CanonicalReader&) = delete;
  CanonicalReader& operator=(const CanonicalReader&) = delete;

  // Of a set: `begin`, every segment with ST and SE, `end`. A component separator of 0: none.
  void begin(const Given& given, char component_separator);
  // elements[0] is element 01.
  void segment(std::string_view id, const std::string_view* elements, std::size_t count);
  // Appends the document, one JSON object and a line end; of an 856 about several orders one for
  // each, in which what stands before the first order comes again. False when something is missing
  // or wrong; `problems` then says all of it and nothing is appended.
  bool end(std::string& out);

  const std::vector<std::string>& problems() const;
  // What the mapping has no row for, each once: segments by their kind, "N9", "SAC[01=N]", and
  // elements of segments that it does know, "TD1[03=xyz]".
  const std::vector<std::string>& unmapped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::x12
