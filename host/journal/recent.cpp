#include "host/journal/recent.hpp"

#include <xxhash.h>

#include <algorithm>

namespace crossdock::host::journal {
namespace {

constexpr std::size_t kFirstSlots = 1024;

std::uint64_t not_zero(std::uint64_t hash) { return hash == 0 ? 1 : hash; }

}  // namespace

std::uint64_t hash_of(std::string_view text) {
  return not_zero(XXH3_64bits(text.data(), text.size()));
}

std::uint64_t hash_of(std::string_view actor, std::string_view idempotency_key) {
  return not_zero(XXH3_64bits_withSeed(idempotency_key.data(), idempotency_key.size(),
                                       XXH3_64bits(actor.data(), actor.size())));
}

void InboxTable::insert(std::uint64_t hash, Position position) {
  if (size_ * 10 >= slots_.size() * 6) {
    std::vector<Slot> old(std::max(kFirstSlots, slots_.size() * 2));
    old.swap(slots_);
    size_ = 0;
    for (const auto& slot : old) {
      if (slot.hash != 0) {
        insert(slot.hash, slot.position);
      }
    }
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].hash != 0 && slots_[at].hash != hash) {
    at = (at + 1) & mask;
  }
  size_ += slots_[at].hash == 0 ? 1 : 0;
  slots_[at] = {hash, position};
}

Position InboxTable::find(std::uint64_t hash) const {
  if (slots_.empty()) {
    return 0;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at].hash != 0; at = (at + 1) & mask) {
    if (slots_[at].hash == hash) {
      return slots_[at].position;
    }
  }
  return 0;
}

void Recent::add(const std::vector<Key>& keys, const std::vector<Event>& events) {
  const std::lock_guard lock(mutex_);
  keys_.insert(keys_.end(), keys.begin(), keys.end());
  events_.insert(events_.end(), events.begin(), events.end());
}

void Recent::find(std::uint64_t key, std::vector<Position>& out) const {
  const std::lock_guard lock(mutex_);
  for (const auto& one : keys_) {
    if (one.hash == key) {
      out.push_back(one.position);
    }
  }
}

void Recent::find(const std::vector<Position>& positions, std::vector<EventPlace>& out) const {
  const std::lock_guard lock(mutex_);
  for (const auto& one : events_) {
    if (std::binary_search(positions.begin(), positions.end(), one.position)) {
      out.push_back({one.position, {file_, one.record}, one.place});
    }
  }
}

std::shared_ptr<Recent> Recents::begin(FileNumber file) {
  auto recent = std::make_shared<Recent>(file);
  const std::lock_guard lock(mutex_);
  files_.push_back(recent);
  return recent;
}

void Recents::drop(FileNumber file) {
  const std::lock_guard lock(mutex_);
  std::erase_if(files_, [&](const auto& one) { return one->file() == file; });
}

std::vector<std::shared_ptr<const Recent>> Recents::all() const {
  const std::lock_guard lock(mutex_);
  return files_;
}

}  // namespace crossdock::host::journal
