// Reads transaction sets into canonical JSON by a mapping, segment by segment as they come: where
// values stand is kept in reused memory until the set is whole, then the documents are written out
// as text. Nothing is built in between, so that a set costs its own bytes and little more.
//
// A program (mapping and grammar joined) is immutable and may be shared; a reader belongs to one
// thread. Views given to `segment` need only live for the call.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

// Values that X12 does not hold and the caller knows: channel, customer, currency ...
using Given = std::map<std::string, std::string, std::less<>>;

struct SegmentView;

// A mapping compiled for a grammar (program.hpp).
struct Program;
// Throws GrammarError when the mapping names what the grammar does not have. The grammar must
// outlive it.
std::shared_ptr<const Program> compile(const MapTable& table, const Grammar& grammar);

class CanonicalReader {
 public:
  explicit CanonicalReader(std::shared_ptr<const Program> program);
  ~CanonicalReader();
  CanonicalReader(const CanonicalReader&) = delete;
  CanonicalReader& operator=(const CanonicalReader&) = delete;

  // Of a set: `begin`, every segment with ST and SE, `end`. A component separator of 0: none.
  void begin(const Given& given, char component_separator);
  // The next set, with what was given last.
  void begin_next();
  void segment(const SegmentView& segment);
  // Several in a row, as Sink::segments has them.
  void segments(std::span<const SegmentView> run);
  // A segment in parts that stand anywhere; elements[0] is element 01.
  void segment(std::string_view id, const std::string_view* elements, std::size_t count);
  // The documents, a JSON object each: one, but of an 856 about several orders one for each, in
  // which what stands before the first order comes again. None when something is missing or wrong;
  // `problems` then says all of it. Valid until the next `begin`.
  const std::vector<std::string_view>& end();

  const std::vector<std::string>& problems() const;
  // What the mapping has no row for, each once, kMostProblems of them: segments by their kind,
  // "N9", "SAC[01=N]", and elements of segments that it does know, "TD1[03=xyz]".
  const std::vector<std::string>& unmapped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crossdock::x12
