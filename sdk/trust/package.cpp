#include "sdk/trust/package.hpp"

#include <algorithm>
#include <cstring>

#include "sdk/plugin/hash.hpp"
#include "sdk/trust/bytes.hpp"

namespace crossdock::trust {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMostFiles = 1000;
constexpr std::size_t kLongestName = 100;

// A header block of ustar; numbers are octal text.
struct Header {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link[100];
  char magic[6];
  char version[2];
  char user[32];
  char group[32];
  char major[8];
  char minor[8];
  char prefix[155];
  char pad[12];
};
static_assert(sizeof(Header) == kBlock);

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name.front() == '/' || name.back() == '/') {
    return false;
  }
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto end = std::min(name.find('/', begin), name.size());
    const auto part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") {
      return false;
    }
    begin = end + 1;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '+' || c == '/';
  });
}

void put_octal(char* field, std::size_t size, std::uint64_t value) {
  for (std::size_t i = size - 1; i-- > 0; value >>= 3) {
    field[i] = static_cast<char>('0' + (value & 7));
  }
}

std::optional<std::uint64_t> octal(const char* field, std::size_t size) {
  std::uint64_t value = 0;
  std::size_t i = 0;
  for (; i < size && field[i] >= '0' && field[i] <= '7'; ++i) {
    value = value << 3 | static_cast<std::uint64_t>(field[i] - '0');
  }
  if (i == 0 || (i < size && field[i] != '\0' && field[i] != ' ')) {
    return std::nullopt;
  }
  return value;
}

// The sum of the header's bytes with its own field taken as spaces.
std::uint64_t checksum(Header header) {
  std::memset(header.checksum, ' ', sizeof header.checksum);
  const auto* bytes = reinterpret_cast<const unsigned char*>(&header);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    sum += bytes[i];
  }
  return sum;
}

}  // namespace

std::optional<std::string> write_package(const PackageFiles& files, std::string& fault) {
  std::string out;
  for (const auto& [name, bytes] : files) {
    if (!is_name(name)) {
      fault = "cannot hold a file named \"" + name +
              "\": at most 100 of letters, digits, . _ - + and /";
      return std::nullopt;
    }
    Header header{};
    std::memcpy(header.name, name.data(), name.size());
    put_octal(header.mode, sizeof header.mode, 0644);
    put_octal(header.uid, sizeof header.uid, 0);
    put_octal(header.gid, sizeof header.gid, 0);
    put_octal(header.size, sizeof header.size, bytes.size());
    put_octal(header.mtime, sizeof header.mtime, 0);
    header.type = '0';
    std::memcpy(header.magic, "ustar", 6);
    std::memcpy(header.version, "00", 2);
    put_octal(header.checksum, 7, checksum(header));
    header.checksum[7] = ' ';
    out.append(reinterpret_cast<const char*>(&header), sizeof header);
    out.append(bytes);
    out.append((kBlock - bytes.size() % kBlock) % kBlock, '\0');
  }
  out.append(2 * kBlock, '\0');
  if (out.size() > kLargestPackage) {
    fault = "is larger than " + std::to_string(kLargestPackage >> 20) + " MiB";
    return std::nullopt;
  }
  return out;
}

std::optional<PackageFiles> read_package(std::string_view archive, std::string& fault) {
  PackageFiles out;
  for (std::size_t at = 0;;) {
    if (archive.size() - at < kBlock) {
      fault = "ends in the middle";
      return std::nullopt;
    }
    Header header;
    std::memcpy(&header, archive.data() + at, sizeof header);
    if (header.name[0] == '\0') {
      break;  // the end: blocks of zeros
    }
    at += kBlock;
    const std::string name(header.name, strnlen(header.name, sizeof header.name));
    const auto size = octal(header.size, sizeof header.size);
    if (std::memcmp(header.magic, "ustar", 5) != 0 ||
        octal(header.checksum, sizeof header.checksum) != checksum(header) || !size) {
      fault = "is not a package: a header at byte " + std::to_string(at - kBlock) + " is not ustar";
      return std::nullopt;
    }
    if ((header.type != '0' && header.type != '\0') || header.prefix[0] != '\0' || !is_name(name)) {
      fault = "holds \"" + name.substr(0, kLongestName) +
              "\", which is not a regular file with a plain relative name";
      return std::nullopt;
    }
    if (*size > archive.size() - at || out.size() >= kMostFiles) {
      fault = "ends in the middle of " + name + ", or holds more than 1000 files";
      return std::nullopt;
    }
    if (!out.emplace(name, archive.substr(at, static_cast<std::size_t>(*size))).second) {
      fault = "holds " + name + " twice";
      return std::nullopt;
    }
    const auto blocks = (static_cast<std::size_t>(*size) + kBlock - 1) / kBlock;
    at = std::min(at + blocks * kBlock, archive.size());
  }
  return out;
}

Statement state(const std::string& id, const std::string& version, const std::string& library,
                const PackageFiles& files) {
  Statement out{id, version, library, {}};
  for (const auto& [name, bytes] : files) {
    if (name != kPackageSignature) {
      out.files.push_back({name, plugin::sha256_hex(bytes), bytes.size()});
    }
  }
  return out;
}

std::string mismatch(const Statement& statement, const PackageFiles& files) {
  for (const auto& stated : statement.files) {
    const auto found = files.find(stated.name);
    if (found == files.end()) {
      return "lacks " + stated.name + ", which was signed with it";
    }
    if (found->second.size() != stated.bytes ||
        plugin::sha256_hex(found->second) != stated.sha256) {
      return "holds another " + stated.name + " than the one that was signed";
    }
  }
  for (const auto& [name, bytes] : files) {
    if (name != kPackageSignature && statement.file(name) == nullptr) {
      return "holds " + name + ", which was not signed";
    }
  }
  return {};
}

}  // namespace crossdock::trust
