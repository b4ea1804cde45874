// Mapping tables: one row per field, read in both directions, between canonical JSON and the JSON
// of an outside system. A path is dotted; a number in it is a place in a list: "gtins.0".
//
//   const Mapping kProduct{{"sku", "code"}, {"title", "name"}, {"gtins.0", "barcode", optional},
//                          constant("base_uom", "EA"),
//                          {"status", "state", words({{"active", "on"}, {"discontinued",
//                          "off"}})}};
//
// Both directions collect every fault with its path. Values are copied as they are: a number stays
// a number unless the row says text or number.
#pragma once

#include <boost/json.hpp>
#include <crossdock/types.hpp>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock {

enum class Presence : std::uint8_t { required, optional };
inline constexpr Presence optional = Presence::optional;

// How a value is written on the other side.
struct Codec {
  enum class Kind : std::uint8_t { as_is, text, number, words, constant };
  Kind kind = Kind::as_is;
  std::vector<std::pair<std::string, std::string>> table;  // words: canonical, outside
  boost::json::value fixed;                                // constant, on the canonical side
};
// Canonical text (a decimal, say) that is a number outside.
inline Codec number() { return {Codec::Kind::number, {}, {}}; }
// Text on the canonical side, whatever it is outside.
inline Codec text() { return {Codec::Kind::text, {}, {}}; }
// A code list; a code that is not in it is a fault.
inline Codec words(std::vector<std::pair<std::string, std::string>> table) {
  return {Codec::Kind::words, std::move(table), {}};
}

struct MappingRow {
  MappingRow(std::string canonical_path, std::string outside_path, Codec how = {},
             Presence whether = Presence::required)
      : canonical(std::move(canonical_path)),
        outside(std::move(outside_path)),
        codec(std::move(how)),
        presence(whether) {}
  MappingRow(std::string canonical_path, std::string outside_path, Presence whether)
      : MappingRow(std::move(canonical_path), std::move(outside_path), {}, whether) {}

  std::string canonical;
  std::string outside;
  Codec codec;
  Presence presence;
};
// A canonical field that is always the same and that the other side does not have.
inline MappingRow constant(std::string canonical_path, boost::json::value value) {
  return {std::move(canonical_path), "", {Codec::Kind::constant, {}, std::move(value)}};
}

class Mapping {
 public:
  Mapping(std::initializer_list<MappingRow> rows) : rows_(rows) {}

  // Throws NotMapped.
  boost::json::value to_canonical(const boost::json::value& outside) const {
    return convert(outside, true);
  }
  boost::json::value to_outside(const boost::json::value& canonical) const {
    return convert(canonical, false);
  }
  // The same from and to text.
  std::string to_outside(std::string_view canonical) const {
    return boost::json::serialize(
        to_outside(boost::json::parse({canonical.data(), canonical.size()})));
  }

  // A message made of an outside document. `key` is the outside path of the document's own number;
  // `revision` that of what changes whenever the document does (a revision, a time of change): both
  // together name the event, so that the same state read twice is one message.
  Message message(std::string_view type, const boost::json::value& outside, const std::string& key,
                  const std::string& revision) const {
    Message out;
    out.type = type;
    out.data = boost::json::serialize(to_canonical(outside));
    out.subject = plain(at(outside, key));
    out.business_key = key + ":" + out.subject;
    out.idempotency_key = out.subject + "@" + plain(at(outside, revision));
    if (out.subject.empty() || out.idempotency_key.ends_with('@')) {
      throw NotMapped(key + " or " + revision +
                      " is missing; both are needed to know the document");
    }
    out.original = boost::json::serialize(outside);
    out.original_type = "application/json";
    return out;
  }

  // One message per element of a JSON list.
  std::vector<Message> messages(std::string_view type, std::string_view json_list,
                                const std::string& key, const std::string& revision) const;

  // The table as it is printed: {"canonical", "outside", "codec", "presence"} per row.
  boost::json::array to_json() const {
    static constexpr const char* kNames[] = {"as it is", "text", "number", "code list", "constant"};
    boost::json::array out;
    for (const auto& row : rows_) {
      out.push_back({{"canonical", row.canonical},
                     {"outside", row.outside},
                     {"codec", kNames[static_cast<int>(row.codec.kind)]},
                     {"presence", row.presence == Presence::required ? "required" : "optional"}});
    }
    return out;
  }

 private:
  using Value = boost::json::value;

  static std::vector<std::string> steps(std::string_view path) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from <= path.size();) {
      const auto dot = std::min(path.find('.', from), path.size());
      out.emplace_back(path.substr(from, dot - from));
      from = dot + 1;
    }
    return out;
  }
  static bool is_place(const std::string& step) {
    return !step.empty() && step.size() < 6 &&
           step.find_first_not_of("0123456789") == std::string::npos;
  }

  static const Value* at(const Value& in, std::string_view path) {
    const Value* here = &in;
    for (const auto& step : steps(path)) {
      if (const auto* object = here->if_object()) {
        here = object->if_contains(step);
      } else if (const auto* array = here->if_array(); array != nullptr && is_place(step)) {
        const auto place = std::strtoul(step.c_str(), nullptr, 10);
        here = place < array->size() ? &(*array)[place] : nullptr;
      } else {
        here = nullptr;
      }
      if (here == nullptr || here->is_null()) {
        return nullptr;
      }
    }
    return here;
  }

  static void put(Value& root, std::string_view path, Value value) {
    Value* here = &root;
    for (const auto& step : steps(path)) {
      if (is_place(step)) {
        auto& array = here->is_array() ? here->get_array() : here->emplace_array();
        const auto place = std::strtoul(step.c_str(), nullptr, 10);
        if (array.size() <= place) {
          array.resize(place + 1);
        }
        here = &array[place];
      } else {
        auto& object = here->is_object() ? here->get_object() : here->emplace_object();
        here = &object[step];
      }
    }
    *here = std::move(value);
  }

  static std::string plain(const Value* value) {
    if (value == nullptr) {
      return {};
    }
    return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
  }

  // Nothing is put for a value that does not fit; the fault says why.
  static bool translate(const MappingRow& row, const Value& in, bool to_canonical, Value& out,
                        std::string& fault) {
    if (row.codec.kind == Codec::Kind::words) {
      const auto word = plain(&in);
      for (const auto& [canonical, outside] : row.codec.table) {
        if (word == (to_canonical ? outside : canonical)) {
          out = to_canonical ? canonical : outside;
          return true;
        }
      }
      fault = "is \"" + word + "\", which is not in its code list";
      return false;
    }
    const bool as_number = row.codec.kind == Codec::Kind::number && !to_canonical;
    const bool as_text = row.codec.kind == Codec::Kind::text ||
                         (row.codec.kind == Codec::Kind::number && to_canonical);
    if (as_number && in.is_string()) {
      char* end = nullptr;
      const std::string text(in.get_string());
      const double number = std::strtod(text.c_str(), &end);
      if (text.empty() || *end != '\0') {
        fault = "is \"" + text + "\", which is no number";
        return false;
      }
      out = number;
      return true;
    }
    out = as_text ? Value(plain(&in)) : in;
    return true;
  }

  Value convert(const Value& in, bool to_canonical) const {
    Value out = boost::json::object();
    std::string faults;
    for (const auto& row : rows_) {
      if (row.codec.kind == Codec::Kind::constant) {
        if (to_canonical) {
          put(out, row.canonical, row.codec.fixed);
        }
        continue;
      }
      const auto& from = to_canonical ? row.outside : row.canonical;
      const auto* value = at(in, from);
      std::string fault;
      Value translated;
      if (value == nullptr) {
        fault = row.presence == Presence::required ? "is missing" : "";
      } else if (translate(row, *value, to_canonical, translated, fault)) {
        put(out, to_canonical ? row.canonical : row.outside, std::move(translated));
      }
      if (!fault.empty()) {
        faults += (faults.empty() ? "" : "; ") + from + " " + fault;
      }
    }
    if (!faults.empty()) {
      throw NotMapped(faults);
    }
    return out;
  }

  std::vector<MappingRow> rows_;
};

// The elements of a JSON list, alone or as the member `name` of an object. Throws NotMapped.
inline boost::json::array items_of(std::string_view json, std::string_view name = {}) {
  boost::json::error_code error;
  auto value = boost::json::parse({json.data(), json.size()}, error);
  auto* list = error ? nullptr : &value;
  if (list != nullptr && !name.empty()) {
    list = value.is_object() ? value.get_object().if_contains(name) : nullptr;
  }
  if (list == nullptr || !list->is_array()) {
    throw NotMapped(name.empty() ? "the answer is no JSON list"
                                 : "the answer has no list \"" + std::string(name) + "\"");
  }
  return std::move(list->get_array());
}

inline std::vector<Message> Mapping::messages(std::string_view type, std::string_view json_list,
                                              const std::string& key,
                                              const std::string& revision) const {
  std::vector<Message> out;
  for (const auto& one : items_of(json_list)) {
    out.push_back(message(type, one, key, revision));
  }
  return out;
}

}  // namespace crossdock
