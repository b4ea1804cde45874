// A way that files take between us and trading partners: a folder, SFTP, AS2.
//
// In: a file is taken whole, becomes one durable batch, and only then is put away at its source.
// Out: at least once; a document bears the same name each time it is sent, so that the far end can
// tell a repeat from a new one.
#pragma once

#include <crossdock/types.hpp>
#include <optional>
#include <string>
#include <vector>

namespace crossdock::edi {

inline constexpr std::size_t kLargestFile = 64u << 20;  // bytes of one file, in or out

// A document on its way to a partner. The same document has the same name and bytes at each try.
struct Parcel {
  std::string partner;
  std::string name;  // file name: letters, digits, '-', '_' and '.'
  std::string bytes;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // [control] Throws std::runtime_error with what to do where it cannot work at all. That the far
  // end is away is no such reason.
  virtual void open() = 0;

  // [poll] Names of files that have come and are whole, in the order in which they are to be taken.
  // Throws std::runtime_error where the source cannot be reached.
  virtual std::vector<std::string> arrived() { return {}; }
  // [poll] The file's bytes; nothing where it cannot be read or is too large.
  virtual std::optional<std::string> fetch(const std::string& name) {
    static_cast<void>(name);
    return std::nullopt;
  }
  // [poll] What was in the file is durable: puts it away. True also where it is gone already.
  virtual bool put_away(const std::string& name, const std::string& digest) {
    static_cast<void>(name);
    static_cast<void>(digest);
    return true;
  }
  // [poll] Time has passed: whatever is overdue.
  virtual void tick() {}

  // [deliver] Done: it is there. Several may run at once, never two of one parcel.
  virtual Outcome send(const Parcel& parcel) = 0;
  // [deliver] After a try in doubt: its outcome where it got there, nothing where it may be sent
  // again.
  virtual std::optional<Outcome> find(const Parcel& parcel) {
    static_cast<void>(parcel);
    return std::nullopt;
  }
};

}  // namespace crossdock::edi
