// Accounts with real processes: connectors in workers of their own share a vendor's limits and its
// access token, what is urgent overtakes, and no refresh token is lost when the host is killed.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/http_json.hpp"
#include "tests/support/stack/stack.hpp"
#include "tests/support/vendor/vendor.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string source(const std::string& name, const std::string& target, int count) {
  return "connector " + name + " {\n  plugin test_source\n  config {\n    target " + target +
         "\n    keys 50\n    count " + std::to_string(count) + "\n  }\n}\n";
}
std::string shop(const std::string& name, const Vendor& vendor, const std::string& more,
                 const std::string& settings = {}) {
  return "connector " + name + " {\n  plugin test_shop\n  poll_interval 50ms\n  " + more +
         "\n  config {\n    url \"" + vendor.url() + "\"\n" + settings + "  }\n}\n";
}

class Accounts : public ::testing::Test {
 protected:
  void start(const std::string& blocks) {
    host_ = std::make_unique<BareHost>(
        folder_.path(), blocks,
        std::vector<fs::path>{test_connector("test_source"), test_connector("test_shop")});
    host_->start();
  }
  bool delivered(const std::string& name, int count, seconds patience = seconds(60)) {
    return Stack::wait_until(
        [&] {
          const auto one = host_->connector(name);
          return one.is_object() && one.at("delivered").to_number<int>() >= count;
        },
        patience);
  }
  json::value account(const std::string& name) {
    const auto all = host_->get("/v1/accounts");
    if (all) {
      for (const auto& one : all->at("accounts").as_array()) {
        if (one.at("name") == json::value(name)) {
          return one;
        }
      }
    }
    return nullptr;
  }
  std::string secret(const std::string& name, const std::string& value) {
    const auto file = folder_.path() / name;
    std::ofstream(file) << value;
    ::chmod(file.c_str(), 0600);
    return "\"file:" + file.string() + "\"";
  }
  std::string token_account(const Vendor& vendor, const std::string& more = {}) {
    return "account acme {\n  token {\n    url \"" + vendor.token_url() +
           "\"\n    client_id crossdock\n    client_secret " + secret("secret", "word") + "\n" +
           more + "  }\n}\n";
  }
  void TearDown() override {
    if (host_ && HasFailure()) {
      std::cout << host_->log() << '\n';
    }
  }

  Folder folder_{std::string("accounts-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  std::unique_ptr<BareHost> host_;
};

TEST_F(Accounts, TwoConnectorsStayWithinOneLimit) {
  // Each alone would use nearly all there is; the vendor refuses what goes beyond.
  Vendor vendor({.rate = 60, .burst = 40});
  start("account acme {\n  limit write {\n    rate 40\n    burst 10\n  }\n}\n" +
        shop("one", vendor, "account acme") + shop("two", vendor, "account acme") +
        source("source_one", "one", 90) + source("source_two", "two", 90));
  EXPECT_TRUE(delivered("one", 90));
  EXPECT_TRUE(delivered("two", 90));
  EXPECT_EQ(vendor.refused(), 0u);
  EXPECT_EQ(vendor.done().size(), 180u);
  const auto seen = account("acme");
  ASSERT_TRUE(seen.is_object());
  EXPECT_EQ(json::serialize(seen.at("connectors")), R"(["one","two"])");
  // A delivery that did not get there was let through in vain.
  const int granted = 180 + host_->connector("one").at("retries").to_number<int>() +
                      host_->connector("two").at("retries").to_number<int>();
  EXPECT_EQ(seen.at("limits").at(0).at("granted"), json::value(granted)) << json::serialize(seen);
  EXPECT_EQ(seen.at("limits").at(0).at("origin"), json::value("configured"));
  const auto metrics = http_json(host_->port(), "GET", "/metrics");
  ASSERT_TRUE(metrics);
  EXPECT_NE(std::string(metrics->as_string())
                .find("crossdock_budget_granted_total{account=\"acme\",operation=\"write\"} " +
                      std::to_string(granted)),
            std::string::npos);
}

TEST_F(Accounts, LimitsAreLearntFromAnswers) {
  Vendor vendor({.rate = 25, .burst = 20, .tells = true});
  start(shop("one", vendor, "") + source("source_one", "one", 120));
  EXPECT_TRUE(delivered("one", 120));
  // Some ten; more where the machine is slow. Who learns nothing is refused a hundred times.
  EXPECT_LE(vendor.refused(), 40u) << "of 120 that all wanted to go at once";
  const auto seen = account("connector:one");
  ASSERT_TRUE(seen.is_object());
  EXPECT_EQ(seen.at("limits").at(0).at("burst").to_number<double>(), 20) << json::serialize(seen);
  EXPECT_EQ(seen.at("limits").at(0).at("origin"), json::value("learnt"));
  EXPECT_EQ(host_->connector("one").at("dead_lettered"), json::value(0));
  EXPECT_EQ(host_->connector("one").at("retries"), json::value(0)) << "throttled is no try";
}

TEST_F(Accounts, StockThatIsGoneOvertakesTheCatalogue) {
  Vendor vendor({});
  start("account acme {\n  limit * {\n    rate 20\n    burst 1\n  }\n}\n" +
        shop("seller", vendor, "account acme") +
        shop("catalogue", vendor, "", "    target seller\n    products 400\n"));
  ASSERT_TRUE(Stack::wait_until(
      [&] {
        const auto done = vendor.done();
        return std::find(done.begin(), done.end(), "PUT /items/GONE") != done.end();
      },
      seconds(60)));
  const auto done = vendor.done();
  const auto place = std::find(done.begin(), done.end(), "PUT /items/GONE") - done.begin();
  EXPECT_LT(place, 100) << "behind the catalogue it would be the 401st";
  EXPECT_GT(account("acme").at("waiting").at("bulk").to_number<int>(), 0);
}

TEST_F(Accounts, ReadersAskBeforeEachRequestAndWritersGoFirst) {
  Vendor vendor({.rate = 80, .burst = 40});
  start("account acme {\n  limit * {\n    rate 50\n    burst 10\n  }\n}\n" +
        shop("reader", vendor, "account acme", "    reads 1000000\n") +
        shop("writer", vendor, "account acme") + source("source", "writer", 100));
  EXPECT_TRUE(delivered("writer", 100));
  EXPECT_EQ(vendor.refused(), 0u);
  const auto done = vendor.done();
  const auto reads = std::count(done.begin(), done.end(), "GET /orders");
  EXPECT_GT(reads, 0) << "bulk is not starved";
}

TEST_F(Accounts, AnOperatorChangesALimitWhileItRuns) {
  Vendor vendor({});
  const auto blocks = [&](const std::string& rate) {
    return "account acme {\n  limit write {\n    rate " + rate + "\n    burst 1\n  }\n}\n" +
           shop("one", vendor, "account acme") + source("source", "one", 100);
  };
  start(blocks("0.01"));
  ASSERT_TRUE(delivered("one", 1));
  const auto file = folder_.path() / "crossdock.info";
  std::ifstream in(file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.replace(text.find("rate 0.01"), 9, "rate 500");
  std::ofstream(file, std::ios::trunc) << text;
  ASSERT_TRUE(host_->post("/v1/reload"));
  EXPECT_TRUE(delivered("one", 100));
}

TEST_F(Accounts, OneTokenForAllAndAnotherWhenItIsRefused) {
  Vendor vendor({.wants_token = true, .token_delay = milliseconds(200)});
  start(token_account(vendor) + shop("one", vendor, "account acme", "    token yes\n") +
        shop("two", vendor, "account acme", "    token yes\n") + source("source_one", "one", 50) +
        source("source_two", "two", 50));
  EXPECT_TRUE(delivered("one", 50));
  EXPECT_TRUE(delivered("two", 50));
  EXPECT_EQ(vendor.token_requests(), 1u);
  vendor.revoke_access();
  ASSERT_TRUE(host_->put("/v1/connectors/one/pause"));
  ASSERT_TRUE(host_->put("/v1/connectors/one/resume"));
  const auto seen = account("acme");
  ASSERT_TRUE(seen.is_object());
  EXPECT_EQ(seen.at("token").at("has_token"), json::value(true)) << json::serialize(seen);
  EXPECT_EQ(json::serialize(seen).find("access-"), std::string::npos) << "never shown";
  EXPECT_EQ(host_->log().find("access-1"), std::string::npos);
  EXPECT_EQ(host_->log().find("word"), std::string::npos);
}

TEST_F(Accounts, RefusedTokensAreReplacedOnceForAll) {
  Vendor vendor({.wants_token = true});
  start(token_account(vendor) +
        shop("one", vendor, "account acme", "    token yes\n    reads 5\n") +
        shop("two", vendor, "account acme", "    token yes\n    reads 5\n"));
  const auto goes_on = [&] {
    const auto before = vendor.done().size();
    return Stack::wait_until([&] { return vendor.done().size() > before + 20; }, seconds(30));
  };
  ASSERT_TRUE(goes_on());
  for (std::size_t i = 2; i <= 3; ++i) {
    vendor.revoke_access();
    ASSERT_TRUE(goes_on());
    EXPECT_EQ(vendor.token_requests(), i);
  }
}

TEST_F(Accounts, RefreshTokensSurviveKillsAtAnyMoment) {
  // Rotating, with a second between rotation and answer, in which the host is killed; and at
  // others.
  Vendor vendor({.wants_token = true, .token_delay = milliseconds(150), .token_life_s = 2});
  const auto stored = folder_.path() / "data" / "tokens" / "acme.json";
  std::mutex mutex;
  std::vector<std::string> used_before_stored;
  std::size_t first_uses = 0;
  vendor.on_first_use = [&](const std::string& refresh_token) {
    std::ifstream in(stored);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::lock_guard lock(mutex);
    ++first_uses;
    if (text.find("\"" + refresh_token + "\"") == std::string::npos) {
      used_before_stored.push_back(refresh_token + " not in " + text);
    }
  };
  start(token_account(vendor, "    grant refresh_token\n    refresh_token " +
                                  secret("refresh", "first") + "\n") +
        shop("one", vendor, "account acme", "    token yes\n    reads 5\n"));
  std::mt19937 random(7);
  for (int i = 0; i < 8; ++i) {
    const auto asked = vendor.token_requests();
    if (i % 2 == 0) {
      // In the middle of a rotation: the vendor has rotated, its answer is on the way.
      ASSERT_TRUE(Stack::wait_until([&] { return vendor.token_requests() > asked; }, seconds(20)));
    } else {
      std::this_thread::sleep_for(milliseconds(random() % 1000));
    }
    host_->kill();
    host_->start();
  }
  const auto before = vendor.done().size();
  EXPECT_TRUE(Stack::wait_until([&] { return vendor.done().size() > before + 10; }, seconds(30)));
  EXPECT_EQ(vendor.complaints(), std::vector<std::string>{});
  const std::lock_guard lock(mutex);
  EXPECT_EQ(used_before_stored, std::vector<std::string>{});
  EXPECT_GT(first_uses, 2u);
}

TEST_F(Accounts, FaultsOfTheConfigurationAreSaidWithTheirPlace) {
  Vendor vendor({});
  EXPECT_THROW(start("account acme {\n  limit * {\n    burst 3\n  }\n  token {\n    url "
                     "http://auth.example.com/token\n    client_id a\n    client_secret word\n  "
                     "}\n}\n" +
                     shop("one", vendor, "account acne")),
               std::exception);
  const auto log = host_->log();
  for (const char* words :
       {"account.acme.limit", "rate", "must be https", "by reference", "did you mean `acme`?"}) {
    EXPECT_NE(log.find(words), std::string::npos) << words << "\n" << log;
  }
}

}  // namespace
}  // namespace crossdock::support
