// Which version of each plugin runs, and why: the newest that may be loaded, unless an operator or
// a failed start said otherwise. Kept in a file beside the stored copies, with what was decided
// before it, so that a restart of the host changes nothing.
//
// Not thread-safe; its owner locks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/loader/admission.hpp"

namespace crossdock::host::loader {

struct Change {
  std::int64_t at_ns = 0;
  std::string from_version;  // empty: the first
  std::string to_version;
  std::string sha256;
  std::string why;  // "newer", "rolled back", "forced", "could not start: ..."
};

struct Choice {
  std::string sha256;  // of the version that runs
  std::string version;
  std::string previous_sha256;  // what a rollback goes back to
  std::string previous_version;
  std::vector<std::string> avoided;  // hashes that are not taken by themselves any more
  std::vector<Change> history;       // the newest last, at most 50
};

class Choices {
 public:
  // A file that cannot be read counts as none: then the newest versions run.
  explicit Choices(std::filesystem::path file);
  bool save(std::string& fault) const;

  const Choice* find(const std::string& id) const;

  // What should run, of `versions` (one id's, all of which may be loaded): null where none may. A
  // version lower than the one that runs is never taken: see remark.
  Plugin pick(const std::string& id, const std::vector<Plugin>& versions) const;
  // What an operator should know about versions that are there and do not run.
  std::string remark(const std::string& id, const std::vector<Plugin>& versions) const;

  void take(const Admitted& plugin, const std::string& why, std::int64_t now_ns);
  // Not taken by itself any more, for example because it could not start.
  void avoid(const std::string& id, const std::string& sha256);
  void allow(const std::string& id, const std::string& sha256);

 private:
  std::filesystem::path file_;
  std::map<std::string, Choice> choices_;
};

}  // namespace crossdock::host::loader
