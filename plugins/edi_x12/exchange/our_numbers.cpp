#include "plugins/edi_x12/exchange/our_numbers.hpp"

#include <boost/json.hpp>

namespace crossdock::edi {
namespace {

namespace json = boost::json;

// Some systems write capitals only.
std::string in_capitals(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return out;
}

std::string key_of(const std::string& partner, std::string_view number) {
  return "number/" + partner + "/" + in_capitals(number);
}

}  // namespace

std::string number_of_ours(std::string_view id, std::size_t room) {
  return id.size() <= room ? std::string(id) : in_capitals(id.substr(id.size() - room));
}

StateChange note_of_number(const std::string& partner, const OurNumber& ours, std::size_t room) {
  return {key_of(partner, number_of_ours(ours.id, room)),
          json::serialize(json::array{ours.id, ours.correlation_id, ours.business_key})};
}

std::optional<OurNumber> ours_by_number(const Host& host, const std::string& partner,
                                        const std::string& number) {
  const auto text = number.empty() ? std::nullopt : host.state(key_of(partner, number));
  json::error_code error;
  const auto value = text ? json::parse(*text, error) : json::value();
  const auto* parts = error ? nullptr : value.if_array();
  if (parts == nullptr || parts->size() != 3) {
    return std::nullopt;
  }
  for (const auto& part : *parts) {
    if (!part.is_string()) {
      return std::nullopt;
    }
  }
  const auto word = [&](std::size_t i) { return std::string((*parts)[i].as_string()); };
  return OurNumber{word(0), word(1), word(2)};
}

}  // namespace crossdock::edi
