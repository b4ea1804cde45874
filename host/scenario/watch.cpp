#include "host/scenario/watch.hpp"

#include "crossdock/canonical/quantity.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/step.hpp"

namespace crossdock::host::scenario {
namespace {

std::string units(std::int64_t e4) { return canonical::decimal_text(e4, 4); }

std::vector<std::string> products(journal::Database& db) {
  std::vector<std::string> out;
  auto statement = db.prepare("SELECT DISTINCT sku FROM positions ORDER BY sku");
  while (statement.step()) {
    out.push_back(statement.text(0));
  }
  return out;
}

std::int64_t sum(journal::Database& db, const char* sql, const std::string& sku,
                 const std::string& warehouse) {
  auto statement = db.prepare(sql);
  statement.bind(sku, warehouse);
  statement.step();
  return statement.integer(0);
}

}  // namespace

Watch::Watch(const std::filesystem::path& store, const process::Settings& settings,
             std::size_t readers)
    : settings_(settings) {
  for (std::size_t i = 0; i < readers; ++i) {
    threads_.emplace_back([this, store, i] { read(store, i); });
  }
}

Watch::~Watch() { stop(); }

std::vector<std::string> Watch::stop() {
  stopping_ = true;
  for (auto& thread : threads_) {
    thread.join();
  }
  threads_.clear();
  return wrong_;
}

void Watch::wrong(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (wrong_.size() < 10) {
    wrong_.push_back(text);
  }
}

void Watch::read(const std::filesystem::path& store, std::size_t reader) {
  try {
    journal::Database db(store, journal::Database::Mode::reader);
    std::map<std::pair<std::string, std::string>, std::int64_t> latest;
    do {
      const auto skus = products(db);
      for (std::size_t i = 0; i < skus.size(); ++i) {
        db.execute("BEGIN");  // one snapshot
        look(db, skus[(i + reader) % skus.size()], latest);
        db.execute("COMMIT");
      }
    } while (!stopping_);
  } catch (const std::exception& fault) {
    wrong(std::string("a reader had to stop: ") + fault.what());
  }
}

void Watch::look(journal::Database& db, const std::string& sku,
                 std::map<std::pair<std::string, std::string>, std::int64_t>& latest) {
  const auto stock = process::stock_of(db, settings_, sku, process::store_clock(db));
  for (const auto& [code, at] : stock.warehouses) {
    const auto& p = at.position;
    const auto on_hand =
        sum(db, "SELECT COALESCE(SUM(on_hand), 0) FROM movements WHERE sku = ? AND warehouse = ?",
            sku, code);
    const auto held = sum(db,
                          "SELECT COALESCE(SUM(open), 0) FROM reservations WHERE sku = ? AND "
                          "warehouse = ? AND open > 0 AND state IN ('hard', 'soft')",
                          sku, code);
    if (on_hand != p.stock.on_hand || held != p.allocated + p.soft_reserved) {
      wrong(sku + " at " + code + " says on hand " + units(p.stock.on_hand) + ", held " +
            units(p.allocated + p.soft_reserved) + "; its movements say " + units(on_hand) +
            ", its reservations " + units(held));
    }
  }
  for (const auto& [channel, known] : settings_.channels) {
    const auto answer = process::available_of(stock, settings_, channel);
    ++reads_;
    auto& before = latest[{sku, channel}];
    if (answer.rev < before) {
      wrong(sku + " over " + channel + ": revision " + std::to_string(answer.rev) + " after " +
            std::to_string(before));
    }
    before = answer.rev;
    const std::lock_guard lock(mutex_);
    const auto [found, first] =
        answers_.emplace(std::tuple(sku, channel, answer.rev), answer.quantity);
    if (!first && found->second != answer.quantity && wrong_.size() < 10) {
      wrong_.push_back(sku + " over " + channel + " at revision " + std::to_string(answer.rev) +
                       ": one reader saw " + units(found->second) + ", another " +
                       units(answer.quantity));
    }
  }
}

}  // namespace crossdock::host::scenario
