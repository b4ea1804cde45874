// The journal: repeats are dropped, obligations are counted, everything is there after a restart,
// also when the process was killed in the middle of writing.
#include "host/journal/journal.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "crossdock/canonical/envelope_wire.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::host::journal {
namespace {

using support::Folder;

std::unique_ptr<Journal> open(const std::filesystem::path& folder) {
  Options options;
  options.folder = folder;
  auto opened = Journal::open(std::move(options));
  if (!opened) {
    throw std::runtime_error(opened.error());
  }
  return std::move(*opened);
}

// A transaction of messages "actor/key", each owed to `destination`.
Transaction transaction_of(const std::string& actor, const std::vector<std::string>& keys,
                           const std::string& destination) {
  auto wires = std::make_shared<std::vector<std::string>>();
  for (const auto& key : keys) {
    canonical::Message message;
    message.envelope.id = "id-" + key;
    message.envelope.source = actor;
    message.envelope.type = "crossdock.tracking.event.scanned.v1";
    message.envelope.idempotency_key = key;
    message.envelope.business_key = "lane-" + key.substr(0, 1);
    message.envelope.correlation_id = "flow-" + key.substr(0, 1);
    message.data = "{}";
    canonical::append_wire(message, wires->emplace_back());
  }
  Transaction out;
  out.actor = actor;
  for (const auto& wire : *wires) {
    NewMessage message;
    message.wire = wire;
    EXPECT_TRUE(canonical::decode_wire(wire, message.view).ok());
    message.destinations = {destination};
    out.messages.push_back(std::move(message));
  }
  out.keepalive = wires;
  return out;
}

Transaction settling(Position position, const std::string& destination, SettlementKind kind) {
  Transaction out;
  out.actor = destination;
  Settlement settlement;
  settlement.position = position;
  settlement.destination = destination;
  settlement.kind = kind;
  settlement.outcome = "done";
  settlement.attempts = 1;
  settlement.business_key = "lane-a";
  out.settlements.push_back(std::move(settlement));
  return out;
}

void expect_balanced(const Journal& journal) {
  const auto c = journal.counters();
  EXPECT_EQ(c.accepted, c.delivered + c.dead_lettered + c.pending);
}

TEST(Journal, DropsRepeatsAndCountsThem) {
  const Folder folder("journal");
  const auto journal = open(folder.path() / "j");
  const auto first = journal->commit_and_wait(transaction_of("edi", {"a1", "a2"}, "erp"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->positions.size(), 2u);
  const auto again = journal->commit_and_wait(transaction_of("edi", {"a2", "a3"}, "erp"));
  EXPECT_EQ(again->positions.at(0), 0u);
  EXPECT_NE(again->positions.at(1), 0u);
  // The same key of another source is another event.
  EXPECT_NE(journal->commit_and_wait(transaction_of("wms", {"a1"}, "erp"))->positions.at(0), 0u);
  EXPECT_EQ(journal->counters().repeats, 1u);
  EXPECT_EQ(journal->counters().pending, 4u);
  expect_balanced(*journal);
}

TEST(Journal, KeepsPendingMessagesInOrderOverARestart) {
  const Folder folder("journal");
  {
    const auto journal = open(folder.path() / "j");
    ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1", "a2", "a3"}, "erp")));
    ASSERT_TRUE(journal->commit_and_wait(settling(2, "erp", SettlementKind::delivered)));
  }
  const auto journal = open(folder.path() / "j");
  std::vector<Position> pending;
  journal->read_pending("erp", 0, 100, 1 << 20,
                        [&](StoredMessage& message) { pending.push_back(message.position); });
  EXPECT_EQ(pending, (std::vector<Position>{1, 3}));
  EXPECT_EQ(journal->counters().delivered, 1u);
  // A repeat is still a repeat.
  EXPECT_EQ(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp"))->positions.at(0), 0u);
  expect_balanced(*journal);
}

TEST(Journal, CommitsCursorAndStateWithTheMessages) {
  const Folder folder("journal");
  {
    const auto journal = open(folder.path() / "j");
    auto transaction = transaction_of("edi", {"a1"}, "erp");
    transaction.cursor = "page 7";
    transaction.state = {{"control", "12"}, {"gone", "x"}};
    ASSERT_TRUE(journal->commit_and_wait(std::move(transaction)));
    Transaction more;
    more.actor = "edi";
    more.state = {{"gone", std::nullopt}};
    ASSERT_TRUE(journal->commit_and_wait(std::move(more)));
  }
  const auto journal = open(folder.path() / "j");
  EXPECT_EQ(journal->cursor("edi"), "page 7");
  EXPECT_EQ(journal->state("edi"), (std::map<std::string, std::string>{{"control", "12"}}));
  EXPECT_FALSE(journal->cursor("erp"));
}

TEST(Journal, DeadLettersAreListedReplayedAndDiscarded) {
  const Folder folder("journal");
  const auto journal = open(folder.path() / "j");
  ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1", "a2"}, "erp")));
  for (Position position : {1, 2}) {
    ASSERT_TRUE(journal->commit_and_wait(settling(position, "erp", SettlementKind::dead_lettered)));
  }
  ASSERT_EQ(journal->dead_letters("erp", "", 10).size(), 2u);
  expect_balanced(*journal);
  ASSERT_TRUE(journal->commit_and_wait(settling(1, "erp", SettlementKind::replayed)));
  ASSERT_TRUE(journal->commit_and_wait(settling(2, "erp", SettlementKind::discarded)));
  EXPECT_EQ(journal->count_pending("erp", 10), 1u);
  EXPECT_FALSE(journal->dead_letter("1-erp"));
  EXPECT_TRUE(journal->dead_letter("2-erp")->discarded);
  expect_balanced(*journal);
}

TEST(Journal, TellsTheTimelineOfAKey) {
  const Folder folder("journal");
  const auto journal = open(folder.path() / "j");
  ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp")));
  ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"b1"}, "erp")));
  ASSERT_TRUE(journal->commit_and_wait(settling(1, "erp", SettlementKind::delivered)));
  ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp")));
  std::vector<std::string> what;
  for (const auto& row : journal->timeline("lane-a", 100)) {
    what.push_back(row.what);
  }
  EXPECT_EQ(what, (std::vector<std::string>{"accepted", "delivered", "repeated"}));
  EXPECT_EQ(journal->timeline("flow-a", 100).size(), 3u);
}

TEST(Journal, RefusesASecondHost) {
  const Folder folder("journal");
  const auto first = open(folder.path() / "j");
  Options options;
  options.folder = folder.path() / "j";
  const auto second = Journal::open(options);
  ASSERT_FALSE(second);
  EXPECT_FALSE(second.error().empty());
}

std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

// A child commits as fast as it can and writes down each key that it was told is durable; it is
// killed at a random moment, again and again. Whatever it was told is there.
TEST(Journal, WhatWasAcknowledgedSurvivesSigkill) {
  const Folder folder("journal-kill");
  const auto told = folder.path() / "told";
  std::mt19937 random(20261124);
  for (int round = 0; round < 8; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto journal = open(folder.path() / "j");
      std::ofstream out(told, std::ios::app);
      for (int i = 0;; ++i) {
        const auto key = "k" + std::to_string(round) + "-" + std::to_string(i);
        if (journal->commit_and_wait(transaction_of("edi", {key}, "erp"))) {
          out << key + "\n" << std::flush;
        }
      }
    }
    // However slow the machine: only once it has told of something, then at a random moment.
    for (const auto before = size_of(told); size_of(told) == before;) {
      ASSERT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "the child ended by itself";
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  const auto journal = open(folder.path() / "j");
  expect_balanced(*journal);
  std::ifstream in(told);
  std::size_t count = 0;
  for (std::string key; std::getline(in, key) && !in.eof();) {
    // Sent again, it is a repeat: it was kept.
    const auto again = journal->commit_and_wait(transaction_of("edi", {key}, "erp"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->positions.at(0), 0u) << key << " was acknowledged and is lost";
    ++count;
  }
  EXPECT_GE(count, 8u);  // one a round at least
}

}  // namespace
}  // namespace crossdock::host::journal
