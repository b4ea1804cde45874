#include "host/scenario/form.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <regex>

namespace crossdock::host::scenario {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

bool is_number(const Node& node, bool whole) {
  if (!node.is_scalar() || node.quoted || node.text.empty()) {
    return false;
  }
  char* end = nullptr;
  const double value = std::strtod(node.text.c_str(), &end);
  static constexpr std::string_view kDigits = "+-0123456789.eE";
  return *end == '\0' && node.text.find_first_not_of(kDigits) == std::string::npos &&
         std::isfinite(value) && (!whole || value == std::floor(value));
}

bool is_flag(const Node& node) {
  return node.is_scalar() && !node.quoted && (node.text == "true" || node.text == "false");
}

bool has_type(const Node& node, std::string_view type) {
  if (type == "object") {
    return node.is_map();
  }
  if (type == "array") {
    return node.is_list();
  }
  if (type == "null") {
    return node.kind == Node::Kind::null;
  }
  if (type == "integer") {
    return is_number(node, true);
  }
  if (type == "number") {
    return is_number(node, false);
  }
  if (type == "boolean") {
    return is_flag(node);
  }
  return node.is_scalar();  // text may be written without quotes, whatever it looks like
}

std::string in_words(std::string_view type) {
  static const std::map<std::string_view, const char*> kWords = {{"object", "a block of keys"},
                                                                 {"array", "a list"},
                                                                 {"integer", "a whole number"},
                                                                 {"number", "a number"},
                                                                 {"boolean", "true or false"},
                                                                 {"string", "text"},
                                                                 {"null", "nothing"}};
  const auto found = kWords.find(type);
  return found == kWords.end() ? std::string(type) : found->second;
}

std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "`" + node.text.substr(0, 80) + "`";
    case Node::Kind::list:
      return "a list";
    default:
      return "a block of keys";
  }
}

class Checker {
 public:
  Checker(std::string file, Faults& faults) : file_(std::move(file)), faults_(&faults) {}

  void check(const Node& node, const json::object& rule, const std::string& path) {
    if (const auto* reference = rule.if_contains("$ref")) {
      check(node, definition(std::string_view(reference->as_string()).substr(8)), path);
      return;
    }
    if (const auto* choices = rule.if_contains("oneOf")) {
      check_choice(node, choices->as_array(), path);
      // Rules beside the choice hold too.
    }
    if (const auto* choices = rule.if_contains("anyOf")) {
      check_choice(node, choices->as_array(), path);
    }
    if (const auto* type = rule.if_contains("type"); type != nullptr && !fits_type(node, *type)) {
      fault(node, path, "is " + shown(node) + "; expected " + types_in_words(*type));
      return;
    }
    if (const auto* words = rule.if_contains("enum")) {
      check_enum(node, words->as_array(), path);
    }
    if (const auto* pattern = rule.if_contains("pattern"); pattern != nullptr && node.is_scalar()) {
      check_pattern(node, rule, std::string(pattern->as_string()), path);
    }
    check_range(node, rule, path);
    if (node.is_map()) {
      check_map(node, rule, path);
    }
    if (node.is_list()) {
      if (const auto* items = rule.if_contains("items")) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
          check(node.items[i], items->as_object(), path + "[" + std::to_string(i) + "]");
        }
      }
      if (const auto* least = rule.if_contains("minItems");
          least != nullptr &&
          node.items.size() < static_cast<std::size_t>(least->to_number<std::int64_t>())) {
        fault(node, path, "needs at least " + text(*least) + " entries");
      }
    }
  }

  static const json::object& root() {
    static const json::value kRoot = json::parse(kSchema);
    return kRoot.as_object();
  }
  static const json::object& definition(std::string_view name) {
    return root().at("$defs").as_object().at({name.data(), name.size()}).as_object();
  }

 private:
  void fault(const Node& node, const std::string& path, std::string message) {
    faults_->push_back({file_, node.line, node.column, path, std::move(message)});
  }

  static bool fits_type(const Node& node, const json::value& type) {
    if (type.is_string()) {
      return has_type(node, std::string_view(type.get_string()));
    }
    for (const auto& one : type.as_array()) {
      if (has_type(node, std::string_view(one.as_string()))) {
        return true;
      }
    }
    return false;
  }
  static std::string types_in_words(const json::value& type) {
    if (type.is_string()) {
      return in_words(std::string_view(type.get_string()));
    }
    std::string out;
    for (const auto& one : type.as_array()) {
      out += (out.empty() ? "" : " or ") + in_words(std::string_view(one.as_string()));
    }
    return out;
  }

  // The kinds of node that a rule speaks of, through its references.
  static bool speaks_of(const Node& node, const json::object& rule) {
    const json::object* resolved = &rule;
    while (const auto* reference = resolved->if_contains("$ref")) {
      resolved = &definition(std::string_view(reference->as_string()).substr(8));
    }
    if (const auto* type = resolved->if_contains("type")) {
      return fits_type(node, *type);
    }
    for (const char* word : {"oneOf", "anyOf"}) {
      if (const auto* choices = resolved->if_contains(word)) {
        for (const auto& one : choices->as_array()) {
          if (speaks_of(node, one.as_object())) {
            return true;
          }
        }
        return false;
      }
    }
    return true;
  }

  void check_choice(const Node& node, const json::array& choices, const std::string& path) {
    // "exactly one of these keys", written as a choice of required members
    std::vector<std::string> keys;
    for (const auto& one : choices) {
      const auto* required = one.as_object().if_contains("required");
      if (required != nullptr && one.as_object().size() == 1 && required->as_array().size() == 1) {
        keys.push_back(text(required->as_array().front()));
      }
    }
    if (keys.size() == choices.size()) {
      check_one_key(node, keys, path);
      return;
    }
    const json::object* best = nullptr;
    std::string expected;
    for (const auto& one : choices) {
      const auto& rule = one.as_object();
      if (speaks_of(node, rule)) {
        Faults silent;
        Checker(file_, silent).check(node, rule, path);
        if (silent.empty()) {
          return;
        }
        best = best == nullptr ? &rule : best;
      }
      if (const auto* title = rule.if_contains("title")) {
        expected += (expected.empty() ? "" : " or ") + text(*title);
      } else if (const auto* type = rule.if_contains("type")) {
        expected += (expected.empty() ? "" : " or ") + types_in_words(*type);
      }
    }
    if (best != nullptr) {
      check(node, *best, path);
    } else {
      fault(node, path, "is " + shown(node) + "; expected " + expected);
    }
  }

  void check_one_key(const Node& node, const std::vector<std::string>& keys,
                     const std::string& path) {
    std::string found;
    std::string all;
    int count = 0;
    for (const auto& key : keys) {
      all += (all.empty() ? "" : ", ") + key;
      if (node.find(key) != nullptr) {
        found += (found.empty() ? "`" : "`, `") + key;
        ++count;
      }
    }
    if (count == 0 && node.is_map()) {
      for (const auto& [key, value] : node.members) {
        if (const auto meant = nearest(key, keys); !meant.empty()) {
          fault(node, path, "has `" + key + "`; did you mean `" + meant + "`?");
          return;
        }
      }
    }
    if (count != 1) {
      fault(node, path,
            (count == 0 ? "has none of the keys of which it needs one: "
                        : "has " + found + "` together; it needs exactly one of ") +
                all);
    }
  }

  void check_enum(const Node& node, const json::array& words, const std::string& path) {
    std::vector<std::string> known;
    std::string all;
    for (const auto& word : words) {
      known.push_back(text(word));
      all += (all.empty() ? "" : ", ") + known.back();
    }
    if (std::find(known.begin(), known.end(), node.text) == known.end()) {
      const auto meant = nearest(node.text, known);
      fault(node, path,
            "is " + shown(node) + "; expected one of " + all +
                (meant.empty() ? "" : "; did you mean `" + meant + "`?"));
    }
  }

  void check_pattern(const Node& node, const json::object& rule, const std::string& pattern,
                     const std::string& path) {
    static std::map<std::string, std::regex> compiled;
    auto found = compiled.find(pattern);
    if (found == compiled.end()) {
      found = compiled.emplace(pattern, std::regex(pattern)).first;
    }
    if (node.text.size() > 4096 || !std::regex_search(node.text, found->second)) {
      const auto* title = rule.if_contains("title");
      fault(node, path,
            "is " + shown(node) + "; expected " + (title != nullptr ? text(*title) : pattern));
    }
  }

  void check_range(const Node& node, const json::object& rule, const std::string& path) {
    if (!is_number(node, false)) {
      return;
    }
    const double value = std::strtod(node.text.c_str(), nullptr);
    if (const auto* least = rule.if_contains("minimum");
        least != nullptr && value < least->to_number<double>()) {
      fault(node, path, "is " + node.text + "; expected at least " + text(*least));
    }
    if (const auto* most = rule.if_contains("maximum");
        most != nullptr && value > most->to_number<double>()) {
      fault(node, path, "is " + node.text + "; expected at most " + text(*most));
    }
  }

  void check_map(const Node& node, const json::object& rule, const std::string& path) {
    const auto* properties = rule.if_contains("properties");
    const auto* rest = rule.if_contains("additionalProperties");
    std::vector<std::string> known;
    if (properties != nullptr) {
      for (const auto& one : properties->as_object()) {
        known.emplace_back(one.key_c_str());
      }
    }
    for (const auto& [key, value] : node.members) {
      const std::string at = path.empty() ? key : path + "." + key;
      const auto* found =
          properties == nullptr ? nullptr : properties->as_object().if_contains(key);
      if (found != nullptr) {
        check(value, found->as_object(), at);
      } else if (rest != nullptr && rest->is_object()) {
        check(value, rest->as_object(), at);
      } else if (rest != nullptr) {
        const auto meant = nearest(key, known);
        std::string all;
        for (const auto& one : known) {
          all += (all.empty() ? "" : ", ") + one;
        }
        fault(value, at,
              "is not known here; " +
                  (meant.empty() ? "known are " + all : "did you mean `" + meant + "`?"));
      }
    }
    if (const auto* required = rule.if_contains("required")) {
      for (const auto& one : required->as_array()) {
        if (node.find(text(one)) == nullptr) {
          fault(node, path, "needs `" + text(one) + "`");
        }
      }
    }
    if (const auto* least = rule.if_contains("minProperties");
        least != nullptr &&
        node.members.size() < static_cast<std::size_t>(least->to_number<std::int64_t>())) {
      fault(node, path, "says nothing; give it at least " + text(*least) + " of its keys");
    }
  }

  std::string file_;
  Faults* faults_;
};

}  // namespace

void check_form(const Node& node, std::string_view name, const std::string& file, Faults& faults) {
  Checker(file, faults).check(node, name.empty() ? Checker::root() : Checker::definition(name), "");
}

}  // namespace crossdock::host::scenario
