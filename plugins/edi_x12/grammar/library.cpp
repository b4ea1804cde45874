#include "plugins/edi_x12/grammar/library.hpp"

#include <algorithm>
#include <fstream>

#include "plugins/edi_x12/grammar/text.hpp"

namespace crossdock::x12 {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 5'000;  // of one folder
constexpr int kDeepestOver = 8;            // a release over a release over ...

std::string content_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size > kLargestGrammarFile) {
    throw GrammarError(file.string() + ": " +
                       (error ? error.message() : "the file is larger than 8 MiB"));
  }
  std::string out(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(out.data(), static_cast<std::streamsize>(size))) {
    throw GrammarError(file.string() + ": the file cannot be read");
  }
  return out;
}

bool is_release_name(const std::string& name) {
  return name.size() >= 6 && name.size() <= 12 &&
         std::all_of(name.begin(), name.begin() + 6, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

GrammarLibrary::GrammarLibrary(std::vector<fs::path> folders) : folders_(std::move(folders)) {
  for (const auto& folder : folders_) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      throw GrammarError(folder.string() +
                         ": no such folder; a folder of grammars holds a folder per release, as "
                         "005010, with *.grammar files in it");
    }
    std::map<std::string, std::vector<fs::path>> here;
    std::size_t count = 0;
    for (const auto& release : fs::directory_iterator(folder)) {
      const auto name = release.path().filename().string();
      if (!release.is_directory() || !is_release_name(name)) {
        continue;
      }
      for (const auto& file : fs::recursive_directory_iterator(release.path())) {
        if (file.is_regular_file() && file.path().extension() == ".grammar") {
          if (++count > kMostFiles) {
            throw GrammarError(folder.string() + ": more than 5,000 files");
          }
          here[name].push_back(file.path());
        }
      }
    }
    if (here.empty()) {
      throw GrammarError(folder.string() +
                         ": holds no grammar; expected folders named as releases (005010) with "
                         "*.grammar files in them");
    }
    for (auto& [name, files] : here) {
      std::sort(files.begin(), files.end());
      auto& all = files_[name];
      all.insert(all.end(), files.begin(), files.end());
    }
  }
}

std::vector<std::string> GrammarLibrary::releases() const {
  std::vector<std::string> out;
  for (const auto& [name, files] : files_) {
    out.push_back(name);
  }
  return out;
}

// GS08 is the release in six characters and up to six of an industry or a partner.
std::string GrammarLibrary::name_of(std::string_view version) const {
  while (!version.empty() && version.back() == ' ') {
    version.remove_suffix(1);
  }
  if (files_.contains(version)) {
    return std::string(version);
  }
  if (version.size() > 6 && files_.contains(version.substr(0, 6))) {
    return std::string(version.substr(0, 6));
  }
  return {};
}

std::shared_ptr<const Draft> GrammarLibrary::draft_of(const std::string& release, int depth) {
  auto& loaded = loaded_[release];
  if (loaded.draft) {
    return loaded.draft;
  }
  const auto& files = files_.find(release)->second;
  auto draft = std::make_shared<Draft>();
  std::string over;
  for (const auto& file : files) {
    const auto name = file.string();
    const auto text = content_of(file);
    const auto head = GrammarText::head(text, name);
    if (head.release != release) {
      throw GrammarError(name + ": says it is for release " + head.release +
                         " but lies in the folder of " + release);
    }
    if (!head.over.empty() && head.over != over) {
      if (!over.empty() || !draft->segments.empty()) {
        throw GrammarError(name + ": `over` must stand in the first file of the release");
      }
      over = head.over;
      if (depth >= kDeepestOver || !files_.contains(over)) {
        throw GrammarError(name + ": release " + over +
                           (depth >= kDeepestOver ? " comes back to itself" : " is not at hand"));
      }
      *draft = *draft_of(over, depth + 1);
    }
    // A definition may replace one of the release below or of an earlier folder, but not one that
    // stands beside it.
    std::string layer;
    for (const auto& folder : folders_) {
      const auto prefix = (folder / release).string() + "/";
      if (name.starts_with(prefix)) {
        layer = prefix;
      }
    }
    GrammarText::read(text, name, layer, *draft);
  }
  draft->release = release;
  loaded_[release].draft = draft;
  return draft;
}

std::shared_ptr<const Draft> GrammarLibrary::draft(std::string_view version) {
  const std::lock_guard lock(mutex_);
  const auto name = name_of(version);
  return name.empty() ? nullptr : draft_of(name, 0);
}

std::shared_ptr<const Grammar> GrammarLibrary::find(std::string_view version) {
  const std::lock_guard lock(mutex_);
  const auto name = name_of(version);
  if (name.empty()) {
    return nullptr;
  }
  auto& loaded = loaded_[name];
  if (!loaded.grammar) {
    loaded.grammar = std::make_shared<const Grammar>(build(*draft_of(name, 0)));
    // The text's form is larger than what is built of it; it is read again when asked for.
    for (auto& [release, one] : loaded_) {
      one.draft.reset();
    }
  }
  return loaded.grammar;
}

fs::path default_grammar_folder() {
  std::error_code error;
  const auto self = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    auto beside = self.parent_path().parent_path() / "share/crossdock/x12/grammars";
    if (fs::is_directory(beside, error)) {
      return beside;
    }
  }
  return CROSSDOCK_X12_GRAMMARS;
}

}  // namespace crossdock::x12
