// Carton numbers in a file, for those who label without a host: which SSCC was allotted when, what
// was printed, what was voided. A number is not allotted again within a year of its last use (GS1
// General Specifications, section 2.2: an SSCC is not reallocated within one year of its shipment),
// whatever became of it.
//
// One line an event, appended and synced before anybody hears of it, so that a crash at any moment
// repeats no number; several processes may share the file. Faults are std::runtime_error in words.
// One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::edi::labels {

enum class SsccState : std::uint8_t { allotted, printed, reprinted, voided };
std::string_view to_string(SsccState state);

struct SsccEntry {
  SsccState state = SsccState::allotted;
  std::int64_t allotted_ns = 0;
  std::int64_t last_ns = 0;  // of the last event
  std::uint32_t prints = 0;
  std::string reason;  // why it was voided
};

class SsccLedger {
 public:
  // A file that is not there is an empty ledger.
  explicit SsccLedger(std::filesystem::path file);

  // The next numbers of a company, in order; behind the last serial number the first ones come
  // again, where their year is over. All or none.
  std::vector<std::string> allot(char extension, const std::string& company_prefix,
                                 std::size_t count, std::int64_t now_ns);
  // A label was printed. A second print must say that it is one; a voided number has no label.
  void print(const std::string& sscc, bool again, std::int64_t now_ns);
  // The carton does not exist (any more). Its number stays taken for a year.
  void void_number(const std::string& sscc, const std::string& reason, std::int64_t now_ns);

  // As the file stands now, by number.
  std::map<std::string, SsccEntry> entries() const;

 private:
  std::filesystem::path file_;
};

}  // namespace crossdock::edi::labels
