#include "sdk/trust/bytes.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace crossdock::trust {
namespace {

namespace fs = std::filesystem;

// Closes itself.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) {
      close(fd);
    }
  }
};

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(bytes),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<std::string> from_base64(std::string_view text, std::size_t most) {
  if (text.size() % 4 != 0 || text.size() / 4 * 3 > most + 3) {
    return std::nullopt;
  }
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(text),
                                   static_cast<int>(text.size()));
  if (size < 0) {
    return std::nullopt;
  }
  // OpenSSL counts the padding as zero bytes.
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') {
    ++padding;
  }
  out.resize(static_cast<std::size_t>(size) - padding);
  return out.size() <= most ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> read_file(const fs::path& path, std::size_t most, std::string& fault) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  struct stat info {};
  if (file.fd < 0 || fstat(file.fd, &info) != 0) {
    fault = errno == ELOOP ? "is a link; name the file itself"
                           : std::string("cannot be read: ") + std::strerror(errno);
    return std::nullopt;
  }
  if (!S_ISREG(info.st_mode)) {
    fault = "is not a regular file";
    return std::nullopt;
  }
  if ((info.st_mode & S_IWOTH) != 0) {
    fault = "may be written by everybody; chmod o-w it";
    return std::nullopt;
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    fault = "belongs to another user; it must belong to the host's user or to root";
    return std::nullopt;
  }
  if (static_cast<std::uintmax_t>(info.st_size) > most) {
    fault = "is larger than " + std::to_string(most >> 10) + " KiB";
    return std::nullopt;
  }
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto got = ::read(file.fd, bytes.data() + have, bytes.size() - have);
    if (got <= 0) {
      fault = "changed while it was read; copy it under another name and rename it";
      return std::nullopt;
    }
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

bool write_file(const fs::path& path, std::string_view bytes, unsigned mode, std::string& fault) {
  const fs::path temporary = path.string() + ".part" + std::to_string(getpid());
  unlink(temporary.c_str());
  Descriptor file{
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode))};
  std::size_t put = 0;
  while (file.fd >= 0 && put < bytes.size()) {
    const auto wrote = write(file.fd, bytes.data() + put, bytes.size() - put);
    if (wrote <= 0) {
      break;
    }
    put += static_cast<std::size_t>(wrote);
  }
  if (file.fd < 0 || put != bytes.size() || fsync(file.fd) != 0 ||
      rename(temporary.c_str(), path.c_str()) != 0) {
    fault = "cannot be written: " + std::string(std::strerror(errno));
    unlink(temporary.c_str());
    return false;
  }
  const auto folder = path.parent_path();
  const Descriptor parent{
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.fd >= 0) {
    fsync(parent.fd);
  }
  return true;
}

}  // namespace crossdock::trust
