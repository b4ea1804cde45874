// The floor of the process bench: what SQLite alone takes for the rows that the processes wrote.
// Bare statements, each row known by its key, nothing asked and nothing decided; settings as the
// store's own, durable with each commit.
//
// Threads: the caller's. Throws std::runtime_error.
#pragma once

#include <cstdint>
#include <filesystem>

#include "tests/bench/process/recording.hpp"

namespace crossdock::bench {

struct Floor {
  double seconds = 0;
  std::uint64_t rows = 0;
};

// Every row as often as it was written (an order that is stored and later released is an INSERT and
// an UPDATE), in the same transactions and the same order, into `store`, a copy from before.
Floor write_again(const Recording& recording, const std::filesystem::path& store);

// Each row once, as it was when it was new, table after table, in as many transactions into such a
// copy: less than was written, and each table's pages and program stay in the cache.
Floor write_once(const Recording& recording, const std::filesystem::path& store);

}  // namespace crossdock::bench
