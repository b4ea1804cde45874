#include "plugins/edi_x12/engine/lexer/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace crossdock::x12 {

std::size_t MemorySource::read(char* into, std::size_t most) {
  const std::size_t count = std::min(most, rest_.size());
  std::copy_n(rest_.data(), count, into);
  rest_.remove_prefix(count);
  return count;
}

FileSource::FileSource(const std::string& path) : path_(path) {
  if (path == "-") {
    path_ = "standard input";
    descriptor_ = STDIN_FILENO;
    return;
  }
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw ReadError(path + " cannot be opened: " + std::strerror(errno));
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      ::close(descriptor_);
      throw ReadError(path + " is a folder; name the files in it");
    }
    size_ = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  }
  ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

FileSource::~FileSource() {
  if (descriptor_ > STDIN_FILENO) {
    ::close(descriptor_);
  }
}

std::size_t FileSource::read(char* into, std::size_t most) {
  for (;;) {
    const auto count = ::read(descriptor_, into, most);
    if (count >= 0) {
      taken_ += static_cast<std::size_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) {
      throw ReadError(path_ + " cannot be read after byte " + std::to_string(taken_) + ": " +
                      std::strerror(errno));
    }
  }
}

}  // namespace crossdock::x12
