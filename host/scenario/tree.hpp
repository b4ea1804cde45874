// A YAML document as a plain tree whose every node knows its place. Scenario files are read whole
// before anything runs; what YAML allows and nobody needs here (anchors, aliases, tags, several
// documents, a key twice) is refused, so that a file means what it looks like.
//
// Pure values; input is taken as hostile: at most 1 MiB, 32 levels, 100,000 nodes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::host::scenario {

// What is wrong with a file, where (lines and columns from 1), and what to do about it.
struct Fault {
  std::string file;
  int line = 0;
  int column = 0;
  std::string path;  // when[2].order.lines[0].sku
  std::string message;
};
using Faults = std::vector<Fault>;
std::string to_text(const Fault& fault);

struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text;     // of a scalar
  bool quoted = false;  // a scalar in quotes is text, whatever it looks like
  int line = 0;
  int column = 0;
  struct Member;
  std::vector<Node> items;      // of a list
  std::vector<Member> members;  // of a map, in the file's order

  // Null where there is no such member.
  const Node* find(std::string_view key) const;
  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_scalar() const { return kind == Kind::scalar; }
  // A member's text, or what is given instead.
  std::string text_of(std::string_view key, std::string fallback = {}) const;
};

struct Node::Member {
  std::string name;
  Node value;
};

// The document of a file; an empty map, and a fault, where it cannot be read.
Node read_yaml_file(const std::filesystem::path& file, Faults& faults);
Node read_yaml(const std::string& text, const std::string& file, Faults& faults);

// The nearest of some words to a word where one is near enough to be what was meant; else empty.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace crossdock::host::scenario
