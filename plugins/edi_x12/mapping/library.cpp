#include "plugins/edi_x12/mapping/library.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "plugins/edi_x12/grammar/draft.hpp"

namespace crossdock::x12 {

namespace fs = std::filesystem;

MappingLibrary::MappingLibrary(const std::vector<fs::path>& folders) {
  constexpr std::size_t kMostFiles = 1'000;
  for (const auto& folder : folders) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      throw GrammarError(folder.string() + ": no such folder; expected *.mapping files in it");
    }
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.is_regular_file() && entry.path().extension() == ".mapping") {
        files.push_back(entry.path());
      }
    }
    if (files.size() > kMostFiles) {
      throw GrammarError(folder.string() + ": more than 1,000 mappings");
    }
    std::sort(files.begin(), files.end());
    std::map<std::string, std::string> here;
    for (const auto& file : files) {
      std::ifstream in(file, std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
      auto table = read_mapping(text, file.string());
      const auto [first, fresh] = here.emplace(table.set, file.string());
      if (!fresh) {
        throw GrammarError(file.string() + ": set " + table.set + " is mapped in " + first->second +
                           " too");
      }
      auto set = table.set;
      tables_.insert_or_assign(std::move(set), std::move(table));
    }
  }
}

const MapTable* MappingLibrary::find(std::string_view set) const {
  const auto found = tables_.find(set);
  return found == tables_.end() ? nullptr : &found->second;
}

const MapTable* MappingLibrary::for_message(std::string_view type) const {
  for (const auto& [set, table] : tables_) {
    if (table.kind == type) {
      return &table;
    }
  }
  return nullptr;
}

std::vector<std::string> MappingLibrary::sets() const {
  std::vector<std::string> out;
  for (const auto& [set, table] : tables_) {
    out.push_back(set);
  }
  return out;
}

fs::path default_mapping_folder() {
  std::error_code error;
  const auto self = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const auto beside = self.parent_path().parent_path() / "share/crossdock/x12/mappings";
    if (fs::is_directory(beside, error)) {
      return beside;
    }
  }
  return CROSSDOCK_X12_MAPPINGS;
}

}  // namespace crossdock::x12
