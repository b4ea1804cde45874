// Products, customers and stock of Tryton as canonical entities.
//
// Tryton stamps a record with the start of its transaction, so a record may appear with a stamp
// older than what has been read. Windows therefore overlap, and what was read is told by its stamp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/party.hpp"
#include "crossdock/canonical/product.hpp"
#include "plugins/erp_tryton/rpc.hpp"

namespace crossdock::tryton {

template <class Entity>
struct Changed {
  Entity entity;
  std::int64_t stamp_ns = 0;  // of the change, as Tryton dates it
};

// Records changed at or after `since_ns` (0: all), oldest change first, at most `limit` after
// `skip`.
std::vector<Changed<canonical::Product>> changed_products(Rpc& rpc, const std::string& currency,
                                                          std::int64_t since_ns);
std::vector<Changed<canonical::Customer>> changed_customers(Rpc& rpc, std::int64_t since_ns);

// All stock of goods in one warehouse (by Tryton's code); nothing where Tryton has no such
// warehouse.
std::optional<canonical::InventorySnapshot> read_stock(Rpc& rpc, const std::string& warehouse_code,
                                                       std::int64_t now_ns);

std::string company_currency(Rpc& rpc);

}  // namespace crossdock::tryton
