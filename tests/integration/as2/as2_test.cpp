// AS2 both ways over real HTTP, against a station whose cryptography is the command line of
// OpenSSL.
//
// Each purchase order that the partner sends is answered by a 997 that goes back over AS2, so that
// one exchange shows both directions.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/support/as2/as2_pair.hpp"
#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

std::string order(int control, const std::string& number) {
  return interchange_850(0, control, {{number, {{1, 2}}}});
}

std::string text(const json::object& in, const char* key) {
  const auto* value = in.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// A receipt that says: received, and these very bytes.
void expect_taken(const json::object& result) {
  EXPECT_EQ(result.at("status"), 200) << json::serialize(result);
  EXPECT_EQ(text(result, "disposition"), "processed") << json::serialize(result);
  EXPECT_TRUE(result.if_contains("mic_right") && result.at("mic_right") == json::value(true))
      << json::serialize(result);
  EXPECT_EQ(text(result, "original"), text(result, "message_id"));
}

void expect_refused(const json::object& result, const std::string& modifier) {
  EXPECT_EQ(text(result, "disposition"), "processed/error: " + modifier) << json::serialize(result);
}

class As2 : public ::testing::Test {
 protected:
  void begin(const std::string& as2 = {}, const std::string& station = {}) {
    folder_ = std::make_unique<Folder>("as2");
    pair_ = std::make_unique<As2Pair>(folder_->path(), as2, station);
    pair_->host().start();
  }
  void TearDown() override {
    if (pair_ != nullptr && HasFailure()) {
      std::cout << pair_->host().log() << std::endl;
    }
  }
  // Documents of a kind that the partner holds.
  std::vector<json::object> received(const std::string& kind) {
    std::vector<json::object> out;
    for (const auto& one : pair_->records()) {
      if (text(one.as_object(), "name").starts_with(kind)) {
        out.push_back(one.as_object());
      }
    }
    return out;
  }
  bool wait_for(const std::string& kind, std::size_t count) {
    return Stack::wait_until([&] { return received(kind).size() >= count; }, seconds(60));
  }
  // The answers to the order (997 and 855) are there, and came so often more than once.
  bool wait_for_repeats(std::int64_t wanted) {
    return Stack::wait_until(
        [&] {
          std::int64_t times = 0;
          const auto documents = pair_->records();
          for (const auto& one : documents) {
            times += one.at("times").to_number<std::int64_t>();
            EXPECT_EQ(one.at("same"), json::value(true)) << "other bytes under one Message-ID";
          }
          return documents.size() == 2 && times >= 2 + wanted;
        },
        seconds(60));
  }
  bool has_order(const std::string& number) {
    const auto known = pair_->orders();
    return std::count(known.begin(), known.end(), number) == 1;
  }
  bool wait_for_order(const std::string& number) {
    return Stack::wait_until([&] { return has_order(number); }, seconds(60));
  }

  std::unique_ptr<Folder> folder_;
  std::unique_ptr<As2Pair> pair_;
};

TEST_F(As2, SignedAndEncryptedBothWaysWithEveryDigestAndCipher) {
  begin();
  int control = 0;
  for (const auto& [digest, cipher] :
       std::vector<std::pair<std::string, std::string>>{{"sha-256", "aes256"},
                                                        {"sha-384", "aes192"},
                                                        {"sha-512", "aes128"},
                                                        {"sha-256", "aes-256-gcm"}}) {
    const std::string number = "PO-" + std::to_string(++control);
    const auto result = pair_->send({{"document", order(control, number)},
                                     {"digest", digest},
                                     {"cipher", cipher},
                                     {"chunked", control % 2 == 0}});
    expect_taken(result);
    EXPECT_EQ(result.at("signed"), json::value(true));
    EXPECT_TRUE(wait_for_order(number));
  }
  ASSERT_TRUE(wait_for("997", 4));
  for (const auto& one : received("997")) {
    EXPECT_EQ(json::serialize(one.at("layers")), R"(["encrypted","signed"])");
    EXPECT_EQ(one.at("times"), 1);
    EXPECT_EQ(elements_of(text(one, "document"), "AK9", 1), std::vector<std::string>{"A"});
  }
}

TEST_F(As2, CompressedBeforeOrAfterSigning) {
  begin("compress before_signing\nsign sha384\nencrypt aes128-gcm\n");
  expect_taken(pair_->send({{"document", order(1, "PO-1")}, {"compress", "before"}}));
  expect_taken(pair_->send({{"document", order(2, "PO-2")}, {"compress", "after"}}));
  EXPECT_TRUE(wait_for_order("PO-1"));
  EXPECT_TRUE(wait_for_order("PO-2"));
  ASSERT_TRUE(wait_for("997", 2));
  EXPECT_EQ(json::serialize(received("997")[0].at("layers")),
            R"(["encrypted","signed","compressed"])");
}

TEST_F(As2, CompressedAfterSigningNotEncrypted) {
  begin("compress after_signing\nsign sha512\nencrypt none\nrequire_encryption no\n");
  expect_taken(
      pair_->send({{"document", order(1, "PO-1")}, {"compress", "after"}, {"cipher", ""}}));
  ASSERT_TRUE(wait_for("997", 1));
  EXPECT_EQ(json::serialize(received("997")[0].at("layers")), R"(["compressed","signed"])");
}

TEST_F(As2, PlainWhereThatIsAgreedAndTheDigestIsOverTheBytesAlone) {
  begin(
      "sign none\nencrypt none\nrequire_signature no\nrequire_encryption no\n"
      "signed_receipt no\n");
  expect_taken(pair_->send({{"document", order(1, "PO-1")},
                            {"digest", ""},
                            {"cipher", ""},
                            {"unsigned_receipt", true}}));
  EXPECT_TRUE(wait_for_order("PO-1"));
  ASSERT_TRUE(wait_for("997", 1));
  EXPECT_EQ(json::serialize(received("997")[0].at("layers")), "[]");
}

TEST_F(As2, ARepeatIsAnsweredWithTheFirstReceiptAndCarriedOutOnce) {
  begin();
  const json::object message{{"document", order(1, "PO-1")}, {"message_id", "<one@peer>"}};
  const auto first = pair_->send(message);
  expect_taken(first);
  const auto again = pair_->send(message);
  expect_taken(again);
  EXPECT_EQ(text(first, "answer"), text(again, "answer"));
  // Also after everything that was in memory is gone.
  pair_->host().kill();
  pair_->host().start();
  const auto third = pair_->send(message);
  EXPECT_EQ(text(first, "answer"), text(third, "answer"));
  ASSERT_TRUE(wait_for("997", 1));
  EXPECT_TRUE(wait_for_order("PO-1"));
  EXPECT_EQ(received("997").size(), 1u);
  // Another document under the same Message-ID is not silently dropped.
  expect_refused(pair_->send({{"document", order(2, "PO-2")}, {"message_id", "<one@peer>"}}),
                 "unexpected-processing-error");
}

TEST_F(As2, WhatWasTamperedWithOrIsForSomebodyElseIsRefusedAndNothingIsTaken) {
  begin();
  pair_->make_identity("stranger");
  const auto refused = [&](json::object more, const std::string& modifier) {
    more["document"] = order(1, "PO-1");
    expect_refused(pair_->send(more), modifier);
  };
  refused({{"tamper", {"PO-1", "PO-9"}}}, "authentication-failed");
  refused({{"cipher", "aes-256-gcm"}, {"tamper_cipher", true}}, "decryption-failed");
  refused(
      {{"wrong_key", {pair_->file("stranger.key").string(), pair_->file("stranger.pem").string()}}},
      "authentication-failed");
  refused({{"encrypt_to", pair_->file("stranger.pem").string()}}, "decryption-failed");
  refused({{"digest", ""}}, "insufficient-message-security");
  refused({{"cipher", ""}}, "insufficient-message-security");
  refused({{"digest", "sha1"}}, "insufficient-message-security");
  const auto other = pair_->send({{"document", order(1, "PO-1")}, {"as2_to", "SOMEBODY"}});
  EXPECT_EQ(other.at("status"), 403);
  const auto elsewhere = pair_->send({{"document", order(1, "PO-1")},
                                      {"receipt", "async"},
                                      {"receipt_url", "http://127.0.0.2:9/receipts"}});
  EXPECT_EQ(elsewhere.at("status"), 403) << "a receipt is sent where a caller says";
  // The same document, as it should be.
  expect_taken(pair_->send({{"document", order(1, "PO-1")}}));
  EXPECT_TRUE(wait_for_order("PO-1"));
  EXPECT_EQ(pair_->orders().size(), 1u);
}

TEST_F(As2, APartnerSpeaksForItselfOnly) {
  begin();
  expect_taken(pair_->send({{"document", interchange_850(1, 1, {{"PO-SOUTH", {{1, 2}}}})}}));
  EXPECT_TRUE(Stack::wait_until(
      [&] { return pair_->dead_letters("does not speak for that partner") == 1; }, seconds(60)));
  EXPECT_TRUE(pair_->orders().empty());
}

TEST_F(As2, TwoCertificatesAreValidWhileAPartnerChangesOver) {
  begin();
  pair_->host().stop();
  pair_->make_identity("next");
  std::ofstream both(pair_->file("partner.pem"), std::ios::app);
  both << std::ifstream(pair_->file("next.pem")).rdbuf();
  both.close();
  pair_->host().start();
  expect_taken(pair_->send({{"document", order(1, "PO-1")}}));
  expect_taken(pair_->send(
      {{"document", order(2, "PO-2")},
       {"wrong_key", {pair_->file("next.key").string(), pair_->file("next.pem").string()}}}));
}

TEST_F(As2, AnAsynchronousReceiptFollowsTheCommit) {
  begin();
  const auto result = pair_->send({{"document", order(1, "PO-1")}, {"receipt", "async"}});
  EXPECT_EQ(result.at("status"), 200);
  ASSERT_TRUE(Stack::wait_until([&] { return pair_->receipts().size() == 1; }, seconds(60)));
  const auto receipt = pair_->receipts()[0].as_object();
  EXPECT_EQ(text(receipt, "disposition"), "processed") << json::serialize(receipt);
  EXPECT_EQ(receipt.at("mic_right"), json::value(true));
  EXPECT_TRUE(wait_for_order("PO-1"));
}

TEST_F(As2, ALostAnswerIsSentAgainUnderTheSameMessageId) {
  begin();
  pair_->control("close", 2);  // it has the document, the answer is lost
  expect_taken(pair_->send({{"document", order(1, "PO-1")}}));
  ASSERT_TRUE(wait_for_repeats(2)) << json::serialize(pair_->records());
}

TEST_F(As2, ARefusingOrWrongReceiptBecomesADeadLetter) {
  begin();
  pair_->control("negative", 1);
  expect_taken(pair_->send({{"document", order(1, "PO-1")}}));
  EXPECT_TRUE(Stack::wait_until([&] { return pair_->dead_letters("decryption-failed") == 1; },
                                seconds(60)));
  pair_->control("wrong_mic", 1);
  expect_taken(pair_->send({{"document", order(2, "PO-2")}}));
  EXPECT_TRUE(Stack::wait_until(
      [&] { return pair_->dead_letters("read other bytes than were sent") == 1; }, seconds(60)));
}

TEST_F(As2, AnUnsignedReceiptDoesNotCount) {
  begin();
  pair_->control("unsigned", 1);
  expect_taken(pair_->send({{"document", order(1, "PO-1")}}));
  ASSERT_TRUE(wait_for_repeats(1));
}

TEST_F(As2, AnAsynchronousReceiptThatDoesNotComeIsAskedForAgain) {
  begin("receipt async\nresend_after 300ms\n");
  pair_->control("none", 2);
  expect_taken(pair_->send({{"document", order(1, "PO-1")}}));
  ASSERT_TRUE(wait_for_repeats(2));
  EXPECT_EQ(pair_->dead_letters("no receipt has come"), 0u);
}

TEST_F(As2, AnAsynchronousReceiptThatDoesNotComeRaisesAnAlarmOnce) {
  begin("receipt async\nresend_after 10m\nreceipt_within 500ms\n");
  pair_->control("none", 1'000'000);
  expect_taken(pair_->send({{"document", order(1, "PO-1")}}));
  ASSERT_TRUE(Stack::wait_until([&] { return pair_->dead_letters("no receipt has come") >= 2; },
                                seconds(60)));
  EXPECT_EQ(pair_->dead_letters("no receipt has come"), 2u);
}

}  // namespace
}  // namespace crossdock::support
