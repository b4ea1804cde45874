// Everything the processes know, made again from the journal: the same messages in the same order
// into an empty store. Nothing is sent. The result is the same to the byte: what the configuration
// said when is in the journal too; `settings` hold where it is not, or nobody can read it.
//
// A dead letter that was handled later than its place (mended and given back) is applied again
// where it was: the journal says after which message.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/journal/journal.hpp"
#include "host/journal/store.hpp"
#include "host/process/replay/then.hpp"
#include "host/process/settings.hpp"

namespace crossdock::host::process {

struct Rebuilt {
  std::uint64_t applied = 0;
  std::uint64_t refused = 0;    // dead letters, as they were then
  journal::Position first = 0;  // of what the journal still has
  journal::Position last = 0;
};

// Makes the store `into`, which must not exist. `progress` hears the position reached now and then.
// Throws journal::StoreError, or std::runtime_error where the journal cannot be read.
Rebuilt rebuild(
    const journal::Journal& journal, const std::filesystem::path& into, const Settings& settings,
    const std::function<void(journal::Position reached, journal::Position last)>& progress,
    const ReadSettings& read_settings = {});

// What differs between two stores, table by table, at most a line each; empty: they are the same.
// What only waits to leave (outbox) is left aside.
std::vector<std::string> differences(journal::Database& one, journal::Database& other);

}  // namespace crossdock::host::process
