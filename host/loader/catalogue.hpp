// What the plugin folder holds, looked at again and again: every version of every plugin that may
// be loaded, and every file that may not, with the reason. A file is judged anew when it, its
// signature or the trust store has changed.
//
// Not thread-safe; its owner locks.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/loader/admission.hpp"

namespace crossdock::host::loader {

class Catalogue {
 public:
  Catalogue(Places places, Policy policy, std::filesystem::path trust_store);

  // True when something is different from the last look. With `settled_only`, files that were
  // written within the last half second wait for the next look: they may still be growing.
  bool look(bool settled_only);

  // Every version of a plugin that may be loaded, the folder's and those kept by hand (keep).
  std::vector<Plugin> versions(const std::string& id) const;
  std::vector<std::string> ids() const;
  std::vector<Refused> refused() const;

  // A version whose file is gone from the folder but which is stored; null where it is not, or may
  // not be loaded any more. Asked again at each look.
  Plugin keep(const std::string& sha256);

 private:
  // What a judgement depends on; equal marks, equal judgement.
  struct Mark {
    std::int64_t changed_ns = 0;
    std::uintmax_t bytes = 0;
    std::uint64_t inode = 0;
    std::int64_t signature_ns = 0;
    bool operator==(const Mark&) const = default;
  };
  struct Entry {
    Mark mark;
    Decision decision;
  };
  static Mark mark_of(const std::filesystem::path& file);
  bool read_trust();

  Places places_;
  Policy policy_;
  std::filesystem::path trust_folder_;
  trust::TrustStore trusted_;
  std::string trust_fault_;
  Mark trust_mark_;
  std::map<std::filesystem::path, Entry> files_;
  std::map<std::string, Entry> kept_;  // by hash
  std::string folder_fault_;
  bool looked_ = false;
};

}  // namespace crossdock::host::loader
