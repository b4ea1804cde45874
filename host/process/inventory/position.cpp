#include "host/process/inventory/position.hpp"

#include <algorithm>

#include "crossdock/canonical/quantity.hpp"
#include "host/journal/memo.hpp"

namespace crossdock::host::process {
namespace {

// Each order reads the positions of its products and changes them.
struct KnownPositions : journal::Memo<std::shared_ptr<Positions>> {
  KnownPositions() : Memo({"positions"}) {}
};

Position read_position(const journal::Statement& s) {
  return {{s.integer(0), s.integer(1), s.integer(2), s.integer(3), s.integer(4), s.integer(5)},
          s.integer(6),
          s.integer(7),
          s.integer(8),
          s.integer(9),
          s.integer(10)};
}

// `write` changes one product's position at one warehouse; `same` does it to what is remembered.
template <class Write, class Same>
void change(Context& context, std::string_view sku, std::string_view warehouse, const Write& write,
            const Same& same) {
  context.db.kept<KnownPositions>().change(
      context.db, sku, write, [&](const std::shared_ptr<Positions>& known) {
        const auto at = std::find_if(known->begin(), known->end(),
                                     [&](const auto& one) { return one.first == warehouse; });
        if (at == known->end()) {
          return false;
        }
        same(at->second);
        return true;
      });
}

}  // namespace

std::shared_ptr<const Positions> positions_of(journal::Database& db, std::string_view sku) {
  return db.kept<KnownPositions>().get(db, sku, [&] {
    auto out = std::make_shared<Positions>();
    auto statement = db.prepare(
        "SELECT on_hand, damaged, quality_hold, quarantine, expired, recalled, allocated, picked, "
        "soft_reserved, safety_stock, rev, warehouse FROM positions WHERE sku = ?");
    statement.bind(sku);
    while (statement.step()) {
      out->emplace_back(statement.text(11), read_position(statement));
    }
    return out;
  });
}

Position position(journal::Database& db, std::string_view sku, std::string_view warehouse) {
  auto statement = db.prepare(
      "SELECT on_hand, damaged, quality_hold, quarantine, expired, recalled, allocated, picked, "
      "soft_reserved, safety_stock, rev FROM positions WHERE sku = ? AND warehouse = ?");
  statement.bind(sku, warehouse);
  return statement.step() ? read_position(statement) : Position{};
}

void add_to_stock(Context& context, std::string_view sku, std::string_view warehouse,
                  const Stock& c) {
  change(
      context, sku, warehouse,
      [&] {
        context.db
            .prepare(
                "INSERT INTO positions(sku, warehouse, on_hand, damaged, quality_hold, quarantine, "
                "expired, recalled, rev) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1) ON "
                "CONFLICT(sku, warehouse) DO UPDATE SET on_hand = on_hand + ?3, damaged = damaged "
                "+ ?4, quality_hold = quality_hold + ?5, quarantine = quarantine + ?6, expired = "
                "expired + ?7, recalled = recalled + ?8, rev = rev + 1")
            .bind(sku, warehouse, c.on_hand, c.damaged, c.quality_hold, c.quarantine, c.expired,
                  c.recalled)
            .run();
      },
      [&](Position& at) {
        at.stock.on_hand += c.on_hand;
        at.stock.damaged += c.damaged;
        at.stock.quality_hold += c.quality_hold;
        at.stock.quarantine += c.quarantine;
        at.stock.expired += c.expired;
        at.stock.recalled += c.recalled;
        ++at.rev;
      });
}

void add_to_reserved(Context& context, std::string_view sku, std::string_view warehouse,
                     std::int64_t soft, std::int64_t hard) {
  change(
      context, sku, warehouse,
      [&] {
        context.db
            .prepare(
                "UPDATE positions SET soft_reserved = soft_reserved + ?3, allocated = allocated + "
                "?4, rev = rev + 1 WHERE sku = ?1 AND warehouse = ?2")
            .bind(sku, warehouse, soft, hard)
            .run();
        if (context.db.changes() == 0) {  // seldom; to try the INSERT first would cost each order
          context.db
              .prepare(
                  "INSERT INTO positions(sku, warehouse, soft_reserved, allocated, rev) "
                  "VALUES(?, ?, ?, ?, 1)")
              .bind(sku, warehouse, soft, hard)
              .run();
        }
      },
      [&](Position& at) {
        at.soft_reserved += soft;
        at.allocated += hard;
        ++at.rev;
      });
}

std::int64_t whole_units(std::int64_t e4) {
  return e4 <= 0 ? 0 : e4 - e4 % canonical::Quantity::kScale;
}

bool set_safety_stock(Context& context, std::string_view sku, std::string_view warehouse,
                      std::int64_t quantity) {
  context.db
      .prepare(
          "INSERT INTO positions(sku, warehouse, safety_stock, rev) VALUES(?1, ?2, ?3, 1) "
          "ON CONFLICT(sku, warehouse) DO UPDATE SET safety_stock = ?3, rev = rev + 1 "
          "WHERE safety_stock <> ?3")
      .bind(sku, warehouse, quantity)
      .run();
  return context.db.changes() > 0;
}

void add_picked(Context& context, std::string_view sku, std::string_view warehouse,
                std::int64_t delta) {
  change(
      context, sku, warehouse,
      [&] {
        context.db
            .prepare("UPDATE positions SET picked = picked + ?3 WHERE sku = ?1 AND warehouse = ?2")
            .bind(sku, warehouse, delta)
            .run();
      },
      [&](Position& at) { at.picked += delta; });
}

}  // namespace crossdock::host::process
