// Custody of tokens: one request for many who ask, renewed in time, stored before used, and an
// issuer that says no is left alone.
#include "host/security/tokens.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <deque>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/support/stack/folder.hpp"

namespace crossdock::host::security {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class Custody : public ::testing::Test {
 protected:
  void open(TokenGrant grant) {
    tokens_.reset();
    TokenAccount account;
    account.name = "acme";
    account.url = "https://auth.example.com/token";
    account.grant = grant;
    account.client_id = "crossdock";
    account.client_secret = "word";
    account.refresh_token = "first";
    tokens_ = std::make_unique<Tokens>(
        std::vector{account}, folder_.path() / "tokens",
        Tokens::Ports{
            [this](const TokenAccount&, const std::string& form, const std::string& authorization) {
              const std::lock_guard lock(mutex_);
              forms_.push_back(form);
              authorizations_.push_back(authorization);
              // While the answer is on its way, what is stored must be as before.
              if (replies_.empty()) {
                return Tokens::Reply{500, "{}", ""};
              }
              auto reply = replies_.front();
              replies_.pop_front();
              return reply;
            },
            [](const std::string& reference, std::string&) { return reference; },
            [this] { return now_.load(); },
            [](const char*, const std::string&, const std::string&) {}});
  }
  void TearDown() override { tokens_.reset(); }

  TokenAnswer ask(const std::string& refused = {}) {
    std::mutex mutex;
    std::condition_variable came;
    std::optional<TokenAnswer> answer;
    tokens_->ask("acme", refused, [&](const TokenAnswer& given) {
      const std::lock_guard lock(mutex);
      answer = given;
      came.notify_all();
    });
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return answer.has_value(); });
    return *answer;
  }
  void reply(const std::string& token, const std::string& refresh = {}) {
    replies_.push_back({200,
                        R"({"access_token":")" + token + R"(","expires_in":100)" +
                            (refresh.empty() ? "" : R"(,"refresh_token":")" + refresh + "\"") + "}",
                        ""});
  }
  std::string stored() const {
    std::ifstream in(folder_.path() / "tokens" / "acme.json");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t requests() {
    const std::lock_guard lock(mutex_);
    return forms_.size();
  }

  support::Folder folder_{"tokens"};
  std::mutex mutex_;
  std::deque<Tokens::Reply> replies_;
  std::vector<std::string> forms_;
  std::vector<std::string> authorizations_;
  std::atomic<std::int64_t> now_{1000 * kSecond};
  std::unique_ptr<Tokens> tokens_;
};

TEST_F(Custody, OneRequestForManyWhoAsk) {
  open(TokenGrant::client_credentials);
  reply("a1");
  std::vector<std::thread> askers;
  std::atomic<int> good{0};
  askers.reserve(16);
  for (int i = 0; i < 16; ++i) {
    askers.emplace_back([&] { good += ask().token == "a1" ? 1 : 0; });
  }
  for (auto& one : askers) {
    one.join();
  }
  EXPECT_EQ(good, 16);
  EXPECT_EQ(requests(), 1u);
  EXPECT_EQ(authorizations_.front(), "Basic Y3Jvc3Nkb2NrOndvcmQ=");
  EXPECT_EQ(forms_.front(), "grant_type=client_credentials");
}

TEST_F(Custody, RefusedTokenIsReplacedOnceForAll) {
  open(TokenGrant::client_credentials);
  reply("a1");
  reply("a2");
  EXPECT_EQ(ask().token, "a1");
  EXPECT_EQ(ask("a1").token, "a2");
  EXPECT_EQ(ask("a1").token, "a2") << "the one who comes later with the same refusal";
  EXPECT_EQ(requests(), 2u);
}

TEST_F(Custody, RenewedWhileTheOldOneServes) {
  open(TokenGrant::client_credentials);
  reply("a1");
  reply("a2");
  EXPECT_EQ(ask().token, "a1");
  now_ += 79 * kSecond;
  EXPECT_EQ(ask().token, "a1");
  EXPECT_EQ(requests(), 1u);
  now_ += 2 * kSecond;
  EXPECT_EQ(ask().token, "a1") << "nobody waits for the renewal";
  for (int i = 0; i < 200 && ask().token != "a2"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(ask().token, "a2");
}

TEST_F(Custody, RefreshTokenIsOnTheDiskBeforeTheAccessTokenIsUsed) {
  open(TokenGrant::refresh_token);
  reply("a1", "r1");
  EXPECT_EQ(ask().token, "a1");
  EXPECT_NE(stored().find("\"refresh_token\":\"r1\""), std::string::npos) << stored();
  struct stat info {};
  ASSERT_EQ(stat((folder_.path() / "tokens" / "acme.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  // A restart goes on with the one that was stored.
  open(TokenGrant::refresh_token);
  reply("a2", "r2");
  EXPECT_EQ(ask().token, "a2");
  EXPECT_NE(forms_.back().find("refresh_token=r1"), std::string::npos) << forms_.back();
}

TEST_F(Custody, TokenThatCannotBeStoredIsNotUsed) {
  open(TokenGrant::refresh_token);
  std::filesystem::remove_all(folder_.path() / "tokens");
  std::ofstream(folder_.path() / "tokens") << "in the way";
  reply("a1", "r1");
  const auto answer = ask();
  EXPECT_EQ(answer.token, "");
  EXPECT_NE(answer.reason.find("cannot be stored"), std::string::npos) << answer.reason;
}

TEST_F(Custody, CrashBetweenAnswerAndStoringIsSurvived) {
  open(TokenGrant::refresh_token);
  reply("a1", "r1");
  EXPECT_EQ(ask().token, "a1");
  reply("a2", "r2");
  EXPECT_EQ(ask("a1").token, "a2");
  // The issuer forgot r2 (it was restored from a backup): the one before is tried.
  open(TokenGrant::refresh_token);
  replies_.push_back({400, R"({"error":"invalid_grant"})", ""});
  reply("a3", "r3");
  EXPECT_EQ(ask().token, "a3");
  EXPECT_NE(forms_.back().find("refresh_token=r1"), std::string::npos) << forms_.back();
}

TEST_F(Custody, IssuerThatSaysNoIsLeftAloneAndQuotedWithoutSecrets) {
  open(TokenGrant::client_credentials);
  replies_.push_back({401, R"({"error":"invalid_client"})", ""});
  const auto answer = ask();
  EXPECT_NE(answer.reason.find("invalid_client"), std::string::npos) << answer.reason;
  EXPECT_EQ(answer.reason.find("word"), std::string::npos) << answer.reason;
  (void)ask();
  (void)ask();
  EXPECT_EQ(requests(), 1u);
  now_ += 3 * kSecond;
  reply("a1");
  EXPECT_EQ(ask().token, "a1");
}

TEST_F(Custody, AnswersThatWouldBreakAHeaderAreRefused) {
  open(TokenGrant::client_credentials);
  replies_.push_back({200, R"({"access_token":"a\r\nX: y","expires_in":100})", ""});
  EXPECT_EQ(ask().token, "");
}

}  // namespace
}  // namespace crossdock::host::security
