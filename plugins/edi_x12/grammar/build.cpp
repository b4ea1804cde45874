// From names to indexes: lays a draft out as the flat arrays, masks and tables of a Grammar.
#include <algorithm>
#include <limits>
#include <unordered_map>

#include "plugins/edi_x12/grammar/draft.hpp"

namespace crossdock::x12 {

class GrammarBuilder {
 public:
  explicit GrammarBuilder(const Draft& draft) : draft_(draft) {}

  Grammar run() {
    g_.release_ = draft_.release;
    bound(draft_.elements.size() + draft_.composites.size(), kMostElementDefs, "elements");
    bound(draft_.segments.size(), kMostSegmentDefs, "segments");
    bound(draft_.sets.size(), kMostSets, "sets");
    add_elements();
    add_segments();
    for (const auto& [id, set] : draft_.sets) {
      add_set(set);
    }
    return std::move(g_);
  }

 private:
  static void bound(std::size_t count, std::size_t most, const char* what) {
    if (count > most) {
      throw GrammarError("a grammar may have at most " + std::to_string(most) + " " + what);
    }
  }

  std::uint16_t codes(const std::shared_ptr<const CodeList>& list) {
    if (!list) {
      return kNone;
    }
    const auto [found, fresh] =
        code_places_.try_emplace(list.get(), static_cast<std::uint16_t>(g_.code_lists_.size()));
    if (fresh) {
      bound(g_.code_lists_.size() + 1, kNone - 1, "code lists");
      g_.code_lists_.push_back(*list);
    }
    return found->second;
  }

  void add_elements() {
    g_.elements_.reserve(draft_.elements.size() + draft_.composites.size());
    for (const auto& [number, e] : draft_.elements) {
      ElementDef def;
      def.number = number;
      def.type = e.type;
      def.min = e.min;
      def.max = e.max;
      def.words = e.words;
      const auto list = draft_.codes.find(number);
      def.codes = list == draft_.codes.end() ? kNone : codes(list->second);
      g_.elements_.push_back(std::move(def));
    }
    for (const auto& [id, composite] : draft_.composites) {
      ElementDef def;
      def.number = id;
      def.type = ElementType::composite;
      def.words = composite.words;
      def.min = 1;
      def.max = std::numeric_limits<std::uint32_t>::max();
      g_.elements_.push_back(std::move(def));
    }
    std::sort(g_.elements_.begin(), g_.elements_.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    for (const auto& [id, list] : draft_.codes) {
      if (!draft_.elements.contains(id)) {
        throw GrammarError(draft_.release + ": codes are given for element " + id +
                           ", which no file defines");
      }
    }
    for (std::size_t i = 0; i < g_.elements_.size(); ++i) {
      element_places_.emplace(g_.elements_[i].number, static_cast<std::uint16_t>(i));
    }
    for (const auto& [id, composite] : draft_.composites) {
      auto& def = g_.elements_[element_places_.at(id)];
      def.first_use = use_end();
      def.uses = static_cast<std::uint16_t>(composite.uses.size());
      add_uses(composite, false);
      def.first_condition = condition_end();
      def.conditions = static_cast<std::uint16_t>(composite.conditions.size());
      add_conditions(composite);
    }
  }

  std::uint16_t use_end() const {
    bound(g_.uses_.size(), kNone - kMostElementUses, "places of elements");
    return static_cast<std::uint16_t>(g_.uses_.size());
  }
  std::uint16_t condition_end() const {
    bound(g_.conditions_.size(), kNone - 1, "conditions");
    return static_cast<std::uint16_t>(g_.conditions_.size());
  }

  void add_uses(const DraftSegment& segment, bool composites_allowed) {
    if (segment.uses.size() > kMostElementUses) {
      throw GrammarError(segment.origin + ": " + segment.id + " has more than 64 elements");
    }
    for (const auto& from : segment.uses) {
      const auto place = element_places_.find(from.element);
      if (place == element_places_.end()) {
        throw GrammarError(segment.origin + ": " + segment.id + " uses element " + from.element +
                           ", which no file defines");
      }
      const auto& def = g_.elements_[place->second];
      if (def.type == ElementType::composite && !composites_allowed) {
        throw GrammarError(segment.origin + ": a composite may not hold composite " + from.element);
      }
      ElementUse use;
      use.element = place->second;
      use.type = def.type;
      use.requirement = from.requirement;
      use.min = from.min != 0 ? from.min : def.min;
      use.max = from.max != 0 ? from.max : def.max;
      use.codes = from.codes ? codes(from.codes) : def.codes;
      use.repeats = from.repeats;
      g_.uses_.push_back(use);
      g_.use_words_.push_back(from.words);
    }
  }

  void add_conditions(const DraftSegment& segment) {
    const std::uint64_t there = segment.uses.size() >= 64
                                    ? ~std::uint64_t{0}
                                    : (std::uint64_t{1} << segment.uses.size()) - 1;
    for (const auto& condition : segment.conditions) {
      const auto first =
          condition.first == 0 ? std::uint64_t{0} : std::uint64_t{1} << (condition.first - 1);
      if (((condition.mask | first) & ~there) != 0) {
        throw GrammarError(segment.origin + ": condition " + condition.text() + " of " +
                           segment.id + " names an element that it does not have");
      }
      g_.conditions_.push_back(condition);
    }
  }

  void add_segments() {
    g_.segments_.reserve(draft_.segments.size());
    for (const auto& [id, from] : draft_.segments) {
      SegmentDef def;
      def.key = segment_key(id);
      def.id = id;
      def.words = from.words;
      def.first_use = use_end();
      def.uses = static_cast<std::uint16_t>(from.uses.size());
      add_uses(from, true);
      def.first_condition = condition_end();
      def.conditions = static_cast<std::uint16_t>(from.conditions.size());
      add_conditions(from);
      for (std::size_t i = 0; i < from.uses.size(); ++i) {
        const auto& use = g_.uses_[def.first_use + i];
        const auto bit = std::uint64_t{1} << i;
        def.mandatory |= use.requirement == Requirement::mandatory ? bit : 0;
        def.typed |= is_n(use.type) || use.type == ElementType::R || use.type == ElementType::DT ||
                             use.type == ElementType::TM
                         ? bit
                         : 0;
        def.coded |= use.codes != kNone ? bit : 0;
        def.composite |= use.type == ElementType::composite ? bit : 0;
        def.repeating |= use.repeats != 1 ? bit : 0;
        def.unused |= from.uses[i].unused ? bit : 0;
      }
      segment_places_.emplace(id, static_cast<std::uint16_t>(g_.segments_.size()));
      g_.segments_.push_back(std::move(def));
    }
    std::size_t size = 8;
    int bits = 3;
    while (size < g_.segments_.size() * 2) {
      size *= 2;
      ++bits;
    }
    g_.shift_ = 32 - bits;
    g_.segment_table_.assign(size, {0, 0});
    for (std::size_t i = 0; i < g_.segments_.size(); ++i) {
      const auto key = g_.segments_[i].key;
      std::size_t at = (key * 0x9E3779B1u) >> g_.shift_;
      while (g_.segment_table_[at].first != 0) {
        at = (at + 1) & (size - 1);
      }
      g_.segment_table_[at] = {key, static_cast<std::uint16_t>(i)};
    }
  }

  void add_set(const DraftSet& from) {
    if (from.nodes.size() > kMostNodes) {
      throw GrammarError(from.origin + ": set " + from.id + " has too many lines");
    }
    SetDef set;
    set.id = from.id;
    set.functional_id = from.functional_id;
    set.words = from.words;
    set.slot_of.assign(g_.segments_.size(), kNone);
    std::vector<std::uint16_t> open;
    const auto close_to = [&](std::uint8_t depth) {
      while (open.size() > depth) {
        set.nodes[open.back()].end = static_cast<std::uint16_t>(set.nodes.size());
        open.pop_back();
      }
    };
    for (const auto& line : from.nodes) {
      const auto place = segment_places_.find(line.segment);
      if (place == segment_places_.end()) {
        throw GrammarError(line.origin + ": set " + from.id + " uses segment " + line.segment +
                           ", which no file defines");
      }
      close_to(line.depth);
      const auto index = static_cast<std::uint16_t>(set.nodes.size());
      Node node;
      node.segment = place->second;
      auto& slot = set.slot_of[node.segment];
      if (slot == kNone) {
        slot = static_cast<std::uint16_t>(set.slot_segments.size());
        set.slot_segments.push_back(node.segment);
      }
      node.slot = slot;
      node.parent = open.empty() ? kNone : open.back();
      node.end = static_cast<std::uint16_t>(index + 1);
      node.most = line.most;
      node.depth = static_cast<std::uint8_t>(open.size());
      node.area = line.area;
      node.loop = line.loop;
      node.mandatory = line.mandatory;
      node.unused = line.unused;
      set.nodes.push_back(node);
      if (line.loop) {
        open.push_back(index);
      }
    }
    close_to(0);
    if (set.slot_segments.size() > kMostSlots) {
      throw GrammarError(from.origin + ": set " + from.id + " has too many different segments");
    }
    fill_steps(set);
    g_.sets_.push_back(std::move(set));
  }

  // The search that SetDef::step promises, done once for every place.
  static void fill_steps(SetDef& set) {
    const std::size_t slots = set.slot_segments.size();
    set.steps.assign(set.nodes.size() * slots, kNone);
    const auto nodes = static_cast<std::uint16_t>(set.nodes.size());
    for (std::uint16_t from = 0; from < nodes; ++from) {
      auto* row = set.steps.data() + from * slots;
      std::uint16_t skips = 0;
      const auto offer = [&](std::uint16_t to) {
        auto& step = row[set.nodes[to].slot];
        if (step == kNone) {
          step = static_cast<std::uint16_t>(to | skips);
        }
      };
      const auto& node = set.nodes[from];
      if (!node.loop) {
        offer(from);
      }
      std::uint16_t next = node.loop ? static_cast<std::uint16_t>(from + 1) : node.end;
      std::uint16_t around = node.loop ? from : node.parent;
      for (;;) {
        const auto end =
            around == kNone ? static_cast<std::uint16_t>(set.nodes.size()) : set.nodes[around].end;
        for (std::uint16_t to = next; to < end; to = set.nodes[to].end) {
          offer(to);
          if (set.nodes[to].mandatory && !set.nodes[to].unused) {
            skips = Step::kSkips;
          }
        }
        if (around == kNone) {
          break;
        }
        offer(around);
        next = end;
        around = set.nodes[around].parent;
      }
    }
  }

  const Draft& draft_;
  Grammar g_;
  std::unordered_map<const CodeList*, std::uint16_t> code_places_;
  std::unordered_map<std::string, std::uint16_t> element_places_;
  std::unordered_map<std::string, std::uint16_t> segment_places_;
};

Grammar build(const Draft& draft) { return GrammarBuilder(draft).run(); }

}  // namespace crossdock::x12
