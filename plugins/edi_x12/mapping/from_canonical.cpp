#include "plugins/edi_x12/mapping/from_canonical.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "plugins/edi_x12/mapping/bounds.hpp"
#include "plugins/edi_x12/mapping/to_canonical.hpp"
#include "plugins/edi_x12/mapping/values.hpp"

namespace crossdock::x12 {
namespace {

namespace json = boost::json;

constexpr std::size_t kLargestDocument = 16u << 20;  // bytes
constexpr std::size_t kDeepest = 32;

const json::value* at(const json::value* here, std::string_view path) {
  while (here != nullptr && !path.empty()) {
    const auto* object = here->if_object();
    const auto dot = path.find('.');
    const auto name = path.substr(0, dot);
    here = object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return here != nullptr && here->is_null() ? nullptr : here;
}

std::string joined(std::string_view around, std::string_view path) {
  std::string out(around);
  if (!around.empty() && !path.empty()) {
    out.push_back('.');
  }
  return out.append(path);
}

class SetWriter {
 public:
  SetWriter(const MapTable& table, WrittenSet& out) : table_(table), out_(out) {}

  void run(const json::value& document) {
    root_ = &document;
    if (!table_.currency.empty()) {
      if (const auto* currency = at(root_, table_.currency);
          currency != nullptr && currency->is_string()) {
        currency_ = currency->get_string();
      }
    }
    items(table_.items, document, "");
    for (const auto& [path, name] : table_.given) {
      claimed_.insert(path);
    }
    for (const auto& [path, value] : table_.always) {
      claimed_.insert(path);
    }
    unclaimed(document, "", "");
  }

 private:
  void problem(const std::string& path, const std::string& why) {
    if (out_.problems.size() < kMostProblems) {
      out_.problems.push_back(path + " " + why);
    }
  }

  // Whether anything with data was written.
  bool items(const std::vector<MapItem>& list, const json::value& record, const std::string& path) {
    bool any = false;
    for (const auto& item : list) {
      const auto own_path = joined(path, item.path);
      if (!item.each) {
        const auto* inner = at(&record, item.path);
        if (item.path.empty() || inner != nullptr) {
          any = one(item, inner == nullptr ? record : *inner, own_path) || any;
        } else {
          claim(item, own_path);
        }
        continue;
      }
      claim(item, own_path);
      const auto* entries = at(&record, item.path);
      if (entries == nullptr) {
        continue;
      }
      const auto* array = entries->if_array();
      if (array == nullptr) {
        problem(own_path, "is no list");
        continue;
      }
      for (const auto& entry : *array) {
        any = one(item, entry, own_path) || any;
      }
    }
    return any;
  }

  // Rows that found nothing to write still say what the set has a place for.
  void claim(const MapItem& item, const std::string& path) {
    for (const auto& field : item.fields) {
      claim(field, path);
    }
    for (const auto& inner : item.items) {
      claim(inner, joined(path, inner.path));
    }
  }
  void claim(const MapField& field, const std::string& path) {
    if (!field.path.empty() && field.codec != Codec::count) {
      claimed_.insert(joined(path, field.path));
    }
  }

  bool one(const MapItem& item, const json::value& record, const std::string& path) {
    if (item.kind == MapItem::Kind::segment) {
      return segment(item, record, path, false);
    }
    const auto mark = out_.segments.size();
    bool any = false;
    if (item.kind == MapItem::Kind::level) {
      any = level(item, record, path);
    } else {
      // The segment that begins the loop must be there when anything else of it is.
      std::size_t from = 0;
      if (!item.items.empty() && item.items[0].kind == MapItem::Kind::segment &&
          item.items[0].segment == item.segment) {
        MapItem opening = item.items[0];
        opening.conditions.insert(opening.conditions.end(), item.conditions.begin(),
                                  item.conditions.end());
        any = segment(opening, at_or(record, opening.path), joined(path, opening.path), true);
        from = 1;
      } else {
        MapItem opening;
        opening.segment = item.segment;
        opening.conditions = item.conditions;
        segment(opening, record, path, true);
      }
      const std::vector<MapItem> rest(item.items.begin() + static_cast<std::ptrdiff_t>(from),
                                      item.items.end());
      any = items(rest, record, path) || any;
    }
    if (!any) {
      out_.segments.resize(mark);
    }
    return any;
  }

  static const json::value& at_or(const json::value& record, std::string_view path) {
    const auto* found = at(&record, path);
    return found == nullptr ? record : *found;
  }

  bool level(const MapItem& item, const json::value& record, const std::string& path) {
    const auto number = ++levels_;
    const auto place = out_.segments.size();
    const auto parent = parent_level_;
    out_.segments.push_back(
        {"HL",
         {std::to_string(number), parent == 0 ? "" : std::to_string(parent), item.level, "0"}});
    parent_level_ = number;
    const bool any = items(item.items, record, path) || item.each;
    parent_level_ = parent;
    if (!any) {
      levels_ = number - 1;
      return false;
    }
    if (levels_ != number) {
      out_.segments[place].elements[3] = "1";
    }
    return true;
  }

  void put(std::vector<std::string>& elements, unsigned element, unsigned component,
           std::string value) {
    if (element == 0) {
      return;
    }
    if (elements.size() < element) {
      elements.resize(element);
    }
    auto& there = elements[element - 1];
    if (component == 0) {
      there = std::move(value);
      return;
    }
    std::size_t from = 0;
    for (unsigned n = 1; n < component; ++n) {
      const auto next = there.find(kComponentBetween, from);
      if (next == std::string::npos) {
        there.push_back(kComponentBetween);
        from = there.size();
      } else {
        from = next + 1;
      }
    }
    const auto end = there.find(kComponentBetween, from);
    there.replace(from, end == std::string::npos ? std::string::npos : end - from, value);
  }

  bool segment(const MapItem& item, const json::value& record, const std::string& path,
               bool forced) {
    std::vector<std::string> elements;
    bool any = false;
    for (const auto& field : item.fields) {
      claim(field, path);
      if (!field.out || field.pairs || field.codec == Codec::constant ||
          field.codec == Codec::count) {
        continue;
      }
      any = value(field, item, record, path, elements) || any;
    }
    any = pairs(item, record, path, elements) || any;
    bool counts = false;
    for (const auto& field : item.fields) {
      if (field.codec == Codec::count) {
        counts = true;
        put(elements, field.element, 0, std::to_string(count_of(field.path)));
      }
    }
    if (!any && !forced && !counts) {
      return false;
    }
    for (const auto& field : item.fields) {
      const auto is_there = [&](unsigned element) {
        return elements.size() >= element && !elements[element - 1].empty();
      };
      if (field.codec == Codec::constant && !is_there(field.element) &&
          (field.aux == 0 || is_there(field.aux))) {
        put(elements, field.element, field.component, field.fixed);
      }
    }
    for (const auto& condition : item.conditions) {
      if (elements.size() < condition.element || elements[condition.element - 1].empty()) {
        put(elements, condition.element, 0, condition.values.front());
      }
    }
    out_.segments.push_back({item.segment, std::move(elements)});
    return any || counts;
  }

  std::size_t count_of(const std::string& path) const {
    if (path == "hl") {
      return levels_;
    }
    const auto* list = at(root_, path);
    return list != nullptr && list->is_array() ? list->get_array().size() : 0;
  }

  const std::string* kind_for(const MapField& field, std::size_t length) const {
    for (const auto& [kind, wanted] : field.kinds) {
      if (wanted == 0 || wanted == length) {
        return &kind;
      }
    }
    return nullptr;
  }

  // Whether the item's conditions let a value stand in an element.
  static bool chosen_by(const MapItem& item, unsigned element, const std::string& value) {
    return std::all_of(
        item.conditions.begin(), item.conditions.end(), [&](const MapCondition& condition) {
          return condition.element != element ||
                 std::find(condition.values.begin(), condition.values.end(), value) !=
                     condition.values.end();
        });
  }

  static bool both_zero(std::string_view text, std::string_view usual) {
    return usual == "0" && text.find_first_not_of("0.") == std::string_view::npos;
  }

  // One value into its element; false when there is none.
  bool value(const MapField& field, const MapItem& item, const json::value& record,
             const std::string& path, std::vector<std::string>& elements) {
    const auto* found = at(&record, field.path);
    CanonicalValue in;
    std::string number;
    if (found == nullptr || !parts(*found, in, number)) {
      if (found != nullptr) {
        problem(joined(path, field.path), "has a form that an element cannot hold");
      } else if (field.required) {
        problem(joined(path, field.path), "is missing");
      }
      return false;
    }
    if (!field.usual.empty() && (in.text == field.usual || both_zero(in.text, field.usual))) {
      return false;
    }
    if (in.text.empty() && !found->is_bool()) {
      if (field.required) {
        problem(joined(path, field.path), "is empty");
      }
      return false;
    }
    if (elements.size() >= field.element && !elements[field.element - 1].empty() &&
        field.component == 0) {
      return false;  // an earlier row wrote it
    }
    const auto words = table_.codes.find(field.list);
    const auto units = table_.codes.find("units");
    const CodeWords* list = words != table_.codes.end() ? &words->second
                            : field.codec == Codec::quantity && units != table_.codes.end()
                                ? &units->second
                                : nullptr;
    std::string text;
    std::string aux;
    std::string fault;
    if (!to_element(field, in, currency_, list, text, aux, fault)) {
      problem(joined(path, field.path), fault);
      return false;
    }
    if (text.empty() || (field.only && !chosen_by(item, field.element, text))) {
      return false;
    }
    if (field.kind_element != 0) {
      const auto* kind = kind_for(field, text.size());
      if (kind == nullptr) {
        problem(joined(path, field.path), "\"" + text + "\" has a length that no kind is for");
        return false;
      }
      put(elements, field.kind_element, 0, *kind);
    }
    put(elements, field.element, field.component, std::move(text));
    if (field.aux != 0 && !aux.empty()) {
      put(elements, field.aux, 0, std::move(aux));
    }
    return true;
  }

  bool pairs(const MapItem& item, const json::value& record, const std::string& path,
             std::vector<std::string>& elements) {
    unsigned next = 0;
    unsigned end = 0;
    bool any = false;
    const auto add = [&](std::string_view kind, std::string_view text) {
      if (next > end) {
        problem(joined(path, "product codes"), "are more than " + item.segment + " has room for");
        return;
      }
      put(elements, next, 0, std::string(kind));
      put(elements, next + 1, 0, std::string(text));
      next += 2;
      any = true;
    };
    for (const auto& field : item.fields) {
      if (!field.pairs) {
        continue;
      }
      next = next == 0 ? field.element : next;
      end = field.pairs_end;
      const auto* found = at(&record, field.path);
      if (found == nullptr) {
        continue;
      }
      if (field.others) {
        const auto* list = found->if_array();
        claimed_.insert(joined(joined(path, field.path), "qualifier"));
        claimed_.insert(joined(joined(path, field.path), "value"));
        for (const auto& entry : list == nullptr ? json::array() : *list) {
          const auto* kind = at(&entry, "qualifier");
          const auto* text = at(&entry, "value");
          if (kind != nullptr && text != nullptr && kind->is_string() && text->is_string()) {
            add(kind->get_string(), text->get_string());
          }
        }
        continue;
      }
      CanonicalValue in;
      std::string number;
      if (!parts(*found, in, number) || in.text.empty()) {
        continue;
      }
      if (const auto* kind = kind_for(field, in.text.size())) {
        add(*kind, in.text);
      } else {
        problem(joined(path, field.path),
                "\"" + std::string(in.text) + "\" has a length that no kind is for");
      }
    }
    return any;
  }

  // Text, number, truth, or an object of a number and a word.
  static bool parts(const json::value& value, CanonicalValue& out, std::string& number) {
    const auto text = [](const json::value* one) -> std::string_view {
      return one != nullptr && one->is_string() ? std::string_view(one->get_string())
                                                : std::string_view();
    };
    if (value.is_string()) {
      out.text = text(&value);
    } else if (value.is_bool()) {
      out.is_true = value.get_bool();
    } else if (value.is_int64() || value.is_uint64()) {
      number = json::serialize(value);
      out.text = number;
    } else if (const auto* object = value.if_object()) {
      const auto* amount = object->if_contains("amount");
      out.text = text(amount != nullptr ? amount : object->if_contains("value"));
      const auto* currency = object->if_contains("currency");
      out.word = text(currency != nullptr ? currency : object->if_contains("uom"));
      return !out.text.empty();
    } else {
      return false;
    }
    return true;
  }

  // Leaves of the document that no row names.
  void unclaimed(const json::value& value, const std::string& path, const std::string& shown) {
    if (claimed_.contains(path) || out_.unclaimed.size() >= kMostProblems) {
      return;
    }
    if (const auto* object = value.if_object()) {
      for (const auto& [name, inner] : *object) {
        const std::string_view key(name.data(), name.size());
        unclaimed(inner, joined(path, key), joined(shown, key));
      }
    } else if (const auto* array = value.if_array()) {
      for (const auto& inner : *array) {
        unclaimed(inner, path, shown + "[]");
      }
    } else if (!value.is_null() && std::find(out_.unclaimed.begin(), out_.unclaimed.end(), shown) ==
                                       out_.unclaimed.end()) {
      out_.unclaimed.push_back(shown);
    }
  }

  const MapTable& table_;
  WrittenSet& out_;
  const json::value* root_ = nullptr;
  std::string currency_;
  std::size_t levels_ = 0;
  std::size_t parent_level_ = 0;
  std::set<std::string, std::less<>> claimed_;
};

}  // namespace

WrittenSet write_set(const MapTable& table, std::string_view text) {
  WrittenSet out;
  if (text.size() > kLargestDocument) {
    out.problems.emplace_back("the document is larger than 16 MiB");
    return out;
  }
  json::error_code error;
  json::parse_options options;
  options.max_depth = kDeepest;
  const auto document = json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !document.is_object()) {
    out.problems.push_back(error ? "the text is no JSON: " + error.message()
                                 : "the text is no JSON object");
    return out;
  }
  SetWriter(table, out).run(document);
  return out;
}

}  // namespace crossdock::x12
