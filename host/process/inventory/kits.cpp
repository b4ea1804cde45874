#include "host/process/inventory/kits.hpp"

#include <algorithm>
#include <utility>

#include "host/journal/memo.hpp"

namespace crossdock::host::process {
namespace {

struct KnownComponents : journal::Memo<std::vector<Component>> {
  KnownComponents() : Memo({"kit_components"}) {}
};

std::vector<Component> read_components(journal::Database& db, std::string_view sku) {
  std::vector<Component> out;
  auto statement = db.prepare("SELECT component, factor, part FROM kit_components WHERE kit = ?");
  statement.bind(sku);
  std::vector<std::pair<std::int64_t, Component>> parts;
  while (statement.step()) {
    parts.push_back({statement.integer(2), {statement.text(0), statement.integer(1)}});
  }
  if (parts.empty()) {
    out.push_back({std::string(sku), canonical::Quantity::kScale});
    return out;
  }
  std::sort(parts.begin(), parts.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [part, component] : parts) {
    out.push_back(std::move(component));
  }
  return out;
}

}  // namespace

std::vector<Component> components_of(journal::Database& db, std::string_view sku) {
  return db.kept<KnownComponents>().get(db, sku, [&] { return read_components(db, sku); });
}

// In two parts, so that no product of a realistic quantity and factor leaves 64 bits.
std::int64_t in_component(std::int64_t quantity, std::int64_t factor) {
  constexpr auto kScale = canonical::Quantity::kScale;
  return quantity / kScale * factor + quantity % kScale * factor / kScale;
}

std::int64_t in_product(std::int64_t component_quantity, std::int64_t factor) {
  constexpr auto kScale = canonical::Quantity::kScale;
  return component_quantity / factor * kScale + component_quantity % factor * kScale / factor;
}

std::vector<std::string> kits_with(journal::Database& db, std::string_view sku) {
  std::vector<std::string> out;
  auto statement = db.prepare("SELECT kit FROM kit_components WHERE component = ? ORDER BY kit");
  statement.bind(sku);
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

void set_components(Context& context, const canonical::Product& product) {
  context.db.prepare("DELETE FROM kit_components WHERE kit = ?").bind(product.sku).run();
  if (product.kind != canonical::ProductKind::kit) {
    return;
  }
  std::int64_t part = 0;
  for (const auto& component : product.kit_components) {
    if (component.quantity.e4 <= 0 || component.sku == product.sku) {
      throw Refused("kit " + product.sku +
                    " needs more than nothing of each component, and cannot "
                    "be one of them itself");
    }
    if (const auto inner = components_of(context.db, component.sku);
        inner.front().sku != component.sku) {
      throw Refused("kit " + product.sku + " has the kit " + component.sku +
                    " in it; name what that is made of instead");
    }
    context.db.prepare("INSERT INTO kit_components(kit, component, factor, part) VALUES(?,?,?,?)")
        .bind(product.sku, component.sku, component.quantity.e4, part++)
        .run();
  }
}

}  // namespace crossdock::host::process
