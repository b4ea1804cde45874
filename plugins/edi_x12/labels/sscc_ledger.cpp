#include "plugins/edi_x12/labels/sscc_ledger.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "crossdock/canonical/identifiers.hpp"
#include "crossdock/canonical/instant.hpp"

namespace crossdock::edi::labels {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kYearNs = 366LL * 24 * 3600 * 1'000'000'000;  // never less than one
constexpr std::size_t kLongestReason = 200;

[[noreturn]] void fail(const fs::path& file, const std::string& why) {
  throw std::runtime_error("the carton numbers in " + file.string() + " " + why);
}
[[noreturn]] void fail_io(const fs::path& file, const char* what) {
  fail(file, std::string("cannot be ") + what + ": " + std::strerror(errno));
}

struct Ledger {
  std::map<std::string, SsccEntry> numbers;
  std::map<std::string, std::string> last_of;  // by extension and prefix: the last one allotted
  std::size_t whole = 0;                       // bytes of complete lines
};

// "2026-11-24T09:15:00Z allotted 006141410000000012 0614141" and the like.
void take_line(const std::string& line, std::size_t number, const fs::path& file, Ledger& out) {
  std::istringstream in(line);
  std::string at, event, sscc, rest;
  in >> at >> event >> sscc;
  std::getline(in >> std::ws, rest);
  const auto when = canonical::parse_instant(at);
  const auto known = out.numbers.find(sscc);
  const bool fits = when && canonical::is_sscc(sscc) &&
                    (event == "allotted" ? !rest.empty() : known != out.numbers.end());
  if (!fits) {
    fail(file, "are damaged in line " + std::to_string(number) +
                   "; restore the file from a copy and append what was allotted since");
  }
  auto& entry = out.numbers[sscc];
  entry.last_ns = when->ns;
  if (event == "allotted") {
    entry = SsccEntry{};
    entry.allotted_ns = entry.last_ns = when->ns;
    out.last_of[sscc.substr(0, 1) + rest] = sscc;
  } else if (event == "printed") {
    entry.state = entry.prints == 0 ? SsccState::printed : SsccState::reprinted;
    ++entry.prints;
  } else if (event == "voided") {
    entry.state = SsccState::voided;
    entry.reason = rest;
  } else {
    fail(file, "have an event \"" + event.substr(0, 20) + "\" in line " + std::to_string(number) +
                   " that is not known here");
  }
}

Ledger read(const fs::path& file) {
  Ledger out;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    if (fs::exists(file)) {
      fail_io(file, "read");
    }
    return out;
  }
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    if (in.eof()) {
      break;  // cut by a crash: nobody has heard of it
    }
    take_line(line, ++number, file, out);
    out.whole += line.size() + 1;
  }
  return out;
}

// The file, held against other processes.
class Held {
 public:
  explicit Held(const fs::path& file)
      : file_(file), fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (fd_ < 0 || ::flock(fd_, LOCK_EX) != 0) {
      const int error = errno;
      if (fd_ >= 0) {
        ::close(fd_);
      }
      errno = error;
      fail_io(file_, "opened");
    }
  }
  ~Held() { ::close(fd_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  // Behind `whole` bytes; what a crash left behind them goes.
  void append(const std::string& lines, std::size_t whole) {
    const auto size = static_cast<ssize_t>(lines.size());
    if (::ftruncate(fd_, static_cast<off_t>(whole)) != 0 ||
        ::pwrite(fd_, lines.data(), lines.size(), static_cast<off_t>(whole)) != size ||
        ::fsync(fd_) != 0) {
      fail_io(file_, "written");
    }
    const auto folder = file_.has_parent_path() ? file_.parent_path() : fs::path(".");
    const int entry = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = entry >= 0 && ::fsync(entry) == 0;
    if (entry >= 0) {
      ::close(entry);
    }
    if (!synced) {
      fail_io(file_, "written");
    }
  }

 private:
  const fs::path file_;
  int fd_;
};

std::string line_of(std::int64_t at_ns, const char* event, const std::string& sscc,
                    const std::string& rest = {}) {
  return canonical::to_string(canonical::Instant{at_ns / 1'000'000'000 * 1'000'000'000}) + " " +
         event + " " + sscc + (rest.empty() ? "" : " " + rest) + "\n";
}

// Digits of the serial number between prefix and check digit.
std::uint64_t serials_of(const std::string& prefix) {
  std::uint64_t out = 1;
  for (std::size_t i = prefix.size() + 2; i < 18; ++i) {
    out *= 10;
  }
  return out;
}

SsccEntry& known(Ledger& ledger, const std::string& sscc) {
  const auto found = ledger.numbers.find(sscc);
  if (found == ledger.numbers.end()) {
    throw std::runtime_error(sscc + " was never allotted in this ledger");
  }
  return found->second;
}

}  // namespace

std::string_view to_string(SsccState state) {
  switch (state) {
    case SsccState::printed:
      return "printed";
    case SsccState::reprinted:
      return "reprinted";
    case SsccState::voided:
      return "voided";
    default:
      return "allotted";
  }
}

SsccLedger::SsccLedger(fs::path file) : file_(std::move(file)) { (void)read(file_); }

std::vector<std::string> SsccLedger::allot(char extension, const std::string& prefix,
                                           std::size_t count, std::int64_t now_ns) {
  if (!canonical::make_sscc(extension, prefix, 0)) {
    throw std::runtime_error("no carton number can be made of extension digit '" +
                             std::string(1, extension) + "' and company prefix \"" + prefix +
                             "\"; the prefix has 6 to 12 digits");
  }
  Held held(file_);
  auto ledger = read(file_);
  const auto serials = serials_of(prefix);
  const auto last = ledger.last_of.find(extension + prefix);
  std::uint64_t serial =
      last == ledger.last_of.end()
          ? 0
          : std::stoull(last->second.substr(1 + prefix.size(), 16 - prefix.size()));
  std::vector<std::string> out;
  std::string lines;
  for (std::uint64_t tried = 0; out.size() < count && tried < serials; ++tried) {
    serial = (serial + 1) % serials;
    auto sscc = *canonical::make_sscc(extension, prefix, serial);
    const auto earlier = ledger.numbers.find(sscc);
    if (earlier != ledger.numbers.end() && now_ns - earlier->second.last_ns < kYearNs) {
      continue;
    }
    lines += line_of(now_ns, "allotted", sscc, prefix);
    out.push_back(std::move(sscc));
  }
  if (out.size() < count) {
    throw std::runtime_error("the prefix " + prefix + " has only " + std::to_string(out.size()) +
                             " numbers left that were not used within a year; take another "
                             "extension digit or prefix");
  }
  held.append(lines, ledger.whole);
  return out;
}

void SsccLedger::print(const std::string& sscc, bool again, std::int64_t now_ns) {
  Held held(file_);
  auto ledger = read(file_);
  const auto& entry = known(ledger, sscc);
  if (entry.state == SsccState::voided) {
    throw std::runtime_error(sscc + " was voided (" + entry.reason + "); allot another number");
  }
  if (entry.prints > 0 && !again) {
    throw std::runtime_error(sscc + " was printed already, on " +
                             canonical::to_string(canonical::Instant{entry.last_ns}) +
                             "; a second label must be asked for as a reprint");
  }
  held.append(line_of(now_ns, "printed", sscc), ledger.whole);
}

void SsccLedger::void_number(const std::string& sscc, const std::string& reason,
                             std::int64_t now_ns) {
  Held held(file_);
  auto ledger = read(file_);
  if (known(ledger, sscc).state == SsccState::voided) {
    return;
  }
  std::string line = reason.substr(0, kLongestReason);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  held.append(line_of(now_ns, "voided", sscc, line.empty() ? "no reason given" : line),
              ledger.whole);
}

std::map<std::string, SsccEntry> SsccLedger::entries() const { return read(file_).numbers; }

}  // namespace crossdock::edi::labels
