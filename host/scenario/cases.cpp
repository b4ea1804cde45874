#include "host/scenario/cases.hpp"

#include "host/scenario/form.hpp"
#include "host/scenario/load.hpp"

namespace crossdock::host::scenario {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepestInclude = 8;

Node empty(Node::Kind kind) {
  Node out;
  out.kind = kind;
  return out;
}

// Blocks of keys are merged; everything else of `over` takes the place of what was there.
void merge(Node& into, const Node& over) {
  if (!into.is_map() || !over.is_map()) {
    into = over;
    return;
  }
  for (const auto& [key, value] : over.members) {
    Node* found = nullptr;
    for (auto& [name, node] : into.members) {
      if (name == key) {
        found = &node;
      }
    }
    if (found == nullptr) {
      into.members.push_back({key, value});
    } else {
      merge(*found, value);
    }
  }
}

std::vector<const Node*> texts_of(const Node& node) {
  std::vector<const Node*> out;
  if (node.is_scalar()) {
    out.push_back(&node);
  }
  for (const auto& one : node.items) {
    out.push_back(&one);
  }
  return out;
}

// A configuration file is meant from the file that names it.
void make_absolute(Node& given, const fs::path& folder) {
  for (auto& [key, node] : given.members) {
    if (key == "configuration" && node.is_scalar() && !fs::path(node.text).is_absolute()) {
      node.text = (folder / node.text).lexically_normal().string();
    }
  }
}

Node with_includes(Node given, const fs::path& folder, int depth, Faults& faults,
                   const std::string& file) {
  make_absolute(given, folder);
  const auto* include = given.find("include");
  if (include == nullptr) {
    return given;
  }
  Node out = empty(Node::Kind::map);
  for (const auto* name : texts_of(*include)) {
    const auto path = (folder / name->text).lexically_normal();
    if (depth >= kDeepestInclude) {
      faults.push_back({file, name->line, name->column, "given.include",
                        "files include each other more than 8 deep; is there a circle?"});
      return out;
    }
    Faults own;
    auto tree = read_yaml_file(path, own);
    if (own.empty()) {
      check_form(tree, "", path.string(), own);
    }
    if (!own.empty() && own.front().line == 0) {
      own.front() = {file, name->line, name->column, "given.include",
                     "names " + path.string() + ", which " + own.front().message};
    }
    faults.insert(faults.end(), own.begin(), own.end());
    const auto* shared = tree.find("given");
    if (own.empty() && shared == nullptr) {
      faults.push_back({file, name->line, name->column, "given.include",
                        "names " + path.string() + ", which has no `given`"});
    } else if (own.empty()) {
      merge(out, with_includes(*shared, path.parent_path(), depth + 1, faults, path.string()));
    }
  }
  std::erase_if(given.members, [](const auto& one) { return one.name == "include"; });
  merge(out, given);
  return out;
}

Node member(const Node& node, const char* key, Node::Kind kind) {
  const auto* found = node.find(key);
  return found == nullptr ? empty(kind) : *found;
}

std::vector<Case> cases_of(const Node& root, const fs::path& path, Faults& faults) {
  const auto file = path.string();
  const auto folder = path.parent_path();
  std::vector<Case> out;
  const auto* list = root.find("cases");
  const bool single = root.find("when") != nullptr || root.find("then") != nullptr;
  if (list != nullptr && single) {
    faults.push_back({file, list->line, list->column, "cases",
                      "stands beside a `when` or `then` of the file; put that into a case too"});
  }
  if (list == nullptr && single && root.find("name") == nullptr) {
    faults.push_back({file, root.line, root.column, "", "needs `name`: what the case shows"});
  }
  if (!faults.empty() || (list == nullptr && !single)) {
    return out;  // a file of things given only, for others to include
  }
  const auto shared =
      with_includes(member(root, "given", Node::Kind::map), folder, 0, faults, file);
  const auto add = [&](const Node& node) {
    Case one;
    one.name = node.text_of("name");
    one.file = file;
    one.line = node.line;
    one.given = shared;
    if (list != nullptr) {
      merge(one.given,
            with_includes(member(node, "given", Node::Kind::map), folder, 0, faults, file));
    }
    one.when = member(node, "when", Node::Kind::list);
    one.then = member(node, "then", Node::Kind::map);
    out.push_back(std::move(one));
  };
  if (list == nullptr) {
    add(root);
  } else {
    for (const auto& one : list->items) {
      add(one);
    }
  }
  return out;
}

std::vector<Case> checked(const Node& root, const fs::path& file, Faults& faults) {
  if (faults.empty()) {
    check_form(root, "", file.string(), faults);
    if (const auto* when = root.find("when")) {
      check_loads(*when, "when", file.string(), faults);
    }
    if (const auto* list = root.find("cases")) {
      for (std::size_t i = 0; i < list->items.size(); ++i) {
        if (const auto* when = list->items[i].find("when")) {
          check_loads(*when, "cases[" + std::to_string(i) + "].when", file.string(), faults);
        }
      }
    }
  }
  return faults.empty() ? cases_of(root, file, faults) : std::vector<Case>{};
}

}  // namespace

void merge_given(Node& into, const Node& over) { merge(into, over); }

std::vector<Case> read_cases(const fs::path& file, Faults& faults) {
  Faults own;
  const auto root = read_yaml_file(file, own);
  auto out = checked(root, file, own);
  faults.insert(faults.end(), own.begin(), own.end());
  return out;
}

std::vector<Case> read_cases(const std::string& text, const fs::path& file, Faults& faults) {
  Faults own;
  const auto root = read_yaml(text, file.string(), own);
  auto out = checked(root, file, own);
  faults.insert(faults.end(), own.begin(), own.end());
  return out;
}

}  // namespace crossdock::host::scenario
