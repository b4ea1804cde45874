// The log: every group of the journal as one checksummed record, appended to files of a bounded
// size. A record is there as a whole or not at all; what was torn by a crash at the end of the last
// file was never acknowledged and is cut off, damage anywhere else is said.
//
//   file    <number, 10 digits>-<position of its first message, 20 digits>.log
//   record  checksum u64 | magic u32 | payload bytes u32 | first position u64 | messages u32 |
//           reserved u32 | recorded_at u64 | payload                          (big-endian)
//
// The checksum (XXH3) covers everything behind it and is seeded with file and offset, so that bytes
// of a message can never pass for a record.
//
// Threads: append, roll and remove belong to the one writer; reading is [any].
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal/journal.hpp"

namespace crossdock::host::journal {

using FileNumber = std::uint64_t;  // from 1, growing by one

// Where a record begins.
struct Place {
  FileNumber file = 0;
  std::uint32_t offset = 0;
};

// One record as read.
struct Record {
  Place place;
  Position first = 0;          // position of its first message
  std::uint32_t messages = 0;  // may be 0: a group of settlements
  std::int64_t recorded_at_ns = 0;
  std::string payload;
};

class SegmentLog {
 public:
  SegmentLog(std::filesystem::path folder, std::uint64_t file_bytes);
  ~SegmentLog();
  SegmentLog(const SegmentLog&) = delete;
  SegmentLog& operator=(const SegmentLog&) = delete;

  // Opens what is there and gives every record from the file `from` on to `each`, in order. Older
  // files are only looked at when something of them is read. Says why it cannot, else empty.
  std::string open(FileNumber from, const std::function<void(const Record&)>& each);

  // Appends one record and brings it to the disk. Says why it could not, else empty; after that the
  // log must not be written any more.
  std::string append(Position first, std::uint32_t messages, std::int64_t recorded_at_ns,
                     std::string_view payload, Place& place);
  // Whether the file that is written to is full.
  bool full() const;
  // Begins a new file; its first message will be at `next`.
  std::string roll(Position next);

  struct FileInfo {
    FileNumber number = 0;
    Position first = 0;  // of its first message; the next file's where it holds none
  };
  // Oldest first; the last one is written to.
  std::vector<FileInfo> files() const;
  // Takes a file away that is not written to.
  void remove(FileNumber number);

  // The record that holds a message, or none where its file is gone.
  std::optional<Record> record_of(Position message) const;
  std::optional<Record> record_at(Place place) const;

 private:
  struct File;
  std::string open_file(FileInfo info, bool create);
  std::string recover(File& file, bool last, const std::function<void(const Record&)>& each);

  std::filesystem::path folder_;
  std::uint64_t file_bytes_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<File>> files_;  // by number
  std::shared_ptr<File> active_;              // writer thread
};

}  // namespace crossdock::host::journal
