// Who is still owed what: for each destination a set of positions, kept as bitmaps of 4,096
// positions. A destination that is away for days costs a bit per message that waits, at most 512
// bytes where they are far apart.
//
// Not thread-safe; the journal guards it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "host/journal/journal.hpp"

namespace crossdock::host::journal {

class PositionSet {
 public:
  bool insert(Position position);  // false: it was there
  bool erase(Position position);   // false: it was not
  bool contains(Position position) const;
  // The first one after a position; 0 where there is none.
  Position after(Position position) const;
  std::uint64_t size() const { return size_; }

  void append_to(std::string& out) const;
  static bool read(std::string_view bytes, PositionSet& out);

 private:
  static constexpr Position kPerChunk = 4096;
  using Chunk = std::array<std::uint64_t, kPerChunk / 64>;
  std::map<Position, Chunk> chunks_;  // by position / kPerChunk; never an empty one
  std::uint64_t size_ = 0;
};

class Pending {
 public:
  PositionSet& of(std::string_view destination);
  const PositionSet* find(std::string_view destination) const;
  // Whether anybody is owed a message from `from` on and before `to`.
  bool owed_between(Position from, Position to) const;

  std::string to_bytes() const;
  static bool from_bytes(std::string_view bytes, Pending& out);

 private:
  std::map<std::string, PositionSet, std::less<>> sets_;
};

}  // namespace crossdock::host::journal
