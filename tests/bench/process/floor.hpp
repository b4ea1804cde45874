// The floor of the process bench: the rows that the processes wrote, written again by bare INSERTs
// in transactions of the same number, synchronous as theirs.
#pragma once

#include <cstdint>
#include <filesystem>

namespace crossdock::bench {

struct Floor {
  double seconds = 0;
  std::uint64_t rows = 0;
};
// `written`: a store that was written by `groups` transactions, of which each message sent went
// through the outbox; `sent` of them with `sent_bytes` in all.
Floor write_again(const std::filesystem::path& written, const std::filesystem::path& into,
                  std::uint64_t groups, std::uint64_t sent, std::uint64_t sent_bytes);

}  // namespace crossdock::bench
