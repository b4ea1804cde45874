#include "plugins/edi_x12/mapping/outline.hpp"

#include <algorithm>
#include <map>

#include "plugins/edi_x12/grammar/draft.hpp"
#include "plugins/edi_x12/mapping/values.hpp"

namespace crossdock::x12 {
namespace {

// What every value of a codec begins with.
std::string_view opening_of(Codec codec) {
  switch (codec) {
    case Codec::quantity:
      return R"({"value":")";
    case Codec::price:
    case Codec::money:
    case Codec::cents:
      return R"({"amount":")";
    case Codec::text:
    case Codec::date:
    case Codec::instant:
    case Codec::decimal:
      return "\"";
    default:
      return {};
  }
}

// Lays the tree of one record out.
class Layout {
 public:
  Layout(Program& program, const RecordOutline& from, Program::Record& to,
         std::vector<std::uint16_t>& field_entries,
         std::map<std::pair<const CodeWords*, bool>, std::uint16_t>& words)
      : program_(program), from_(from), to_(to), field_entries_(field_entries), words_(words) {
    field_entries_.assign(from.fields.size(), 0);
    to_.parent = from.parent;
    to_.objects.emplace_back();
    members(from.out, 0);
    to_.words = static_cast<std::uint32_t>((to_.entries.size() + 63) / 64);
    to_.words = std::max(to_.words, 1U);
    to_.size = to_.place_of(static_cast<std::uint16_t>(to_.entries.size()));
    to_.always.assign(to_.words, 0);
    to_.required.assign(to_.words, 0);
    for (std::size_t e = 0; e < to_.entries.size(); ++e) {
      to_.entries[e].place = to_.place_of(static_cast<std::uint16_t>(e));
      const auto bit = std::uint64_t{1} << (e & 63);
      const auto& entry = to_.entries[e];
      to_.required[e / 64] |= entry.required ? bit : 0;
      // What is always so does not make an object worth writing, unless it stands in for a value.
      const bool alone = entry.kind == Program::Entry::Kind::fixed && !stands_in_[e];
      if (entry.kind == Program::Entry::Kind::fixed && (!alone || entry.object == 0)) {
        to_.always[e / 64] |= bit;
      } else if (alone) {
        to_.companions.push_back({static_cast<std::uint16_t>(e), others_in(entry.object)});
      }
    }
  }

 private:
  Program::Piece text(std::string_view piece) {
    const Program::Piece out{static_cast<std::uint32_t>(program_.texts.size()),
                             static_cast<std::uint32_t>(piece.size())};
    program_.texts.append(piece);
    return out;
  }

  void members(const Outline& object, std::uint16_t number) {
    for (const auto& one : object.inner) {
      if (one.kind == Outline::Kind::object) {
        const auto made = static_cast<std::uint16_t>(to_.objects.size());
        to_.objects.push_back({number, static_cast<std::uint8_t>(to_.objects[number].depth + 1),
                               text(one.name + "{")});
        members(one, made);
      } else {
        const auto first = to_.entries.size();
        ways(one, number);
        for (auto e = first; e < to_.entries.size(); ++e) {
          to_.entries[e].alternatives = static_cast<std::uint16_t>(to_.entries.size() - 1 - e);
          stands_in_[e] = to_.entries.size() - first > 1;
        }
      }
    }
  }

  // What goes before a value, then the value.
  void ways(const Outline& one, std::uint16_t object) {
    if (one.kind == Outline::Kind::fixed || one.kind == Outline::Kind::given) {
      for (const auto& before : one.inner) {
        if (before.kind != Outline::Kind::object) {
          ways(before, object);
        }
      }
    }
    if (to_.entries.size() >= kMostEntries) {
      throw GrammarError(program_.table.origin + ": more than 4,000 values in one list");
    }
    Program::Entry entry;
    entry.object = object;
    entry.index = one.index;
    std::string key = one.name;
    entry.name_size = static_cast<std::uint32_t>(key.size());
    std::string where;
    switch (one.kind) {
      case Outline::Kind::list:
        entry.kind = Program::Entry::Kind::list;
        key += "[";
        program_.records[one.index].list = static_cast<std::uint16_t>(to_.entries.size());
        break;
      case Outline::Kind::fixed:
        entry.kind = Program::Entry::Kind::fixed;
        entry.fixed = text(one.fixed);
        break;
      case Outline::Kind::given:
        entry.kind = Program::Entry::Kind::given;
        break;
      default: {
        const auto& field = from_.fields[one.index];
        entry.field = field.field;
        entry.codec = field.field->codec;
        entry.required = field.field->required;
        entry.list = field.list;
        entry.words = words_of(field);
        key += opening_of(entry.codec);
        where = field.where;
        field_entries_[one.index] = static_cast<std::uint16_t>(to_.entries.size());
      }
    }
    entry.key = text(key);
    to_.entries.push_back(entry);
    to_.names.push_back({one.path, where});
    stands_in_.push_back(false);
  }

  std::uint16_t words_of(const OutlineField& field) {
    const bool unit = field.field->codec == Codec::quantity;
    if (field.list == nullptr || (!unit && field.field->codec != Codec::code)) {
      return kNone;
    }
    const auto [found, fresh] =
        words_.try_emplace({field.list, unit}, static_cast<std::uint16_t>(program_.words.size()));
    if (fresh) {
      Program::Words made;
      made.usable = true;
      for (const auto& [code, word] : *field.list) {
        std::string json;
        append_json_string(word, json);
        json = unit ? R"(","uom":)" + json + "}" : json;
        if (code == "*" && !unit) {
          made.has_otherwise = true;
          made.same = word == "*";
          made.otherwise = text(json);
          break;
        }
        made.usable = made.usable && short_text(code) != kLongText;
        made.codes.push_back(short_text(code));
        made.words.push_back(text(json));
      }
      program_.words.push_back(std::move(made));
    }
    return found->second;
  }

  // The entries of an object, those of its inner objects too, but for what is always so.
  std::vector<std::uint64_t> others_in(std::uint16_t object) const {
    std::vector<std::uint64_t> out(to_.words, 0);
    for (std::size_t e = 0; e < to_.entries.size(); ++e) {
      const auto& entry = to_.entries[e];
      bool inside = false;
      for (auto around = entry.object; around != 0 && !inside;
           around = to_.objects[around].around) {
        inside = around == object;
      }
      if (inside && (entry.kind != Program::Entry::Kind::fixed || stands_in_[e])) {
        out[e / 64] |= std::uint64_t{1} << (e & 63);
      }
    }
    return out;
  }

  static constexpr std::size_t kMostEntries = 4'000;
  Program& program_;
  const RecordOutline& from_;
  Program::Record& to_;
  std::vector<std::uint16_t>& field_entries_;
  std::map<std::pair<const CodeWords*, bool>, std::uint16_t>& words_;
  std::vector<bool> stands_in_;  // one of several ways to say a value
};

}  // namespace

Outline& Outlines::place(std::uint16_t record, const std::string& path, Outline entry) {
  Outline* here = &records_[record].out;
  std::size_t from = 0;
  for (;;) {
    const auto dot = path.find('.', from);
    const auto name = "\"" + path.substr(from, dot - from) + "\":";
    auto found = std::find_if(here->inner.begin(), here->inner.end(),
                              [&](const Outline& one) { return one.name == name; });
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
    } else if (dot == std::string::npos && entry.kind == Outline::Kind::field &&
               (found->kind == Outline::Kind::given || found->kind == Outline::Kind::fixed) &&
               found->inner.empty()) {
      // What the set says goes before what the caller gives.
      entry.name = name;
      entry.path = path;
      found->inner.push_back(std::move(entry));
      return found->inner.back();
    }
    if (dot == std::string::npos) {
      return found->inner.empty() || found->kind == Outline::Kind::object ? *found
                                                                          : found->inner.front();
    }
    here = &*found;
    from = dot + 1;
  }
}

void Outlines::always(const std::string& path, Outline entry) {
  std::uint16_t record = 0;
  std::string rest = path;
  for (bool again = true; again;) {
    again = false;
    for (std::size_t r = 1; r < records_.size(); ++r) {
      if (records_[r].parent == record && r != record &&
          rest.starts_with(records_[r].list_path + ".")) {
        rest = rest.substr(records_[r].list_path.size() + 1);
        record = static_cast<std::uint16_t>(r);
        again = true;
        break;
      }
    }
  }
  auto& there = place(record, rest, entry);
  if (there.kind == Outline::Kind::field || there.kind == Outline::Kind::list) {
    // What the set says goes before what is always so.
    auto field = std::move(there);
    entry.name = field.name;
    entry.path = field.path;
    entry.inner.push_back(std::move(field));
    there = std::move(entry);
  }
}

std::uint16_t Outlines::record_at(std::uint16_t parent, const std::string& path) {
  for (std::size_t r = 1; r < records_.size(); ++r) {
    if (records_[r].parent == parent && records_[r].list_path == path) {
      return static_cast<std::uint16_t>(r);
    }
  }
  const auto record = static_cast<std::uint16_t>(records_.size());
  records_.emplace_back();
  records_.back().parent = parent;
  records_.back().list_path = path;
  Outline out;
  out.kind = Outline::Kind::list;
  out.index = record;
  place(parent, path, std::move(out));
  return record;
}

Outlines::FieldEntries Outlines::lay_out(Program& program) const {
  FieldEntries out(records_.size());
  std::map<std::pair<const CodeWords*, bool>, std::uint16_t> words;
  program.records.resize(records_.size());
  for (std::size_t r = 0; r < records_.size(); ++r) {
    Layout(program, records_[r], program.records[r], out[r], words);
  }
  return out;
}

}  // namespace crossdock::x12
