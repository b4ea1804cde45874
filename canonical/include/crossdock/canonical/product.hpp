// What is sold (OAGIS ItemMaster, UBL Item, GS1 trade item, schema.org Product).
#pragma once

#include "crossdock/canonical/party.hpp"

namespace crossdock::canonical {

enum class ProductStatus : std::uint8_t { unknown, draft, active, discontinued };
enum class ProductKind : std::uint8_t { unknown, stocked, kit, virtual_item };
enum class BackorderPolicy : std::uint8_t { unknown, deny, allow, preorder };

struct PackLevel {
  std::string uom;
  Quantity factor;  // base units in one of these
  std::optional<std::string> gtin;
  bool sscc_capable = false;
  Unknown unknown;
};

struct KitComponent {
  std::string sku;
  Quantity quantity;
  Unknown unknown;
};

struct Dimensions {
  std::int64_t length_mm = 0;
  std::int64_t width_mm = 0;
  std::int64_t height_mm = 0;
  Unknown unknown;
};

struct Hazmat {
  std::string un_number;  // UN and four digits
  std::string hazard_class;
  std::string packing_group;
  bool limited_quantity = false;
  bool ground_only = false;
  Unknown unknown;
};

struct Product {
  std::string id;
  std::string sku;
  std::vector<std::string> gtins;
  std::string title;
  ProductStatus status = ProductStatus::active;
  ProductKind kind = ProductKind::stocked;
  std::string base_uom = "EA";
  std::vector<PackLevel> pack_levels;
  std::vector<KitComponent> kit_components;
  std::optional<Dimensions> dimensions;
  std::optional<std::int64_t> weight_g;
  std::optional<Hazmat> hazmat;
  bool lot_tracked = false;
  bool serial_tracked = false;
  std::optional<std::int64_t> shelf_life_days;
  std::optional<std::string> origin_country;
  std::optional<std::string> hs_code;
  std::optional<std::string> tax_class;
  std::optional<UnitPrice> list_price;
  BackorderPolicy backorder = BackorderPolicy::allow;
  std::vector<ExternalId> external_ids;
  Unknown unknown;
};

}  // namespace crossdock::canonical
