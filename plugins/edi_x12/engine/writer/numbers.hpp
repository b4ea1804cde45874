// Control numbers for what is written. A number is never given twice; after a crash some may be
// missing, which X12 allows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace crossdock::x12 {

// Numbers from 1 to 999,999,999 and from 1 again, one sequence for interchanges and one for groups.
class ControlNumberSource {
 public:
  virtual ~ControlNumberSource() = default;
  virtual std::uint64_t next_interchange() = 0;
  virtual std::uint64_t next_group() = 0;
};

// Counts in memory; for tests and for those who keep their numbers elsewhere.
class CountingNumbers final : public ControlNumberSource {
 public:
  CountingNumbers(std::uint64_t interchange, std::uint64_t group)
      : interchange_(interchange), group_(group) {}
  std::uint64_t next_interchange() override { return interchange_++; }
  std::uint64_t next_group() override { return group_++; }

 private:
  std::uint64_t interchange_, group_;
};

struct NumbersError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The sequences of one partner pair in a file. The higher number is on the disk before a lower one
// is given out, so that a crash at any moment repeats none; several processes may share the file.
class NumbersFile final : public ControlNumberSource {
 public:
  // A file that is not there begins with 1. Throws NumbersError.
  explicit NumbersFile(std::filesystem::path file);
  std::uint64_t next_interchange() override;
  std::uint64_t next_group() override;

 private:
  std::uint64_t take(std::size_t which);
  std::filesystem::path file_;
};

}  // namespace crossdock::x12
