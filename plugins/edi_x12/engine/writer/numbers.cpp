#include "plugins/edi_x12/engine/writer/numbers.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace crossdock::x12 {
namespace {

constexpr std::uint64_t kLast = 999'999'999;

struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) {
      ::close(fd);
    }
  }
};

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw NumbersError("the control numbers in " + file.string() + " cannot be " + what + ": " +
                     std::strerror(errno));
}

// "interchange 42\ngroup 77\n": the next numbers.
std::array<std::uint64_t, 2> read_numbers(const std::filesystem::path& file) {
  std::array<std::uint64_t, 2> out{1, 1};
  std::ifstream in(file);
  if (!in) {
    if (std::filesystem::exists(file)) {
      fail(file, "read");
    }
    return out;
  }
  std::string first, second;
  if (!(in >> first >> out[0] >> second >> out[1]) || first != "interchange" || second != "group" ||
      out[0] < 1 || out[0] > kLast || out[1] < 1 || out[1] > kLast) {
    throw NumbersError("the file " + file.string() +
                       " does not hold control numbers (interchange N, group N, a line each); "
                       "write the next numbers into it");
  }
  return out;
}

void write_numbers(const std::filesystem::path& file, const std::array<std::uint64_t, 2>& numbers) {
  const auto fresh = std::filesystem::path(file.string() + ".new");
  const Descriptor out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  char text[80];
  const int size = std::snprintf(text, sizeof text, "interchange %llu\ngroup %llu\n",
                                 static_cast<unsigned long long>(numbers[0]),
                                 static_cast<unsigned long long>(numbers[1]));
  if (out.fd < 0 || ::write(out.fd, text, static_cast<std::size_t>(size)) != size ||
      ::fsync(out.fd) != 0 || ::rename(fresh.c_str(), file.c_str()) != 0) {
    fail(file, "written");
  }
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const Descriptor entry{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (entry.fd < 0 || ::fsync(entry.fd) != 0) {
    fail(file, "written");
  }
}

}  // namespace

NumbersFile::NumbersFile(std::filesystem::path file) : file_(std::move(file)) {
  (void)read_numbers(file_);
}

std::uint64_t NumbersFile::next_interchange() { return take(0); }
std::uint64_t NumbersFile::next_group() { return take(1); }

std::uint64_t NumbersFile::take(std::size_t which) {
  // The lock is a file of its own: the one with the numbers is replaced by each change.
  const auto lock_file = file_.string() + ".lock";
  const Descriptor lock{::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
  if (lock.fd < 0 || ::flock(lock.fd, LOCK_EX) != 0) {
    fail(file_, "locked");
  }
  auto numbers = read_numbers(file_);
  const std::uint64_t given = numbers[which];
  numbers[which] = given == kLast ? 1 : given + 1;
  write_numbers(file_, numbers);
  return given;
}

}  // namespace crossdock::x12
