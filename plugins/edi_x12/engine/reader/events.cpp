#include "plugins/edi_x12/engine/reader/events.hpp"

namespace crossdock::x12 {

std::string_view InterchangeHead::at(std::size_t number) const {
  std::string_view text = isa.at(number - 1);
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

char GroupEnd::status() const {
  if (sets == 0) {
    return weight.errors != 0 ? 'R' : 'E';
  }
  if (rejected == sets) {
    return 'R';
  }
  if (rejected != 0) {
    return 'P';
  }
  return flawed != 0 || weight.errors != 0 || weight.warnings != 0 ? 'E' : 'A';
}

}  // namespace crossdock::x12
