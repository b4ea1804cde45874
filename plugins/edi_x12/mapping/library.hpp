// The mappings that are at hand: folders with *.mapping files, one per transaction set (table.hpp).
// Later folders replace, set by set. All are read at once; a few dozen small files.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/mapping/table.hpp"

namespace crossdock::x12 {

class MappingLibrary {
 public:
  // Throws GrammarError with file and line.
  explicit MappingLibrary(const std::vector<std::filesystem::path>& folders);
  // By ST01; null when there is none.
  const MapTable* find(std::string_view set) const;
  // The set that a type of message is written as; where several fit, the first by number. Null when
  // there is none.
  const MapTable* for_message(std::string_view type) const;
  std::vector<std::string> sets() const;

 private:
  std::map<std::string, MapTable, std::less<>> tables_;
};

std::filesystem::path default_mapping_folder();

}  // namespace crossdock::x12
