// The engine on its own thread: while the journal takes what one group sent, the next is handled.
// Everything is settled once, nothing of it stays behind, and what a crash left between store and
// journal is brought there.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "host/delivery/intake.hpp"
#include "host/process/engine.hpp"
#include "tests/integration/process/staged.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;

constexpr int kOrders = 3000;

// A journal, and an engine that runs on it.
class Running {
 public:
  explicit Running(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::create_directories(folder);
    std::vector<delivery::Routes::Taker> takers;
    for (const char* name : {"carrier", "wms", "edi", "erp", "source"}) {
      takers.push_back({name, {}});
    }
    routes_ = delivery::Routes({}, std::move(takers), &process::Engine::takes);
    intake_ = std::make_unique<delivery::Intake>(routes_);
    journal_ = std::move(*journal::Journal::open({folder / "journal"}));
    process::Engine::Ports ports;
    ports.log = [this](const char*, const std::string& text) {
      ++letters_;
      if (!may_refuse_) {
        ADD_FAILURE() << text;
      }
    };
    ports.fatal = [](const std::string& text) { ADD_FAILURE() << text; };
    ports.changed = [this] { ++groups_; };
    ports.intake = [this](const std::vector<std::string_view>& wires,
                          journal::Transaction& transaction) {
      return intake_->add(wires, transaction, delivery::Intake::Data::ours);
    };
    engine_ = std::make_unique<process::Engine>(folder / "store.sqlite", five_warehouses(),
                                                *journal_, std::move(ports));
    journal_->set_listener([this](auto&) { engine_->wake(); });
  }
  ~Running() {
    engine_.reset();
    journal_.reset();
  }

  void start() { engine_->start(); }
  int groups() const { return groups_; }
  void may_refuse() { may_refuse_ = true; }
  int letters() const { return letters_; }  // that were written to the dead letters
  journal::Journal& journal() { return *journal_; }

  template <class T>
  void take(std::string_view type, const T& value, const std::string& id) {
    canonical::Message message;
    auto& e = message.envelope;
    e.id = e.idempotency_key = e.business_key = e.correlation_id = id;
    e.source = "source";
    e.type = type;
    e.dataschema = canonical::entity_of(type)->dataschema;
    message.data = canonical::encode(value);
    auto wire = std::make_shared<std::string>();
    canonical::append_wire(message, *wire);
    journal::Transaction transaction;
    transaction.actor = "source";
    transaction.keepalive = wire;
    ASSERT_EQ(intake_->add({*wire}, transaction), "");
    journal_->commit(std::move(transaction), {});
  }

  void take_orders(int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto po = "PO-" + std::to_string(i);
      take(canonical::kOrderCaptured, Staged::order(po, "SKU-A", 1), po);
    }
  }

  void stock_up() {
    canonical::Product product;
    product.sku = "SKU-A";
    product.title = "Article";
    take(canonical::kProductUpserted, product, "product");
    canonical::InventorySnapshot count;
    count.warehouse = "EWR";
    count.system = "wms";
    count.as_of.ns = 1;
    count.lines.push_back(
        {"SKU-A", canonical::Quantity::of(1'000'000), {}, {}, {}, {}, {}, {}, {}});
    take(canonical::kSnapshotReceived, count, "count");
  }

  void wait_until_handled(std::int64_t orders) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (number("SELECT COUNT(*) FROM orders") < orders ||
           journal_->count_pending("process", 1) > 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "not handled within two minutes";
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  std::int64_t number(const std::string& sql) const {
    journal::Database reader(folder_ / "store.sqlite", journal::Database::Mode::reader);
    auto statement = reader.prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
  }
  // At rest the store has nothing that the journal has.
  void wait_until_tidy() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (number("SELECT (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM handled)") > 0) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "the store keeps what it sent";
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

 private:
  std::filesystem::path folder_;
  delivery::Routes routes_;
  std::unique_ptr<delivery::Intake> intake_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<process::Engine> engine_;
  std::atomic<int> groups_{0};
  std::atomic<int> letters_{0};
  bool may_refuse_ = false;
};

// Every sixteenth group is looked for from the beginning, while the one before is on its way to the
// journal with what was refused in it.
TEST(Pipeline, ALookFromTheBeginningHandlesNothingTwice) {
  constexpr int kMessages = 9000;  // more than sixteen groups in a row
  constexpr int kEvery = 10;
  const Folder folder("pipeline-look");
  Running running(folder.path() / "host");
  running.may_refuse();
  for (int i = 0; i < kMessages; ++i) {
    const auto id = "message-" + std::to_string(i);
    if (i % kEvery == 0) {
      running.take(canonical::kMovementReported, impossible(id), id);
    } else {
      canonical::Product product;
      product.sku = id;
      running.take(canonical::kProductUpserted, product, id);
    }
  }
  while (running.journal().count_pending("process", kMessages) < kMessages) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // until all are durable
  }
  running.start();
  running.wait_until_handled(0);
  running.wait_until_tidy();
  EXPECT_GT(running.groups(), 16);
  EXPECT_EQ(running.letters(), kMessages / kEvery);
  EXPECT_EQ(running.number("SELECT COUNT(*) FROM products"), kMessages - kMessages / kEvery);
}

TEST(Pipeline, EveryMessageIsSettledOnceAndNothingStaysBehind) {
  const Folder folder("pipeline");
  Running running(folder.path() / "host");
  running.stock_up();
  running.take_orders(0, kOrders / 2);
  running.start();
  running.take_orders(kOrders / 2, kOrders);
  running.wait_until_handled(kOrders);
  running.wait_until_tidy();
  EXPECT_GT(running.groups(), 5);  // one behind the other, not all at once
  EXPECT_EQ(running.number("SELECT COUNT(*) FROM orders"), kOrders);
  EXPECT_EQ(running.number("SELECT allocated FROM positions WHERE sku = 'SKU-A'"),
            std::int64_t{kOrders} * 10'000);
  const auto counters = running.journal().counters();
  EXPECT_EQ(counters.accepted, counters.delivered + counters.dead_lettered + counters.pending);
  EXPECT_EQ(counters.dead_lettered, 0u);
  EXPECT_EQ(counters.delivered, std::uint64_t{kOrders} + 2);
  EXPECT_EQ(counters.repeats, 0u);
  // Label, acknowledgement and the ERP's copy of each, sent in the order in which they were made.
  EXPECT_EQ(running.journal().count_pending("carrier", 1'000'000), std::size_t{kOrders});
  EXPECT_EQ(running.journal().count_pending("erp", 1'000'000), std::size_t{kOrders});
}

TEST(Pipeline, WhatACrashLeftIsBroughtAndWhatTheJournalHadIsForgotten) {
  const Folder folder("pipeline-crash");
  {
    Running running(folder.path() / "host");
    running.stock_up();
    running.take_orders(0, 10);
    running.start();
    running.wait_until_handled(10);
    running.wait_until_tidy();
  }
  {
    // As a crash leaves it whose last word to the journal was not heard: settled messages in the
    // list, and one of the outbox that the journal does not have.
    journal::Database store(folder.path() / "host" / "store.sqlite",
                            journal::Database::Mode::writer);
    store.execute(
        "INSERT INTO handled(positions) VALUES('1 2 3 4'); INSERT INTO outbox(idempotency_key, "
        "type, target, business_key, correlation_id, causation_id, subject, data) "
        "VALUES('left/1', 'crossdock.sales.review.requested.v1', 'erp', 'b', 'c', 'm', 's', "
        "'{}');");
  }
  Running running(folder.path() / "host");
  const auto owed = running.journal().count_pending("erp", 1'000);
  running.start();
  running.wait_until_tidy();
  EXPECT_EQ(running.journal().count_pending("erp", 1'000), owed + 1);
  running.take_orders(10, 20);
  running.wait_until_handled(20);
  running.wait_until_tidy();
  EXPECT_EQ(running.number("SELECT COUNT(*) FROM orders"), 20);
}

}  // namespace
}  // namespace crossdock::support
