#include "plugins/edi_x12/engine/check/packing.hpp"

#include <utility>

namespace crossdock::x12 {
namespace {

constexpr std::int64_t kOne = 10'000;

std::string quantity_text(std::int64_t e4) {
  std::string out = std::to_string(e4 / kOne);
  if (e4 % kOne != 0) {
    std::string part = std::to_string(kOne + e4 % kOne).substr(1);
    part.erase(part.find_last_not_of('0') + 1);
    out += "." + part;
  }
  return out;
}

}  // namespace

// By PO4; nothing where it says nothing.
std::optional<std::int64_t> Packing::held_by(const Numbers& numbers) const {
  std::int64_t packs = 0;
  std::int64_t of_each = kOne;
  std::int64_t product = 0;
  if (numbers.packs.empty() || !to_e4_(numbers.packs, packs) ||
      (!numbers.of_each.empty() && !to_e4_(numbers.of_each, of_each)) ||
      __builtin_mul_overflow(packs, of_each, &product)) {
    return std::nullopt;
  }
  return product / kOne;
}

void Packing::end_pack() {
  if (!std::exchange(item_.in_pack, false)) {
    return;
  }
  ++item_.packs;
  std::int64_t shipped = 0;
  auto holds = !item_.pack.shipped.empty() && to_e4_(item_.pack.shipped, shipped)
                   ? std::optional(shipped)
                   : held_by(item_.pack);
  holds = holds ? holds : held_by(item_.own);
  item_.known = item_.known && holds && !__builtin_add_overflow(item_.sum, *holds, &item_.sum);
  item_.pack.clear();
}

std::string Packing::differs() const {
  return "SN102 of the item HL " + std::string(item_.id) + " says " +
         std::string(item_.own.shipped) + ", the " + std::to_string(item_.packs) +
         " packs below it hold " + quantity_text(item_.sum);
}

std::optional<std::string> Packing::level(std::string_view id, std::string_view parent,
                                          std::string_view code) {
  end_pack();
  const char kind = code.size() == 1 ? code[0] : '\0';
  if (kind == 'P' && !item_.id.empty() && parent == item_.id) {
    item_.in_pack = true;
    return std::nullopt;
  }
  std::optional<std::string> out;
  std::int64_t shipped = 0;
  if (item_.packs > 0 && item_.known && !item_.own.shipped.empty() &&
      to_e4_(item_.own.shipped, shipped) && shipped != item_.sum) {
    out = differs();
  }
  item_.clear();
  if (kind == 'I') {
    item_.id.assign(id);
  }
  return out;
}

void Packing::shipped(std::string_view quantity) {
  (item_.in_pack ? item_.pack : item_.own).shipped.assign(quantity);
}

void Packing::packed(std::string_view packs, std::string_view of_each) {
  auto& numbers = item_.in_pack ? item_.pack : item_.own;
  numbers.packs.assign(packs);
  numbers.of_each.assign(of_each);
}

}  // namespace crossdock::x12
