#include "host/process/sourcing/question.hpp"

#include <boost/json.hpp>
#include <type_traits>

#include "host/process/json_text.hpp"

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

void write_amounts(JsonText& out, std::string_view name,
                   const std::map<std::string, std::int64_t>& values) {
  out.key(name).open_object();
  for (const auto& [key, value] : values) {
    out.member(key, value);
  }
  out.close_object();
}

std::map<std::string, std::int64_t> amounts_of(const json::value& in) {
  std::map<std::string, std::int64_t> out;
  for (const auto& [key, value] : in.as_object()) {
    out[std::string(key)] = value.to_number<std::int64_t>();
  }
  return out;
}

std::optional<canonical::LocalDate> date_in(const json::object& in, const char* key) {
  const auto* found = in.if_contains(key);
  return found == nullptr ? std::nullopt
                          : canonical::parse_date(std::string_view(found->as_string()));
}

std::string text_in(const json::object& in, const char* key) {
  return std::string(in.at(key).as_string());
}

std::string text_or_none(const json::object& in, const char* key) {
  return in.contains(key) ? text_in(in, key) : std::string();
}

std::int64_t number_in(const json::object& in, const char* key) {
  const auto* found = in.if_contains(key);
  return found == nullptr ? 0 : found->to_number<std::int64_t>();
}

// Of no kit.
bool is_itself(const Question::Line& line) {
  return line.parts.size() == 1 && line.parts.front().sku == line.demand.sku &&
         line.parts.front().factor == Question::Part{}.factor;
}

}  // namespace

// What is as usual is left out: no special service or hazard class, a product that is no kit, no
// cost, a warehouse that is not barred.
std::string to_json(const Question& question) {
  JsonText out;
  const auto say = [&](const auto& name, const auto& value) {
    if (value != std::decay_t<decltype(value)>{}) {
      out.member(name, value);
    }
  };
  out.open_object().member("channel", question.channel).member("country", question.country);
  say("service", question.service);
  out.member("value", question.value_minor).member("at", question.at_ns);
  out.key("lines").open_array();
  for (const auto& line : question.lines) {
    out.open_object()
        .member("line", line.demand.line_no)
        .member("sku", line.demand.sku)
        .member("quantity", line.demand.quantity);
    say("hazard_class", line.hazard_class);
    if (!is_itself(line)) {
      out.key("parts").open_array();
      for (const auto& part : line.parts) {
        out.open_object().member("sku", part.sku).member("factor", part.factor).close_object();
      }
      out.close_array();
    }
    out.close_object();
  }
  out.close_array();
  out.key("warehouses").open_array();
  for (const auto& one : question.warehouses) {
    out.open_object().member("code", one.code).member("country", one.country);
    say("cost", one.cost_minor);
    say("priority", one.priority);
    if (!one.hazmat_classes.empty()) {
      out.key("hazmat").open_array();
      for (const auto& word : one.hazmat_classes) {
        out.value(word);
      }
      out.close_array();
    }
    say("barred", one.barred);
    write_amounts(out, "stock", one.stock);
    if (one.distance_km) {
      out.member("distance", *one.distance_km);
    }
    if (one.ship_on) {
      out.member("ship_on", canonical::to_string(*one.ship_on));
    }
    if (one.arrives_on) {
      out.member("arrives_on", canonical::to_string(*one.arrives_on));
    }
    out.close_object();
  }
  out.close_array();
  write_amounts(out, "in_all", question.in_all);
  return out.close_object().take();
}

std::optional<Question> question_from_json(std::string_view text) {
  try {
    const auto value = json::parse(text);
    const auto& in = value.as_object();
    Question out;
    out.channel = text_in(in, "channel");
    out.country = text_in(in, "country");
    out.service = text_or_none(in, "service");
    out.value_minor = in.at("value").to_number<std::int64_t>();
    out.at_ns = in.at("at").to_number<std::int64_t>();
    for (const auto& entry : in.at("lines").as_array()) {
      const auto& row = entry.as_object();
      Question::Line line{
          {text_in(row, "line"), text_in(row, "sku"), row.at("quantity").to_number<std::int64_t>()},
          {},
          text_or_none(row, "hazard_class")};
      if (const auto* parts = row.if_contains("parts")) {
        for (const auto& part : parts->as_array()) {
          line.parts.push_back({text_in(part.as_object(), "sku"),
                                part.as_object().at("factor").to_number<std::int64_t>()});
        }
      } else {
        line.parts.push_back({line.demand.sku, Question::Part{}.factor});
      }
      out.lines.push_back(std::move(line));
    }
    for (const auto& entry : in.at("warehouses").as_array()) {
      const auto& row = entry.as_object();
      Question::Warehouse one;
      one.code = text_in(row, "code");
      one.country = text_in(row, "country");
      one.cost_minor = number_in(row, "cost");
      one.priority = number_in(row, "priority");
      if (const auto* hazmat = row.if_contains("hazmat")) {
        for (const auto& word : hazmat->as_array()) {
          one.hazmat_classes.emplace_back(word.as_string());
        }
      }
      one.barred = text_or_none(row, "barred");
      one.stock = amounts_of(row.at("stock"));
      if (const auto* distance = row.if_contains("distance")) {
        one.distance_km = distance->to_number<double>();
      }
      one.ship_on = date_in(row, "ship_on");
      one.arrives_on = date_in(row, "arrives_on");
      out.warehouses.push_back(std::move(one));
    }
    out.in_all = amounts_of(in.at("in_all"));
    return out;
  } catch (const std::exception&) {
    return std::nullopt;  // of a version that asked otherwise
  }
}

}  // namespace crossdock::host::process
