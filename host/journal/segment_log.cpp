#include "host/journal/segment_log.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "host/journal/records.hpp"

namespace crossdock::host::journal {
namespace {

constexpr std::size_t kHeaderBytes = 40;
constexpr std::uint32_t kMagic = 0x43444A31;           // "CDJ1"
constexpr std::uint32_t kLargestPayload = 512u << 20;  // bounds what a damaged length can ask for
constexpr std::size_t kReadAtOnce = 128u << 10;
constexpr std::uint32_t kMarkEvery = 32u << 10;  // bytes between two known record starts of a file

struct Header {
  std::uint64_t checksum = 0;
  std::uint32_t magic = 0;
  std::uint32_t payload = 0;
  Position first = 0;
  std::uint32_t messages = 0;
  std::int64_t recorded_at_ns = 0;
};

Header read_header(std::string_view bytes) {
  Reader in(bytes);
  Header out;
  out.checksum = in.u64();
  out.magic = in.u32();
  out.payload = in.u32();
  out.first = in.u64();
  out.messages = in.u32();
  in.u32();
  out.recorded_at_ns = static_cast<std::int64_t>(in.u64());
  return out;
}

// Over everything of a record behind the checksum.
std::uint64_t checksum_of(std::string_view rest, Place place) {
  return XXH3_64bits_withSeed(rest.data(), rest.size(), place.file * 1'000'003 + place.offset);
}

std::string name_of(SegmentLog::FileInfo info) {
  char name[48];
  std::snprintf(name, sizeof name, "%010llu-%020llu.log",
                static_cast<unsigned long long>(info.number),
                static_cast<unsigned long long>(info.first));
  return name;
}

std::optional<SegmentLog::FileInfo> info_of(const std::filesystem::path& path) {
  unsigned long long number = 0;
  unsigned long long first = 0;
  const std::string name = path.filename().string();
  if (std::sscanf(name.c_str(), "%10llu-%20llu.log", &number, &first) != 2) {
    return std::nullopt;
  }
  const SegmentLog::FileInfo info{number, first};
  return name == name_of(info) ? std::optional(info) : std::nullopt;
}

std::string reason(const std::string& what, const std::filesystem::path& path) {
  return what + " " + path.string() + ": " + std::strerror(errno);
}

// Reads `size` bytes or fewer where the file ends.
std::string read_bytes(int descriptor, std::uint64_t offset, std::size_t size) {
  std::string out(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto got =
        ::pread(descriptor, out.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      break;
    }
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return out;
}

}  // namespace

struct SegmentLog::File {
  FileInfo info;
  std::filesystem::path path;
  int descriptor = -1;
  std::uint64_t end = 0;  // writer: where the next record goes

  // Sparse: some records' starts by the position of their first message, for finding one fast.
  struct Mark {
    Position position;
    std::uint32_t offset;
  };
  mutable std::mutex mutex;
  std::vector<Mark> marks;
  bool marked = false;  // false: an old file that was not read from yet

  ~File() {
    if (descriptor >= 0) {
      ::close(descriptor);
    }
  }

  void mark(Position position, std::uint32_t offset) {
    const std::lock_guard lock(mutex);
    marked = true;
    add_mark(position, offset);
  }
  void add_mark(Position position, std::uint32_t offset) {
    if (marks.empty() || offset - marks.back().offset >= kMarkEvery) {
      marks.push_back({position, offset});
    }
  }
  // The start of some record at or before the one that holds the message.
  std::uint32_t before(Position message) {
    const std::lock_guard lock(mutex);
    if (!marked) {
      marked = true;
      for (std::uint64_t offset = 0;;) {
        const std::string bytes = read_bytes(descriptor, offset, kHeaderBytes);
        const Header header = read_header(bytes);
        if (bytes.size() < kHeaderBytes || header.magic != kMagic) {
          break;
        }
        add_mark(header.first, static_cast<std::uint32_t>(offset));
        offset += kHeaderBytes + header.payload;
      }
    }
    const auto next =
        std::upper_bound(marks.begin(), marks.end(), message,
                         [](Position wanted, const Mark& one) { return wanted < one.position; });
    return next == marks.begin() ? 0 : std::prev(next)->offset;
  }

  // The whole record at an offset, or none where there is no sound one.
  std::optional<Record> read(std::uint32_t offset) const {
    std::string bytes = read_bytes(descriptor, offset, kHeaderBytes);
    if (bytes.size() < kHeaderBytes) {
      return std::nullopt;
    }
    const Header header = read_header(bytes);
    if (header.magic != kMagic || header.payload > kLargestPayload) {
      return std::nullopt;
    }
    Record out;
    out.place = {info.number, offset};
    out.first = header.first;
    out.messages = header.messages;
    out.recorded_at_ns = header.recorded_at_ns;
    bytes += read_bytes(descriptor, offset + kHeaderBytes, header.payload);
    if (bytes.size() < kHeaderBytes + header.payload ||
        checksum_of(std::string_view(bytes).substr(8), out.place) != header.checksum) {
      return std::nullopt;
    }
    bytes.erase(0, kHeaderBytes);
    out.payload = std::move(bytes);
    return out;
  }

  // The record that holds a message, beginning at a known start before it.
  std::optional<Record> find(Position message) {
    std::uint64_t offset = before(message);
    for (;;) {
      const std::string bytes = read_bytes(descriptor, offset, kReadAtOnce);
      std::size_t at = 0;
      for (; at + kHeaderBytes <= bytes.size();) {
        const Header header = read_header(std::string_view(bytes).substr(at, kHeaderBytes));
        if (header.magic != kMagic || header.first > message) {
          return std::nullopt;
        }
        if (message < header.first + header.messages) {
          return read(static_cast<std::uint32_t>(offset + at));
        }
        at += kHeaderBytes + header.payload;
      }
      if (at == 0 || bytes.size() < kReadAtOnce) {
        return std::nullopt;
      }
      offset += at;
    }
  }

  // Whether any sound record begins after an offset: then what is unsound before it is damage, not
  // a torn end.
  bool holds_record_after(std::uint64_t offset) const {
    const std::string bytes = read_bytes(descriptor, offset, end > offset ? end - offset : 0);
    const std::string magic("\x43\x44\x4A\x31", 4);
    for (auto at = bytes.find(magic); at != std::string::npos; at = bytes.find(magic, at + 1)) {
      if (at >= 8 && read(static_cast<std::uint32_t>(offset + at - 8))) {
        return true;
      }
    }
    return false;
  }
};

SegmentLog::SegmentLog(std::filesystem::path folder, std::uint64_t file_bytes)
    : folder_(std::move(folder)), file_bytes_(file_bytes) {}

SegmentLog::~SegmentLog() = default;

std::string SegmentLog::open_file(FileInfo info, bool create) {
  auto file = std::make_shared<File>();
  file->info = info;
  file->path = folder_ / name_of(info);
  file->descriptor =
      ::open(file->path.c_str(), O_RDWR | O_CLOEXEC | (create ? O_CREAT | O_EXCL : 0), 0600);
  if (file->descriptor < 0) {
    return reason("cannot open", file->path);
  }
  if (create) {
    file->marked = true;
    // A file that is not named durably would be gone with all that is in it.
    const int folder = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) {
      ::close(folder);
    }
    if (!synced) {
      return reason("cannot sync", folder_);
    }
  } else {
    const auto size = ::lseek(file->descriptor, 0, SEEK_END);
    if (size < 0) {
      return reason("cannot read", file->path);
    }
    file->end = static_cast<std::uint64_t>(size);
  }
  const std::lock_guard lock(mutex_);
  files_.push_back(file);
  active_ = std::move(file);
  return {};
}

std::string SegmentLog::recover(File& file, bool last,
                                const std::function<void(const Record&)>& each) {
  std::uint64_t offset = 0;
  while (offset < file.end) {
    const auto record = file.read(static_cast<std::uint32_t>(offset));
    if (!record) {
      break;
    }
    file.mark(record->first, record->place.offset);
    each(*record);
    offset += kHeaderBytes + record->payload.size();
  }
  if (offset == file.end) {
    return {};
  }
  if (!last || file.holds_record_after(offset + 1)) {
    return file.path.string() + " is damaged at byte " + std::to_string(offset) +
           ", with sound records behind it; restore the file from a copy";
  }
  // Torn, and never acknowledged.
  if (::ftruncate(file.descriptor, static_cast<off_t>(offset)) != 0 ||
      ::fsync(file.descriptor) != 0) {
    return reason("cannot cut the torn end off", file.path);
  }
  file.end = offset;
  return {};
}

std::string SegmentLog::open(FileNumber from, const std::function<void(const Record&)>& each) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  std::vector<FileInfo> infos;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (const auto info = info_of(entry.path())) {
      infos.push_back(*info);
    }
  }
  if (error) {
    return "cannot list " + folder_.string() + ": " + error.message();
  }
  std::sort(infos.begin(), infos.end(),
            [](const FileInfo& a, const FileInfo& b) { return a.number < b.number; });
  // Retention takes old files away; from the checkpoint on each must be there.
  for (FileNumber wanted = from; from > 1 || !infos.empty();) {
    const bool there = std::any_of(infos.begin(), infos.end(),
                                   [&](const FileInfo& one) { return one.number == wanted; });
    if (!there) {
      return "file " + std::to_string(wanted) + " of the log in " + folder_.string() +
             " is missing; restore it from a copy";
    }
    if (wanted == infos.back().number) {
      break;
    }
    ++wanted;
  }
  for (const auto& info : infos) {
    if (auto fault = open_file(info, false); !fault.empty()) {
      return fault;
    }
    const bool last = info.number == infos.back().number;
    if (info.number >= from || last) {
      const auto wanted = [&](const Record& record) {
        if (info.number >= from) {
          each(record);
        }
      };
      if (auto fault = recover(*active_, last, wanted); !fault.empty()) {
        return fault;
      }
    }
  }
  return infos.empty() ? open_file({1, 1}, true) : std::string();
}

std::string SegmentLog::append(Position first, std::uint32_t messages, std::int64_t recorded_at_ns,
                               std::string_view payload, Place& place) {
  File& file = *active_;
  place = {file.info.number, static_cast<std::uint32_t>(file.end)};
  std::string bytes;
  bytes.reserve(kHeaderBytes + payload.size());
  bytes.append(8, '\0');
  put_u32(kMagic, bytes);
  put_u32(static_cast<std::uint32_t>(payload.size()), bytes);
  put_u64(first, bytes);
  put_u32(messages, bytes);
  put_u32(0, bytes);
  put_u64(static_cast<std::uint64_t>(recorded_at_ns), bytes);
  bytes.append(payload);
  std::string checksum;
  put_u64(checksum_of(std::string_view(bytes).substr(8), place), checksum);
  bytes.replace(0, 8, checksum);
  for (std::size_t done = 0; done < bytes.size();) {
    const auto written = ::pwrite(file.descriptor, bytes.data() + done, bytes.size() - done,
                                  static_cast<off_t>(file.end + done));
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return reason("cannot write", file.path);
    }
    done += static_cast<std::size_t>(written);
  }
  if (::fdatasync(file.descriptor) != 0) {
    return reason("cannot sync", file.path);
  }
  file.end += bytes.size();
  file.mark(first, place.offset);
  return {};
}

bool SegmentLog::full() const { return active_->end >= file_bytes_; }

std::string SegmentLog::roll(Position next) {
  return open_file({active_->info.number + 1, next}, true);
}

std::vector<SegmentLog::FileInfo> SegmentLog::files() const {
  const std::lock_guard lock(mutex_);
  std::vector<FileInfo> out;
  out.reserve(files_.size());
  for (const auto& file : files_) {
    out.push_back(file->info);
  }
  return out;
}

void SegmentLog::remove(FileNumber number) {
  std::shared_ptr<File> gone;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(files_.begin(), files_.end(),
                                    [&](const auto& file) { return file->info.number == number; });
    if (found == files_.end() || *found == active_) {
      return;
    }
    gone = std::move(*found);
    files_.erase(found);
  }
  std::error_code error;
  std::filesystem::remove(gone->path, error);  // one that stays is taken away the next time
}

std::optional<Record> SegmentLog::record_of(Position message) const {
  std::shared_ptr<File> file;
  {
    const std::lock_guard lock(mutex_);
    // Of files that begin with the same position only the last can hold it.
    const auto next =
        std::upper_bound(files_.begin(), files_.end(), message,
                         [](Position wanted, const auto& one) { return wanted < one->info.first; });
    if (next == files_.begin()) {
      return std::nullopt;
    }
    file = *std::prev(next);
  }
  return file->find(message);
}

std::optional<Record> SegmentLog::record_at(Place place) const {
  std::shared_ptr<File> file;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::lower_bound(
        files_.begin(), files_.end(), place.file,
        [](const auto& one, FileNumber wanted) { return one->info.number < wanted; });
    if (found == files_.end() || (*found)->info.number != place.file) {
      return std::nullopt;
    }
    file = *found;
  }
  return file->read(place.offset);
}

}  // namespace crossdock::host::journal
