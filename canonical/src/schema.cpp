// Makes a JSON Schema of every described struct.
#include "crossdock/canonical/schema.hpp"

#include <algorithm>

#include "canonical/src/codec_impl.hpp"
#include "canonical/src/describe_aftersales.hpp"
#include "canonical/src/describe_decisions.hpp"
#include "canonical/src/describe_documents.hpp"
#include "canonical/src/describe_fulfillment.hpp"
#include "canonical/src/describe_inventory.hpp"
#include "canonical/src/describe_invoice.hpp"
#include "canonical/src/describe_order.hpp"
#include "canonical/src/describe_party.hpp"
#include "canonical/src/describe_product.hpp"
#include "canonical/src/describe_trade.hpp"
#include "canonical/src/describe_transport.hpp"
#include "canonical/src/describe_warehouse.hpp"
#include "canonical/src/describe_warehousing.hpp"

namespace crossdock::canonical {
namespace {

namespace json = boost::json;

// OrderAcknowledgement is published as order_acknowledgement.
std::string snake(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out += out.empty() ? "" : "_";
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

json::object text_form(const char* pattern, const char* words) {
  return {{"type", "string"}, {"pattern", pattern}, {"description", words}};
}

json::object pair_of(const char* number, json::object number_form, const char* word,
                     json::object word_form) {
  json::object properties;
  properties[number] = std::move(number_form);
  properties[word] = std::move(word_form);
  return {{"type", "object"},
          {"required", json::array{number, word}},
          {"properties", std::move(properties)}};
}

// Collects the definitions that a schema refers to.
class Generator {
 public:
  template <class T>
  json::value form_of() {
    if constexpr (detail::kIsOptional<T>) {
      return form_of<typename T::value_type>();
    } else if constexpr (detail::kIsVector<T>) {
      return json::object{{"type", "array"}, {"items", form_of<typename T::value_type>()}};
    } else if constexpr (std::is_same_v<T, std::string>) {
      return json::object{{"type", "string"}, {"maxLength", 4096}};
    } else if constexpr (std::is_same_v<T, bool>) {
      return json::object{{"type", "boolean"}};
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      return json::object{{"type", "integer"}};
    } else if constexpr (std::is_same_v<T, double>) {
      return json::object{{"type", "number"}};
    } else if constexpr (std::is_same_v<T, Instant>) {
      return json::object{{"type", "string"},
                          {"format", "date-time"},
                          {"description", "RFC 3339 in UTC, up to nanoseconds"}};
    } else if constexpr (std::is_same_v<T, LocalDate>) {
      return json::object{{"type", "string"}, {"format", "date"}};
    } else if constexpr (std::is_same_v<T, Quantity>) {
      return define("quantity", [] {
        return pair_of("value",
                       text_form("^-?[0-9]{1,14}(\\.[0-9]{1,4})?$", "decimal, at most 4 decimals"),
                       "uom", {{"type", "string"}});
      });
    } else if constexpr (std::is_same_v<T, Money>) {
      return define("money", [] {
        return pair_of("amount",
                       text_form("^-?[0-9]+(\\.[0-9]{1,4})?$", "in the currency's own unit"),
                       "currency", text_form("^[A-Z]{3}$", "ISO 4217"));
      });
    } else if constexpr (std::is_same_v<T, UnitPrice>) {
      return define("unit_price", [] {
        return pair_of("amount", text_form("^-?[0-9]+(\\.[0-9]{1,6})?$", "per unit"), "currency",
                       text_form("^[A-Z]{3}$", "ISO 4217"));
      });
    } else if constexpr (std::is_enum_v<T>) {
      json::array words;
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        if (std::string_view(enumerator.name) != "unknown") {
          words.emplace_back(enumerator.name);
        }
      });
      // A newer minor version may add words, so a reader takes any; these are known today.
      return json::object{{"type", "string"}, {"examples", std::move(words)}};
    } else {
      return define(snake(name_of(static_cast<const T*>(nullptr))),
                    [this] { return object_of<T>(); });
    }
  }

  template <class T>
  json::object object_of() {
    const auto required = required_of(static_cast<const T*>(nullptr));
    json::object properties;
    json::array needed;
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
      using Field = std::decay_t<decltype(std::declval<T>().*member.pointer)>;
      properties[member.name] = form_of<Field>();
      if (required.contains(member.name)) {
        needed.emplace_back(member.name);
      }
    });
    json::object out{{"type", "object"}};
    if (!needed.empty()) {
      out["required"] = std::move(needed);
    }
    out["properties"] = std::move(properties);
    return out;
  }

  json::object& definitions() { return definitions_; }

 private:
  template <class Make>
  json::value define(const std::string& name, const Make& make) {
    if (!definitions_.contains(name)) {
      definitions_[name] = nullptr;  // a struct may hold itself
      auto made = make();
      definitions_[name] = std::move(made);
    }
    return json::object{{"$ref", "#/$defs/" + name}};
  }
  json::object definitions_;
};

void print(const json::value& value, std::string& out, std::size_t depth) {
  const std::string indent(depth * 2, ' ');
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& [key, member] : *object) {
      out += first ? "" : ",\n";
      first = false;
      out += indent + "  " + json::serialize(json::string(key)) + ": ";
      print(member, out, depth + 1);
    }
    out += "\n" + indent + "}";
  } else {
    out += json::serialize(value);  // lists of words fit a line
  }
}

template <class T>
PublishedSchema publish() {
  PublishedSchema out;
  out.entity = snake(name_of(static_cast<const T*>(nullptr)));
  Generator generator;
  auto body = generator.object_of<T>();
  json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"$id", "crossdock:" + out.entity + ":1.0"},
                      {"title", out.entity},
                      {"description",
                       "Members that are not listed are kept and passed on; a newer minor version "
                       "only adds."}};
  for (auto& [key, value] : body) {
    schema[key] = std::move(value);
  }
  if (!generator.definitions().empty()) {
    schema["$defs"] = std::move(generator.definitions());
  }
  print(schema, out.text, 0);
  out.text += '\n';
  return out;
}

}  // namespace

std::vector<PublishedSchema> published_schemas() {
  std::vector<PublishedSchema> out;
#define CROSSDOCK_ENTITY(Type) out.push_back(publish<Type>());
#include "canonical/src/entities.inc"
#undef CROSSDOCK_ENTITY
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.entity < b.entity; });
  return out;
}

}  // namespace crossdock::canonical
