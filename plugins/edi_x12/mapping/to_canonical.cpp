#include "plugins/edi_x12/mapping/to_canonical.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "plugins/edi_x12/grammar/draft.hpp"
#include "plugins/edi_x12/mapping/values.hpp"

namespace crossdock::x12 {
namespace {

constexpr std::uint32_t kNothing = 0xffffffff;

// A field of a record: where its text went.
struct FieldPlan {
  const MapField* field = nullptr;
  const CodeWords* words = nullptr;
  std::string where;  // "PO102", for messages
};

// What is written for a document: objects, lists, fields, in the order of the first row that names
// them.
struct Out {
  enum class Kind : std::uint8_t { object, list, field, fixed, given };
  Kind kind = Kind::object;
  std::string name;         // "\"lines\":" as it is written
  std::string path;         // for messages
  std::uint16_t index = 0;  // field of the record; list: record type; given: place in the plan
  std::string fixed;        // JSON
  std::vector<Out> inner;
};

struct RecordPlan {
  std::uint16_t parent = kNone;
  std::vector<FieldPlan> fields;
  Out out;
  std::uint16_t owner = kNone;  // the item that makes it
};

struct ItemPlan {
  const MapItem* item = nullptr;
  std::uint16_t around = kNone;  // the loop or level around it
  std::uint16_t record = 0;      // the record its fields belong to
  bool makes_record = false;
  bool splits = false;
  std::uint8_t depth = 0;  // records around it
  struct Take {
    std::uint16_t field;  // of the record
    const MapField* map;
  };
  std::vector<Take> takes;
  std::vector<Take> pairs;
  std::uint8_t pairs_from = 0, pairs_end = 0;
  std::uint16_t others = kNone;  // record of the other pairs
  std::uint64_t claimed = 0;     // a bit for each element that a row stands for, whatever its value
  std::uint64_t implied = 0;     // those of them that chose the item
  std::vector<std::pair<std::uint8_t, std::string_view>> constants;  // and those for one value
  struct Count {
    std::uint8_t element;
    std::uint16_t record;
    std::string path;
  };
  std::vector<Count> counts;
};

}  // namespace

struct ReadPlan {
  const MapTable table;  // fitted to the grammar
  const Grammar& grammar;
  const SetDef& set;
  std::vector<RecordPlan> records;
  std::vector<ItemPlan> items;
  // Per node of the grammar: the items that a segment there may go to, in order.
  std::vector<std::vector<std::uint16_t>> loops, segments;
  std::vector<std::uint16_t> levels;     // items of HL levels
  std::vector<std::uint16_t> loop_of;    // node -> the loop node it stands in; kNone
  std::vector<std::string> given;        // names
  std::uint16_t currency_field = kNone;  // of record 0
  std::uint16_t currency_given = kNone;

  std::vector<std::pair<SegmentKey, std::uint16_t>> segment_slots;  // sorted by key

  ReadPlan(MapTable t, const Grammar& g, const SetDef& s)
      : table(std::move(t)), grammar(g), set(s) {}
};

namespace {

class Planner {
 public:
  Planner(MapTable table, const Grammar& grammar, const SetDef& set)
      : plan_(std::make_shared<ReadPlan>(std::move(table), grammar, set)) {}

  std::shared_ptr<const ReadPlan> run() {
    auto& p = *plan_;
    p.records.emplace_back();
    p.loops.resize(p.set.nodes.size());
    p.segments.resize(p.set.nodes.size());
    p.loop_of.resize(p.set.nodes.size());
    for (std::uint16_t n = 0; n < p.set.nodes.size(); ++n) {
      p.loop_of[n] = p.set.nodes[n].loop ? n : p.set.nodes[n].parent;
    }
    for (const auto& [path, name] : p.table.given) {
      Out out;
      out.kind = Out::Kind::given;
      out.index = static_cast<std::uint16_t>(p.given.size());
      p.given.push_back(name);
      place(0, path, std::move(out));
      if (path == p.table.currency) {
        p.currency_given = static_cast<std::uint16_t>(p.given.size() - 1);
      }
    }
    std::vector<std::uint16_t> top;  // loop nodes that the items stand in; kNone: the set itself
    top.push_back(kNone);
    items(p.table.items, kNone, 0, "", top, 0);
    for (const auto& [path, value] : p.table.always) {
      Out out;
      out.kind = Out::Kind::fixed;
      out.fixed =
          value == "true" || value == "false" || value.front() == '[' || value.front() == '{'
              ? value
              : '"' + value + '"';
      always(path, std::move(out));
    }
    for (const auto index : p.set.slot_segments) {
      p.segment_slots.emplace_back(p.grammar.segment(index).key, p.set.slot_of[index]);
    }
    std::sort(p.segment_slots.begin(), p.segment_slots.end());
    return plan_;
  }

 private:
  // Puts an entry at a dotted path of a record; an entry that is there already stays.
  Out& place(std::uint16_t record, const std::string& path, Out entry) {
    Out* here = &plan_->records[record].out;
    std::size_t from = 0;
    for (;;) {
      const auto dot = path.find('.', from);
      const auto name = "\"" + path.substr(from, dot - from) + "\":";
      auto found = std::find_if(here->inner.begin(), here->inner.end(),
                                [&](const Out& one) { return one.name == name; });
      if (found == here->inner.end()) {
        here->inner.emplace_back();
        here->inner.back().name = name;
        here->inner.back().path = path.substr(0, dot);
        if (dot == std::string::npos) {
          entry.name = name;
          entry.path = path;
          here->inner.back() = std::move(entry);
          return here->inner.back();
        }
        found = here->inner.end() - 1;
      } else if (dot == std::string::npos && entry.kind == Out::Kind::field &&
                 (found->kind == Out::Kind::given || found->kind == Out::Kind::fixed) &&
                 found->inner.empty()) {
        // What the set says goes before what the caller gives.
        entry.name = name;
        entry.path = path;
        found->inner.push_back(std::move(entry));
        return found->inner.back();
      }
      if (dot == std::string::npos) {
        return found->inner.empty() || found->kind == Out::Kind::object ? *found
                                                                        : found->inner.front();
      }
      here = &*found;
      from = dot + 1;
    }
  }

  // `always lines.status accepted`: below a list it belongs to the list's record.
  void always(const std::string& path, Out entry) {
    std::uint16_t record = 0;
    std::string rest = path;
    for (bool again = true; again;) {
      again = false;
      for (std::uint16_t r = 0; r < plan_->records.size(); ++r) {
        if (plan_->records[r].parent == record && r != record &&
            rest.starts_with(list_paths_[r] + ".")) {
          rest = rest.substr(list_paths_[r].size() + 1);
          record = r;
          again = true;
          break;
        }
      }
    }
    auto& there = place(record, rest, entry);
    if (there.kind == Out::Kind::field || there.kind == Out::Kind::list) {
      // What the set says goes before what is always so.
      auto field = std::move(there);
      entry.name = field.name;
      entry.path = field.path;
      entry.inner.push_back(std::move(field));
      there = std::move(entry);
    }
  }

  std::uint16_t record_at(std::uint16_t parent, const std::string& path, std::uint16_t owner) {
    for (std::uint16_t r = 0; r < plan_->records.size(); ++r) {
      if (r != 0 && plan_->records[r].parent == parent && list_paths_[r] == path) {
        return r;
      }
    }
    const auto record = static_cast<std::uint16_t>(plan_->records.size());
    plan_->records.emplace_back();
    plan_->records.back().parent = parent;
    plan_->records.back().owner = owner;
    list_paths_[record] = path;
    Out out;
    out.kind = Out::Kind::list;
    out.index = record;
    place(parent, path, std::move(out));
    return record;
  }

  std::uint16_t field_at(std::uint16_t record, const std::string& path, const MapField& field,
                         const std::string& segment) {
    auto& fields = plan_->records[record].fields;
    Out out;
    out.kind = Out::Kind::field;
    out.index = static_cast<std::uint16_t>(fields.size());
    const auto& there = place(record, path, std::move(out));
    if (there.kind != Out::Kind::field) {
      throw GrammarError(plan_->table.origin + ": " + path + " is both a value and something else");
    }
    if (there.index == fields.size()) {
      const auto words = plan_->table.codes.find(field.list);
      const auto units = plan_->table.codes.find("units");
      fields.push_back({&field,
                        words != plan_->table.codes.end() ? &words->second
                        : field.codec == Codec::quantity && units != plan_->table.codes.end()
                            ? &units->second
                            : nullptr,
                        place_text(segment, field.element, field.component)});
      if (record == 0 && path == plan_->table.currency) {
        plan_->currency_field = there.index;
      }
    }
    return there.index;
  }

  static std::string joined(const std::string& around, const std::string& path) {
    return around.empty() ? path : path.empty() ? around : around + "." + path;
  }

  // Which elements of its segment an item accounts for. Values whose kind another element says are
  // seen to when they are read: a kind that no row names is not accounted for.
  void claim(ItemPlan& made, std::uint16_t around) const {
    const auto& item = *made.item;
    const auto bit = [&](unsigned element) {
      made.claimed |= element == 0 || element > 64 ? 0 : std::uint64_t{1} << (element - 1);
    };
    for (const auto& condition : item.conditions) {
      bit(condition.element);
    }
    if (around != kNone && plan_->items[around].item->segment == item.segment) {
      for (const auto& condition : plan_->items[around].item->conditions) {
        bit(condition.element);
      }
    }
    made.implied = made.claimed;
    for (const auto& field : item.fields) {
      if (field.codec == Codec::constant) {
        made.constants.emplace_back(field.element, field.fixed);
      } else if (field.kind_element == 0) {
        bit(field.element);
        bit(field.aux);
        for (unsigned n = field.element; field.pairs && n <= field.pairs_end + 1u; ++n) {
          bit(n);
        }
      }
    }
  }

  void items(const std::vector<MapItem>& list, std::uint16_t around, std::uint16_t record,
             const std::string& path, const std::vector<std::uint16_t>& loop_nodes,
             std::uint8_t depth) {
    auto& p = *plan_;
    for (const auto& item : list) {
      const auto* segment = p.grammar.find_segment(item.segment);
      const auto index = static_cast<std::uint16_t>(p.items.size());
      p.items.emplace_back();
      auto made = ItemPlan();
      made.item = &item;
      made.around = around;
      made.depth = depth;
      std::uint16_t own_record = record;
      std::string own_path = joined(path, item.path);
      if (item.each) {
        made.makes_record = true;
        own_record = record_at(record, own_path, index);
        own_path.clear();
        ++made.depth;
      }
      made.record = own_record;
      std::vector<std::uint16_t> nodes;
      if (segment != nullptr) {
        const auto slot_segment = p.grammar.index_of(*segment);
        for (std::uint16_t n = 0; n < p.set.nodes.size(); ++n) {
          const auto& node = p.set.nodes[n];
          if (node.segment != slot_segment) {
            continue;
          }
          const bool is_loop = item.kind != MapItem::Kind::segment;
          if (is_loop != node.loop && is_loop) {
            continue;
          }
          const auto stands_in = is_loop ? node.parent : p.loop_of[n];
          if (item.kind == MapItem::Kind::level ||
              std::find(loop_nodes.begin(), loop_nodes.end(), stands_in) != loop_nodes.end()) {
            nodes.push_back(n);
          }
        }
      }
      for (const auto node : nodes) {
        if (item.kind == MapItem::Kind::segment) {
          p.segments[node].push_back(index);
        } else if (item.kind == MapItem::Kind::loop) {
          p.loops[node].push_back(index);
        }
      }
      if (item.kind == MapItem::Kind::level) {
        p.levels.push_back(index);
        made.splits = item.level == "O" && !item.each;
      }
      claim(made, around);
      for (const auto& field : item.fields) {
        if (field.codec == Codec::count) {
          if (field.in) {
            counts_.push_back({index, &field});
          }
          continue;
        }
        if (field.codec == Codec::constant || !field.in) {
          continue;
        }
        if (field.pairs) {
          made.pairs_from = field.element;
          made.pairs_end = field.pairs_end;
          if (field.others) {
            made.others = record_at(own_record, joined(own_path, field.path), kNone);
            static const MapField kText;
            field_at(made.others, "qualifier", kText, item.segment);
            field_at(made.others, "value", kText, item.segment);
          } else {
            made.pairs.push_back(
                {field_at(own_record, joined(own_path, field.path), field, item.segment), &field});
          }
        } else {
          made.takes.push_back(
              {field_at(own_record, joined(own_path, field.path), field, item.segment), &field});
        }
      }
      p.items[index] = std::move(made);
      if (item.kind != MapItem::Kind::segment) {
        items(item.items, index, own_record, own_path, nodes, p.items[index].depth);
      }
    }
    if (around == kNone) {
      for (const auto& [index, field] : counts_) {
        if (field->path == "hl") {
          p.items[index].counts.push_back({field->element, kNone, "levels"});
        }
        for (std::uint16_t r = 1; r < p.records.size(); ++r) {
          if (list_paths_[r] == field->path && p.records[r].parent == 0) {
            p.items[index].counts.push_back({field->element, r, field->path});
          }
        }
      }
    }
  }

  std::shared_ptr<ReadPlan> plan_;
  std::unordered_map<std::uint16_t, std::string> list_paths_;
  std::vector<std::pair<std::uint16_t, const MapField*>> counts_;
};

}  // namespace

std::shared_ptr<const ReadPlan> plan_reading(const MapTable& table, const Grammar& grammar) {
  auto fitted = fit(table, grammar);
  return Planner(std::move(fitted), grammar, *grammar.find_set(table.set)).run();
}

struct CanonicalReader::State {
  explicit State(std::shared_ptr<const ReadPlan> p) : plan(std::move(p)) {
    records.resize(plan->records.size());
    active.resize(plan->set.nodes.size());
    used.resize(plan->items.size());
  }

  struct Text {
    std::uint32_t begin = kNothing, length = 0;
  };
  struct Value {
    Text text, aux;
  };
  // The records of one type.
  struct Records {
    std::vector<Value> values;         // fields of each, one after another
    std::vector<std::uint32_t> next;   // the next of the same parent
    std::vector<std::uint32_t> first;  // by parent: its first
    std::vector<std::uint32_t> last;   // by parent
    std::uint32_t count = 0;
  };
  struct Level {
    std::string id;
    std::uint16_t item = kNone;
    std::uint32_t parent = kNothing;  // place in `levels`
    std::uint32_t owner = 0;          // record instance that its segments go to
    std::uint32_t root = 0;           // instance of the document that it is in
  };
  struct Declared {
    const ItemPlan::Count* count;
    std::string place;
    Text value;
  };
  struct Active {
    std::uint16_t item = kNone;
    std::uint32_t owner = 0;  // instance of the item's record
  };

  std::string_view text_of(Text t) const { return {arena.data() + t.begin, t.length}; }
  Text kept(std::string_view value) {
    if (arena.size() + value.size() > kMostMappedBytes) {
      problem("the document is larger than 256 MiB");
      return {};
    }
    const Text out{static_cast<std::uint32_t>(arena.size()),
                   static_cast<std::uint32_t>(value.size())};
    arena.append(value);
    return out;
  }
  void problem(std::string text) {
    if (problems.size() < kMostProblems) {
      problems.push_back(std::move(text));
    }
  }

  void reset() {
    for (std::size_t r = 0; r < records.size(); ++r) {
      auto& all = records[r];
      all.count = 0;
      all.values.clear();
      all.next.clear();
      all.first.clear();
      all.last.clear();
    }
    problems.clear();
    record_count = 0;
    add_record(0, 0);
    arena.clear();
    unmapped.clear();
    levels.clear();
    declared.clear();
    std::fill(active.begin(), active.end(), Active{});
    std::fill(used.begin(), used.end(), kNothing);
    node = 0;
    started = false;
    orders = 0;
    goods_of_several = false;
  }

  // What stands before the first order holds for each of them.
  void keep_what_is_common() {
    common = records[0].values;
    common_last.assign(records.size(), kNothing);
    for (std::size_t r = 1; r < records.size(); ++r) {
      if (plan->records[r].parent == 0 && !records[r].last.empty()) {
        common_last[r] = records[r].last[0];
      }
    }
  }
  std::uint32_t begin_document() {
    const auto instance = add_record(0, 0);
    const auto width = plan->records[0].fields.size();
    std::copy(common.begin(), common.end(),
              records[0].values.begin() + static_cast<std::ptrdiff_t>(instance * width));
    return instance;
  }

  std::uint32_t add_record(std::uint16_t type, std::uint32_t parent) {
    auto& all = records[type];
    if (record_count >= kMostRecords && all.count > 0) {
      problem("the document has more than 1,000,000 entries");
      return all.count - 1;
    }
    ++record_count;
    const auto instance = all.count++;
    all.values.resize(all.values.size() + plan->records[type].fields.size());
    all.next.push_back(kNothing);
    if (type != 0) {
      if (all.first.size() <= parent) {
        all.first.resize(parent + 1, kNothing);
        all.last.resize(parent + 1, kNothing);
      }
      if (all.first[parent] == kNothing) {
        all.first[parent] = instance;
      } else {
        all.next[all.last[parent]] = instance;
      }
      all.last[parent] = instance;
    }
    return instance;
  }

  bool fits(const ItemPlan& item, const std::string_view* elements, std::size_t count) const {
    for (const auto& condition : item.item->conditions) {
      const auto value =
          condition.element <= count ? elements[condition.element - 1] : std::string_view();
      bool any = false;
      for (const auto& wanted : condition.values) {
        any = any || wanted == value;
      }
      if (!any) {
        return false;
      }
    }
    return true;
  }

  // The instance of the record that an item around gives.
  std::uint32_t owner_of(std::uint16_t around, std::uint16_t loop_node) const {
    return around == kNone ? 0 : active[loop_node].owner;
  }

  void take(std::uint16_t index, std::uint32_t owner, std::string_view id,
            const std::string_view* elements, std::size_t count) {
    const auto& item = plan->items[index];
    const auto element = [&](unsigned n) {
      return n >= 1 && n <= count ? elements[n - 1] : std::string_view();
    };
    auto claimed = item.claimed;
    auto& values = records[item.record].values;
    const auto width = plan->records[item.record].fields.size();
    for (const auto& [field, map] : item.takes) {
      auto value = element(map->element);
      if (map->component != 0 && !value.empty()) {
        value = component_of(value, map->component);
      }
      if (value.empty()) {
        continue;
      }
      if (map->kind_element != 0) {
        const auto kind = element(map->kind_element);
        if (std::none_of(map->kinds.begin(), map->kinds.end(),
                         [&](const auto& one) { return one.first == kind; })) {
          continue;
        }
        claimed |= std::uint64_t{1} << (map->element - 1) | std::uint64_t{1}
                                                                << (map->kind_element - 1);
      }
      auto& slot = values[owner * width + field];
      if (slot.text.begin != kNothing) {
        const bool implied = (item.implied >> (map->element - 1) & 1) != 0;
        if (!implied && text_of(slot.text) != value) {
          note_unmapped(id, map->element, value);  // the first one counts
        }
        continue;
      }
      while (!value.empty() && value.back() == ' ') {
        value.remove_suffix(1);
      }
      if (value.empty()) {
        continue;
      }
      slot.text = kept(value);
      if (map->aux != 0) {
        if (const auto aux = element(map->aux); !aux.empty()) {
          slot.aux = kept(component_separator == 0 ? aux : component_of(aux, 1));
        }
      }
    }
    if (item.pairs_from != 0) {
      for (unsigned n = item.pairs_from; n + 1 <= count && n <= item.pairs_end; n += 2) {
        const auto kind = element(n);
        auto value = element(n + 1);
        while (!value.empty() && value.back() == ' ') {
          value.remove_suffix(1);
        }
        if (kind.empty() || value.empty()) {
          continue;
        }
        bool taken = false;
        for (const auto& [field, map] : item.pairs) {
          auto& slot = values[owner * width + field];
          if (slot.text.begin == kNothing &&
              std::any_of(map->kinds.begin(), map->kinds.end(),
                          [&](const auto& one) { return one.first == kind; })) {
            slot.text = kept(value);
            taken = true;
            break;
          }
        }
        if (!taken && item.others != kNone) {
          const auto other = add_record(item.others, owner);
          auto& more = records[item.others].values;
          more[other * 2].text = kept(kind);
          more[other * 2 + 1].text = kept(value);
        } else if (!taken) {
          note_unmapped(id, n, kind);
        }
      }
    }
    const auto all = count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
    for (auto left = all & ~claimed; left != 0; left &= left - 1) {
      const auto n = static_cast<unsigned>(__builtin_ctzll(left)) + 1;
      const auto value = element(n);
      const bool constant =
          std::any_of(item.constants.begin(), item.constants.end(),
                      [&](const auto& one) { return one.first == n && one.second == value; });
      if (!constant && value.find_first_not_of(' ') != std::string_view::npos) {
        note_unmapped(id, n, value);
      }
    }
    for (const auto& one : item.counts) {
      if (const auto value = element(one.element); !value.empty()) {
        declared.push_back({&one, place_text(id, one.element), kept(value)});
      }
    }
  }

  void check_counts() {
    for (const auto& [count, place, value] : declared) {
      std::string digits;
      std::string why;
      const auto there = count->record == kNone ? levels.size() : records[count->record].count;
      if (!append_decimal(text_of(value), 4, digits, why) || digits != std::to_string(there)) {
        problem(place + " says " + std::string(text_of(value).substr(0, 20)) + " " + count->path +
                ", there are " + std::to_string(there));
      }
    }
  }

  std::string_view component_of(std::string_view value, unsigned n) const {
    if (component_separator == 0) {
      return n == 1 ? value : std::string_view();
    }
    while (n > 1) {
      const auto at = value.find(component_separator);
      if (at == std::string_view::npos) {
        return {};
      }
      value = value.substr(at + 1);
      --n;
    }
    return value.substr(0, value.find(component_separator));
  }

  void note_unmapped(std::string_view id, unsigned element, std::string_view value) {
    if (unmapped.size() >= kMostProblems) {
      return;
    }
    std::string name(id.substr(0, 3));
    if (element != 0) {
      name += "[" + place_text("", element) + "=" + std::string(value.substr(0, 10)) + "]";
    }
    if (std::find(unmapped.begin(), unmapped.end(), name) == unmapped.end()) {
      unmapped.push_back(std::move(name));
    }
  }

  // HL: finds what the level is by its code and by the levels above it.
  void enter_level(const std::string_view* elements, std::size_t count, std::uint16_t loop_node) {
    const auto element = [&](std::size_t n) {
      return n <= count ? elements[n - 1] : std::string_view();
    };
    Level made;
    made.id = element(1).substr(0, 12);
    const auto parent_id = element(2);
    const auto code = element(3);
    if (!parent_id.empty()) {
      const auto found = level_ids.find(std::string(parent_id));
      if (found != level_ids.end()) {
        made.parent = found->second;
      } else {
        problem("HL" + std::string(made.id) + " names " + std::string(parent_id.substr(0, 12)) +
                " as the level above, which did not come before it");
      }
    }
    made.root = made.parent == kNothing ? 0 : levels[made.parent].root;
    bool elsewhere = false;  // it goes into a record of another order, or of none
    int best_depth = -1;
    for (int pass = 0; pass < 2 && made.item == kNone; ++pass) {
      for (const auto index : plan->levels) {
        const auto& item = plan->items[index];
        if (pass == 0 ? item.item->level != code : item.item->level != "*") {
          continue;
        }
        // The record around it must be among the levels above.
        const auto parent_record =
            item.makes_record ? plan->records[item.record].parent : item.record;
        std::uint32_t owner = kNothing;
        bool other = false;
        if (parent_record == 0) {
          owner = made.root;
        } else {
          for (auto up = made.parent; up != kNothing; up = levels[up].parent) {
            if (levels[up].item != kNone && plan->items[levels[up].item].record == parent_record) {
              owner = levels[up].owner;
              other = levels[up].root != made.root;
              break;
            }
          }
        }
        if (owner != kNothing && static_cast<int>(item.depth) > best_depth) {
          best_depth = item.depth;
          made.item = index;
          made.owner = owner;
          elsewhere = other;
        }
      }
    }
    if (made.item != kNone) {
      const auto& item = plan->items[made.item];
      goods_of_several = goods_of_several || elsewhere;
      if (item.splits) {
        if (orders++ == 0) {
          keep_what_is_common();
        } else {
          made.owner = made.root = begin_document();
        }
      }
      if (item.makes_record) {
        made.owner = add_record(item.record, made.owner);
      }
      for (auto& u : used) {
        u = kNothing;
      }
    } else {
      note_unmapped("HL", 3, code);
    }
    active[loop_node] = {made.item, made.owner};
    if (levels.size() < kMostRecords) {
      level_ids[made.id] = static_cast<std::uint32_t>(levels.size());
      levels.push_back(std::move(made));
    }
  }

  void segment(std::string_view id, const std::string_view* elements, std::size_t count) {
    const auto key = segment_key(id);
    const auto slot = std::lower_bound(plan->segment_slots.begin(), plan->segment_slots.end(),
                                       std::make_pair(key, std::uint16_t{0}));
    if (!started) {
      started = true;  // ST
      return;
    }
    if (slot == plan->segment_slots.end() || slot->first != key) {
      note_unmapped(id, 0, {});
      return;
    }
    const auto step = plan->set.step(node, slot->second);
    if (!step.ok()) {
      note_unmapped(id, 0, {});
      return;
    }
    node = step.node();
    const auto& at = plan->set.nodes[node];
    const auto loop_node = plan->loop_of[node];
    if (at.loop) {
      if (key == segment_key("HL") && !plan->levels.empty()) {
        enter_level(elements, count, node);
        return;
      }
      active[node] = {};
      const bool around_known =
          at.parent == kNone || active[at.parent].item != kNone || !plan->loops[node].empty();
      if (around_known) {
        for (const auto index : plan->loops[node]) {
          const auto& item = plan->items[index];
          if (item.around != kNone &&
              (at.parent == kNone || active[at.parent].item != item.around)) {
            continue;
          }
          if (!fits(item, elements, count)) {
            continue;
          }
          const auto owner = owner_of(item.around, at.parent);
          if (!item.makes_record) {
            if (used[index] == owner) {
              continue;  // there is room for one
            }
            used[index] = owner;
          }
          active[node] = {index, item.makes_record ? add_record(item.record, owner) : owner};
          break;
        }
      }
      if (active[node].item == kNone) {
        note_unmapped(id, count > 0 ? 1 : 0, count > 0 ? elements[0] : std::string_view());
        return;
      }
    }
    for (const auto index : plan->segments[node]) {
      const auto& item = plan->items[index];
      if (item.around != kNone && (loop_node == kNone || active[loop_node].item != item.around)) {
        continue;
      }
      if (!fits(item, elements, count)) {
        continue;
      }
      const auto owner = owner_of(item.around, loop_node);
      if (item.makes_record) {
        take(index, add_record(item.record, owner), id, elements, count);
        return;
      }
      const auto mark = owner;
      if (!item.item->conditions.empty() || !at.loop) {
        if (used[index] == mark) {
          continue;
        }
        used[index] = mark;
      }
      take(index, owner, id, elements, count);
      return;
    }
    if (key != segment_key("SE") && !at.loop) {
      note_unmapped(id, plan->segments[node].empty() || count == 0 ? 0 : 1,
                    count == 0 ? std::string_view() : elements[0]);
    }
  }

  std::string_view currency(std::uint32_t document) const {
    if (plan->currency_field != kNone) {
      const auto& value =
          records[0].values[document * plan->records[0].fields.size() + plan->currency_field];
      if (value.text.begin != kNothing) {
        return text_of(value.text);
      }
    }
    if (plan->currency_given != kNone) {
      return given[plan->currency_given];
    }
    return default_currency;
  }

  // Writes an entry and a comma after it; false when there is nothing to say.
  bool write(const Out& entry, std::uint16_t type, std::uint32_t instance, std::string& out) {
    switch (entry.kind) {
      case Out::Kind::fixed:
        for (const auto& inner : entry.inner) {
          if (write(inner, type, instance, out)) {
            return true;
          }
        }
        out += entry.name;
        out += entry.fixed;
        out.push_back(',');
        return true;
      case Out::Kind::given: {
        for (const auto& inner : entry.inner) {
          if (write(inner, type, instance, out)) {
            return true;
          }
        }
        if (given[entry.index].empty()) {
          return false;
        }
        out += entry.name;
        append_json_string(given[entry.index], out);
        out.push_back(',');
        return true;
      }
      case Out::Kind::field: {
        const auto& fields = plan->records[type].fields;
        const auto& field = fields[entry.index];
        const auto& value = records[type].values[instance * fields.size() + entry.index];
        if (value.text.begin == kNothing) {
          if (field.field->required) {
            problem(entry.path + " is missing: " + field.where + " is empty or not there");
          }
          return false;
        }
        const auto start = out.size();
        out += entry.name;
        fault.clear();
        const auto aux = value.aux.begin == kNothing ? std::string_view() : text_of(value.aux);
        if (!append_canonical(*field.field, text_of(value.text), aux, currency_now, field.words,
                              out, fault)) {
          out.resize(start);
          problem(entry.path + ": " + field.where + " " + fault);
          return false;
        }
        out.push_back(',');
        return true;
      }
      case Out::Kind::list: {
        const auto& all = records[entry.index];
        const auto first_of = [&](std::uint32_t document) {
          return document < all.first.size() ? all.first[document] : kNothing;
        };
        // What is common to all orders, then the order's own.
        const auto stop =
            type == 0 && instance > 0 ? common_last[entry.index] : std::uint32_t{kNothing};
        auto shared = stop == kNothing ? std::uint32_t{kNothing} : first_of(0);
        auto one = first_of(instance);
        if (one == kNothing && shared == kNothing) {
          return false;
        }
        out += entry.name;
        out.push_back('[');
        const auto append = [&](std::uint32_t which) {
          out.push_back('{');
          members(plan->records[entry.index].out, entry.index, which, out);
          close(out, '}');
          out.push_back(',');
        };
        for (; shared != kNothing; shared = shared == stop ? kNothing : all.next[shared]) {
          append(shared);
        }
        for (; one != kNothing; one = all.next[one]) {
          append(one);
        }
        close(out, ']');
        out.push_back(',');
        return true;
      }
      default: {
        const auto start = out.size();
        out += entry.name;
        out.push_back('{');
        if (!members(entry, type, instance, out)) {
          out.resize(start);
          return false;
        }
        close(out, '}');
        out.push_back(',');
        return true;
      }
    }
  }
  bool members(const Out& object, std::uint16_t type, std::uint32_t instance, std::string& out) {
    bool any = false;
    for (const auto& entry : object.inner) {
      const bool wrote = write(entry, type, instance, out);
      // What is always so does not make an object worth writing.
      any = any || (wrote && (entry.kind != Out::Kind::fixed || !entry.inner.empty()));
    }
    return any;
  }
  static void close(std::string& out, char with) {
    if (out.back() == ',') {
      out.back() = with;
    } else {
      out.push_back(with);
    }
  }

  std::shared_ptr<const ReadPlan> plan;
  std::vector<Records> records;
  std::vector<Active> active;       // by loop node
  std::vector<std::uint32_t> used;  // by item: the record it filled last
  std::vector<Level> levels;
  std::vector<Declared> declared;  // counts that the set says
  std::unordered_map<std::string, std::uint32_t> level_ids;
  std::string arena;
  std::vector<std::string> given;
  std::string default_currency;
  std::string_view currency_now;
  std::vector<std::string> problems, unmapped;
  std::string fault;
  std::uint16_t node = 0;
  bool started = false;
  char component_separator = 0;
  std::size_t orders = 0;
  std::vector<Value> common;               // of the document, before the first order
  std::vector<std::uint32_t> common_last;  // by record: the last entry of then
  bool goods_of_several = false;           // a pack or pallet holds goods of another order
  std::size_t record_count = 0;            // records of all types
};

CanonicalReader::CanonicalReader(std::shared_ptr<const ReadPlan> plan)
    : state_(std::make_unique<State>(std::move(plan))) {}
CanonicalReader::~CanonicalReader() = default;

void CanonicalReader::begin(const Given& given, char component_separator) {
  auto& s = *state_;
  s.reset();
  s.level_ids.clear();
  s.component_separator = component_separator;
  s.given.resize(s.plan->given.size());
  for (std::size_t i = 0; i < s.given.size(); ++i) {
    const auto found = given.find(s.plan->given[i]);
    s.given[i] = found == given.end() ? std::string() : found->second;
  }
  const auto found = given.find("currency");
  s.default_currency = found == given.end() ? "USD" : found->second;
}

void CanonicalReader::segment(std::string_view id, const std::string_view* elements,
                              std::size_t count) {
  state_->segment(id, elements, count);
}

bool CanonicalReader::end(std::string& out) {
  auto& s = *state_;
  const auto start = out.size();
  s.check_counts();
  if (s.orders > 1 && s.goods_of_several) {
    s.problem(
        "the notice speaks of several orders, and a pack or pallet holds goods of more than "
        "one; split it by order");
  }
  for (std::uint32_t document = 0; document < std::max<std::size_t>(s.orders, 1); ++document) {
    s.currency_now = s.currency(document);
    out.push_back('{');
    s.members(s.plan->records[0].out, 0, document, out);
    State::close(out, '}');
    out.push_back('\n');
  }
  if (!s.problems.empty()) {
    out.resize(start);
    return false;
  }
  return true;
}

const std::vector<std::string>& CanonicalReader::problems() const { return state_->problems; }
const std::vector<std::string>& CanonicalReader::unmapped() const { return state_->unmapped; }

}  // namespace crossdock::x12
