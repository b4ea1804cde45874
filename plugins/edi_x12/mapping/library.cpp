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
      std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      auto table = read_mapping(text, file.string());
      const auto [first, fresh] = here.emplace(table.set, file.string());
      if (!fresh) {
        throw GrammarError(file.string() + ": set " + table.set + " is mapped in " + first->second +
                           " too");
      }
      entries_.insert_or_assign(std::move(table.set), Entry{file.string(), std::move(text),
                                                            std::move(table.kind), nullptr});
    }
  }
}

const MapTable* MappingLibrary::table_of(Entry& entry) const {
  const std::lock_guard lock(mutex_);
  if (!entry.table) {
    entry.table = std::make_unique<const MapTable>(read_mapping(entry.text, entry.file));
    std::string().swap(entry.text);
  }
  return entry.table.get();
}

const MapTable* MappingLibrary::find(std::string_view set) const {
  const auto found = entries_.find(set);
  return found == entries_.end() ? nullptr : table_of(found->second);
}

const MapTable* MappingLibrary::for_message(std::string_view type) const {
  for (auto& [set, entry] : entries_) {
    if (entry.kind == type) {
      return table_of(entry);
    }
  }
  return nullptr;
}

std::vector<std::string> MappingLibrary::sets() const {
  std::vector<std::string> out;
  for (const auto& [set, entry] : entries_) {
    out.push_back(set);
  }
  return out;
}

fs::path default_mapping_folder() {
  std::error_code error;
  const auto self = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    auto beside = self.parent_path().parent_path() / "share/crossdock/x12/mappings";
    if (fs::is_directory(beside, error)) {
      return beside;
    }
  }
  return CROSSDOCK_X12_MAPPINGS;
}

}  // namespace crossdock::x12
