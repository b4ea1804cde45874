#include "host/journal/pending.hpp"

#include <algorithm>
#include <bit>

#include "host/journal/records.hpp"

namespace crossdock::host::journal {

bool PositionSet::insert(Position position) {
  auto& word = chunks_[position / kPerChunk][position % kPerChunk / 64];
  const std::uint64_t bit = std::uint64_t{1} << (position % 64);
  const bool fresh = (word & bit) == 0;
  word |= bit;
  size_ += fresh ? 1 : 0;
  return fresh;
}

bool PositionSet::erase(Position position) {
  const auto found = chunks_.find(position / kPerChunk);
  if (found == chunks_.end()) {
    return false;
  }
  auto& word = found->second[position % kPerChunk / 64];
  const std::uint64_t bit = std::uint64_t{1} << (position % 64);
  if ((word & bit) == 0) {
    return false;
  }
  word &= ~bit;
  --size_;
  if (word == 0 && std::all_of(found->second.begin(), found->second.end(),
                               [](std::uint64_t one) { return one == 0; })) {
    chunks_.erase(found);
  }
  return true;
}

bool PositionSet::contains(Position position) const {
  const auto found = chunks_.find(position / kPerChunk);
  return found != chunks_.end() &&
         (found->second[position % kPerChunk / 64] >> (position % 64) & 1) != 0;
}

Position PositionSet::after(Position position) const {
  const Position from = position + 1;
  for (auto chunk = chunks_.lower_bound(from / kPerChunk); chunk != chunks_.end(); ++chunk) {
    const bool same = chunk->first == from / kPerChunk;
    for (std::size_t i = same ? from % kPerChunk / 64 : 0; i < chunk->second.size(); ++i) {
      std::uint64_t word = chunk->second[i];
      if (same && i == from % kPerChunk / 64) {
        word &= ~std::uint64_t{0} << (from % 64);
      }
      if (word != 0) {
        return chunk->first * kPerChunk + i * 64 + static_cast<Position>(std::countr_zero(word));
      }
    }
  }
  return 0;
}

void PositionSet::append_to(std::string& out) const {
  put_u64(size_, out);
  put_u32(static_cast<std::uint32_t>(chunks_.size()), out);
  for (const auto& [number, chunk] : chunks_) {
    put_u64(number, out);
    for (const auto word : chunk) {
      put_u64(word, out);
    }
  }
}

bool PositionSet::read(std::string_view bytes, PositionSet& out) {
  Reader in(bytes);
  out.size_ = in.u64();
  for (auto count = in.u32(); count > 0 && in.good(); --count) {
    auto& chunk = out.chunks_[in.u64()];
    for (auto& word : chunk) {
      word = in.u64();
    }
  }
  return in.good();
}

PositionSet& Pending::of(std::string_view destination) {
  const auto found = sets_.find(destination);
  return found != sets_.end() ? found->second : sets_[std::string(destination)];
}

const PositionSet* Pending::find(std::string_view destination) const {
  const auto found = sets_.find(destination);
  return found == sets_.end() ? nullptr : &found->second;
}

bool Pending::owed_between(Position from, Position to) const {
  return std::any_of(sets_.begin(), sets_.end(), [&](const auto& one) {
    const auto next = one.second.after(from - 1);
    return next != 0 && next < to;
  });
}

std::string Pending::to_bytes() const {
  std::string out;
  put_u32(static_cast<std::uint32_t>(sets_.size()), out);
  for (const auto& [destination, set] : sets_) {
    std::string bytes;
    set.append_to(bytes);
    put_text(destination, out);
    put_text(bytes, out);
  }
  return out;
}

bool Pending::from_bytes(std::string_view bytes, Pending& out) {
  Reader in(bytes);
  for (auto count = in.u32(); count > 0 && in.good(); --count) {
    auto& set = out.of(in.text());
    if (!PositionSet::read(in.text(), set)) {
      return false;
    }
  }
  return in.good();
}

}  // namespace crossdock::host::journal
