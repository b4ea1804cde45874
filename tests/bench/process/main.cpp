// ./dev bench process: orders from captured to released through the real engine, journal and store
// (three lines each, five warehouses, reservations and routing, durable), beside bare SQLite
// writing the same rows; the same with 80 % of the demand on five products; readers of availability
// beside the writing; the time to make the store again from the journal.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/inventory.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/order.hpp"
#include "crossdock/canonical/product.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/replay/rebuild.hpp"
#include "tests/bench/process/floor.hpp"
#include "tests/bench/process/plant.hpp"
#include "tests/bench/process/recording.hpp"

namespace {

namespace fs = std::filesystem;
using namespace crossdock;
using namespace crossdock::host;
using bench::Plant;
using Clock = std::chrono::steady_clock;

constexpr int kProducts = 500;
constexpr int kHot = 5;
constexpr std::int64_t kUnits = 10'000'000;
constexpr std::size_t kBatch = 100;
// Orders that were taken in and are not released: enough that nobody waits for orders, so few that
// the flow is steady.
constexpr std::size_t kOnTheirWay = 1'500;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string sku(int i) { return "SKU-" + std::to_string(i); }

std::string order_of(std::uint64_t number, bool hot, std::mt19937_64& random) {
  static const double kPlaces[][2] = {{41.8781, -87.6298}, {39.7392, -104.9903},
                                      {36.1627, -86.7816}, {47.6062, -122.3321},
                                      {25.7617, -80.1918}, {45.5019, -73.5674}};
  canonical::Order order;
  order.header.channel = number % 2 == 0 ? "north" : "south";
  order.header.po_number = order.header.channel_order_no = "PO-" + std::to_string(number);
  order.header.customer = "CUST";
  order.header.currency = "USD";
  order.header.ship_to.name = "Receiving Dock";
  const auto& place = kPlaces[random() % 6];
  order.header.ship_to.geo = canonical::GeoPoint{place[0], place[1], {}};
  for (int i = 0; i < 3; ++i) {
    canonical::OrderLine line;
    line.line_no = std::to_string(i + 1);
    const bool from_hot = hot && random() % 10 < 8;
    line.sku = sku(static_cast<int>(from_hot ? random() % kHot : random() % kProducts));
    line.ordered = canonical::Quantity::of(static_cast<std::int64_t>(1 + random() % 3));
    line.unit_price = {10'000'000, "USD"};
    order.lines.push_back(std::move(line));
  }
  return canonical::encode(order);
}

void stock_up(Plant& plant) {
  std::vector<std::pair<std::string, std::string>> in;
  for (int i = 0; i < kProducts; ++i) {
    canonical::Product product;
    product.sku = sku(i);
    product.title = "Article " + sku(i);
    in.emplace_back(canonical::kProductUpserted, canonical::encode(product));
  }
  for (const auto& [code, one] : plant.settings().warehouses) {
    canonical::InventorySnapshot count;
    count.warehouse = code;
    count.system = "wms";
    count.as_of.ns = 1;
    for (int i = 0; i < kProducts; ++i) {
      count.lines.push_back({sku(i), canonical::Quantity::of(kUnits), {}, {}, {}, {}, {}, {}, {}});
    }
    in.emplace_back(canonical::kSnapshotReceived, canonical::encode(count));
  }
  plant.take_in("source", in);
  plant.wait_until_quiet();
}

struct Measured {
  double orders_per_second = 0;
  double reads_per_second = 0;
  std::array<double, 4> quarters{};  // orders per second
};

// Takes orders in as those before them are released. The seconds until each quarter was.
std::array<double, 4> pass_through(Plant& plant, const std::vector<std::string>& bodies) {
  const auto all = bodies.size();
  std::array<double, 4> out{};
  const auto start = Clock::now();
  std::thread producer([&] {
    for (std::size_t from = 0; from < all; from += kBatch) {
      while (from > plant.released() + kOnTheirWay) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      std::vector<std::pair<std::string, std::string>> in;
      in.reserve(kBatch);
      for (auto i = from; i < std::min(all, from + kBatch); ++i) {
        in.emplace_back(canonical::kOrderCaptured, bodies[i]);
      }
      plant.take_in("shop", in);
    }
  });
  for (std::size_t quarter = 0; quarter < out.size(); ++quarter) {
    while (plant.released() < all * (quarter + 1) / out.size()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    out[quarter] = seconds_since(start);
  }
  producer.join();
  return out;
}

std::vector<std::string> orders_of(std::uint64_t count, bool hot) {
  std::mt19937_64 random(20261125);
  std::vector<std::string> out;
  out.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    out.push_back(order_of(i, hot, random));
  }
  return out;
}

// By quarters: the last finds three times as many past orders as the second.
Measured run_orders(Plant& plant, std::uint64_t orders, bool hot, int readers) {
  const auto bodies = orders_of(orders, hot);
  std::atomic<bool> reading{true};
  std::atomic<std::uint64_t> reads{0};
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(readers));
  for (int i = 0; i < readers; ++i) {
    threads.emplace_back([&, i] {
      journal::Database db(plant.store(), journal::Database::Mode::reader);
      std::mt19937_64 mine(static_cast<std::uint64_t>(i));
      while (reading) {
        process::available_to_sell(db, plant.settings(), sku(static_cast<int>(mine() % kProducts)),
                                   "north");
        ++reads;
      }
    });
  }
  const auto until = pass_through(plant, bodies);
  reading = false;
  for (auto& thread : threads) {
    thread.join();
  }
  journal::Database db(plant.store(), journal::Database::Mode::reader);
  auto statement = db.prepare("SELECT COUNT(*) FROM orders WHERE status = 'released'");
  statement.step();
  if (statement.integer(0) != static_cast<std::int64_t>(orders)) {
    throw std::runtime_error("of " + std::to_string(orders) + " orders only " +
                             std::to_string(statement.integer(0)) + " were released");
  }
  Measured out;
  for (std::size_t quarter = 0; quarter < until.size(); ++quarter) {
    const auto seconds = until[quarter] - (quarter == 0 ? 0 : until[quarter - 1]);
    out.quarters[quarter] = static_cast<double>(orders) / 4 / seconds;
  }
  out.orders_per_second = static_cast<double>(orders) / until.back();
  out.reads_per_second = static_cast<double>(reads) / until.back();
  return out;
}

// What the floor of a run writes: noted in a run of its own, so that what is measured notes
// nothing.
class Noted {
 public:
  Noted(const fs::path& folder, std::uint64_t orders, bool hot)
      : folder_(folder), before_(folder / "before.sqlite"), written_(stocked_up()) {
    journal::copy_store(written_, before_);
    recording_ = std::make_unique<bench::Recording>(written_);
    Plant plant(folder_ / "noted");
    run_orders(plant, orders, hot, 0);
    plant.wait_until_quiet();
  }

  bench::Floor as_written() const {
    const auto again = copy_of_before();
    const auto out = bench::write_again(*recording_, again);
    journal::Database one(written_, journal::Database::Mode::reader);
    journal::Database other(again, journal::Database::Mode::reader);
    if (const auto different = process::differences(one, other); !different.empty()) {
      throw std::runtime_error("the floor did not write the same: " + different.front());
    }
    return out;
  }
  bench::Floor each_once() const { return bench::write_once(*recording_, copy_of_before()); }

 private:
  fs::path copy_of_before() const {
    auto out = folder_ / "again.sqlite";
    fs::remove(out);
    journal::copy_store(before_, out);
    return out;
  }
  fs::path stocked_up() const {
    Plant plant(folder_ / "noted");
    stock_up(plant);
    return plant.store();
  }

  fs::path folder_;
  fs::path before_;
  fs::path written_;
  std::unique_ptr<bench::Recording> recording_;
};

double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  return of[of.size() / 2];
}

// `ratios`: of each round's own figures, which were taken one after the other.
void print_floor(const char* what, const std::vector<double>& per_second, double rows,
                 const std::vector<double>& ratios) {
  std::printf("  %-32s %8.0f orders/s   %.1f rows for an order   ratio %.2f (%.2f to %.2f)\n", what,
              median(per_second), rows, median(ratios),
              *std::min_element(ratios.begin(), ratios.end()),
              *std::max_element(ratios.begin(), ratios.end()));
}

Measured measure_orders(const fs::path& folder, std::uint64_t orders, bool hot, int readers) {
  Measured out;
  {
    Plant plant(folder);
    stock_up(plant);
    out = run_orders(plant, orders, hot, readers);
    plant.wait_until_quiet();
  }
  fs::remove_all(folder);
  return out;
}

void print_measured(const char* name, const Measured& measured) {
  const auto& quarters = measured.quarters;
  std::printf("%-34s %8.0f orders/s   by quarter %.0f %.0f %.0f %.0f", name,
              measured.orders_per_second, quarters[0], quarters[1], quarters[2], quarters[3]);
}

// Rounds of ours and of the floors in turn: a machine that others use is seldom as fast twice.
void bench_orders(const fs::path& folder, const char* name, std::uint64_t orders, bool hot,
                  int rounds, bool with_floor) {
  std::unique_ptr<Noted> noted;
  if (with_floor) {
    noted = std::make_unique<Noted>(folder / (std::string(name) + " noted"), orders, hot);
  }
  std::vector<double> ours;
  struct {
    std::vector<double> per_second, ratios;
    double rows = 0;
  } floors[2];
  for (int round = 0; round < rounds; ++round) {
    const auto measured = measure_orders(folder / name, orders, hot, 0);
    ours.push_back(measured.orders_per_second);
    print_measured(name, measured);
    std::printf("\n");
    std::fflush(stdout);
    for (int i = 0; noted != nullptr && i < 2; ++i) {
      const auto floor = i == 0 ? noted->as_written() : noted->each_once();
      floors[i].per_second.push_back(static_cast<double>(orders) / floor.seconds);
      floors[i].ratios.push_back(ours.back() / floors[i].per_second.back());
      floors[i].rows = static_cast<double>(floor.rows) / static_cast<double>(orders);
    }
  }
  if (with_floor) {
    print_floor("floor: rows as often as written", floors[0].per_second, floors[0].rows,
                floors[0].ratios);
    print_floor("each row once, table by table", floors[1].per_second, floors[1].rows,
                floors[1].ratios);
  }
  std::fflush(stdout);
}

void bench_reader(const fs::path& folder, std::uint64_t orders) {
  const auto measured = measure_orders(folder / "reader", orders, false, 1);
  print_measured("orders beside a reader", measured);
  std::printf("   %.0f availability reads/s\n", measured.reads_per_second);
  std::fflush(stdout);
}

void bench_rebuild(const fs::path& folder, std::uint64_t orders) {
  // The journal of an order run: two messages of ours per order, and what was told to others.
  Plant plant(folder / "rebuild");
  stock_up(plant);
  run_orders(plant, orders, false, 0);
  plant.wait_until_quiet();
  const auto start = Clock::now();
  const auto rebuilt = process::rebuild(plant.journal(), folder / "rebuilt.sqlite",
                                        plant.settings(), [](auto, auto) {});
  const double seconds = seconds_since(start);
  journal::Database one(plant.store(), journal::Database::Mode::reader);
  journal::Database other(folder / "rebuilt.sqlite", journal::Database::Mode::reader);
  const auto different = process::differences(one, other);
  std::printf("%-34s %8.0f events/s   %llu events in %.1f s; 1,000,000 take %.0f s; %s\n",
              "rebuild from the journal", static_cast<double>(rebuilt.applied) / seconds,
              static_cast<unsigned long long>(rebuilt.applied), seconds,
              seconds * 1e6 / static_cast<double>(rebuilt.applied),
              different.empty() ? "the same to the byte" : different.front().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t orders = 20'000;
  std::string_view only;
  bool with_floor = true;
  int rounds = 3;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--orders") == 0 && i + 1 < argc) {
      orders = std::strtoull(argv[++i], nullptr, 10);
    } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
      rounds = std::max(1, std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--no-floor") == 0) {
      with_floor = false;
    } else {
      std::printf(
          "Usage: ./dev bench process [--orders N] [--only PART] [--rounds N] [--no-floor]\n"
          "(20000 orders; all of orders, hot, reader, rebuild; 3 rounds)\n");
      return std::strcmp(argv[i], "--help") == 0 ? 0 : 64;
    }
  }
  const auto folder = fs::temp_directory_path() / ("crossdock-bench-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const auto wanted = [&](std::string_view part) { return only.empty() || only == part; };
  try {
    if (wanted("orders")) {
      bench_orders(folder, "orders", orders, false, rounds, with_floor);
    }
    if (wanted("hot")) {
      bench_orders(folder, "orders, 80 % on five products", orders, true, rounds, with_floor);
    }
    if (wanted("reader")) {
      bench_reader(folder, orders);
    }
    if (wanted("rebuild")) {
      bench_rebuild(folder, orders);
    }
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    fs::remove_all(folder);
    return 1;
  }
  fs::remove_all(folder);
  return 0;
}
