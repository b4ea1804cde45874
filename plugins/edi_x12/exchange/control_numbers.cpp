#include "plugins/edi_x12/exchange/control_numbers.hpp"

namespace crossdock::edi {
namespace {

constexpr std::uint64_t kLast = 999'999'999;  // ISA13 has nine digits

}  // namespace

Allotted ControlNumbers::Turn::next(const std::string& partner, Batch& batch) {
  const std::string counter = "control/" + partner;
  std::uint64_t last = 0;
  for (const auto& change : batch.state) {
    if (change.key == counter) {
      last = std::stoull(*change.value);
    }
  }
  if (last == 0) {
    last = std::stoull(all_.host_.state(counter).value_or("0"));
  }
  const Allotted out{last % kLast + 1, all_.host_.now_ns()};
  batch.state.push_back({counter, std::to_string(out.number)});
  return out;
}

std::optional<Allotted> ControlNumbers::known(const std::string& key) const {
  const auto text = host_.state(key);
  if (!text) {
    return std::nullopt;
  }
  return Allotted{std::stoull(*text), std::stoll(text->substr(text->find(' ') + 1))};
}

std::optional<Allotted> ControlNumbers::number_of(const std::string& partner,
                                                  const std::string& key, const Also& also) {
  if (auto earlier = known(key)) {
    return earlier;
  }
  auto own = turn();
  Batch batch;
  const auto out = own.next(partner, batch);
  batch.state.push_back({key, std::to_string(out.number) + " " + std::to_string(out.at_ns)});
  if (also) {
    also(out, batch);
  }
  return host_.put_state(batch.state) ? std::optional(out) : std::nullopt;
}

}  // namespace crossdock::edi
