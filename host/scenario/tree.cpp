#include "host/scenario/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace crossdock::host::scenario {
namespace {

constexpr std::size_t kLargestFile = 1u << 20;
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostNodes = 100'000;

// Thrown inside of the parser to leave it; becomes a Fault.
struct Refuse {
  YAML::Mark mark;
  std::string message;
};

// Builds the tree from the parser's events. A stack of open collections; a map alternates between
// keys and values.
class Builder final : public YAML::EventHandler {
 public:
  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, anchor, Node::Kind::null, {}, false);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refuse{mark, "aliases (*name) are not taken here; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool quoted = tag == "!";
    if (!quoted && tag != "?" && !tag.empty()) {
      throw Refuse{mark, "tags (" + tag + ") are not taken here; remove it"};
    }
    const bool nothing = !quoted && (value.empty() || value == "~" || value == "null");
    add(mark, anchor, nothing ? Node::Kind::null : Node::Kind::scalar, value, quoted);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open_.push_back(add(mark, anchor, Node::Kind::list, {}, false));
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open_.push_back(add(mark, anchor, Node::Kind::map, {}, false));
    key_pending_.push_back(false);
  }
  void OnMapEnd() override {
    open_.pop_back();
    key_pending_.pop_back();
  }

 private:
  // Pointers into vectors of open nodes stay good: only the innermost collection grows.
  Node* add(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind, const std::string& text,
            bool quoted) {
    if (anchor != 0) {
      throw Refuse{mark,
                   "anchors (&name) are not taken here; write the value out where it is used"};
    }
    if (++nodes_ > kMostNodes || open_.size() >= kDeepest) {
      throw Refuse{mark, "the file holds more than 100,000 values or 32 levels; split it"};
    }
    Node node;
    node.kind = kind;
    node.text = text;
    node.quoted = quoted;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    Node& parent = *open_.back();
    if (parent.is_list()) {
      return &parent.items.emplace_back(std::move(node));
    }
    if (!key_pending_.back()) {
      if (kind != Node::Kind::scalar) {
        throw Refuse{mark, "a key must be a word"};
      }
      if (parent.find(text) != nullptr) {
        throw Refuse{mark, "`" + text + "` is given twice; keep one"};
      }
      parent.members.push_back({text, {}});
      key_pending_.back() = true;
      return nullptr;
    }
    key_pending_.back() = false;
    parent.members.back().value = std::move(node);
    return &parent.members.back().value;
  }

  Node root_;
  std::vector<Node*> open_;
  std::vector<bool> key_pending_;
  std::size_t nodes_ = 0;
};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string to_text(const Fault& fault) {
  std::string out = fault.file;
  if (fault.line > 0) {
    out += ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column);
  }
  out += ": ";
  if (!fault.path.empty()) {
    out += fault.path + " ";
  }
  return out + fault.message;
}

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, node] : members) {
    if (name == key) {
      return &node;
    }
  }
  return nullptr;
}

std::string Node::text_of(std::string_view key, std::string fallback) const {
  const auto* found = find(key);
  if (found == nullptr || !found->is_scalar()) {
    return fallback;
  }
  return found->text;
}

Node read_yaml(const std::string& text, const std::string& file, Faults& faults) {
  Node nothing;
  nothing.kind = Node::Kind::map;
  if (text.size() > kLargestFile) {
    faults.push_back({file, 0, 0, "", "is larger than 1 MiB; split it"});
    return nothing;
  }
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    Builder builder;
    if (!parser.HandleNextDocument(builder)) {
      faults.push_back({file, 1, 1, "", "holds nothing; see the guide to scenarios"});
      return nothing;
    }
    Builder second;
    if (parser.HandleNextDocument(second)) {
      faults.push_back({file, 0, 0, "", "holds several documents (---); one file is one document"});
      return nothing;
    }
    return builder.take();
  } catch (const Refuse& refused) {
    faults.push_back({file, refused.mark.line + 1, refused.mark.column + 1, "", refused.message});
  } catch (const YAML::Exception& fault) {
    faults.push_back(
        {file, fault.mark.line + 1, fault.mark.column + 1, "", "is not YAML here: " + fault.msg});
  }
  return nothing;
}

Node read_yaml_file(const std::filesystem::path& file, Faults& faults) {
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  if (!in || !std::filesystem::is_regular_file(file, error)) {
    faults.push_back({file.string(), 0, 0, "", "cannot be read; is the path right?"});
    Node nothing;
    nothing.kind = Node::Kind::map;
    return nothing;
  }
  std::string text(kLargestFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return read_yaml(text, file.string(), faults);
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& one : known) {
    const auto distance = edit_distance(word, one);
    if (distance < least) {
      least = distance;
      best = one;
    }
  }
  return best;
}

}  // namespace crossdock::host::scenario
