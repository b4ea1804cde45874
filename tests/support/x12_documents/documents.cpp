#include "tests/support/x12_documents/documents.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace crossdock::x12::support {
namespace {

namespace json = boost::json;

class Maker {
 public:
  Maker(const MapTable& table, const Grammar& grammar, std::uint64_t seed)
      : table_(table), g_(grammar), random_(seed) {}

  json::object run() {
    json::object out;
    items(table_.items, out);
    for (const auto& [path, name] : table_.given) {
      put(out, path, json::value(name == "currency" ? "USD" : "given " + name));
    }
    for (const auto& [path, value] : table_.always) {
      always(out, path, value);
    }
    return out;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
  bool maybe() { return below(100) < 65; }

  static void put(json::object& out, const std::string& path, json::value value) {
    json::object* here = &out;
    std::size_t from = 0;
    for (;;) {
      const auto dot = path.find('.', from);
      const auto name = path.substr(from, dot - from);
      if (dot == std::string::npos) {
        (*here)[name] = std::move(value);
        return;
      }
      auto& inner = (*here)[name];
      if (!inner.is_object()) {
        inner = json::object();
      }
      here = &inner.get_object();
      from = dot + 1;
    }
  }
  static bool has(const json::object& in, const std::string& path) {
    const json::object* here = &in;
    std::size_t from = 0;
    for (;;) {
      const auto dot = path.find('.', from);
      const auto* found = here->if_contains(path.substr(from, dot - from));
      if (found == nullptr || dot == std::string::npos) {
        return found != nullptr;
      }
      here = found->if_object();
      if (here == nullptr) {
        return false;
      }
      from = dot + 1;
    }
  }

  // Below lists, in each entry.
  static void always(json::object& out, const std::string& path, const std::string& value) {
    for (std::size_t dot = path.find('.');; dot = path.find('.', dot + 1)) {
      const auto name = path.substr(0, dot);
      const json::value* found = nullptr;
      {
        const json::object* here = &out;
        std::size_t from = 0;
        for (;;) {
          const auto stop = name.find('.', from);
          found = here->if_contains(name.substr(from, stop - from));
          if (found == nullptr || stop == std::string::npos || !found->is_object()) {
            break;
          }
          here = &found->get_object();
          from = stop + 1;
        }
      }
      if (dot == std::string::npos) {
        if (found == nullptr) {
          put(out, path,
              value == "true" || value == "false" || value[0] == '{' || value[0] == '['
                  ? json::parse(value)
                  : json::value(value));
        }
        return;
      }
      if (found != nullptr && found->is_array()) {
        for (auto& entry : const_cast<json::array&>(found->get_array())) {
          always(entry.get_object(), path.substr(dot + 1), value);
        }
        return;
      }
      // A list that is not there has no entries.
      if (found == nullptr && list_paths_contains(path.substr(0, dot))) {
        return;
      }
    }
  }
  static bool list_paths_contains(const std::string& path) {
    return path.ends_with("s") && !path.ends_with("address");
  }

  void items(const std::vector<MapItem>& list, json::object& record) {
    std::map<std::string, std::set<std::string>> taken;  // segment: values of earlier conditions
    for (const auto& item : list) {
      const auto used = taken[item.segment];
      for (const auto& condition : item.conditions) {
        for (const auto& value : condition.values) {
          taken[item.segment].insert(value);
        }
      }
      if (item.each) {
        json::array entries;
        const auto count = maybe() ? 1 + below(3) : 0;
        for (std::size_t i = 0; i < count; ++i) {
          json::object entry;
          fill(item, entry, used, true);
          if (!entry.empty()) {
            entries.push_back(std::move(entry));
          }
        }
        if (!entries.empty() && !has(record, item.path)) {
          put(record, item.path, std::move(entries));
        }
        continue;
      }
      json::object inner;
      fill(item, inner, used, maybe() || needed(item));
      if (item.path.empty()) {
        merge(record, inner);
      } else if (!inner.empty()) {
        json::object around;
        put(around, item.path, std::move(inner));
        merge(record, around);
      }
    }
  }

  static bool needed(const MapItem& item) {
    return std::any_of(item.fields.begin(), item.fields.end(),
                       [](const MapField& f) { return f.required; }) ||
           std::any_of(item.items.begin(), item.items.end(),
                       [](const MapItem& inner) { return !inner.each && needed(inner); });
  }

  static void merge(json::object& into, const json::object& from) {
    for (const auto& [name, value] : from) {
      auto* there = into.if_contains(name);
      if (there != nullptr && there->is_object() && value.is_object()) {
        merge(there->get_object(), value.get_object());
      } else if (there == nullptr) {
        into[name] = value;
      }
    }
  }

  void fill(const MapItem& item, json::object& out, const std::set<std::string>& used,
            bool at_all) {
    if (!at_all) {
      return;
    }
    if (item.kind == MapItem::Kind::segment) {
      segment(item, out, used);
      return;
    }
    std::vector<MapItem> inner = item.items;
    if (item.kind == MapItem::Kind::loop && !inner.empty() && inner[0].segment == item.segment &&
        inner[0].kind == MapItem::Kind::segment) {
      auto opening = inner[0];
      opening.conditions.insert(opening.conditions.end(), item.conditions.begin(),
                                item.conditions.end());
      json::object own;
      segment(opening, own, used);
      if (!opening.path.empty() && !own.empty()) {
        json::object around;
        put(around, opening.path, std::move(own));
        own = std::move(around);
      }
      merge(out, own);
      inner.erase(inner.begin());
    }
    items(inner, out);
  }

  void segment(const MapItem& item, json::object& out, const std::set<std::string>& used) {
    const auto* def = g_.find_segment(item.segment);
    if (def == nullptr) {
      return;
    }
    const auto uses = g_.uses(*def);
    std::set<unsigned> elements;
    std::map<unsigned, std::string> aux;
    for (const auto& condition : item.conditions) {
      elements.insert(condition.element);
    }
    std::set<std::string> kinds;
    for (const auto& field : item.fields) {
      for (const auto& [kind, length] : field.kinds) {
        kinds.insert(kind);
      }
    }
    bool any = false;
    for (int round = 0; round < 3 && !any; ++round) {
      for (const auto& field : item.fields) {
        if (field.codec == Codec::constant || field.codec == Codec::count || !field.in ||
            !field.out || has(out, field.path)) {
          continue;
        }
        // Where the table has a constant for want of a value, give the value.
        const bool constant_else =
            std::any_of(item.fields.begin(), item.fields.end(), [&](const MapField& other) {
              return other.codec == Codec::constant && other.element == field.element;
            });
        if (!field.required && !constant_else && !maybe()) {
          continue;
        }
        if (field.pairs) {
          any = pair(field, out, kinds, elements) || any;
          continue;
        }
        if ((field.component == 0 && elements.contains(field.element)) ||
            (field.kind_element != 0 && elements.contains(field.kind_element)) ||
            field.element > uses.size()) {
          continue;
        }
        const ElementUse* use = &uses[field.element - 1];
        if (use->type == ElementType::composite) {
          const auto& def_of = g_.element(use->element);
          if (field.component == 0 || field.component > def_of.uses) {
            continue;
          }
          use = &g_.uses(def_of)[field.component - 1];
        }
        auto value = made(field, *use, uses, aux, used);
        if (value.is_null()) {
          continue;
        }
        put(out, field.path, std::move(value));
        elements.insert(field.element);
        if (field.kind_element != 0) {
          elements.insert(field.kind_element);
        }
        any = true;
      }
    }
  }

  bool pair(const MapField& field, json::object& out, const std::set<std::string>& kinds,
            std::set<unsigned>& elements) {
    const auto room = [&] { return field.element + 2 * pairs_in(elements) <= field.pairs_end; };
    if (field.others) {
      json::array list;
      const auto codes = g_.find_element("235");
      for (std::size_t i = 0; i < 2 && room(); ++i) {
        std::string kind;
        do {
          const auto values = g_.code_list(codes->codes).values();
          kind = values[below(values.size())].value;
        } while (kinds.contains(kind));
        list.push_back(json::object{{"qualifier", kind}, {"value", text(1, 20)}});
        elements.insert(1000 + pairs_in(elements));
      }
      if (list.empty()) {
        return false;
      }
      put(out, field.path, std::move(list));
      return true;
    }
    if (!room()) {
      return false;
    }
    const auto& kind = field.kinds[below(field.kinds.size())];
    put(out, field.path, json::value(kind.second != 0 ? digits(kind.second) : text(1, 20)));
    elements.insert(1000 + pairs_in(elements));
    return true;
  }
  static std::size_t pairs_in(const std::set<unsigned>& elements) {
    return static_cast<std::size_t>(
        std::count_if(elements.begin(), elements.end(), [](unsigned e) { return e >= 1000; }));
  }

  std::string digits(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(static_cast<char>('0' + below(10)));
    }
    return out;
  }
  std::string text(std::size_t least, std::size_t most) {
    static constexpr char kLetters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const auto length = least + below(std::min<std::size_t>(most, least + 30) - least + 1);
    std::string out;
    for (std::size_t i = 0; i < length; ++i) {
      out.push_back(kLetters[below(sizeof kLetters - 1)]);
    }
    if (length > 2 && below(4) == 0) {
      out[1] = ' ';
    }
    if (length > 3 && below(8) == 0) {
      out[2] = '"';
    }
    return out;
  }
  std::string decimal(std::size_t whole, std::size_t places) {
    std::string out = std::to_string(1 + below(whole));
    if (places > 0 && below(2) == 0) {
      out += "." + digits(places - 1) + std::to_string(1 + below(9));
    }
    return out;
  }
  std::string day() {
    const auto two = [](std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(2020 + below(10)) + "-" + two(1 + below(12)) + "-" + two(1 + below(28));
  }

  json::value made(const MapField& field, const ElementUse& use, std::span<const ElementUse> uses,
                   std::map<unsigned, std::string>& aux, const std::set<std::string>& used) {
    switch (field.codec) {
      case Codec::date:
        return json::value(day());
      case Codec::instant: {
        const auto two = [](std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        return json::value(day() + (field.aux == 0
                                        ? "T00:00:00Z"
                                        : "T" + two(below(24)) + ":" + two(below(60)) + ":" +
                                              (below(2) == 0 ? "00" : two(below(60))) + "Z"));
      }
      case Codec::quantity: {
        auto& unit = aux[field.aux];
        if (unit.empty()) {
          static constexpr const char* kUnits[] = {"EA", "CA", "LB", "DZ"};
          unit = field.aux == 0 ? "EA" : kUnits[below(4)];
        }
        return json::object{{"value", decimal(900, use.max < 7 || is_n(use.type) ? 0 : 2)},
                            {"uom", unit}};
      }
      case Codec::price:
        return json::object{{"amount", decimal(900, use.max < 7 ? 0 : 3)}, {"currency", "USD"}};
      case Codec::money:
        return json::object{{"amount", decimal(900, 2)}, {"currency", "USD"}};
      case Codec::cents:
        return json::object{
            {"amount", (field.aux != 0 && below(2) == 0 ? "-" : "") + decimal(900, 2)},
            {"currency", "USD"}};
      case Codec::whole:
        return json::value(static_cast<std::int64_t>(1 + below(use.max == 1   ? 9
                                                               : use.max == 2 ? 99
                                                                              : 900)));
      case Codec::decimal:
        return json::value(decimal(use.max == 1 ? 9 : 90, use.max < 5 ? 0 : 2));
      case Codec::grams:
        return json::value(static_cast<std::int64_t>(1 + below(90'000)));
      case Codec::flag:
        return json::value(true);
      case Codec::code: {
        const auto& words = table_.codes.find(field.list)->second;
        std::vector<std::string> some;
        for (const auto& [code, word] : words) {
          if (word != "*" && !used.contains(code)) {
            some.push_back(word);
          }
        }
        return some.empty() ? json::value() : json::value(some[below(some.size())]);
      }
      default:
        break;
    }
    (void)uses;
    if (use.codes != kNone) {
      const auto values = g_.code_list(use.codes).values();
      for (int i = 0; i < 50; ++i) {
        const std::string value(values[below(values.size())].value);
        if (!used.contains(value)) {
          return json::value(value);
        }
      }
      return {};
    }
    if (is_n(use.type) || use.type == ElementType::R) {
      return json::value(std::to_string(1 + below(9)) + digits(use.min > 1 ? use.min - 1 : 0));
    }
    if (use.type == ElementType::DT) {
      return json::value(std::string("20260105").substr(8 - use.max));
    }
    if (use.type == ElementType::TM) {
      return json::value("1230");
    }
    return json::value(text(use.min, use.max));
  }

  const MapTable& table_;
  const Grammar& g_;
  std::mt19937_64 random_;
};

}  // namespace

json::object random_document(const MapTable& table, const Grammar& grammar, std::uint64_t seed) {
  return Maker(table, grammar, seed).run();
}

Given given_of(const MapTable& table) {
  Given out;
  for (const auto& [path, name] : table.given) {
    out[name] = name == "currency" ? "USD" : "given " + name;
  }
  out["currency"] = "USD";
  return out;
}

std::string read_back(CanonicalReader& reader, const MapTable& table,
                      const std::vector<OutSegment>& segments, const Given& given, bool& ok) {
  reader.begin(given, kComponentBetween);
  const std::string_view head[] = {table.set, "0001"};
  reader.segment("ST", head, 2);
  for (const auto& segment : segments) {
    std::vector<std::string_view> elements(segment.elements.begin(), segment.elements.end());
    reader.segment(segment.id, elements.data(), elements.size());
  }
  const std::string_view tail[] = {"1", "0001"};
  reader.segment("SE", tail, 2);
  std::string out;
  for (const auto document : reader.end()) {
    out.append(document).push_back('\n');
  }
  ok = !out.empty();
  return out;
}

}  // namespace crossdock::x12::support
