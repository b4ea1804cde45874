#include "host/process/sourcing/question.hpp"

#include <boost/json.hpp>

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

json::object amounts(const std::map<std::string, std::int64_t>& values) {
  json::object out;
  for (const auto& [key, value] : values) {
    out[key] = value;
  }
  return out;
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

}  // namespace

std::string to_json(const Question& question) {
  json::array lines;
  for (const auto& line : question.lines) {
    json::array parts;
    for (const auto& part : line.parts) {
      parts.push_back({{"sku", part.sku}, {"factor", part.factor}});
    }
    lines.push_back({{"line", line.demand.line_no},
                     {"sku", line.demand.sku},
                     {"quantity", line.demand.quantity},
                     {"hazard_class", line.hazard_class},
                     {"parts", std::move(parts)}});
  }
  json::array warehouses;
  for (const auto& one : question.warehouses) {
    json::array classes;
    for (const auto& word : one.hazmat_classes) {
      classes.emplace_back(word);
    }
    json::object row{
        {"code", one.code},           {"country", one.country},       {"cost", one.cost_minor},
        {"priority", one.priority},   {"hazmat", std::move(classes)}, {"barred", one.barred},
        {"stock", amounts(one.stock)}};
    if (one.distance_km) {
      row["distance"] = *one.distance_km;
    }
    if (one.ship_on) {
      row["ship_on"] = canonical::to_string(*one.ship_on);
    }
    if (one.arrives_on) {
      row["arrives_on"] = canonical::to_string(*one.arrives_on);
    }
    warehouses.push_back(std::move(row));
  }
  return json::serialize(json::object{{"channel", question.channel},
                                      {"country", question.country},
                                      {"service", question.service},
                                      {"value", question.value_minor},
                                      {"at", question.at_ns},
                                      {"lines", std::move(lines)},
                                      {"warehouses", std::move(warehouses)},
                                      {"in_all", amounts(question.in_all)}});
}

std::optional<Question> question_from_json(std::string_view text) {
  try {
    const auto value = json::parse(text);
    const auto& in = value.as_object();
    Question out;
    out.channel = text_in(in, "channel");
    out.country = text_in(in, "country");
    out.service = text_in(in, "service");
    out.value_minor = in.at("value").to_number<std::int64_t>();
    out.at_ns = in.at("at").to_number<std::int64_t>();
    for (const auto& entry : in.at("lines").as_array()) {
      const auto& row = entry.as_object();
      Question::Line line{
          {text_in(row, "line"), text_in(row, "sku"), row.at("quantity").to_number<std::int64_t>()},
          {},
          text_in(row, "hazard_class")};
      for (const auto& part : row.at("parts").as_array()) {
        line.parts.push_back({text_in(part.as_object(), "sku"),
                              part.as_object().at("factor").to_number<std::int64_t>()});
      }
      out.lines.push_back(std::move(line));
    }
    for (const auto& entry : in.at("warehouses").as_array()) {
      const auto& row = entry.as_object();
      Question::Warehouse one;
      one.code = text_in(row, "code");
      one.country = text_in(row, "country");
      one.cost_minor = row.at("cost").to_number<std::int64_t>();
      one.priority = row.at("priority").to_number<std::int64_t>();
      for (const auto& word : row.at("hazmat").as_array()) {
        one.hazmat_classes.emplace_back(word.as_string());
      }
      one.barred = text_in(row, "barred");
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
