#include "host/journal/retention.hpp"

#include <set>

namespace crossdock::host::journal {
namespace {

namespace rdb = rocksdb;

// Positions of dead letters that nobody has dealt with.
std::set<Position> open_dead_letters(const IndexTables& tables) {
  std::set<Position> out;
  tables.walk(Table::dead, {}, {}, [&](std::string_view key, std::string_view value) {
    if (key.size() > 8 && !value.empty() && value.front() == 0) {
      out.insert(Reader(key.substr(key.size() - 8)).u64());
    }
    return true;
  });
  return out;
}

bool holds_any(const std::set<Position>& positions, Position from, Position to) {
  const auto found = positions.lower_bound(from);
  return found != positions.end() && *found < to;
}

// Rows of closed dead letters whose message goes.
void forget_dead_letters(IndexTables& tables, Position from, Position to) {
  rdb::WriteBatch batch;
  tables.walk(Table::dead, {}, {}, [&](std::string_view key, std::string_view) {
    const auto position = key.size() > 8 ? Reader(key.substr(key.size() - 8)).u64() : 0;
    if (position >= from && position < to) {
      batch.Delete(tables.handle(Table::dead), slice(key));
    }
    return true;
  });
  if (batch.Count() > 0) {
    tables.write(batch);  // a row that stays leads nowhere and is taken away with the next file
  }
}

}  // namespace

void forget_old_files(SegmentLog& log, IndexTables& tables, const Balance& balance,
                      FileNumber checkpointed, std::int64_t oldest_ns) {
  const auto files = log.files();
  std::optional<std::set<Position>> open;
  bool first_kept = true;
  for (std::size_t i = 0; i + 1 < files.size(); ++i) {
    const auto& file = files[i];
    const auto& next = files[i + 1];
    // What the next file begins with is not older than anything in this one.
    const auto newer = log.record_at({next.number, 0});
    if (file.number >= checkpointed || !newer || newer->recorded_at_ns >= oldest_ns) {
      break;
    }
    if (!open) {
      open = open_dead_letters(tables);
    }
    bool held = holds_any(*open, file.first, next.first);
    {
      const std::lock_guard lock(balance.mutex);
      held = held || balance.pending.owed_between(file.first, next.first);
    }
    if (!held) {
      forget_dead_letters(tables, file.first, next.first);
      log.remove(file.number);
      if (first_kept) {
        tables.set_floor(next.first, next.number);
      }
    } else {
      first_kept = false;
    }
  }
}

}  // namespace crossdock::host::journal
