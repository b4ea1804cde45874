#include "plugins/edi_x12/mapping/table.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/edi_x12/grammar/draft.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::size_t kLargestMapping = 1u << 20;  // bytes
constexpr std::size_t kDeepestItems = 12;
constexpr std::size_t kMostItems = 5'000;

constexpr std::pair<std::string_view, Codec> kCodecs[] = {
    {"text", Codec::text},         {"date", Codec::date},   {"instant", Codec::instant},
    {"quantity", Codec::quantity}, {"price", Codec::price}, {"money", Codec::money},
    {"cents", Codec::cents},       {"whole", Codec::whole}, {"decimal", Codec::decimal},
    {"code", Codec::code},         {"flag", Codec::flag},   {"grams", Codec::grams}};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  for (;;) {
    at = line.find_first_not_of(" \t\r", at);
    if (at == std::string_view::npos || line[at] == '#') {
      return out;
    }
    auto end = line.find_first_of(" \t\r", at);
    end = end == std::string_view::npos ? line.size() : end;
    out.push_back(line.substr(at, end - at));
    at = end;
  }
}

bool to_number(std::string_view text, std::uint8_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size() && out > 0 &&
         out <= kMostElementUses;
}

bool is_segment(std::string_view word) {
  return word.size() >= 2 && word.size() <= 3 && word[0] >= 'A' && word[0] <= 'Z' &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

class MappingReader {
 public:
  explicit MappingReader(const std::string& file) : file_(file) { table_.origin = file; }

  MapTable run(std::string_view text) {
    if (text.size() > kLargestMapping) {
      throw GrammarError(file_ + ": the file is larger than 1 MiB");
    }
    open_.push_back(&table_.items);
    for (std::size_t at = 0; at < text.size();) {
      auto end = text.find('\n', at);
      end = end == std::string_view::npos ? text.size() : end;
      ++number_;
      const auto words = words_of(text.substr(at, end - at));
      if (!words.empty()) {
        statement(words);
      }
      at = end + 1;
    }
    if (open_.size() != 1) {
      fail("a loop or level is not closed by `end`");
    }
    if (table_.set.empty()) {
      throw GrammarError(file_ + ": the first statement must be `mapping`, as: mapping 850 order");
    }
    return std::move(table_);
  }

 private:
  using Words = std::vector<std::string_view>;

  [[noreturn]] void fail(const std::string& why) const {
    throw GrammarError(file_ + ":" + std::to_string(number_) + ": " + why);
  }

  void statement(const Words& w) {
    const auto first = w[0];
    if (table_.set.empty()) {
      if (first != "mapping" || w.size() != 3) {
        fail("the first statement must be `mapping`, as: mapping 850 order");
      }
      table_.set = w[1];
      table_.entity = w[2];
    } else if (first == "kind") {
      want(w, 2);
      table_.kind = w[1];
      table_.received = table_.received.empty() ? table_.kind : table_.received;
    } else if (first == "received" || first == "currency") {
      want(w, 2);
      (first == "received" ? table_.received : table_.currency) = w[1];
    } else if (first == "codes") {
      codes(w);
    } else if (first == "given" || first == "always") {
      want(w, 3);
      (first == "given" ? table_.given : table_.always).emplace_back(w[1], w[2]);
    } else if (first == "loop" || first == "hl") {
      block(w);
    } else if (first == "block") {
      want(w, 2);
      if (open_.size() != 1) {
        fail("a block stands outside of loops");
      }
      open_.push_back(&blocks_[std::string(w[1])]);
      segment_ = nullptr;
      pairs_ = 0;
    } else if (first == "use") {
      want(w, 2);
      const auto found = blocks_.find(w[1]);
      if (found == blocks_.end()) {
        fail("there is no block " + std::string(w[1]) + " above");
      }
      // Blocks that use blocks grow fast.
      if ((used_items_ += count_of(found->second)) > kMostItems) {
        fail("blocks are used for more than 5,000 rows");
      }
      open_.back()->insert(open_.back()->end(), found->second.begin(), found->second.end());
      segment_ = nullptr;
      pairs_ = 0;
    } else if (first == "end") {
      if (open_.size() < 2) {
        fail("`end` without a loop");
      }
      open_.pop_back();
      segment_ = nullptr;
      pairs_ = 0;
    } else if (first == "pairs") {
      want(w, 2);
      if (segment_ == nullptr || !to_number(w[1], pairs_)) {
        fail("pairs are written inside of a segment as: pairs 06");
      }
    } else if (std::uint8_t element = 0; to_number(first.substr(0, first.find('-')), element)) {
      element_row(w);
    } else if (pairs_ != 0 && (!is_segment(first) || looks_like_pair(w))) {
      pair_row(w);
    } else if (is_segment(first)) {
      MapItem item;
      item.segment = first;
      head(item, w, 1);
      pairs_ = 0;
      open_.back()->push_back(std::move(item));
      segment_ = &open_.back()->back();
    } else {
      fail("\"" + std::string(first.substr(0, 20)) + "\" is no statement");
    }
  }

  static std::size_t count_of(const std::vector<MapItem>& items) {
    std::size_t count = items.size();
    for (const auto& item : items) {
      count += item.fields.size() + count_of(item.items);
    }
    return count;
  }

  void want(const Words& w, std::size_t count) const {
    if (w.size() != count) {
      fail("expected " + std::to_string(count - 1) + " words after " + std::string(w[0]));
    }
  }

  void codes(const Words& w) {
    if (w.size() < 2) {
      fail("a code list is written as: codes purpose 00=original 01=cancel");
    }
    auto& list = table_.codes[std::string(w[1])];
    for (std::size_t i = 2; i < w.size(); ++i) {
      const auto equals = w[i].find('=');
      if (equals == std::string_view::npos || equals == 0) {
        fail("expected CODE=word, found \"" + std::string(w[i].substr(0, 30)) + "\"");
      }
      list.emplace_back(w[i].substr(0, equals), w[i].substr(equals + 1));
    }
  }

  void block(const Words& w) {
    if (open_.size() > kDeepestItems) {
      fail("loops are nested too deep");
    }
    MapItem item;
    if (w[0] == "hl") {
      if (w.size() < 2) {
        fail("a level is written as: hl P each shipment.packages");
      }
      item.kind = MapItem::Kind::level;
      item.segment = "HL";
      item.level = w[1];
    } else {
      if (w.size() < 2 || !is_segment(w[1])) {
        fail("a loop is written as: loop N1 01=ST at header.ship_to");
      }
      item.kind = MapItem::Kind::loop;
      item.segment = w[1];
    }
    head(item, w, 2);
    open_.back()->push_back(std::move(item));
    open_.push_back(&open_.back()->back().items);
    segment_ = nullptr;
    pairs_ = 0;
  }

  // Conditions, then `at PATH` or `each PATH`.
  void head(MapItem& item, const Words& w, std::size_t i) const {
    for (; i < w.size(); ++i) {
      if ((w[i] == "at" || w[i] == "each") && i + 1 < w.size()) {
        item.each = w[i] == "each";
        item.path = w[++i];
        continue;
      }
      if (w[i] == "maybe") {
        item.maybe = true;
        continue;
      }
      const auto equals = w[i].find('=');
      MapCondition condition;
      if (equals == std::string_view::npos ||
          !to_number(w[i].substr(0, equals), condition.element)) {
        fail("expected a condition as 01=ST, `at PATH` or `each PATH`, found \"" +
             std::string(w[i].substr(0, 30)) + "\"");
      }
      std::string_view values = w[i].substr(equals + 1);
      while (!values.empty()) {
        const auto comma = values.find(',');
        condition.values.emplace_back(values.substr(0, comma));
        values = comma == std::string_view::npos ? std::string_view() : values.substr(comma + 1);
      }
      item.conditions.push_back(std::move(condition));
    }
    item.line = number_;
  }

  void element_row(const Words& w) {
    if (segment_ == nullptr) {
      fail("an element stands outside of every segment");
    }
    MapField field;
    const auto dash = w[0].find('-');
    to_number(w[0].substr(0, dash), field.element);
    if (dash != std::string_view::npos && !to_number(w[0].substr(dash + 1), field.component)) {
      fail("a component is written as 04-2");
    }
    if (w.size() < 2) {
      fail("expected a canonical path after the element");
    }
    pairs_ = 0;
    if (w[1] == "=" && (w.size() == 3 || (w.size() == 5 && w[3] == "with"))) {
      field.codec = Codec::constant;
      field.fixed = w[2];
      if (w.size() == 5 && !to_number(w[4], field.aux)) {
        fail("`with` is followed by the element that must be there too, as: 06 = G with 07");
      }
    } else if (w[1] == "count" && (w.size() == 3 || (w.size() == 4 && w[3] == "out"))) {
      field.codec = Codec::count;
      field.path = w[2];
      field.in = w.size() == 3;
    } else {
      field.path = w[1];
      rest(field, w, 2);
    }
    segment_->fields.push_back(std::move(field));
  }

  // Codec and flags.
  void rest(MapField& field, const Words& w, std::size_t i) const {
    for (; i < w.size(); ++i) {
      if (w[i] == "required") {
        field.required = true;
      } else if (w[i] == "in") {
        field.out = false;
      } else if (w[i] == "out") {
        field.in = false;
      } else if (w[i] == "maybe") {
        field.maybe = true;
      } else if (w[i] == "only") {
        field.only = true;
      } else if (w[i] == "last" && i + 1 < w.size() && to_number(w[i + 1], field.last)) {
        ++i;
      } else if (w[i] == "default" && i + 1 < w.size()) {
        field.usual = w[++i];
      } else if (w[i] == "with" && i + 1 < w.size()) {
        const auto equals = w[++i].find('=');
        if (equals == std::string_view::npos ||
            !to_number(w[i].substr(0, equals), field.kind_element)) {
          fail("`with` is followed by the kind as 03=UL");
        }
        kinds(field, w[i].substr(equals + 1));
      } else {
        const auto* found = std::find_if(std::begin(kCodecs), std::end(kCodecs),
                                         [&](const auto& one) { return one.first == w[i]; });
        if (found == std::end(kCodecs)) {
          fail("\"" + std::string(w[i].substr(0, 30)) +
               "\" is neither a codec nor required, in, out or with");
        }
        field.codec = found->second;
        const bool has_next = i + 1 < w.size();
        if (field.codec == Codec::code) {
          if (!has_next || !table_.codes.contains(w[i + 1])) {
            fail("`code` is followed by the name of a code list that stands above");
          }
          field.list = w[++i];
        } else if (field.codec == Codec::flag) {
          if (!has_next) {
            fail("`flag` is followed by the value that means true");
          }
          field.fixed = w[++i];
        } else if (has_next && to_number(w[i + 1], field.aux)) {
          ++i;
        }
      }
    }
  }

  void kinds(MapField& field, std::string_view word) const {
    while (!word.empty()) {
      const auto comma = word.find(',');
      auto one = word.substr(0, comma);
      std::uint8_t length = 0;
      const auto slash = one.find('/');
      if (slash != std::string_view::npos && !to_number(one.substr(slash + 1), length)) {
        fail("a kind with its length is written as UP/12");
      }
      field.kinds.emplace_back(one.substr(0, slash), length);
      word = comma == std::string_view::npos ? std::string_view() : word.substr(comma + 1);
    }
  }

  // UP/12 EN/13 gtin: the last word is a path (lower case), those before are kinds.
  static bool looks_like_pair(const Words& w) {
    return w.size() >= 2 && w.back()[0] >= 'a' && w.back()[0] <= 'z' &&
           std::none_of(w.begin(), w.end(), [](std::string_view one) {
             return one == "each" || one == "at" || one.find('=') != std::string_view::npos;
           });
  }
  void pair_row(const Words& w) {
    MapField field;
    field.pairs = true;
    field.element = pairs_;
    field.others = w.size() == 2 && w[0] == "*";
    field.path = w.back();
    if (w.size() < 2) {
      fail("a row of pairs is written as: VN VP sku");
    }
    for (std::size_t i = 0; i + 1 < w.size() && !field.others; ++i) {
      kinds(field, w[i]);
    }
    segment_->fields.push_back(std::move(field));
  }

  const std::string& file_;
  MapTable table_;
  std::size_t number_ = 0;
  std::size_t used_items_ = 0;
  std::map<std::string, std::vector<MapItem>, std::less<>> blocks_;
  std::vector<std::vector<MapItem>*> open_;
  MapItem* segment_ = nullptr;
  std::uint8_t pairs_ = 0;
};

class Fitter {
 public:
  Fitter(const MapTable& table, const Grammar& grammar, const SetDef& set)
      : table_(table), g_(grammar), set_(set) {}

  std::vector<MapItem> items(const std::vector<MapItem>& from,
                             const std::vector<std::uint16_t>& around) const {
    std::vector<MapItem> out;
    std::vector<std::pair<std::size_t, std::size_t>> order;  // place in the set, place in `out`
    for (const auto& item : from) {
      const auto* segment = g_.find_segment(item.segment);
      const auto nodes = nodes_of(item, segment, around);
      if (nodes.empty()) {
        if (item.maybe) {
          continue;
        }
        fail(item, std::string("set ") + set_.id + " of " + g_.release() + " has no " +
                       (item.kind == MapItem::Kind::segment ? "segment " : "loop ") + item.segment +
                       " here");
      }
      MapItem kept = item;
      kept.fields.clear();
      for (const auto& field : item.fields) {
        if (field.element <= segment->uses) {
          kept.fields.push_back(field);
          if (field.pairs) {
            kept.fields.back().pairs_end = last_pair(g_.uses(*segment), field.element);
          }
        } else if (!field.maybe) {
          fail(item, item.segment + " has no element " + std::to_string(field.element) + " in " +
                         g_.release());
        }
      }
      kept.items = items(item.items, nodes);
      // Levels follow the segments of the level around them.
      order.emplace_back(item.kind == MapItem::Kind::level && around.front() != kNone
                             ? set_.nodes.size()
                             : nodes.front(),
                         out.size());
      out.push_back(std::move(kept));
    }
    // A loop's own segment is first in it already; all else stands as in the set.
    std::sort(order.begin(), order.end());
    std::vector<MapItem> sorted;
    sorted.reserve(out.size());
    for (const auto& [place, index] : order) {
      sorted.push_back(std::move(out[index]));
    }
    return sorted;
  }

 private:
  [[noreturn]] void fail(const MapItem& item, const std::string& why) const {
    throw GrammarError(table_.origin + ":" + std::to_string(item.line) + ": " + why);
  }

  // Pairs go on as long as the same two elements follow each other.
  static std::uint8_t last_pair(std::span<const ElementUse> uses, std::uint8_t first) {
    std::uint8_t last = first;
    while (last + 3u <= uses.size() && uses[last + 1u].element == uses[first - 1u].element) {
      last = static_cast<std::uint8_t>(last + 2);
    }
    return last;
  }

  std::vector<std::uint16_t> nodes_of(const MapItem& item, const SegmentDef* segment,
                                      const std::vector<std::uint16_t>& around) const {
    std::vector<std::uint16_t> out;
    if (segment == nullptr) {
      return out;
    }
    const auto index = g_.index_of(*segment);
    for (std::size_t at = 0; at < set_.nodes.size(); ++at) {
      const auto n = static_cast<std::uint16_t>(at);
      const auto& node = set_.nodes[n];
      const bool loop = item.kind != MapItem::Kind::segment;
      if (node.segment != index || (loop && !node.loop)) {
        continue;
      }
      const auto stands_in = loop || !node.loop ? node.parent : n;
      if (item.kind == MapItem::Kind::level ||
          std::find(around.begin(), around.end(), stands_in) != around.end()) {
        out.push_back(n);
      }
    }
    return out;
  }

  const MapTable& table_;
  const Grammar& g_;
  const SetDef& set_;
};

std::string joined(const std::string& around, const std::string& path) {
  return around.empty() ? path : path.empty() ? around : around + "." + path;
}

void line(std::string& out, std::string canonical, const std::string& place,
          const std::string& how) {
  canonical.resize(std::max<std::size_t>(canonical.size() + 1, 40), ' ');
  std::string middle = place;
  middle.resize(std::max<std::size_t>(middle.size() + 1, 34), ' ');
  out += canonical + middle + how + "\n";
}

std::string codec_text(const MapField& f, const std::string& segment, const CodeWords* words) {
  if (f.codec == Codec::constant) {
    return "always " + f.fixed;
  }
  if (f.codec == Codec::count) {
    return "number of entries";
  }
  std::string out = "text";
  for (const auto& [name, codec] : kCodecs) {
    if (codec == f.codec) {
      out = name;
    }
  }
  if (f.codec == Codec::flag) {
    out += " " + f.fixed;
  }
  if (f.aux != 0) {
    out += " with " + place_text(segment, f.aux);
  }
  if (words != nullptr) {
    for (const auto& [code, word] : *words) {
      out += " " + code + "=" + word;
    }
  }
  if (f.required) {
    out += ", required";
  }
  if (!f.usual.empty()) {
    out += ", not written when " + f.usual;
  }
  if (!f.out) {
    out += ", only read";
  }
  if (!f.in) {
    out += ", only written";
  }
  return out;
}

void describe_items(const MapTable& table, const std::vector<MapItem>& items,
                    const std::string& around, const std::string& where, std::string& out) {
  for (const auto& item : items) {
    std::string place = where;
    if (item.kind == MapItem::Kind::level) {
      place += "HL*" + item.level + " ";
    } else {
      place += item.segment;
      for (const auto& condition : item.conditions) {
        place += "[" + place_text("", condition.element) + "=";
        for (const auto& value : condition.values) {
          place += (value == condition.values.front() ? "" : ",") + value;
        }
        place += "]";
      }
      place += item.kind == MapItem::Kind::loop ? " " : "";
    }
    const auto path = joined(around, item.path) + (item.each ? "[]" : "");
    for (const auto& f : item.fields) {
      const auto words = table.codes.find(f.list);
      std::string element = place + " " + place_text("", f.element, f.component);
      if (f.pairs) {
        element += "...";
        for (const auto& [kind, length] : f.kinds) {
          element += " " + kind;
        }
      } else if (!f.kinds.empty()) {
        element += " if " + place_text("", f.kind_element) + "=" + f.kinds.front().first;
      }
      line(out, f.path.empty() ? "-" : joined(path, f.path), element,
           codec_text(f, item.segment, words == table.codes.end() ? nullptr : &words->second));
    }
    describe_items(table, item.items, path, item.kind == MapItem::Kind::segment ? where : place,
                   out);
  }
}

}  // namespace

std::string place_text(std::string_view segment, unsigned element, unsigned component) {
  std::string out(segment);
  out += element < 10 ? "0" : "";
  out += std::to_string(element);
  if (component != 0) {
    out += "-" + std::to_string(component);
  }
  return out;
}

MapTable fit(const MapTable& table, const Grammar& grammar) {
  const auto* set = grammar.find_set(table.set);
  if (set == nullptr) {
    throw GrammarError(table.origin + ": there is no set " + table.set + " in " +
                       grammar.release());
  }
  auto out = table;
  out.items = Fitter(table, grammar, *set).items(table.items, {kNone});
  return out;
}

std::string MapTable::describe() const {
  std::string out = set + " <-> " + entity + (kind.empty() ? "" : " (" + kind + ")") + "\n";
  for (const auto& [path, name] : given) {
    line(out, path, "-", "given: " + name);
  }
  for (const auto& [path, value] : always) {
    line(out, path, "-", "always " + value);
  }
  describe_items(*this, items, "", "", out);
  return out;
}

MapTable read_mapping(std::string_view text, const std::string& file) {
  return MappingReader(file).run(text);
}

}  // namespace crossdock::x12
