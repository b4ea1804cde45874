// What answers say of budgets, in the dialects that vendors speak; and asking for leave and tokens.
#include <gtest/gtest.h>

#include <crossdock/connector.hpp>
#include <crossdock/paced_http.hpp>
#include <crossdock/testing/recording_host.hpp>
#include <crossdock/token.hpp>

namespace crossdock {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

HttpResult answer(int status, Headers headers, std::string body = {}) {
  HttpResult out;
  out.status = status;
  out.headers = std::move(headers);
  out.body = std::move(body);
  return out;
}

TEST(SpentOf, PlainRefusal) {
  const auto spent = spent_of(answer(429, {{"Retry-After", "7"}}));
  EXPECT_TRUE(spent.refused);
  EXPECT_EQ(spent.retry_after, seconds(7));
  EXPECT_LT(spent.limit, 0);
}

TEST(SpentOf, RetryAfterAsADateCountsFromTheAnswersOwn) {
  const auto spent = spent_of(answer(429, {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"},
                                           {"Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT"}}));
  EXPECT_EQ(spent.retry_after, seconds(30));
  EXPECT_FALSE(answer(429, {{"Retry-After", "soon"}}).retry_after());
}

TEST(SpentOf, RateLimitHeaders) {
  const auto spent = spent_of(answer(200, {{"X-RateLimit-Limit", "150"},
                                           {"X-RateLimit-Remaining", "149"},
                                           {"X-RateLimit-Reset", "12"}}));
  EXPECT_FALSE(spent.refused);
  EXPECT_EQ(spent.limit, 150);
  EXPECT_EQ(spent.remaining, 149);
  EXPECT_EQ(spent.reset_after, seconds(12));
  const auto clock =
      spent_of(answer(200, {{"X-RateLimit-Reset", std::to_string(std::time(nullptr) + 100)}}));
  EXPECT_NEAR(std::chrono::duration<double>(clock.reset_after).count(), 100, 3);
}

TEST(SpentOf, QuotaWithAWindow) {
  const auto spent = spent_of(answer(429, {{"X-Rate-Limit-Requests-Quota", "450"},
                                           {"X-Rate-Limit-Requests-Left", "0"},
                                           {"X-Rate-Limit-Time-Window-Ms", "30000"},
                                           {"X-Rate-Limit-Time-Reset-Ms", "1500"}}));
  EXPECT_EQ(spent.limit, 450);
  EXPECT_EQ(spent.window, seconds(30));
  EXPECT_EQ(spent.reset_after, milliseconds(1500));
}

TEST(SpentOf, RatesTokensAndUsedOfAsMany) {
  EXPECT_EQ(spent_of(answer(200, {{"x-amzn-RateLimit-Limit", "0.0167"}})).rate, 0.0167);
  EXPECT_EQ(spent_of(answer(200, {{"X-Current-Token-Count", "3"}})).remaining, 3);
  const auto spent = spent_of(answer(200, {{"X-Shopify-Shop-Api-Call-Limit", "32/40"}}));
  EXPECT_EQ(spent.limit, 40);
  EXPECT_EQ(spent.remaining, 8);
}

TEST(SpentOf, TheCostOfAGraphQlQuery) {
  const auto spent = spent_of(answer(200, {}, R"({"data":{},"extensions":{"cost":{
      "requestedQueryCost":101,"actualQueryCost":46,"throttleStatus":{
      "maximumAvailable":2000,"currentlyAvailable":1954,"restoreRate":100}}}})"));
  EXPECT_FALSE(spent.refused);
  EXPECT_EQ(spent.cost, 46);
  EXPECT_EQ(spent.limit, 2000);
  EXPECT_EQ(spent.remaining, 1954);
  EXPECT_EQ(spent.rate, 100);
}

TEST(SpentOf, AThrottledGraphQlQueryComesWithStatus200) {
  const auto spent = spent_of(answer(200, {}, R"({"errors":[{"message":"Throttled",
      "extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":202,
      "actualQueryCost":null,"throttleStatus":{"maximumAvailable":1000,
      "currentlyAvailable":102,"restoreRate":50}}}})"));
  EXPECT_TRUE(spent.refused);
  EXPECT_EQ(spent.cost, 0);
  EXPECT_EQ(spent.retry_after, seconds(2));
}

TEST(SpentOf, NonsenseSaysNothing) {
  const auto spent = spent_of(answer(200,
                                     {{"X-RateLimit-Limit", "many"},
                                      {"X-RateLimit-Remaining", "-4"},
                                      {"X-RateLimit-Reset", "1e999"}},
                                     R"({"extensions":{"cost":{"throttleStatus":[]}}})"));
  EXPECT_LT(spent.limit, 0);
  EXPECT_LT(spent.remaining, 0);
  EXPECT_LT(spent.reset_after.count(), 0);
}

// A connector that does what the test tells it, to be asked through its C table.
struct Config {
  std::string url;
};
const auto& settings() {
  static const auto kSettings = schema<Config>(field("url", &Config::url));
  return kSettings;
}
class Asking final : public Connector {
 public:
  Asking(Host host, const Config& config)
      : host_(host), http_(host, {.base_url = config.url, .connect_timeout = seconds(1)}) {}
  Outcome poll(const Cursor&) override {
    return outcome_of(http_.request({.operation = "read"}, "GET", "/"), HttpEffect::read);
  }
  Outcome deliver(const Message&) override {
    const auto token = access_token(host_, "old");
    return token ? Outcome::done().reference(token.value.reveal())
                 : Outcome::unauthorised(token.reason);
  }

 private:
  Host host_;
  PacedHttp http_;
};

TEST(Pacing, AsksBeforeARequestAndSaysWhatWasAnswered) {
  httplib::Server server;
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.status = 429;
    response.set_header("Retry-After", "3");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { server.listen_after_bind(); });
  while (!server.is_running()) {
    std::this_thread::yield();
  }
  testing::RecordingHost host(detail::plugin_table<Asking, settings>(""),
                              R"({"url":"http://127.0.0.1:)" + std::to_string(port) + "\"}");
  host.start();
  const auto refused = host.poll();
  EXPECT_EQ(refused.kind, XD_THROTTLED);
  EXPECT_EQ(refused.retry_after_ns, 3'000'000'000);
  EXPECT_EQ(host.taken, std::vector<std::string>{"read"});
  EXPECT_EQ(host.learnt, std::vector<std::string>{"1 refused"});
  host.has_room = false;
  host.room_in_ns = 5'000'000'000;
  const auto held = host.poll();
  EXPECT_EQ(held.kind, XD_THROTTLED);
  EXPECT_EQ(held.retry_after_ns, 5'000'000'000);
  EXPECT_EQ(host.learnt.size(), 1u) << "nothing was sent";
  server.stop();
  thread.join();
}

TEST(Tokens, ComeFromTheHostAndTheReasonWhyThereIsNone) {
  testing::RecordingHost host(detail::plugin_table<Asking, settings>(""), "{}");
  host.start();
  const auto none = host.deliver({});
  EXPECT_EQ(none.kind, XD_UNAUTHORISED);
  EXPECT_EQ(none.reason, "there is no token");
  host.access_token = "fresh";
  EXPECT_EQ(host.deliver({}).reference, "fresh");
  EXPECT_EQ(host.refused_tokens, (std::vector<std::string>{"old", "old"}));
}

}  // namespace
}  // namespace crossdock
