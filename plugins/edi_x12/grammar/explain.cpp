#include "plugins/edi_x12/grammar/explain.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace crossdock::x12 {
namespace {

std::string two(std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string type_text(ElementType type) {
  switch (type) {
    case ElementType::AN:
      return "text (AN)";
    case ElementType::ID:
      return "code (ID)";
    case ElementType::DT:
      return "date (DT)";
    case ElementType::TM:
      return "time (TM)";
    case ElementType::R:
      return "decimal number (R)";
    case ElementType::B:
      return "bytes (B)";
    case ElementType::composite:
      return "composite";
    default: {
      const int n = implied_decimals(type);
      return n == 0 ? "whole number (N0)"
                    : "number with " + std::to_string(n) + " implied decimals (N" +
                          std::to_string(n) + ")";
    }
  }
}

const char* requirement_text(Requirement requirement) {
  switch (requirement) {
    case Requirement::mandatory:
      return "mandatory";
    case Requirement::conditional:
      return "conditional";
    default:
      return "optional";
  }
}

std::string lengths(std::uint32_t min, std::uint32_t max) {
  if (min == max) {
    return std::to_string(min) + (min == 1 ? " character" : " characters");
  }
  return std::to_string(min) + " to " + std::to_string(max) + " characters";
}

bool number(std::string_view text, std::size_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size() && out > 0;
}

class Explainer {
 public:
  Explainer(const Grammar& grammar, std::size_t codes) : g_(grammar), codes_(codes) {}

  Explanation run(std::span<const std::string> question) {
    const SetDef* set = nullptr;
    if (question.size() == 2 && (question[0] == "element" || question[0] == "composite")) {
      return dictionary(question[1]);
    }
    if (question.size() == 2) {
      set = g_.find_set(question[0]);
      if (set == nullptr) {
        return fault("there is no set " + question[0] + " in " + g_.release() + "; there are " +
                     set_names());
      }
      question = question.subspan(1);
    }
    if (question.size() != 1) {
      return fault("name a set, a segment or an element, as in: 850, BEG, PO1-07, N103=92");
    }
    const auto& word = question.front();
    if (set == nullptr) {
      if (const auto* found = g_.find_set(word)) {
        describe_set(*found);
        return {true, std::move(out_)};
      }
      if (!word.empty() && (g_.find_element(word.substr(0, word.find('='))) != nullptr)) {
        return dictionary(word);
      }
    }
    return place(word, set);
  }

 private:
  static Explanation fault(std::string text) { return {false, std::move(text)}; }

  std::string set_names() const {
    std::string out;
    for (const auto& set : g_.sets()) {
      out += (out.empty() ? "" : " ") + set.id;
    }
    return out;
  }

  Explanation unknown_segment(std::string_view id) const {
    std::string near;
    for (const auto& segment : g_.segments()) {
      std::size_t same = 0;
      auto sorted_a = std::string(id);
      auto sorted_b = segment.id;
      for (std::size_t i = 0; i < std::min(id.size(), segment.id.size()); ++i) {
        same += id[i] == segment.id[i];
      }
      std::sort(sorted_a.begin(), sorted_a.end());
      std::sort(sorted_b.begin(), sorted_b.end());
      if ((same + 1 >= std::max(id.size(), segment.id.size()) || sorted_a == sorted_b) &&
          near.size() < 60) {
        near += (near.empty() ? "" : ", ") + segment.id;
      }
    }
    return fault("there is no segment " + std::string(id) + " in " + g_.release() +
                 (near.empty() ? "; name one as BEG, or a set as 850" : "; near to it: " + near));
  }

  // "PO1-07", "PO107", "REF04-2", "N103=92"
  Explanation place(std::string_view word, const SetDef* set) {
    std::string_view value;
    const auto equals = word.find('=');
    const bool has_value = equals != std::string_view::npos;
    if (has_value) {
      value = word.substr(equals + 1);
      word = word.substr(0, equals);
    }
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= word.size();) {
      auto end = word.find_first_of("-.", at);
      end = end == std::string_view::npos ? word.size() : end;
      parts.push_back(word.substr(at, end - at));
      at = end + 1;
    }
    std::string_view id = parts.front();
    const auto* segment = g_.find_segment(id);
    if (segment == nullptr && id.size() > 3) {
      const auto tail = id.substr(id.size() - 2);
      id.remove_suffix(2);
      segment = g_.find_segment(id);
      if (segment != nullptr) {
        parts.front() = id;
        parts.insert(parts.begin() + 1, tail);
      }
    }
    if (segment == nullptr) {
      return unknown_segment(id);
    }
    if (parts.size() > 3) {
      return fault("write a place as PO1-07, of a component as REF04-2");
    }
    if (parts.size() == 1) {
      if (has_value) {
        return fault("a value belongs to an element, as in N103=92");
      }
      describe_segment(*segment);
      places(*segment, set);
      return {true, std::move(out_)};
    }
    std::size_t n = 0;
    const auto uses = g_.uses(*segment);
    if (!number(parts[1], n) || n > uses.size()) {
      return fault(segment->id + " has the elements 01 to " + two(uses.size()) + " in " +
                   g_.release() + ", not \"" + std::string(parts[1]) + "\"");
    }
    const ElementUse* use = &uses[n - 1];
    std::string name = segment->id + two(n);
    if (parts.size() == 3) {
      const auto& def = g_.element(use->element);
      std::size_t c = 0;
      if (use->type != ElementType::composite) {
        return fault(name + " has no components");
      }
      if (!number(parts[2], c) || c > def.uses) {
        return fault(name + " has the components 1 to " + std::to_string(def.uses));
      }
      use = &g_.uses(def)[c - 1];
      name += "-" + std::to_string(c);
    }
    if (has_value) {
      return value_of(name, g_.element(use->element), use->codes, value);
    }
    describe_use(name, *use);
    if (parts.size() == 2) {
      for (const auto& condition : g_.conditions(*segment)) {
        if ((condition.mask >> (n - 1) & 1) != 0 || condition.first == n) {
          out_ += "  " + condition_words(condition, segment->id) + "\n";
        }
      }
    }
    places(*segment, set);
    return {true, std::move(out_)};
  }

  Explanation dictionary(std::string_view word) {
    const auto equals = word.find('=');
    const auto* def = g_.find_element(word.substr(0, equals));
    if (def == nullptr) {
      return fault("there is no element " + std::string(word) + " in " + g_.release());
    }
    if (equals != std::string_view::npos) {
      return value_of("element " + def->number, *def, def->codes, word.substr(equals + 1));
    }
    ElementUse use;
    use.element = static_cast<std::uint16_t>(def - g_.elements().data());
    use.type = def->type;
    use.min = def->min;
    use.max = def->max;
    use.codes = def->codes;
    describe_use("element " + def->number, use, false);
    std::string where;
    for (const auto& segment : g_.segments()) {
      std::size_t n = 0;
      for (const auto& other : g_.uses(segment)) {
        ++n;
        if (other.element == use.element) {
          where += " " + segment.id + two(n);
        }
      }
    }
    if (!where.empty()) {
      out_ += "  used as" + where + "\n";
    }
    return {true, std::move(out_)};
  }

  Explanation value_of(const std::string& name, const ElementDef& def, std::uint16_t codes,
                       std::string_view value) {
    if (codes == kNone) {
      return fault(name + " (" + def.words + ") has no code list; it is " + type_text(def.type) +
                   ", " + lengths(def.min, def.max));
    }
    const auto& list = g_.code_list(codes);
    if (!list.contains(value)) {
      return fault("\"" + std::string(value) + "\" is not among the " +
                   std::to_string(list.size()) + " values of " + name + " (" + def.words + ") in " +
                   g_.release());
    }
    const auto words = list.words(value);
    out_ += name + "=" + std::string(value) + "  " +
            (words.empty() ? "a valid value; no words are kept for it" : std::string(words)) +
            "\n  " + name + " is " + def.words + "\n";
    return {true, std::move(out_)};
  }

  void describe_use(const std::string& name, const ElementUse& use, bool placed = true) {
    const auto& def = g_.element(use.element);
    const auto own = placed ? g_.use_words(use) : std::string_view();
    out_ += name + "  " + (own.empty() ? def.words : std::string(own)) + "\n  ";
    if (placed) {
      out_ +=
          std::string("element ") + def.number + ", " + requirement_text(use.requirement) + ", ";
    }
    out_ += type_text(use.type);
    if (use.type != ElementType::composite) {
      out_ += ", " + lengths(use.min, use.max);
    }
    if (use.repeats != 1) {
      out_ += use.repeats == 0 ? ", any number of times"
                               : ", up to " + std::to_string(use.repeats) + " times";
    }
    out_ += "\n";
    if (use.type == ElementType::composite) {
      std::size_t n = 0;
      for (const auto& part : g_.uses(def)) {
        const auto& inner = g_.element(part.element);
        out_ += "    " + std::to_string(++n) + "  " + inner.words + " (" + inner.number + ", " +
                requirement_text(part.requirement) + ")\n";
      }
    }
    if (use.codes != kNone) {
      const auto& list = g_.code_list(use.codes);
      out_ += "  " + std::to_string(list.size()) + " values";
      std::string bare;
      std::size_t shown = 0;
      std::string named;
      for (const auto& [value, words] : list.values()) {
        if (!words.empty() && shown < codes_) {
          named += "    " + std::string(value) +
                   std::string(value.size() < 6 ? 6 - value.size() : 1, ' ') + std::string(words) +
                   "\n";
          ++shown;
        } else if (words.empty() && bare.size() < codes_ * 4) {
          bare += " " + std::string(value);
        }
      }
      out_ += named.empty() ? ":" + bare + "\n" : "\n" + named;
      if (!named.empty() && !bare.empty()) {
        out_ += "    and" + bare + (list.size() > shown + codes_ ? " ...\n" : "\n");
      }
    }
  }

  std::string condition_words(const Condition& c, const std::string& id) const {
    std::string all;
    for (std::size_t n = 1; n <= kMostElementUses; ++n) {
      if (c.mask >> (n - 1) & 1) {
        all += (all.empty() ? "" : ", ") + id + two(n);
      }
    }
    std::string out = c.text() + "  ";
    switch (c.kind) {
      case 'P':
        return out + "either all of " + all + " or none";
      case 'R':
        return out + "at least one of " + all;
      case 'E':
        return out + "at most one of " + all;
      case 'C':
        return out + "with " + id + two(c.first) + " also " + all;
      default:
        return out + "with " + id + two(c.first) + " also at least one of " + all;
    }
  }

  void describe_segment(const SegmentDef& segment) {
    out_ += segment.id + "  " + segment.words + "\n";
    std::size_t n = 0;
    for (const auto& use : g_.uses(segment)) {
      const auto& def = g_.element(use.element);
      const auto own = g_.use_words(use);
      std::string line =
          "  " + segment.id + two(++n) + "  " + (own.empty() ? def.words : std::string(own));
      line.resize(std::max<std::size_t>(line.size() + 2, 48), ' ');
      out_ += line + requirement_text(use.requirement) + ", " + type_text(use.type);
      if (use.type != ElementType::composite) {
        out_ += ", " + lengths(use.min, use.max);
      }
      out_ += "\n";
    }
    for (const auto& condition : g_.conditions(segment)) {
      out_ += "  " + condition_words(condition, segment.id) + "\n";
    }
  }

  // Where a segment stands: in one set each place, else the sets that have it.
  void places(const SegmentDef& segment, const SetDef* only) {
    const auto index = g_.index_of(segment);
    if (only == nullptr) {
      std::string sets;
      for (const auto& set : g_.sets()) {
        if (set.slot_of[index] != kNone) {
          sets += " " + set.id;
        }
      }
      if (!sets.empty()) {
        out_ += "  in the sets" + sets + "\n";
      }
      return;
    }
    std::string lines;
    for (const auto& node : only->nodes) {
      if (node.segment == index) {
        std::string path;
        for (auto up = node.parent; up != kNone; up = only->nodes[up].parent) {
          path = g_.segment(only->nodes[up].segment).id + " loop, " + path;
        }
        lines += "  in " + only->id + ": " + path + area(node) + ", " + use_text(node) + "\n";
      }
    }
    out_ += lines.empty() ? "  not in set " + only->id + "\n" : lines;
  }

  static std::string area(const Node& node) {
    return node.area == 1 ? "heading" : node.area == 2 ? "detail" : "summary";
  }
  static std::string use_text(const Node& node) {
    return std::string(node.mandatory ? "mandatory" : "optional") + ", " +
           (node.most == 0   ? "any number of times"
            : node.most == 1 ? "once"
                             : "up to " + std::to_string(node.most) + " times") +
           (node.loop ? ", begins a loop" : "");
  }

  void describe_set(const SetDef& set) {
    out_ += set.id + "  " + set.words + "\n  in groups GS01=" + set.functional_id + "\n";
    int shown = 0;
    for (const auto& node : set.nodes) {
      if (node.area != shown) {
        shown = node.area;
        out_ += "  " + area(node) + "\n";
      }
      const auto& segment = g_.segment(node.segment);
      std::string line = std::string(4 + 2 * node.depth, ' ') + segment.id;
      line.resize(std::max<std::size_t>(line.size() + 1, 18), ' ');
      line += node.mandatory ? "M " : "O ";
      line += node.most == 0 ? ">1" : std::to_string(node.most);
      line.resize(std::max<std::size_t>(line.size() + 1, 28), ' ');
      out_ += line + segment.words + "\n";
    }
  }

  const Grammar& g_;
  std::size_t codes_;
  std::string out_;
};

}  // namespace

Explanation explain(const Grammar& grammar, std::span<const std::string> question,
                    std::size_t codes) {
  return Explainer(grammar, codes).run(question);
}

}  // namespace crossdock::x12
