#include "host/app/section.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace crossdock::host::app {
namespace {

// Edit distance (Levenshtein); the words are keys, so short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

template <class Number>
bool parse(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    out += (out.empty() ? "" : ", ") + word;
  }
  return out;
}

// A whole number with a unit suffix out of `units`; false where it is neither.
struct Unit {
  std::string_view suffix;
  std::int64_t factor;
};
template <std::size_t N>
bool parse_with_unit(std::string_view text, const Unit (&units)[N], std::int64_t& out) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) {
    return false;
  }
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& unit : units) {
    if (unit.suffix == suffix) {
      return !__builtin_mul_overflow(count, unit.factor, &out);
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> suggestion(std::string_view word, const std::set<std::string>& known) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

Section::Section(const Tree& tree, std::string file, std::string path, Problems& problems)
    : tree_(&tree), file_(std::move(file)), path_(std::move(path)), problems_(&problems) {}

void Section::problem(const std::string& key, std::string message) {
  std::string where = path_;
  if (!key.empty()) {
    where += (where.empty() ? "" : ".") + key;
  }
  problems_->push_back({file_, std::move(where), std::move(message)});
}

const std::string* Section::value(const std::string& key) {
  known_.insert(key);
  const auto found = tree_->find(key);
  if (found == tree_->not_found()) {
    return nullptr;
  }
  if (tree_->count(key) > 1) {
    problem(key, "is given " + std::to_string(tree_->count(key)) + " times; keep one");
  }
  if (!found->second.empty()) {
    problem(key, "is a block { ... } where one value is expected");
  }
  return &found->second.data();
}

std::string Section::required(const std::string& key) {
  const auto* found = value(key);
  if (found == nullptr || found->empty()) {
    problem(key, "is missing; add `" + key + " ...`");
    return {};
  }
  return *found;
}

std::string Section::text(const std::string& key, const std::string& fallback) {
  const auto* found = value(key);
  return found != nullptr ? *found : fallback;
}

std::int64_t Section::integer(const std::string& key, std::int64_t fallback, std::int64_t least,
                              std::int64_t most) {
  const auto* found = value(key);
  if (found == nullptr) {
    return fallback;
  }
  std::int64_t out = 0;
  if (!parse(std::string_view(*found), out) || out < least || out > most) {
    problem(key, "is `" + *found + "`; give a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most));
    return fallback;
  }
  return out;
}

double Section::number(const std::string& key, double fallback, double least, double most) {
  const auto* found = value(key);
  if (found == nullptr) {
    return fallback;
  }
  double out = 0;
  if (!parse(std::string_view(*found), out) || !(out >= least && out <= most)) {
    std::ostringstream message;
    message << "is `" << *found << "`; give a number from " << least << " to " << most;
    problem(key, message.str());
    return fallback;
  }
  return out;
}

bool Section::flag(const std::string& key, bool fallback) {
  const auto* found = value(key);
  if (found == nullptr) {
    return fallback;
  }
  if (*found == "true" || *found == "yes" || *found == "on") {
    return true;
  }
  if (*found == "false" || *found == "no" || *found == "off") {
    return false;
  }
  problem(key, "is `" + *found + "`; give true or false");
  return fallback;
}

std::chrono::milliseconds Section::duration(const std::string& key,
                                            std::chrono::milliseconds fallback) {
  static constexpr Unit kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  const auto* found = value(key);
  if (found == nullptr) {
    return fallback;
  }
  std::int64_t out = 0;
  if (!parse_with_unit(*found, kUnits, out)) {
    problem(key, "is `" + *found + "`; give a length of time such as 250ms, 30s, 5m, 12h or 30d");
    return fallback;
  }
  return std::chrono::milliseconds(out);
}

std::int64_t Section::bytes(const std::string& key, std::int64_t fallback) {
  static constexpr Unit kUnits[] = {
      {"", 1}, {"K", 1LL << 10}, {"M", 1LL << 20}, {"G", 1LL << 30}, {"T", 1LL << 40}};
  const auto* found = value(key);
  if (found == nullptr) {
    return fallback;
  }
  std::int64_t out = 0;
  if (!parse_with_unit(*found, kUnits, out)) {
    problem(key, "is `" + *found + "`; give a size such as 512, 64K, 128M or 2G");
    return fallback;
  }
  return out;
}

std::string Section::one_of(const std::string& key, const std::set<std::string>& values,
                            std::string fallback) {
  const auto* found = value(key);
  if (found == nullptr) {
    return fallback;
  }
  if (!values.contains(*found)) {
    const auto near = suggestion(*found, values);
    problem(key, "is `" + *found + "`; give one of " + joined(values) +
                     (near ? " (did you mean `" + *near + "`?)" : ""));
    return fallback;
  }
  return *found;
}

std::vector<std::string> Section::words(const std::string& key) {
  std::vector<std::string> out;
  if (const auto* found = value(key)) {
    std::istringstream in(*found);
    for (std::string word; in >> word;) {
      out.push_back(word);
    }
  }
  return out;
}

std::optional<Section> Section::child(const std::string& key) {
  auto all = children(key);
  if (all.empty()) {
    return std::nullopt;
  }
  if (all.size() > 1) {
    problem(key, "is given " + std::to_string(all.size()) + " times; keep one block");
  }
  return all.front();
}

std::vector<Section> Section::children(const std::string& key) {
  known_.insert(key);
  std::vector<Section> out;
  for (const auto& [name, tree] : *tree_) {
    if (name != key) {
      continue;
    }
    std::string path = path_.empty() ? key : path_ + "." + key;
    if (!tree.data().empty()) {
      path += "." + tree.data();
    }
    out.emplace_back(tree, file_, std::move(path), *problems_);
  }
  return out;
}

const Section::Tree* Section::raw(const std::string& key) {
  known_.insert(key);
  const auto found = tree_->find(key);
  return found == tree_->not_found() ? nullptr : &found->second;
}

void Section::finish() {
  std::set<std::string> reported;
  for (const auto& [name, tree] : *tree_) {
    if (known_.contains(name) || !reported.insert(name).second) {
      continue;
    }
    const auto near = suggestion(name, known_);
    problem(name, "is not known here" +
                      (near ? "; did you mean `" + *near + "`?" : "; known are " + joined(known_)));
  }
}

}  // namespace crossdock::host::app
