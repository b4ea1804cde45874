#include "plugins/edi_x12/mapping/program.hpp"

#include <algorithm>
#include <bit>

#include "plugins/edi_x12/grammar/draft.hpp"
#include "plugins/edi_x12/mapping/outline.hpp"
#include "plugins/edi_x12/mapping/to_canonical.hpp"

namespace crossdock::x12 {
namespace {

class Compiler {
 public:
  Compiler(MapTable table, const Grammar& grammar, const SetDef& set)
      : program_(std::make_shared<Program>(std::move(table), grammar, set)), p_(*program_) {}

  std::shared_ptr<const Program> run() {
    slots();
    p_.places.resize(p_.set.nodes.size());
    for (std::size_t n = 0; n < p_.set.nodes.size(); ++n) {
      auto& place = p_.places[n];
      place.begins_loop = p_.set.nodes[n].loop;
      const auto parent = p_.set.nodes[n].parent;
      place.parent = parent == kNone ? static_cast<std::uint16_t>(p_.places.size()) : parent;
      place.loop = place.begins_loop ? static_cast<std::uint16_t>(n) : place.parent;
    }
    for (const auto& [path, name] : p_.table.given) {
      Outline out;
      out.kind = Outline::Kind::given;
      out.index = static_cast<std::uint16_t>(p_.given.size());
      p_.given.push_back(name);
      outlines_.place(0, path, std::move(out));
      if (path == p_.table.currency) {
        p_.currency_given = static_cast<std::uint16_t>(p_.given.size() - 1);
      }
    }
    items(p_.table.items, kNone, 0, "", {kNone}, 0);
    for (const auto& [path, value] : p_.table.always) {
      Outline out;
      out.kind = Outline::Kind::fixed;
      out.fixed =
          value == "true" || value == "false" || value.front() == '[' || value.front() == '{'
              ? value
              : '"' + value + '"';
      outlines_.always(path, std::move(out));
    }
    const auto entries = outlines_.lay_out(p_);
    for (auto& item : p_.items) {
      for (auto* list : {&item.takes, &item.pairs}) {
        for (auto& take : *list) {
          take.entry = entries[item.record][take.entry];
          take.place = p_.records[item.record].place_of(take.entry);
          take.word = Program::Record::word_of(take.entry);
          take.bit = Program::Record::bit_of(take.entry);
        }
      }
    }
    if (currency_field_ != kNone) {
      p_.currency_entry = entries[0][currency_field_];
    }
    p_.texts.append(Program::kTextPadding, '\0');
    return program_;
  }

 private:
  void slots() {
    const auto count = p_.set.slot_segments.size();
    const auto bits = static_cast<int>(std::bit_width(count * 4));
    p_.slot_shift = 32 - bits;
    p_.slots.assign(std::size_t{1} << bits, {0, kNone});
    for (const auto index : p_.set.slot_segments) {
      const auto key = p_.grammar.segment(index).key;
      std::size_t at = (key * 0x9E3779B1U) >> p_.slot_shift;
      while (p_.slots[at].first != 0) {
        at = (at + 1) & (p_.slots.size() - 1);
      }
      p_.slots[at] = {key, p_.set.slot_of[index]};
    }
  }

  Program::AnyOf any_of(std::string_view text) {
    p_.wanted.push_back(short_text(text));
    p_.wanted_texts.emplace_back(text);
    return {static_cast<std::uint32_t>(p_.wanted.size() - 1), 1};
  }
  template <class Texts, class Of>
  Program::AnyOf any_of(const Texts& texts, Of of) {
    Program::AnyOf out{static_cast<std::uint32_t>(p_.wanted.size()), 0};
    for (const auto& one : texts) {
      any_of(of(one));
      ++out.count;
    }
    return out;
  }

  // The number of a field of a record; entries are known when all rows are.
  std::uint16_t field_at(std::uint16_t record, const std::string& path, const MapField& field,
                         const std::string& segment) {
    Outline out;
    out.kind = Outline::Kind::field;
    out.index = static_cast<std::uint16_t>(outlines_.record(record).fields.size());
    const auto made = out.index;
    const auto& there = outlines_.place(record, path, std::move(out));
    if (there.kind != Outline::Kind::field) {
      throw GrammarError(p_.table.origin + ": " + path + " is both a value and something else");
    }
    if (there.index == made) {
      const auto words = p_.table.codes.find(field.list);
      const auto units = p_.table.codes.find("units");
      outlines_.record(record).fields.push_back(
          {&field,
           words != p_.table.codes.end()                                     ? &words->second
           : field.codec == Codec::quantity && units != p_.table.codes.end() ? &units->second
                                                                             : nullptr,
           place_text(segment, field.element, field.component)});
      if (record == 0 && path == p_.table.currency) {
        currency_field_ = made;
      }
    }
    return there.index;
  }

  static std::string joined(const std::string& around, const std::string& path) {
    return around.empty() ? path : path.empty() ? around : around + "." + path;
  }

  // Which elements of its segment an item accounts for. Values whose kind another element says are
  // seen to when they are read: a kind that no row names is not accounted for.
  void claim(Program::Item& made, std::uint16_t around) {
    const auto& item = *made.item;
    const auto bit = [&](unsigned element) {
      made.claimed |= element == 0 || element > 64 ? 0 : std::uint64_t{1} << (element - 1);
    };
    for (const auto& condition : item.conditions) {
      bit(condition.element);
    }
    if (around != kNone && p_.items[around].item->segment == item.segment) {
      for (const auto& condition : p_.items[around].item->conditions) {
        bit(condition.element);
      }
    }
    made.implied = made.claimed;
    for (const auto& field : item.fields) {
      if (field.codec == Codec::constant) {
        made.constants.push_back({field.element, any_of(field.fixed)});
      } else if (field.kind_element == 0) {
        bit(field.element);
        bit(field.aux);
        for (unsigned n = field.element; field.pairs && n <= field.pairs_end + 1u; ++n) {
          bit(n);
        }
      }
    }
  }

  // The nodes of the set that an item may stand at, within those around it.
  std::vector<std::uint16_t> nodes_of(const MapItem& item,
                                      const std::vector<std::uint16_t>& loop_nodes) const {
    std::vector<std::uint16_t> out;
    const auto* segment = p_.grammar.find_segment(item.segment);
    for (std::uint16_t n = 0; segment != nullptr && n < p_.set.nodes.size(); ++n) {
      const auto& node = p_.set.nodes[n];
      const bool is_loop = item.kind != MapItem::Kind::segment;
      if (node.segment != p_.grammar.index_of(*segment) || (is_loop && !node.loop)) {
        continue;
      }
      const auto stands_in = is_loop ? node.parent : node.loop ? n : node.parent;
      if (item.kind == MapItem::Kind::level ||
          std::find(loop_nodes.begin(), loop_nodes.end(), stands_in) != loop_nodes.end()) {
        out.push_back(n);
      }
    }
    return out;
  }

  void pair_kinds(Program::Item& made, Program::AnyOf kinds) const {
    for (auto i = kinds.first; i < kinds.first + kinds.count; ++i) {
      if (p_.wanted[i] == kLongText) {
        throw GrammarError(p_.table.origin + ": a kind of more than seven characters, \"" +
                           p_.wanted_texts[i] + "\"");
      }
      made.pair_kinds.push_back({p_.wanted[i], static_cast<std::uint16_t>(made.pairs.size())});
    }
  }

  Program::Candidate candidate(std::uint16_t index, const Program::Item& made) const {
    Program::Candidate out;
    out.item = index;
    out.around = made.around;
    if (made.conditions.size() == 1 && made.conditions[0].values.count == 1 &&
        p_.wanted[made.conditions[0].values.first] != kLongText) {
      out.element = made.conditions[0].element;
      out.value = p_.wanted[made.conditions[0].values.first];
    } else {
      out.several = !made.conditions.empty();
    }
    return out;
  }

  void values(Program::Item& made, const std::string& path) {
    const auto& item = *made.item;
    for (const auto& field : item.fields) {
      if (field.codec == Codec::count) {
        if (field.in) {
          counts_.push_back({static_cast<std::uint16_t>(p_.items.size() - 1), &field});
        }
        continue;
      }
      if (field.codec == Codec::constant || !field.in) {
        continue;
      }
      const auto full = joined(path, field.path);
      if (field.pairs) {
        made.pairs_from = field.element;
        made.pairs_end = field.pairs_end;
      }
      if (field.others) {
        made.others = outlines_.record_at(made.record, full);
        static const MapField kText;
        field_at(made.others, "qualifier", kText, item.segment);
        field_at(made.others, "value", kText, item.segment);
        continue;
      }
      Program::Take take;
      take.element = field.element;
      take.component = field.component;
      take.aux = field.aux;
      take.kind_element = field.kind_element;
      take.entry = field_at(made.record, full, field, item.segment);
      take.kinds = any_of(field.kinds, [](const auto& kind) { return kind.first; });
      if (field.pairs) {
        pair_kinds(made, take.kinds);
      }
      (field.pairs ? made.pairs : made.takes).push_back(take);
    }
  }

  void items(const std::vector<MapItem>& list, std::uint16_t around, std::uint16_t record,
             const std::string& path, const std::vector<std::uint16_t>& loop_nodes,
             std::uint8_t depth) {
    for (const auto& item : list) {
      const auto index = static_cast<std::uint16_t>(p_.items.size());
      p_.items.emplace_back();
      Program::Item made;
      made.item = &item;
      made.around = around;
      made.record = record;
      made.depth = depth;
      auto own_path = joined(path, item.path);
      if (item.each) {
        made.makes_record = true;
        made.record = outlines_.record_at(record, own_path);
        own_path.clear();
        ++made.depth;
      }
      for (const auto& condition : item.conditions) {
        made.conditions.push_back(
            {condition.element,
             any_of(condition.values, [](const auto& value) { return std::string_view(value); })});
      }
      const auto nodes = nodes_of(item, loop_nodes);
      for (const auto node : nodes) {
        if (item.kind == MapItem::Kind::segment) {
          auto one = candidate(index, made);
          one.again = made.conditions.empty() && p_.places[node].begins_loop;
          p_.places[node].segments.push_back(one);
        } else if (item.kind == MapItem::Kind::loop) {
          p_.places[node].loops.push_back(candidate(index, made));
        }
      }
      if (item.kind == MapItem::Kind::level) {
        (item.level == "*" ? p_.other_levels : p_.levels)
            .push_back({short_text(item.level), index, record, made.depth});
        made.splits = item.level == "O" && !item.each;
      }
      claim(made, around);
      values(made, own_path);
      const auto own_record = made.record;
      const auto own_depth = made.depth;
      p_.items[index] = std::move(made);
      if (item.kind != MapItem::Kind::segment) {
        items(item.items, index, own_record, own_path, nodes, own_depth);
      }
    }
    if (around == kNone) {
      counts();
    }
  }

  // What a total counts is known when all lists are.
  void counts() {
    for (const auto& [index, field] : counts_) {
      if (field->path == "hl") {
        p_.items[index].counts.push_back({field->element, kNone, "levels"});
      }
      for (std::size_t r = 1; r < outlines_.records().size(); ++r) {
        if (outlines_.records()[r].list_path == field->path && outlines_.records()[r].parent == 0) {
          p_.items[index].counts.push_back(
              {field->element, static_cast<std::uint16_t>(r), field->path});
        }
      }
    }
  }

  std::shared_ptr<Program> program_;
  Program& p_;
  Outlines outlines_;
  std::uint16_t currency_field_ = kNone;
  std::vector<std::pair<std::uint16_t, const MapField*>> counts_;
};

}  // namespace

std::shared_ptr<const Program> compile(const MapTable& table, const Grammar& grammar) {
  auto fitted = fit(table, grammar);
  return Compiler(std::move(fitted), grammar, *grammar.find_set(table.set)).run();
}

}  // namespace crossdock::x12
