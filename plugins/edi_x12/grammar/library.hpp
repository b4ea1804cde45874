// The grammars that are at hand: folders with one folder per release in them, each holding
// *.grammar files (text.hpp says how they are written). A release is loaded when it is first asked
// for, a few milliseconds each.
//
// Later folders come on top of earlier ones: what they define replaces, what they add is added, and
// a release that only they have is a new one. Any thread may ask.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/edi_x12/grammar/draft.hpp"

namespace crossdock::x12 {

class GrammarLibrary {
 public:
  // Folders that do not exist or hold no release are refused with GrammarError, here.
  explicit GrammarLibrary(std::vector<std::filesystem::path> folders);

  // The grammar for a GS08: of that very name ("004010VICS") or, without one, of its first six
  // characters; null when there is none. Throws GrammarError when its files are wrong.
  std::shared_ptr<const Grammar> find(std::string_view version);

  // As written, to be changed by a partner's profile. Null when there is none.
  std::shared_ptr<const Draft> draft(std::string_view version);

  std::vector<std::string> releases() const;

 private:
  struct Loaded {
    std::shared_ptr<const Draft> draft;
    std::shared_ptr<const Grammar> grammar;
  };
  std::string name_of(std::string_view version) const;
  std::shared_ptr<const Draft> draft_of(const std::string& release, int depth);
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::filesystem::path>, std::less<>> files_;  // by release
  std::map<std::string, Loaded, std::less<>> loaded_;
  std::vector<std::filesystem::path> folders_;
};

// Where the grammars that come with Crossdock lie: ../share/crossdock/x12/grammars from the running
// program, else the folder of the source tree.
std::filesystem::path default_grammar_folder();

}  // namespace crossdock::x12
