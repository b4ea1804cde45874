// One block of an INFO configuration file, read strictly: every wrong value and every unknown key
// becomes a Problem with file and path, and reading goes on, so that an operator sees all of them
// at once. Not thread-safe; used at start and by `crossdock check` only.
#pragma once

#include <boost/property_tree/ptree.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::host::app {

// A fault in the configuration: where it is and what to do about it.
struct Problem {
  std::string file;
  std::string path;  // dotted, for example connector.edi.limits.memory
  std::string message;
};
using Problems = std::vector<Problem>;

// The nearest of `known` to `word` where one is near enough to be what was meant.
std::optional<std::string> suggestion(std::string_view word, const std::set<std::string>& known);

class Section {
 public:
  using Tree = boost::property_tree::ptree;

  // Borrows tree and problems for its life.
  Section(const Tree& tree, std::string file, std::string path, Problems& problems);

  // The block's own word: `warehouse EWR { ... }` has the name EWR.
  std::string name() const { return tree_->data(); }
  const std::string& path() const { return path_; }
  const std::string& file() const { return file_; }
  const Tree& tree() const { return *tree_; }

  std::string required(const std::string& key);
  std::string text(const std::string& key, const std::string& fallback = {});
  std::int64_t integer(const std::string& key, std::int64_t fallback, std::int64_t least,
                       std::int64_t most);
  double number(const std::string& key, double fallback, double least, double most);
  bool flag(const std::string& key, bool fallback);
  // A length of time with its unit: 250ms, 30s, 5m, 12h, 30d.
  std::chrono::milliseconds duration(const std::string& key, std::chrono::milliseconds fallback);
  // A size in bytes with its unit: 512, 64K, 128M, 2G.
  std::int64_t bytes(const std::string& key, std::int64_t fallback);
  std::string one_of(const std::string& key, const std::set<std::string>& values,
                     std::string fallback);
  // A list written as words in one value: channels "north south".
  std::vector<std::string> words(const std::string& key);

  std::optional<Section> child(const std::string& key);
  std::vector<Section> children(const std::string& key);
  // The sub-tree as it stands, for blocks that somebody else checks; marks the key as known.
  const Tree* raw(const std::string& key);

  void problem(const std::string& key, std::string message);
  // Reports keys that nobody asked for. Call once, after the last read.
  void finish();

 private:
  const std::string* value(const std::string& key);

  const Tree* tree_;
  std::string file_;
  std::string path_;
  Problems* problems_;
  std::set<std::string> known_;
};

}  // namespace crossdock::host::app
