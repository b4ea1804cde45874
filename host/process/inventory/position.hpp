// The buckets of one product in one warehouse, and what is left of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/process/context.hpp"

namespace crossdock::host::process {

// Stock by condition, ten-thousandths of the product's unit. Everything but on_hand is a part of it
// that cannot be sold; a unit is in one of those parts at most.
struct Stock {
  std::int64_t on_hand = 0;
  std::int64_t damaged = 0;
  std::int64_t quality_hold = 0;
  std::int64_t quarantine = 0;
  std::int64_t expired = 0;
  std::int64_t recalled = 0;

  std::int64_t withheld() const { return damaged + quality_hold + quarantine + expired + recalled; }
  std::int64_t sellable() const { return on_hand - withheld(); }
  bool operator==(const Stock&) const = default;
};

struct Position {
  Stock stock;
  std::int64_t allocated = 0;      // open hard reservations, picked goods included
  std::int64_t picked = 0;         // of allocated; for display
  std::int64_t soft_reserved = 0;  // open soft reservations
  std::int64_t safety_stock = 0;
  std::int64_t rev = 0;  // grows with every change

  // Canonical model, section 3; signed.
  std::int64_t net() const { return stock.sellable() - allocated - soft_reserved - safety_stock; }
};

// Of one product, by warehouse.
using Positions = std::vector<std::pair<std::string, Position>>;
// Not changed by whoever asks, and true until the next change of a position.
std::shared_ptr<const Positions> positions_of(journal::Database& db, std::string_view sku);
// All zero where nothing is known.
Position position(journal::Database& db, std::string_view sku, std::string_view warehouse);

// Downwards to whole units, never below nothing: half a carton cannot be promised.
std::int64_t whole_units(std::int64_t e4);

// What changes positions; revisions grow with each.
void add_to_stock(Context& context, std::string_view sku, std::string_view warehouse,
                  const Stock& change);
void add_to_reserved(Context& context, std::string_view sku, std::string_view warehouse,
                     std::int64_t soft, std::int64_t hard);
// People set how much of a product a warehouse keeps back. Returns whether that changed.
bool set_safety_stock(Context& context, std::string_view sku, std::string_view warehouse,
                      std::int64_t quantity);
// How much of what is allocated stands picked; a sub-count that changes no availability.
void add_picked(Context& context, std::string_view sku, std::string_view warehouse,
                std::int64_t delta);

}  // namespace crossdock::host::process
