// Where bytes come from. The engine never holds more of them than it must.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace crossdock::x12 {

// The bytes cannot be read: a disk error, a lost connection. The text says which file and why.
struct ReadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Source {
 public:
  virtual ~Source() = default;
  // Up to `most` bytes into `into`; 0 only at the end. Throws ReadError.
  virtual std::size_t read(char* into, std::size_t most) = 0;
};

// Bytes in memory, borrowed.
class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(char* into, std::size_t most) override;

 private:
  std::string_view rest_;
};

// A file by path, or standard input for "-". Owns the descriptor.
class FileSource final : public Source {
 public:
  // Throws ReadError, also for a folder.
  explicit FileSource(const std::string& path);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  std::size_t read(char* into, std::size_t most) override;
  // Bytes of the file; 0 where that is not known (a pipe).
  std::size_t size() const { return size_; }
  std::size_t taken() const { return taken_; }

 private:
  std::string path_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace crossdock::x12
