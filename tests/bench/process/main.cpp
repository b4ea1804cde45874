// ./dev bench process: orders from captured to released through the real engine, journal and store
// (three lines each, five warehouses, reservations and routing, durable), beside bare SQLite
// writing the same rows; the same with 80 % of the demand on five products; readers of availability
// beside the writing; the time to make the store again from the journal.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <thread>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/delivery/intake.hpp"
#include "host/process/engine.hpp"
#include "host/process/inventory/availability.hpp"
#include "host/process/replay/rebuild.hpp"
#include "tests/bench/process/floor.hpp"
#include "tests/support/process/world.hpp"

namespace {

namespace fs = std::filesystem;
using namespace crossdock;
using namespace crossdock::host;
using Clock = std::chrono::steady_clock;

constexpr int kProducts = 500;
constexpr int kHot = 5;
constexpr std::int64_t kUnits = 10'000'000;
constexpr std::size_t kBatch = 500;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string sku(int i) { return "SKU-" + std::to_string(i); }

// The host without workers: a journal, the engine on its thread, and a carrier that answers at
// once.
class Plant {
 public:
  explicit Plant(const fs::path& folder) : folder_(folder), settings_(support::five_warehouses()) {
    fs::create_directories(folder);
    std::vector<delivery::Routes::Taker> takers;
    for (const char* name : {"carrier", "wms", "edi", "erp", "source"}) {
      takers.push_back({name, {}});
    }
    routes_ = delivery::Routes({}, std::move(takers), &process::Engine::takes);
    intake_ = std::make_unique<delivery::Intake>(routes_);
    auto opened = journal::Journal::open({folder / "journal"});
    if (!opened) {
      throw std::runtime_error(opened.error());
    }
    journal_ = std::move(*opened);
    process::Engine::Ports ports;
    ports.log = [](const char*, const std::string& text) { std::cerr << text << "\n"; };
    ports.fatal = [](const std::string& text) {
      std::cerr << text << "\n";
      std::_Exit(1);
    };
    ports.changed = [this] { ++groups_; };
    ports.intake = [this](const std::vector<std::string_view>& wires,
                          journal::Transaction& transaction) {
      for (const auto wire : wires) {
        ++sent_;
        sent_bytes_ += wire.size();
      }
      return intake_->add(wires, transaction, delivery::Intake::Data::ours);
    };
    engine_ = std::make_unique<process::Engine>(store(), settings_, *journal_, std::move(ports));
    journal_->set_listener([this](std::vector<journal::CommittedMessage>& messages) {
      for (const auto& one : messages) {
        for (const auto& destination : one.destinations) {
          carrier_has_work_ = carrier_has_work_ || destination == "carrier";
        }
      }
      engine_->wake();
    });
    engine_->start();
    carrier_ = std::thread([this] { answer_labels(); });
  }
  ~Plant() {
    stopping_ = true;
    carrier_.join();
    engine_->stop();
    engine_.reset();
    journal_.reset();
  }

  fs::path store() const { return folder_ / "store.sqlite"; }
  const process::Settings& settings() const { return settings_; }
  const journal::Journal& journal() const { return *journal_; }
  std::uint64_t groups() const { return groups_; }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t sent_bytes() const { return sent_bytes_; }
  std::uint64_t released() const { return released_; }

  void take_in(const std::string& source,
               const std::vector<std::pair<std::string, std::string>>& in) {
    auto wires = std::make_shared<std::vector<std::string>>();
    for (const auto& [type, data] : in) {
      canonical::Message message;
      auto& e = message.envelope;
      e.id = source + "-" + std::to_string(++messages_);
      e.source = source;
      e.type = type;
      e.idempotency_key = e.id;
      e.business_key = e.id;
      e.correlation_id = e.id;
      e.dataschema = canonical::entity_of(type)->dataschema;
      message.data = data;
      canonical::append_wire(message, wires->emplace_back());
    }
    journal::Transaction transaction;
    transaction.actor = source;
    transaction.keepalive = wires;
    const std::vector<std::string_view> views(wires->begin(), wires->end());
    if (auto fault = intake_->add(views, transaction); !fault.empty()) {
      throw std::runtime_error(fault);
    }
    if (const auto result = journal_->commit_and_wait(std::move(transaction)); !result) {
      throw std::runtime_error(result.error());
    }
  }

  void wait_until_quiet() {
    while (journal_->count_pending("process", 1) > 0 || journal_->count_pending("carrier", 1) > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

 private:
  // Buys every label at once; settles what other connectors are owed, so that nothing piles up.
  void answer_labels() {
    while (!stopping_) {
      if (!answer("carrier") && !settle("wms") && !settle("edi") && !settle("erp")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  }

  bool settle(const std::string& who) {
    journal::Transaction done;
    done.actor = who;
    journal_->read_pending(who, 0, 4 * kBatch, 64u << 20, [&](journal::StoredMessage& stored) {
      done.settlements.push_back(settled(stored, who));
      released_ += who == "wms";
    });
    return commit(std::move(done));
  }

  bool answer(const std::string& who) {
    journal::Transaction done;
    done.actor = who;
    auto wires = std::make_shared<std::vector<std::string>>();
    journal_->read_pending(who, 0, kBatch, 64u << 20, [&](journal::StoredMessage& stored) {
      canonical::MessageView view;
      if (!canonical::decode_wire(stored.wire, view).ok()) {
        return;
      }
      done.settlements.push_back(settled(stored, who));
      const auto request = *canonical::decode<canonical::LabelRequest>(view.data).value;
      canonical::ShipmentLabel label;
      label.shipment_id = request.shipment.id;
      label.order_id = request.shipment.order_id;
      label.label_ref = "se-" + request.shipment.id;
      label.carrier_code = "parcel";
      label.service = "ground";
      label.tracking_numbers = {"T" + request.shipment.id};
      canonical::Message message;
      auto& e = message.envelope;
      e.id = "label-" + request.shipment.id;
      e.source = who;
      e.type = canonical::kLabelCreated;
      e.idempotency_key = e.id;
      e.business_key = std::string(view.business_key);
      e.correlation_id = std::string(view.correlation_id);
      e.dataschema = canonical::entity_of(e.type)->dataschema;
      message.data = canonical::encode(label);
      canonical::append_wire(message, wires->emplace_back());
    });
    done.keepalive = wires;
    const std::vector<std::string_view> views(wires->begin(), wires->end());
    if (auto fault = intake_->add(views, done); !fault.empty()) {
      throw std::runtime_error(fault);
    }
    return commit(std::move(done));
  }

  static journal::Settlement settled(const journal::StoredMessage& stored, const std::string& who) {
    journal::Settlement out;
    out.position = stored.position;
    out.destination = who;
    out.outcome = "done";
    out.attempts = 1;
    return out;
  }

  bool commit(journal::Transaction transaction) {
    if (transaction.settlements.empty()) {
      return false;
    }
    if (const auto result = journal_->commit_and_wait(std::move(transaction)); !result) {
      throw std::runtime_error(result.error());
    }
    return true;
  }

  fs::path folder_;
  process::Settings settings_;
  delivery::Routes routes_;
  std::unique_ptr<delivery::Intake> intake_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<process::Engine> engine_;
  std::thread carrier_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> carrier_has_work_{false};
  std::atomic<std::uint64_t> groups_{0};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> sent_bytes_{0};
  std::atomic<std::uint64_t> released_{0};
  std::uint64_t messages_ = 0;
};

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
  double quarters[4] = {};  // orders per second
};

// Orders of one quarter of the run, from the first that is emitted until all are released.
double run_quarter(Plant& plant, const std::vector<std::string>& bodies, std::size_t from,
                   std::size_t until) {
  journal::Database db(plant.store(), journal::Database::Mode::reader);
  const auto start = Clock::now();
  std::thread producer([&] {
    for (auto i = from; i < until; i += kBatch) {
      std::vector<std::pair<std::string, std::string>> in;
      for (auto j = i; j < std::min(until, i + kBatch); ++j) {
        in.emplace_back(canonical::kOrderCaptured, bodies[j]);
      }
      plant.take_in("source", in);
    }
  });
  for (std::size_t released = 0; released < until;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    auto statement = db.prepare("SELECT COUNT(*) FROM orders WHERE status = 'released'");
    statement.step();
    released = static_cast<std::size_t>(statement.integer(0));
  }
  const double seconds = seconds_since(start);
  producer.join();
  return seconds;
}

// In quarters, one after the other: the last finds three times as many past orders as the second.
Measured run_orders(Plant& plant, std::uint64_t orders, bool hot, int readers) {
  std::mt19937_64 random(20261125);
  std::vector<std::string> bodies;
  bodies.reserve(orders);
  for (std::uint64_t i = 0; i < orders; ++i) {
    bodies.push_back(order_of(i, hot, random));
  }
  std::atomic<bool> reading{true};
  std::atomic<std::uint64_t> reads{0};
  std::vector<std::thread> threads;
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
  Measured out;
  double all = 0;
  for (std::uint64_t quarter = 0; quarter < 4; ++quarter) {
    const auto seconds =
        run_quarter(plant, bodies, orders * quarter / 4, orders * (quarter + 1) / 4);
    all += seconds;
    out.quarters[quarter] = static_cast<double>(orders) / 4 / seconds;
  }
  reading = false;
  for (auto& thread : threads) {
    thread.join();
  }
  out.orders_per_second = static_cast<double>(orders) / all;
  out.reads_per_second = static_cast<double>(reads) / all;
  return out;
}

void bench_orders(const fs::path& folder, const char* name, std::uint64_t orders, bool hot,
                  int readers, bool with_floor) {
  double floor_per_second = 0;
  Measured measured;
  bench::Floor floor;
  {
    Plant plant(folder / name);
    stock_up(plant);
    const auto groups_before = plant.groups();
    measured = run_orders(plant, orders, hot, readers);
    plant.wait_until_quiet();
    if (with_floor) {
      floor = bench::write_again(plant.store(), folder / name / "floor.sqlite",
                                 plant.groups() - groups_before, plant.sent(), plant.sent_bytes());
      floor_per_second = static_cast<double>(orders) / floor.seconds;
    }
  }
  const auto& quarters = measured.quarters;
  std::printf("%-34s %8.0f orders/s   by quarter %.0f %.0f %.0f %.0f", name,
              measured.orders_per_second, quarters[0], quarters[1], quarters[2], quarters[3]);
  if (with_floor) {
    std::printf("   floor %.0f orders/s (%llu rows)   ratio %.2f", floor_per_second,
                static_cast<unsigned long long>(floor.rows),
                measured.orders_per_second / floor_per_second);
  }
  if (readers > 0) {
    std::printf("   %.0f availability reads/s", measured.reads_per_second);
  }
  std::printf("\n");
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
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--orders") == 0 && i + 1 < argc) {
      orders = std::strtoull(argv[++i], nullptr, 10);
    } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else {
      std::printf(
          "Usage: ./dev bench process [--orders N] [--only PART]   (20000; all of orders, hot, "
          "reader, rebuild)\n");
      return std::strcmp(argv[i], "--help") == 0 ? 0 : 64;
    }
  }
  const auto folder = fs::temp_directory_path() / ("crossdock-bench-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const auto wanted = [&](std::string_view part) { return only.empty() || only == part; };
  try {
    if (wanted("orders")) {
      bench_orders(folder, "orders", orders, false, 0, true);
    }
    if (wanted("hot")) {
      bench_orders(folder, "orders, 80 % on five products", orders, true, 0, true);
    }
    if (wanted("reader")) {
      bench_orders(folder, "orders beside a reader", orders, false, 1, false);
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
