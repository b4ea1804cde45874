// What is remembered of tables is what they say: a write, a part taken back, another connection,
// each makes it read anew; a write to another table, or to other rows by somebody who says so, does
// not. And what else a store's connection promises.
#include "host/journal/memo.hpp"

#include <gtest/gtest.h>

#include "tests/support/stack/folder.hpp"

namespace crossdock::host::journal {
namespace {

struct KnownPrices : Memo<std::int64_t> {
  KnownPrices() : Memo({"prices"}) {}
};

class Memos : public ::testing::Test {
 protected:
  Memos() : folder_("memo"), db_(folder_.path() / "store.sqlite", Database::Mode::writer) {
    db_.execute(
        "CREATE TABLE prices(sku TEXT PRIMARY KEY, price INTEGER NOT NULL); CREATE TABLE "
        "others(sku TEXT); CREATE TABLE wishes(sku TEXT); CREATE TRIGGER wish AFTER INSERT ON "
        "wishes BEGIN UPDATE prices SET price = 77 WHERE sku = new.sku; END;");
    set("A", 5);
  }

  void set(const std::string& sku, std::int64_t price) {
    db_.prepare("INSERT INTO prices VALUES(?1, ?2) ON CONFLICT(sku) DO UPDATE SET price = ?2")
        .bind(sku, price)
        .run();
  }
  std::int64_t price(const std::string& sku = "A") {
    return db_.kept<KnownPrices>().get(db_, sku, [&] {
      ++reads_;
      auto statement = db_.prepare("SELECT price FROM prices WHERE sku = ?");
      statement.bind(sku);
      return statement.step() ? statement.integer(0) : -1;
    });
  }

  support::Folder folder_;
  Database db_;
  int reads_ = 0;
};

TEST_F(Memos, ReadOnceUntilTheTableIsWrittenTo) {
  const StoreTransaction transaction(db_);
  EXPECT_EQ(price(), 5);
  EXPECT_EQ(price(), 5);
  EXPECT_EQ(price("B"), -1);
  EXPECT_EQ(price("B"), -1);  // that there is none is known too
  EXPECT_EQ(reads_, 2);
  db_.prepare("INSERT INTO others VALUES('A')").run();
  EXPECT_EQ(price(), 5);
  EXPECT_EQ(reads_, 2);
  set("A", 6);
  EXPECT_EQ(price(), 6);
  db_.prepare("DELETE FROM prices").run();
  EXPECT_EQ(price(), -1);
}

TEST_F(Memos, AWriteThroughATriggerCounts) {
  const StoreTransaction transaction(db_);
  EXPECT_EQ(price(), 5);
  db_.prepare("INSERT INTO wishes VALUES('A')").run();
  EXPECT_EQ(price(), 77);
}

TEST_F(Memos, WhatIsTakenBackIsForgotten) {
  {
    const StoreTransaction transaction(db_);
    {
      const Savepoint part(db_);
      set("A", 6);
      EXPECT_EQ(price(), 6);
    }
    EXPECT_EQ(price(), 5);
    set("A", 7);
    EXPECT_EQ(price(), 7);
  }
  const StoreTransaction transaction(db_);
  EXPECT_EQ(price(), 5);
}

TEST_F(Memos, AnotherConnectionIsNoticedWithTheNextTransaction) {
  {
    const StoreTransaction transaction(db_);
    EXPECT_EQ(price(), 5);
  }
  Database other(folder_.path() / "store.sqlite", Database::Mode::writer);
  other.prepare("UPDATE prices SET price = 8").run();
  EXPECT_EQ(price(), 8);  // outside of a transaction nothing is remembered
  const StoreTransaction transaction(db_);
  EXPECT_EQ(price(), 8);
}

TEST_F(Memos, AReaderReadsEachTime) {
  Database reader(folder_.path() / "store.sqlite", Database::Mode::reader);
  const auto read = [&] {
    return reader.kept<KnownPrices>().get(reader, "A", [&] {
      auto statement = reader.prepare("SELECT price FROM prices WHERE sku = 'A'");
      statement.step();
      return statement.integer(0);
    });
  };
  EXPECT_EQ(read(), 5);
  set("A", 9);
  EXPECT_EQ(read(), 9);
}

// One whose rows are changed by somebody who says so is changed alike; the others stay remembered.
TEST_F(Memos, AChangeThatIsSaidTouchesItsOwnKeyOnly) {
  const StoreTransaction transaction(db_);
  set("B", 8);
  auto& known = db_.kept<KnownPrices>();
  const auto raise = [&](const std::string& sku, bool can_follow) {
    known.change(
        db_, sku,
        [&] { db_.prepare("UPDATE prices SET price = price + 1 WHERE sku = ?").bind(sku).run(); },
        [&](std::int64_t& price) {
          ++price;
          return can_follow;
        });
  };
  EXPECT_EQ(price("A"), 5);
  EXPECT_EQ(price("B"), 8);
  ASSERT_EQ(reads_, 2);
  raise("A", true);
  EXPECT_EQ(price("A"), 6);
  EXPECT_EQ(price("B"), 8);
  EXPECT_EQ(reads_, 2);
  raise("A", false);  // cannot follow: read anew
  EXPECT_EQ(price("A"), 7);
  EXPECT_EQ(price("B"), 8);
  EXPECT_EQ(reads_, 3);
  raise("C", true);  // of which nothing is known
  EXPECT_EQ(price("B"), 8);
  EXPECT_EQ(reads_, 3);
}

// What was written meanwhile without saying so is not taken for known.
TEST_F(Memos, AChangeThatIsSaidDoesNotHideAnother) {
  const StoreTransaction transaction(db_);
  EXPECT_EQ(price("A"), 5);
  set("A", 50);
  db_.kept<KnownPrices>().change(
      db_, "A", [&] { db_.prepare("UPDATE prices SET price = price + 1").run(); },
      [](std::int64_t& price) {
        ++price;
        return true;
      });
  EXPECT_EQ(price("A"), 51);
  {
    const Savepoint part(db_);
    db_.kept<KnownPrices>().change(
        db_, "A", [&] { db_.prepare("UPDATE prices SET price = price + 1").run(); },
        [](std::int64_t& price) {
          ++price;
          return true;
        });
    EXPECT_EQ(price("A"), 52);
  }
  EXPECT_EQ(price("A"), 51);
}

// A row that is written with its value needs no reading, and leaves the others known.
TEST_F(Memos, WhatIsAddedIsKnown) {
  StoreTransaction transaction(db_);
  EXPECT_EQ(price("A"), 5);
  auto& known = db_.kept<KnownPrices>();
  known.add(
      db_, "C", [&] { set("C", 9); }, 9);
  EXPECT_EQ(price("C"), 9);
  EXPECT_EQ(price("A"), 5);
  EXPECT_EQ(reads_, 1);
  set("A", 6);  // without saying so
  known.add(
      db_, "D", [&] { set("D", 10); }, 10);
  EXPECT_EQ(price("A"), 6);
  EXPECT_EQ(price("D"), 10);
  EXPECT_EQ(reads_, 2);
  {
    const Savepoint part(db_);
    known.add(
        db_, "E", [&] { set("E", 11); }, 11);
  }
  EXPECT_EQ(price("E"), -1);
}

struct FewPrices : Memo<std::int64_t> {
  FewPrices() : Memo({"prices"}, 2) {}
};

// Of many, those that were asked for last stay known; what was forgotten does not come back.
TEST_F(Memos, OfManyTheLatestStayKnown) {
  const StoreTransaction transaction(db_);
  auto& known = db_.kept<FewPrices>();
  int reads = 0;
  const auto ask = [&](const std::string& sku) {
    return known.get(db_, sku, [&] {
      ++reads;
      auto statement = db_.prepare("SELECT price FROM prices WHERE sku = ?");
      statement.bind(sku);
      return statement.step() ? statement.integer(0) : -1;
    });
  };
  for (const char* sku : {"A", "B", "C", "D"}) {
    ask(sku);
  }
  EXPECT_EQ(reads, 4);
  ask("D");
  ask("C");
  EXPECT_EQ(reads, 4);
  for (const char* sku : {"E", "F", "G"}) {
    ask(sku);
  }
  EXPECT_EQ(reads, 7);
  EXPECT_EQ(ask("A"), 5);
  EXPECT_EQ(reads, 8);  // forgotten meanwhile
  // Grown old, written again, taken out: the old value must not be found.
  ask("B");
  ask("C");
  known.add(
      db_, "A", [&] { set("A", 50); }, 50);
  EXPECT_EQ(ask("A"), 50);
  known.change(
      db_, "A", [&] { set("A", 51); }, [](std::int64_t&) { return false; });
  EXPECT_EQ(ask("A"), 51);
}

struct ByPrice {
  std::size_t operator()(std::int64_t price) const { return static_cast<std::size_t>(price); }
};
struct HeavyPrices : Memo<std::int64_t, ByPrice> {
  HeavyPrices() : Memo({"prices"}, 10) {}
};

// Much that weighs little, or little that weighs much.
TEST_F(Memos, WhatWeighsMuchIsForgottenSooner) {
  const StoreTransaction transaction(db_);
  auto& known = db_.kept<HeavyPrices>();
  int reads = 0;
  const auto ask = [&](const std::string& sku, std::int64_t price) {
    return known.get(db_, sku, [&] {
      ++reads;
      return price;
    });
  };
  for (int i = 0; i < 8; ++i) {
    ask("light-" + std::to_string(i), 1);
  }
  ask("light-0", 1);
  EXPECT_EQ(reads, 8);
  ask("heavy", 100);
  ask("heavier", 200);
  ask("heaviest", 300);
  EXPECT_EQ(reads, 11);
  ask("heaviest", 300);
  EXPECT_EQ(reads, 11);
  ask("light-0", 1);
  EXPECT_EQ(reads, 12);
}

// Set up as decision 0024 says; what Debian's library would do otherwise costs much.
TEST_F(Memos, TheStoreIsSetUpForWhatItWrites) {
  const auto value = [&](const char* pragma) {
    auto statement = db_.prepare(pragma);
    statement.step();
    return statement.text(0);
  };
  EXPECT_EQ(value("PRAGMA page_size"), "8192");
  EXPECT_EQ(value("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(value("PRAGMA wal_autocheckpoint"), "8000");
  EXPECT_EQ(value("PRAGMA secure_delete"), "0");
}

TEST_F(Memos, ASyncThatIsLeftToOthersIsTheirs) {
  Database writer(folder_.path() / "left.sqlite", Database::Mode::writer);
  const auto synchronous = [&] {
    auto statement = writer.prepare("PRAGMA synchronous");
    statement.step();
    return statement.integer(0);
  };
  EXPECT_EQ(synchronous(), 2);
  writer.leave_sync_to_others();
  EXPECT_EQ(synchronous(), 1);
  writer.execute("CREATE TABLE a(b)");
  StoreSync sync(folder_.path() / "left.sqlite");
  EXPECT_NO_THROW(sync.sync());
  EXPECT_NO_THROW(sync.sync());
  StoreSync nowhere(folder_.path() / "none.sqlite");
  EXPECT_THROW(nowhere.sync(), StoreError);
}

// A text bound in one expression is borrowed, one bound to a named statement is copied.
TEST_F(Memos, TextsThatAreGoneAreNotLookedAt) {
  db_.prepare("INSERT INTO prices VALUES(?, ?)").bind(std::string(40, 'x'), 1).run();
  auto statement = db_.prepare("SELECT price FROM prices WHERE sku = ?");
  statement.bind(std::string(40, 'x'));
  const std::string over(40, 'y');  // where the first text may have stood
  ASSERT_TRUE(statement.step());
  EXPECT_EQ(statement.integer(0), 1);
  EXPECT_EQ(over.front(), 'y');
}

}  // namespace
}  // namespace crossdock::host::journal
