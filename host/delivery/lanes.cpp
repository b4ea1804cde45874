#include "host/delivery/lanes.hpp"

namespace crossdock::host::delivery {
namespace {

std::size_t size_of(const Item& item) { return item.bytes ? item.bytes->size() : 0; }

}  // namespace

void Lanes::add(std::string_view key, Item item) {
  std::string own_key;
  if (key.empty()) {
    // '\x01' cannot stand in a business key, so these never meet a real one.
    own_key = "\x01" + std::to_string(++keyless_);
    key = own_key;
  }
  Lane& lane = lane_of(key);
  if (lane.wait == Wait::retry || lane.wait == Wait::dead_letter) {
    item.bytes.reset();
  }
  counted(lane, item);
  lane.items.push_back(std::move(item));
  enqueue(lane, false);
}

Priority Lanes::Lane::priority() const {
  for (std::size_t i = 0; i < kPriorities; ++i) {
    if (counts[i] > 0) {
      return static_cast<Priority>(i);
    }
  }
  return Priority::normal;
}

// A key that has become more urgent stands in another queue from now on. Its old place stays and is
// passed over, because taking it out would cost a walk through the queue.
void Lanes::counted(Lane& lane, const Item& item) {
  ++items_;
  bytes_ += size_of(item);
  ++lane.counts[static_cast<std::size_t>(item.priority)];
  if (lane.queued && lane.priority() < lane.stands) {
    lane.queued = false;
    enqueue(lane, false);
  }
}

void Lanes::drop_front(Lane& lane) {
  const auto& item = lane.items.front();
  --items_;
  bytes_ -= size_of(item);
  --lane.counts[static_cast<std::size_t>(item.priority)];
  lane.items.pop_front();
}

void Lanes::add_front(std::string_view key, Item item) {
  if (key.empty()) {
    add(key, std::move(item));
    return;
  }
  auto found = lanes_.find(key);
  if (found == lanes_.end()) {
    add(key, std::move(item));
    return;
  }
  Lane& lane = found->second;
  counted(lane, item);
  // While the front item is out it must stay in front: its answer is for it.
  const bool taken = lane.wait == Wait::out || lane.wait == Wait::budget || lane.ticket != 0;
  lane.items.insert(taken ? lane.items.begin() + 1 : lane.items.begin(), std::move(item));
  if (lane.wait == Wait::dead_letter) {
    release(lane);
  } else {
    enqueue(lane, false);
  }
}

void Lanes::park(std::string_view key) {
  if (key.empty()) {
    return;
  }
  Lane& lane = lane_of(key);
  if (lane.wait == Wait::none) {
    lane.wait = Wait::dead_letter;
    ++parked_;
    forget_bytes(lane);
  }
}

Lanes::Lane* Lanes::take(unsigned priorities) {
  for (const auto priority : turns_.order()) {
    if ((priorities >> static_cast<unsigned>(priority) & 1u) != 0) {
      if (Lane* lane = take_from(priority)) {
        turns_.taken();
        return lane;
      }
    }
  }
  return nullptr;
}

Lanes::Lane* Lanes::take_from(Priority priority) {
  auto& queue = ready_[static_cast<std::size_t>(priority)];
  while (!queue.empty()) {
    Lane* lane = queue.front();
    queue.pop_front();
    --lane->places;
    if (!lane->queued || lane->stands != priority) {
      erase_if_empty(*lane);  // an old place
      continue;
    }
    lane->queued = false;
    if (lane->wait == Wait::none && !lane->items.empty()) {
      lane->wait = Wait::out;
      return lane;
    }
    erase_if_empty(*lane);
  }
  return nullptr;
}

std::size_t Lanes::ready() const {
  std::size_t out = 0;
  for (const auto& queue : ready_) {
    out += queue.size();
  }
  return out;
}

void Lanes::settled(Lane& lane) {
  drop_front(lane);
  lane.wait = Wait::none;
  if (lane.items.empty()) {
    erase_if_empty(lane);
  } else {
    enqueue(lane, false);
  }
}

void Lanes::again(Lane& lane, Wait wait) {
  lane.wait = wait;
  if (wait == Wait::none) {
    enqueue(lane, true);
  } else if (wait != Wait::budget) {
    forget_bytes(lane);
  }
}

void Lanes::release(Lane& lane) {
  if (lane.wait == Wait::dead_letter) {
    --parked_;
  }
  lane.wait = Wait::none;
  if (lane.items.empty()) {
    erase_if_empty(lane);
  } else {
    enqueue(lane, false);
  }
}

void Lanes::park_behind_dead_letter(Lane& lane) {
  drop_front(lane);
  // A message without a key has nobody behind it.
  if (lane.key.starts_with('\x01')) {
    lane.wait = Wait::none;
    erase_if_empty(lane);
    return;
  }
  lane.wait = Wait::dead_letter;
  ++parked_;
  forget_bytes(lane);
}

bool Lanes::unpark(std::string_view key) {
  Lane* lane = find(key);
  if (lane == nullptr || lane->wait != Wait::dead_letter) {
    return false;
  }
  release(*lane);
  return true;
}

Lanes::Lane* Lanes::find(std::string_view key) {
  const auto found = lanes_.find(key);
  return found == lanes_.end() ? nullptr : &found->second;
}

void Lanes::enqueue(Lane& lane, bool front) {
  if (lane.queued || lane.wait != Wait::none) {
    return;
  }
  lane.queued = true;
  lane.stands = lane.priority();
  ++lane.places;
  auto& queue = ready_[static_cast<std::size_t>(lane.stands)];
  if (front) {
    queue.push_front(&lane);
  } else {
    queue.push_back(&lane);
  }
}

void Lanes::forget_bytes(Lane& lane) {
  for (auto& item : lane.items) {
    bytes_ -= size_of(item);
    item.bytes.reset();
  }
}

void Lanes::erase_if_empty(Lane& lane) {
  // A lane that still stands in ready_ is erased when its turn comes.
  if (lane.items.empty() && lane.wait == Wait::none && lane.places == 0) {
    lanes_.erase(lanes_.find(lane.key));
  }
}

Lanes::Lane& Lanes::lane_of(std::string_view key) {
  auto found = lanes_.find(key);
  if (found == lanes_.end()) {
    found = lanes_.emplace(std::string(key), Lane{}).first;
    found->second.key = found->first;
  }
  return found->second;
}

}  // namespace crossdock::host::delivery
