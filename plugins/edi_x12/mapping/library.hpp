// The mappings that are at hand: folders with *.mapping files, one per transaction set (table.hpp).
// Later folders replace, set by set. All are read and checked at once, a few dozen small files; a
// table is kept from its first use on, because a partner uses few and a table is a hundred times
// its text. Thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

class MappingLibrary {
 public:
  // Throws GrammarError with file and line.
  explicit MappingLibrary(const std::vector<std::filesystem::path>& folders);
  // By ST01; null when there is none. Lives as long as the library.
  const MapTable* find(std::string_view set) const;
  // The set that a type of message is written as; where several fit, the first by number. Null when
  // there is none.
  const MapTable* for_message(std::string_view type) const;
  std::vector<std::string> sets() const;

 private:
  struct Entry {
    std::string file;
    std::string text;
    std::string kind;  // of message
    std::unique_ptr<const MapTable> table;
  };
  const MapTable* table_of(Entry& entry) const;

  mutable std::mutex mutex_;
  mutable std::map<std::string, Entry, std::less<>> entries_;  // by set
};

std::filesystem::path default_mapping_folder();

}  // namespace crossdock::x12
