// A connector driven by the recording host: what it is told and what it answers, over the C table.
#include <gtest/gtest.h>

#include <crossdock/connector.hpp>
#include <crossdock/testing/recording_host.hpp>

namespace {

using namespace crossdock;

struct Config {
  std::string greeting;
};
const auto& config_schema() {
  static const auto kSchema = schema<Config>(field("greeting", &Config::greeting).required());
  return kSchema;
}

class Greeter final : public Connector {
 public:
  Greeter(Host host, const Config& config) : host_(std::move(host)), config_(config) {}
  void start() override {
    if (config_.greeting == "none") {
      throw std::runtime_error("nothing to say");
    }
  }
  Outcome deliver(const Message& message) override {
    if (message.data == "throw") {
      throw std::logic_error("as told");
    }
    Message reply;
    reply.type = "reply";
    reply.data = config_.greeting + " " + message.data;
    return Outcome::done().reference("no. 1").emitting(reply).with(
        StateChange{"last", message.data});
  }
  std::optional<Outcome> find(const Message& message) override {
    return host_.state("last") == message.data ? std::optional(Outcome::done()) : std::nullopt;
  }
  Outcome poll(const Cursor& cursor) override {
    Batch batch;
    batch.cursor = cursor.value() + "x";
    batch.messages.emplace_back().data = std::to_string(host_.now_ns());
    return host_.emit(batch, std::chrono::milliseconds(1)) ? Outcome::done()
                                                           : Outcome::retry("full");
  }
  WebhookAnswer webhook(const WebhookRequest& request) override {
    WebhookAnswer answer;
    answer.status = 202;
    answer.body = request.method + std::string(request.header("x-who"));
    return answer;
  }

 private:
  Host host_;
  Config config_;
};

}  // namespace

CROSSDOCK_CONNECTOR(Greeter, config_schema)

namespace {

using crossdock::testing::RecordingHost;

Message with_data(std::string data) {
  Message out;
  out.data = std::move(data);
  return out;
}

TEST(RecordingHost, DeliversAndKeepsWhatComesBack) {
  RecordingHost host(xd_plugin_v0(), R"({"greeting":"hello"})");
  host.start();
  EXPECT_FALSE(host.find(with_data("you")));
  const auto outcome = host.deliver(with_data("you"));
  EXPECT_EQ(outcome.kind, XD_DONE);
  EXPECT_EQ(outcome.reference, "no. 1");
  ASSERT_EQ(host.emitted.size(), 1u);
  EXPECT_EQ(host.emitted[0].data, "hello you");
  EXPECT_EQ(host.state.at("last"), "you");
  ASSERT_TRUE(host.find(with_data("you")));
}

TEST(RecordingHost, NoExceptionCrossesTheBoundary) {
  RecordingHost host(xd_plugin_v0(), R"({"greeting":"hello"})");
  host.start();
  const auto outcome = host.deliver(with_data("throw"));
  EXPECT_EQ(outcome.kind, XD_RETRY);
  EXPECT_NE(outcome.reason.find("as told"), std::string::npos);
}

TEST(RecordingHost, PollsFromItsCursorByItsClockAndWithItsCredit) {
  RecordingHost host(xd_plugin_v0(), R"({"greeting":"hello"})");
  host.now_ns = 42;
  EXPECT_EQ(host.poll().kind, XD_DONE);
  EXPECT_EQ(host.poll().kind, XD_DONE);
  EXPECT_EQ(host.cursor, "xx");
  EXPECT_EQ(host.emitted.at(0).data, "42");
  host.has_credit = false;
  const auto refused = host.poll();
  EXPECT_EQ(refused.kind, XD_RETRY);
  EXPECT_EQ(host.emitted.size(), 2u);
}

TEST(RecordingHost, SaysWhyAConfigurationOrAStartIsRefused) {
  try {
    RecordingHost host(xd_plugin_v0(), R"({"greting":"hello"})");
    FAIL();
  } catch (const std::runtime_error& fault) {
    EXPECT_NE(std::string(fault.what()).find("greeting is missing"), std::string::npos);
  }
  RecordingHost host(xd_plugin_v0(), R"({"greeting":"none"})");
  EXPECT_THROW(host.start(), std::runtime_error);
}

TEST(RecordingHost, PassesWebhooks) {
  RecordingHost host(xd_plugin_v0(), R"({"greeting":"hello"})");
  WebhookRequest request;
  request.method = "PUT";
  request.headers = {{"x-who", "me"}};
  const auto answer = host.webhook(request);
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, "PUTme");
}

TEST(RecordingHost, StopsInAnyStateAlsoTwice) {
  RecordingHost host(xd_plugin_v0(), R"({"greeting":"hello"})");
  host.stop();
  host.stop();
}

}  // namespace
