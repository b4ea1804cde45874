#include "plugins/edi_x12/exchange/our_numbers.hpp"

namespace crossdock::edi {
namespace {

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

std::optional<StateChange> note_of_number(const std::string& partner, const std::string& id,
                                          std::size_t room) {
  if (id.size() <= room) {
    return std::nullopt;
  }
  return StateChange{key_of(partner, number_of_ours(id, room)), id};
}

std::string id_of_number(const Host& host, const std::string& partner, const std::string& number) {
  return number.empty() ? number : host.state(key_of(partner, number)).value_or(number);
}

}  // namespace crossdock::edi
