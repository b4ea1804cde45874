// The journal: repeats are dropped, obligations are counted, everything is there after a restart,
// also when the process was killed in the middle of writing.
#include "host/journal/journal.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "crossdock/canonical/envelope_wire.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::host::journal {
namespace {

using support::Folder;

// `file_bytes` small: what is kept spreads over many files of the log.
std::unique_ptr<Journal> open(const std::filesystem::path& folder,
                              std::uint64_t file_bytes = 32u << 20) {
  Options options;
  options.folder = folder;
  options.file_bytes = file_bytes;
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

// Everything that is asked of the journal, over many files of the log, some of which are in tables
// already and some of which are not, before and after a restart.
TEST(Journal, FindsEverythingAgainOverManyFiles) {
  const Folder folder("journal");
  constexpr int kMessages = 2000;
  const auto key = [](int i) { return std::string(1, "ab"[i % 2]) + std::to_string(i); };
  const auto expect_all = [&](Journal& journal) {
    EXPECT_EQ(journal.counters().messages, static_cast<std::uint64_t>(kMessages));
    EXPECT_EQ(journal.counters().delivered, static_cast<std::uint64_t>(kMessages / 2));
    expect_balanced(journal);
    std::vector<Position> pending;
    std::vector<Position> expected;
    journal.read_pending("erp", 0, kMessages, 64 << 20, [&](StoredMessage& message) {
      pending.push_back(message.position);
      canonical::MessageView view;
      ASSERT_TRUE(canonical::decode_wire(message.wire, view).ok());
      EXPECT_EQ(view.idempotency_key, key(static_cast<int>(message.position) - 1));
    });
    for (Position position = 2; position <= kMessages; position += 2) {
      expected.push_back(position);
    }
    EXPECT_EQ(pending, expected);
    EXPECT_EQ(journal.timeline("lane-a", 10'000).size(), kMessages);  // accepted and delivered
    EXPECT_EQ(journal.timeline("lane-b", 10'000).size(), kMessages / 2);
    EXPECT_EQ(journal.timeline("id-" + key(1001), 10).size(), 1u);
    EXPECT_EQ(journal.timeline("id-" + key(1000), 10).size(), 2u);
    EXPECT_EQ(journal.read(777)->position, 777u);
    EXPECT_FALSE(journal.read(kMessages + 1));
  };
  {
    const auto journal = open(folder.path() / "j", 16 << 10);
    for (int i = 0; i < kMessages; i += 50) {
      std::vector<std::string> keys;
      for (int j = i; j < i + 50; ++j) {
        keys.push_back(key(j));
      }
      ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", keys, "erp")));
      for (int j = i; j < i + 50; j += 2) {
        ASSERT_TRUE(journal->commit_and_wait(
            settling(static_cast<Position>(j) + 1, "erp", SettlementKind::delivered)));
      }
    }
    expect_all(*journal);
  }
  EXPECT_GT(std::distance(std::filesystem::directory_iterator(folder.path() / "j" / "log"), {}),
            20);
  for (int restart = 0; restart < 2; ++restart) {
    const auto journal = open(folder.path() / "j", 16 << 10);
    expect_all(*journal);
  }
  const auto journal = open(folder.path() / "j", 16 << 10);
  for (int i = 0; i < kMessages; i += 7) {
    ASSERT_EQ(journal->commit_and_wait(transaction_of("edi", {key(i)}, "erp"))->positions.at(0), 0u)
        << key(i);
  }
}

TEST(Journal, ASecondSettlementChangesNothing) {
  const Folder folder("journal");
  const auto journal = open(folder.path() / "j");
  ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp")));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(journal->commit_and_wait(settling(1, "erp", SettlementKind::delivered)));
  }
  ASSERT_TRUE(journal->commit_and_wait(settling(1, "erp", SettlementKind::replayed)));
  EXPECT_EQ(journal->counters().delivered, 1u);
  EXPECT_EQ(journal->counters().pending, 0u) << "what was delivered cannot be given back";
  expect_balanced(*journal);
}

TEST(Journal, KeepsEvidenceByItsHash) {
  const Folder folder("journal");
  const auto journal = open(folder.path() / "j");
  ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp")));
  auto transaction = settling(1, "erp", SettlementKind::delivered);
  transaction.settlements[0].evidence_request = "POST /sales";
  transaction.settlements[0].evidence_answer = "201 Created";
  ASSERT_TRUE(journal->commit_and_wait(std::move(transaction)));
  const auto rows = journal->timeline("lane-a", 10);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(journal->blob(rows[1].evidence_request), "POST /sales");
  EXPECT_EQ(journal->blob(rows[1].evidence_answer), "201 Created");
  EXPECT_FALSE(journal->blob(std::string(64, '0')));
  EXPECT_FALSE(journal->blob("nonsense"));
}

std::vector<std::filesystem::path> log_files(const std::filesystem::path& journal) {
  std::vector<std::filesystem::path> out(std::filesystem::directory_iterator(journal / "log"), {});
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Journal, OldFilesGoUnlessSomebodyIsStillOwed) {
  const Folder folder("journal");
  std::atomic<std::int64_t> now{1'000'000'000'000};
  Options options;
  options.folder = folder.path() / "j";
  options.file_bytes = 4 << 10;
  options.retention = std::chrono::milliseconds(200);
  options.clock = [&now] { return now.load(); };
  auto opened = Journal::open(options);
  ASSERT_TRUE(opened) << opened.error();
  auto& journal = **opened;
  const std::string padding(600, 'x');
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(
        journal.commit_and_wait(transaction_of("edi", {"a" + std::to_string(i) + padding}, "erp")));
    if (i != 50) {
      ASSERT_TRUE(journal.commit_and_wait(
          settling(static_cast<Position>(i) + 1, "erp", SettlementKind::delivered)));
    }
  }
  const auto before = log_files(options.folder).size();
  now += std::int64_t{3600} * 1'000'000'000;
  for (int i = 0; i < 200 && log_files(options.folder).size() > before / 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ASSERT_TRUE(
        journal.commit_and_wait(transaction_of("edi", {"b" + std::to_string(i) + padding}, "erp")));
  }
  EXPECT_LT(log_files(options.folder).size(), before / 2);
  EXPECT_TRUE(journal.read(51)) << "it is still owed";
  EXPECT_FALSE(journal.read(5));
  // What it shares its file with stays, and what the next start would read.
  EXPECT_LT(journal.timeline("lane-a", 1000).size(), 150u);
  // A key whose message is gone may come again; one that is kept is a repeat.
  EXPECT_NE(
      journal.commit_and_wait(transaction_of("edi", {"a5" + padding}, "erp"))->positions.at(0), 0u);
  EXPECT_EQ(
      journal.commit_and_wait(transaction_of("edi", {"a50" + padding}, "erp"))->positions.at(0),
      0u);
  opened = Error{"closed"};
  auto again = Journal::open(options);
  ASSERT_TRUE(again) << again.error();
  expect_balanced(**again);
}

void append_to(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::app | std::ios::binary) << bytes;
}

TEST(Journal, CutsATornEndOffAndRefusesDamageBeforeSoundRecords) {
  const Folder folder("journal");
  {
    const auto journal = open(folder.path() / "j");
    ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp")));
  }
  const auto file = log_files(folder.path() / "j").back();
  append_to(file, std::string("\0\0\0\0\0\0\0\0CDJ1\0\0\1", 15));
  {
    const auto journal = open(folder.path() / "j");
    EXPECT_EQ(journal->counters().messages, 1u);
    ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a2"}, "erp")));
    ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a3"}, "erp")));
  }
  {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(60);  // in the first record
    out << 'X';
  }
  Options options;
  options.folder = folder.path() / "j";
  const auto refused = Journal::open(options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("damaged at byte 0"), std::string::npos) << refused.error();
  EXPECT_NE(refused.error().find(file.string()), std::string::npos) << refused.error();
}

TEST(Journal, AFileOfTheLogThatIsMissingIsSaid) {
  const Folder folder("journal");
  {
    const auto journal = open(folder.path() / "j", 1 << 10);
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(
          journal->commit_and_wait(transaction_of("edi", {"a" + std::to_string(i)}, "erp")));
    }
  }
  const auto files = log_files(folder.path() / "j");
  std::filesystem::remove(files[files.size() - 2]);
  Options options;
  options.folder = folder.path() / "j";
  const auto refused = Journal::open(options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("is missing"), std::string::npos) << refused.error();
}

// A message whose bytes look like a record of the log.
TEST(Journal, BytesOfAMessageNeverPassForARecord) {
  const Folder folder("journal");
  std::string record;
  {
    const auto journal = open(folder.path() / "donor");
    ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp")));
  }
  std::ifstream in(log_files(folder.path() / "donor").back(), std::ios::binary);
  record.assign(std::istreambuf_iterator<char>(in), {});
  {
    const auto journal = open(folder.path() / "j");
    ASSERT_TRUE(journal->commit_and_wait(transaction_of("edi", {"a1"}, "erp")));
  }
  // A torn record that holds a whole one of another place.
  append_to(log_files(folder.path() / "j").back(), "torn" + record + record);
  const auto journal = open(folder.path() / "j");
  EXPECT_EQ(journal->counters().messages, 1u);
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
      const auto journal = open(folder.path() / "j", 16 << 10);
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

// Killed after rows were taken in and before their file lost its own name, that name is a second
// one of a file in use: what is written under it next must not be written into that.
TEST(Journal, ANameThatAKillLeftIsNotWrittenInto) {
  const Folder folder("journal-left");
  const auto tables = folder.path() / "j" / "tables";
  const auto in_use = [&] {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(tables)) {
      if (entry.path().extension() == ".sst") {
        out.push_back(entry.path());
      }
    }
    return out;
  };
  int sent = 0;
  const auto fill = [&] {
    const auto journal = open(folder.path() / "j", 16 << 10);
    const auto before = in_use();
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (in_use() == before && std::chrono::steady_clock::now() < until) {
      ASSERT_TRUE(
          journal->commit_and_wait(transaction_of("edi", {"k" + std::to_string(sent++)}, "erp")));
    }
  };
  fill();
  const auto live = in_use();
  ASSERT_FALSE(live.empty());
  for (int table = 0; table < 8; ++table) {
    std::filesystem::create_hard_link(live[static_cast<std::size_t>(table) % live.size()],
                                      tables / ("ingest-" + std::to_string(table) + ".sst"));
  }
  fill();
  fill();
  const auto journal = open(folder.path() / "j");
  expect_balanced(*journal);
  for (int i = 0; i < sent; ++i) {
    const auto again =
        journal->commit_and_wait(transaction_of("edi", {"k" + std::to_string(i)}, "erp"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->positions.at(0), 0u) << i;
  }
}

}  // namespace
}  // namespace crossdock::host::journal
