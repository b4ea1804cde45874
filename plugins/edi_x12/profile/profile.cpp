#include "plugins/edi_x12/profile/profile.hpp"

#include <algorithm>
#include <boost/property_tree/info_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace crossdock::x12 {
namespace {

namespace fs = std::filesystem;
using Tree = boost::property_tree::ptree;

// How many letters must change; for suggestions.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t before = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, before + (a[i - 1] == b[j - 1] ? 0 : 1)});
      before = above;
    }
  }
  return row.back();
}

template <class Number>
bool to_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

bool all_digits(const std::string& text) {
  return text.find_first_not_of("0123456789") == std::string::npos;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

class ProfileReader {
 public:
  explicit ProfileReader(const std::string& file) : file_(file) { profile_.file = file; }

  Profile run(const Tree& root) {
    known(root, "",
          {"name", "match", "grammar", "send", "acknowledge", "tolerance", "given", "write",
           "mappings", "segment", "set"});
    for (const auto& [key, value] : root) {
      if (key == "name") {
        profile_.name = text(value, key);
      } else if (key == "grammar") {
        profile_.grammar = text(value, key);
      } else if (key == "mappings") {
        profile_.mappings.emplace_back(fs::path(file_).parent_path() / text(value, key));
      } else if (key == "match") {
        match(value);
      } else if (key == "send") {
        send(value);
      } else if (key == "acknowledge") {
        acknowledge(value);
      } else if (key == "tolerance") {
        for (const auto& [code, severity] : value) {
          const auto word = text(severity, "tolerance." + code);
          one_of(word, "tolerance." + code, {"error", "warning", "notice"});
          profile_.tolerance.emplace_back(code, word);
        }
      } else if (key == "given") {
        for (const auto& [name, what] : value) {
          profile_.given[name] = text(what, "given." + name);
        }
      } else if (key == "write") {
        for (const auto& [entity, what] : value) {
          const auto set = text(what, "write." + entity);
          if (set != "none" && (set.size() != 3 || !all_digits(set))) {
            fail("write." + entity, "is \"" + set + "\"; expected the number of a set, or none");
          }
          profile_.write_as[entity] = set;
        }
      } else if (key == "segment") {
        segment(value);
      } else {
        set(value);
      }
    }
    if (profile_.name.empty()) {
      fail("name", "is missing; it names the partner");
    }
    return std::move(profile_);
  }

 private:
  [[noreturn]] void fail(const std::string& path, const std::string& why) const {
    throw GrammarError(file_ + ": " + path + " " + why);
  }

  void known(const Tree& tree, const std::string& path,
             std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, value] : tree) {
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
        continue;
      }
      std::string_view near;
      std::size_t best = 4;
      for (const auto one : keys) {
        if (const auto steps = distance(one, key); steps < best) {
          best = steps;
          near = one;
        }
      }
      fail(path.empty() ? key : path + "." + key,
           near.empty() ? "is no key that is known here"
                        : "is not known; did you mean " + std::string(near) + "?");
    }
  }

  std::string text(const Tree& value, const std::string& path) const {
    if (!value.empty()) {
      fail(path, "is one value, not a block");
    }
    if (value.data().size() > 1000) {
      fail(path, "is longer than 1,000 characters");
    }
    return value.data();
  }
  bool truth(const Tree& value, const std::string& path) const {
    const auto word = text(value, path);
    if (word == "yes" || word == "true") {
      return true;
    }
    if (word != "no" && word != "false") {
      fail(path, "is \"" + word + "\"; expected yes or no");
    }
    return false;
  }
  template <class Number>
  Number number(const Tree& value, const std::string& path, Number most) const {
    Number out = 0;
    const auto word = text(value, path);
    if (!to_number(word, out) || out > most) {
      fail(path, "is \"" + word + "\"; expected a number up to " + std::to_string(most));
    }
    return out;
  }
  void one_of(const std::string& word, const std::string& path,
              std::initializer_list<std::string_view> words) const {
    if (std::find(words.begin(), words.end(), word) == words.end()) {
      std::string all;
      for (const auto one : words) {
        all += (all.empty() ? "" : ", ") + std::string(one);
      }
      fail(path, "is \"" + word + "\"; expected one of " + all);
    }
  }
  // A delimiter: one byte, as it is or as 0x85.
  char byte(const Tree& value, const std::string& path) const {
    const auto word = text(value, path);
    unsigned code = 0;
    if (word.size() == 4 && word.starts_with("0x")) {
      const auto [end, error] = std::from_chars(word.data() + 2, word.data() + 4, code, 16);
      if (error == std::errc{} && end == word.data() + 4 && code != 0) {
        return static_cast<char>(code);
      }
    }
    const bool alphanumeric =
        word.size() == 1 &&
        ((word[0] >= '0' && word[0] <= '9') || (word[0] >= 'A' && word[0] <= 'Z') ||
         (word[0] >= 'a' && word[0] <= 'z') || word[0] == ' ');
    if (word.size() != 1 || alphanumeric) {
      fail(path,
           "is \"" + word + "\"; expected one byte, no letter or digit, or its number as 0x85");
    }
    return word[0];
  }

  void match(const Tree& tree) {
    known(tree, "match", {"qualifier", "id", "group_id"});
    profile_.sender_qualifier = text(tree.get_child("qualifier", Tree()), "match.qualifier");
    profile_.sender = text(tree.get_child("id", Tree()), "match.id");
    profile_.group_sender = text(tree.get_child("group_id", Tree()), "match.group_id");
  }

  void send(const Tree& tree) {
    known(tree, "send",
          {"version", "qualifier", "id", "group_id", "our_qualifier", "our_id", "our_group_id",
           "element_separator", "component_separator", "repetition_separator", "segment_terminator",
           "newline", "choose_delimiters", "test"});
    for (const auto& [key, value] : tree) {
      const auto path = "send." + key;
      if (key == "version") {
        profile_.version = text(value, path);
        if (profile_.version.size() < 6 || profile_.version.size() > 12) {
          fail(path, "is \"" + profile_.version + "\"; expected GS08 as 005010 or 004010VICS");
        }
      } else if (key.ends_with("qualifier")) {
        auto& into = key == "qualifier" ? profile_.qualifier : profile_.our_qualifier;
        into = text(value, path);
        if (into.size() != 2) {
          fail(path, "has two characters");
        }
      } else if (key.ends_with("id")) {
        auto& into = key == "id"         ? profile_.id
                     : key == "group_id" ? profile_.group_id
                     : key == "our_id"   ? profile_.our_id
                                         : profile_.our_group_id;
        into = text(value, path);
        if (into.empty() || into.size() > 15) {
          fail(path, "has 1 to 15 characters");
        }
      } else if (key == "newline") {
        profile_.newline = truth(value, path);
      } else if (key == "choose_delimiters") {
        profile_.choose_delimiters = truth(value, path);
      } else if (key == "test") {
        profile_.test = truth(value, path);
      } else {
        auto& into = key == "element_separator"      ? profile_.element_separator
                     : key == "component_separator"  ? profile_.component_separator
                     : key == "repetition_separator" ? profile_.repetition_separator
                                                     : profile_.segment_terminator;
        into = byte(value, path);
      }
    }
    const std::string all{profile_.element_separator, profile_.component_separator,
                          profile_.repetition_separator, profile_.segment_terminator};
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all.find(all[i], i + 1) != std::string::npos) {
        fail("send", "uses one byte as two delimiters");
      }
    }
  }

  void acknowledge(const Tree& tree) {
    known(tree, "acknowledge", {"functional", "ta1", "deadline_minutes"});
    for (const auto& [key, value] : tree) {
      const auto path = "acknowledge." + key;
      if (key == "functional") {
        profile_.functional = text(value, path);
        one_of(profile_.functional, path, {"997", "999", "none"});
      } else if (key == "ta1") {
        const auto word = text(value, path);
        one_of(word, path, {"on_request", "on_errors", "always", "never"});
        profile_.ta1 = word == "always"      ? InterchangeReceipt::always
                       : word == "never"     ? InterchangeReceipt::never
                       : word == "on_errors" ? InterchangeReceipt::on_errors
                                             : InterchangeReceipt::on_request;
      } else {
        profile_.deadline = std::chrono::minutes(number<std::int64_t>(value, path, 527'040));
      }
    }
  }

  void segment(const Tree& tree) {
    const auto& id = tree.data();
    if (segment_key(id) == 0) {
      fail("segment", "is written with its id, as: segment BEG { 02 { codes \"SA NE\" } }");
    }
    for (const auto& [place, what] : tree) {
      const auto path = "segment " + id + "." + place;
      ElementDeviation d;
      d.segment = id;
      const auto dash = place.find('-');
      if (!to_number(std::string_view(place).substr(0, dash), d.element) || d.element == 0 ||
          d.element > kMostElementUses ||
          (dash != std::string::npos &&
           (!to_number(std::string_view(place).substr(dash + 1), d.component) ||
            d.component == 0))) {
        fail(path, "is no element; write its number, as 02, or 04-2 for a component");
      }
      d.place = id + place;
      known(what, path, {"required", "unused", "min", "max", "codes", "add", "drop", "translate"});
      for (const auto& [key, value] : what) {
        const auto at = path + "." + key;
        if (key == "required") {
          d.required = truth(value, at);
        } else if (key == "unused") {
          d.unused = truth(value, at);
        } else if (key == "min" || key == "max") {
          (key == "min" ? d.min : d.max) = number<std::uint32_t>(value, at, 1'000'000);
        } else if (key == "translate") {
          for (const auto& [his, ours] : value) {
            d.translate.emplace_back(his, text(ours, at + "." + his));
          }
        } else {
          auto& list = key == "codes" ? d.codes : key == "add" ? d.add_codes : d.drop_codes;
          list = words_of(text(value, at));
          for (const auto& code : list) {
            if (code.size() > CodeList::kLongest) {
              fail(at, "names \"" + code + "\"; a code has at most 8 characters");
            }
          }
        }
      }
      profile_.elements.push_back(std::move(d));
    }
  }

  void set(const Tree& tree) {
    const auto& id = tree.data();
    if (id.size() != 3) {
      fail("set", "is written with its number, as: set 850 { N1/N3 { required yes } }");
    }
    for (const auto& [line, what] : tree) {
      const auto path = "set " + id + "." + line;
      known(what, path, {"required", "unused", "most"});
      LineDeviation d;
      d.set = id;
      d.path = line;
      for (const auto& [key, value] : what) {
        const auto at = path + "." + key;
        if (key == "required") {
          d.required = truth(value, at);
        } else if (key == "unused") {
          d.unused = truth(value, at);
        } else {
          d.most = number<std::uint32_t>(value, at, 1'000'000);
        }
      }
      profile_.lines.push_back(std::move(d));
    }
  }

  const std::string& file_;
  Profile profile_;
};

[[noreturn]] void unknown(const Profile& profile, const std::string& what,
                          const std::string& release) {
  throw GrammarError(profile.file + ": " + what + " is not in " + release);
}

void deviate(DraftUse& use, const ElementDeviation& d, const Draft& draft, const Profile& profile) {
  if (d.required) {
    use.requirement = *d.required ? Requirement::mandatory : Requirement::optional;
  }
  if (d.unused) {
    use.unused = *d.unused;
    if (*d.unused) {
      use.requirement = Requirement::optional;
    }
  }
  use.min = d.min != 0 ? d.min : use.min;
  use.max = d.max != 0 ? d.max : use.max;
  const auto element = draft.elements.find(use.element);
  if (element != draft.elements.end()) {
    const auto min = use.min != 0 ? use.min : element->second.min;
    const auto max = use.max != 0 ? use.max : element->second.max;
    if (min > max) {
      throw GrammarError(profile.file + ": segment " + d.segment + " " + d.place +
                         ": the shortest length " + std::to_string(min) +
                         " is more than the longest, " + std::to_string(max));
    }
  }
  if (d.codes.empty() && d.add_codes.empty() && d.drop_codes.empty() && d.translate.empty()) {
    return;
  }
  auto list = std::make_shared<CodeList>();
  const auto base = use.codes                           ? use.codes
                    : draft.codes.contains(use.element) ? draft.codes.find(use.element)->second
                                                        : nullptr;
  if (d.codes.empty() && base) {
    *list = *base;
  }
  for (const auto* codes : {&d.codes, &d.add_codes}) {
    for (const auto& code : *codes) {
      list->add(code, base ? base->words(code) : std::string_view());
    }
  }
  for (const auto& [his, ours] : d.translate) {
    if (base || !d.codes.empty()) {
      if (his.empty() || his.size() > CodeList::kLongest) {
        throw GrammarError(profile.file + ": segment " + d.segment + " " + d.place +
                           ": translates \"" + his + "\"; a code has 1 to 8 characters");
      }
      list->add(his, base ? base->words(ours) : std::string_view());
    }
  }
  for (const auto& code : d.drop_codes) {
    list->remove(code);
  }
  if (list->size() == 0) {
    return;  // no list before and none made: any value holds
  }
  list->seal();
  use.codes = std::move(list);
}

// The node that a path of ids names, all of them: "N1/N3".
std::vector<DraftNode*> nodes_at(DraftSet& set, const std::string& path) {
  std::vector<std::string> ids;
  std::istringstream in(path);
  for (std::string id; std::getline(in, id, '/');) {
    ids.push_back(id);
  }
  std::vector<DraftNode*> out;
  std::vector<std::string> around;
  for (auto& node : set.nodes) {
    around.resize(node.depth);
    auto here = around;
    here.push_back(node.segment);
    if (here == ids) {
      out.push_back(&node);
    }
    if (node.loop) {
      around = std::move(here);
    }
  }
  return out;
}

}  // namespace

bool Profile::is_from(std::string_view isa05, std::string_view isa06, std::string_view gs02) const {
  return (sender_qualifier.empty() || sender_qualifier == isa05) &&
         (sender.empty() || sender == isa06) && (group_sender.empty() || group_sender == gs02) &&
         !(sender_qualifier.empty() && sender.empty() && group_sender.empty());
}

std::string_view Profile::incoming(std::string_view segment, unsigned element,
                                   std::string_view value) const {
  for (const auto& d : elements) {
    if (d.element == element && d.segment == segment && d.component == 0) {
      for (const auto& [his, ours] : d.translate) {
        if (his == value) {
          return ours;
        }
      }
    }
  }
  return value;
}

std::string_view Profile::outgoing(std::string_view segment, unsigned element,
                                   std::string_view value) const {
  for (const auto& d : elements) {
    if (d.element == element && d.segment == segment && d.component == 0) {
      for (const auto& [his, ours] : d.translate) {
        if (ours == value) {
          return his;
        }
      }
    }
  }
  return value;
}

bool Profile::translates() const {
  return std::any_of(elements.begin(), elements.end(),
                     [](const ElementDeviation& d) { return !d.translate.empty(); });
}

Profile parse_profile(std::string_view info, const std::string& file) {
  if (info.size() > kLargestProfile) {
    throw GrammarError(file + ": the file is larger than 1 MiB");
  }
  // A file that includes another could read anything; INFO's include is not for profiles.
  std::istringstream lines{std::string(info)};
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find_first_not_of(" \t");
    if (first != std::string::npos && line[first] == '#') {
      throw GrammarError(file + ": #include is not allowed in a profile; comments begin with ;");
    }
  }
  Tree root;
  std::istringstream in{std::string(info)};
  try {
    boost::property_tree::read_info(in, root);
  } catch (const boost::property_tree::info_parser_error& error) {
    throw GrammarError(file + ":" + std::to_string(error.line()) + ": " + error.message());
  }
  return ProfileReader(file).run(root);
}

Profile read_profile(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size > kLargestProfile) {
    throw GrammarError(file.string() + ": " +
                       (error ? error.message() : "the file is larger than 1 MiB"));
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return parse_profile(text, file.string());
}

Draft with_deviations(const Draft& base, const Profile& profile) {
  Draft out = base;
  for (const auto& d : profile.elements) {
    const auto segment = out.segments.find(d.segment);
    if (segment == out.segments.end()) {
      unknown(profile, "segment " + d.segment, base.release);
    }
    auto& uses = segment->second.uses;
    if (d.element > uses.size()) {
      unknown(profile, "element " + d.place, base.release);
    }
    auto& use = uses[d.element - 1u];
    if (d.component == 0) {
      deviate(use, d, out, profile);
      continue;
    }
    const auto composite = out.composites.find(use.element);
    if (composite == out.composites.end() || d.component > composite->second.uses.size()) {
      unknown(profile, "component " + d.place, base.release);
    }
    // Holds wherever the composite is used.
    auto own = composite->second;
    deviate(own.uses[d.component - 1u], d, out, profile);
    out.composites.insert_or_assign(own.id, std::move(own));
  }
  for (const auto& d : profile.lines) {
    const auto set = out.sets.find(d.set);
    if (set == out.sets.end()) {
      unknown(profile, "set " + d.set, base.release);
    }
    const auto nodes = nodes_at(set->second, d.path);
    if (nodes.empty()) {
      unknown(profile, "line " + d.path + " of set " + d.set, base.release);
    }
    for (auto* node : nodes) {
      node->mandatory = d.required.value_or(node->mandatory);
      node->most = d.most.value_or(node->most);
      if (d.unused) {
        node->unused = *d.unused;
        node->mandatory = node->mandatory && !*d.unused;
      }
    }
  }
  return out;
}

}  // namespace crossdock::x12
