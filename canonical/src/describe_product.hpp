// The description of each struct of product.hpp: required members, then all members in the order in
// which they are written. Codec, validation and schema follow from it.
#pragma once

#include "canonical/src/describe.hpp"
#include "canonical/src/describe_party.hpp"
#include "crossdock/canonical/product.hpp"

namespace crossdock::canonical {

BOOST_DESCRIBE_ENUM(ProductStatus, unknown, draft, active, discontinued)
BOOST_DESCRIBE_ENUM(ProductKind, unknown, stocked, kit, virtual_item)
BOOST_DESCRIBE_ENUM(BackorderPolicy, unknown, deny, allow, preorder)
CROSSDOCK_DESCRIBE(PackLevel, (uom, factor), (uom, factor, gtin, sscc_capable))
CROSSDOCK_DESCRIBE(KitComponent, (sku, quantity), (sku, quantity))
CROSSDOCK_DESCRIBE(Dimensions, (length_mm, width_mm, height_mm), (length_mm, width_mm, height_mm))
CROSSDOCK_DESCRIBE(Hazmat, (un_number),
                   (un_number, hazard_class, packing_group, limited_quantity, ground_only))
CROSSDOCK_DESCRIBE(Product, (sku),
                   (id, sku, gtins, title, status, kind, base_uom, pack_levels, kit_components,
                    dimensions, weight_g, hazmat, lot_tracked, serial_tracked, shelf_life_days,
                    origin_country, hs_code, tax_class, list_price, backorder, external_ids))

}  // namespace crossdock::canonical
