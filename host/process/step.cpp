#include "host/process/step.hpp"

#include <algorithm>
#include <optional>

#include "host/process/counters.hpp"
#include "host/process/handlers.hpp"
#include "host/process/timers.hpp"
#include "host/process/transfers/balancing.hpp"

namespace crossdock::host::process {
namespace {

constexpr std::string_view kClock = "clock";

// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (2014), the mixing function.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

// FNV-1a, 64 bits.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t out = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return out;
}

}  // namespace

canonical::IdSource ids_of(std::string_view name, std::int64_t at_ns) {
  return {[at_ns] { return at_ns; },
          [state = hash_of(name) ^ mixed(static_cast<std::uint64_t>(at_ns))]() mutable {
            return mixed(state += 0x9e3779b97f4a7c15ULL);
          }};
}

std::int64_t store_clock(journal::Database& db) { return counter_of(db, kClock); }

std::string apply_message(journal::Database& db, const Settings& settings,
                          std::int64_t recorded_at_ns, const canonical::MessageView& message,
                          Undo undo) {
  const auto clock_ns = store_clock(db);
  const auto now_ns = std::max(recorded_at_ns, clock_ns);
  run_timers(db, settings, now_ns);
  if (now_ns != clock_ns) {
    set_counter(db, kClock, now_ns);
  }
  auto ids = ids_of(message.id, now_ns);
  std::optional<journal::Savepoint> part;
  if (undo == Undo::alone) {
    part.emplace(db);
  }
  Context context{db, settings, ids, now_ns, message.id, message.correlation_id};
  std::string fault;
  try {
    start_balancing(context);
    handle_message(context, message);
    if (part) {
      part->release();
    }
    return {};
  } catch (const journal::StoreError& error) {
    if (!error.is_constraint()) {
      throw;  // the machine's fault, not the message's
    }
    fault = error.what();  // the message asks for what the tables forbid
  } catch (const std::exception& error) {
    fault = error.what();
  }
  if (undo == Undo::with_transaction) {
    throw RunAgain(fault);
  }
  return fault;
}

}  // namespace crossdock::host::process
