// The lanes of one destination: pending obligations grouped by business key, in order within a key.
// At most one message of a key is out at a time; a key that must wait (a retry, a dead letter in
// front) holds back itself only.
//
// Not thread-safe: lives on the loop thread. Memory: items that can go now keep their bytes; items
// of a key that waits are kept as positions, and their bytes are read again when the key moves.
//
// Keys take turns by priority (priority.hpp). A key is as urgent as its most urgent message,
// because that one can only go after those in front of it.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crossdock/canonical/text_hash.hpp"
#include "host/delivery/priority.hpp"

namespace crossdock::host::delivery {

using Position = std::uint64_t;

// One obligation waiting for its turn.
struct Item {
  Position position = 0;
  std::uint32_t attempts = 0;  // tries that counted so far
  std::uint32_t blame = 0;     // see dispatcher.hpp: workers lost while this was out
  std::int64_t recorded_at_ns = 0;
  bool find_first = false;  // an earlier try ended in doubt: look before writing
  Priority priority = Priority::normal;
  std::int16_t spends = -1;  // the operation of an account's budget, by its number; -1: none
  std::shared_ptr<const std::string>
      bytes;  // canonical wire form; null when only the position is kept
};

// Why a lane does not move.
enum class Wait : std::uint8_t { none, out, retry, budget, dead_letter };

class Lanes {
 public:
  struct Lane {
    std::string key;
    std::deque<Item> items;
    Wait wait = Wait::none;
    bool queued = false;  // its turn comes in the queue `stands`
    Priority stands = Priority::normal;
    std::uint32_t places = 0;  // in all queues, those included that it has left for a better one
    std::array<std::uint32_t, kPriorities> counts{};  // of its messages
    std::uint64_t ticket = 0;                         // of the budget; with Wait::none: granted
    Priority asked = Priority::normal;                // of that ticket
    Priority priority() const;                        // of its most urgent message
  };
  // Which priorities take() may look at, as bits.
  static constexpr unsigned kAllPriorities = (1u << kPriorities) - 1;

  // Appends at the end of its key's lane. An empty key is a lane of its own per message.
  void add(std::string_view key, Item item);
  // The next item that may go out; marks its lane as out. Null when nothing is ready.
  Lane* take(unsigned priorities = kAllPriorities);
  // The item in front of the lane is settled: drops it and lets the lane move on.
  void settled(Lane& lane);
  // The item in front stays and is tried again (at once, if `wait` is none). One that waits for its
  // budget keeps its bytes.
  void again(Lane& lane, Wait wait);
  // The retry time came, or an operator dealt with the dead letter in front.
  void release(Lane& lane);
  // The item in front became a dead letter: drops it and holds the lane until `release`.
  void park_behind_dead_letter(Lane& lane);
  // At start: the key has a dead letter from before.
  void park(std::string_view key);
  // Opens the lane of `key` again where it waits behind a dead letter; false where none waits.
  bool unpark(std::string_view key);
  // An operator gave a dead letter back: it goes out before everything else of its key.
  void add_front(std::string_view key, Item item);

  Lane* find(std::string_view key);
  std::size_t loaded() const { return items_; }
  std::size_t loaded_bytes() const { return bytes_; }
  std::size_t ready() const;
  std::size_t parked_lanes() const { return parked_; }

 private:
  Lane& lane_of(std::string_view key);
  void enqueue(Lane& lane, bool front);
  Lane* take_from(Priority priority);
  void counted(Lane& lane, const Item& item);
  void drop_front(Lane& lane);
  void forget_bytes(Lane& lane);
  void erase_if_empty(Lane& lane);

  canonical::ByText<Lane> lanes_;
  std::array<std::deque<Lane*>, kPriorities> ready_;
  Turns turns_;
  std::uint64_t keyless_ = 0;  // makes the keys of messages that have none
  std::size_t items_ = 0;
  std::size_t bytes_ = 0;
  std::size_t parked_ = 0;
};

}  // namespace crossdock::host::delivery
