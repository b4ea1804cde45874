// Every request of our connectors and every answer of our simulators against the vendors' own API
// descriptions: Prism stands between the two and refuses what they do not allow.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/http_json.hpp"
#include "tests/support/stack/tally.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

struct Tools {
  std::string prism;
  std::string connect;
  std::string shipengine;  // empty: not on this machine
};

// Nothing where they cannot be had on this machine.
std::optional<Tools> prepare() {
  const std::string command = std::string(CROSSDOCK_SPEC_PREPARE) + " " + CROSSDOCK_SPEC_FOLDER;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string out;
  char buffer[512];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe) != nullptr) {
    out += buffer;
  }
  if (pipe == nullptr || ::pclose(pipe) != 0) {
    return std::nullopt;
  }
  const auto said = json::parse(out);
  return Tools{std::string(said.at("prism").as_string()),
               std::string(said.at("connect").as_string()),
               std::string(said.at("shipengine").as_string())};
}

// A validating proxy in front of a simulator.
class Prism {
 public:
  Prism(const Tools& tools, const std::string& spec, int upstream, const std::filesystem::path& log)
      : port_(free_port()),
        log_(log),
        child_({"/usr/bin/env", "node", tools.prism, "proxy", "-h", "127.0.0.1", "-p",
                std::to_string(port_), "--errors", spec,
                "http://127.0.0.1:" + std::to_string(upstream)},
               log) {}
  bool wait() {
    return Stack::wait_until(
        [this] { return log().find("Prism is listening") != std::string::npos; }, seconds(60));
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string log() const {
    std::ifstream in(log_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  int port() const { return port_; }

 private:
  int port_;
  std::filesystem::path log_;
  Child child_;
};

class Spec : public ::testing::Test {
 protected:
  void SetUp() override {
    tools_ = prepare();
    if (!tools_) {
      ASSERT_EQ(std::getenv("CROSSDOCK_CI"), nullptr) << "in CI nothing is skipped";
      GTEST_SKIP() << "Prism or the vendors' descriptions cannot be had here";
    }
  }
  std::optional<Tools> tools_;
};

// Twelve orders, with the proxy in front of one of the simulators.
void orders_flow_through(const Tools& tools, const std::string& simulator,
                         const std::string& spec) {
  const Folder folder("spec-" + simulator);
  StackOptions options;
  options.data = folder.path();
  options.wms_options = {"--short-every", "5", "--reject-every", "7"};
  options.carrier_options = {"--track-after", "600000"};
  Stack stack(options);
  stack.start_simulators();
  Prism prism(tools, spec, stack.simulator_port(simulator), folder.path() / "prism.log");
  ASSERT_TRUE(prism.wait()) << prism.log();
  stack.use_url(simulator, prism.url());
  stack.write_configuration();
  stack.start_host();
  ASSERT_TRUE(stack.wait_for_master_data(seconds(60))) << prism.log();

  std::vector<std::string> numbers;
  for (int i = 0; i < 12; ++i) {
    numbers.push_back("SPEC-" + std::to_string(i));
    stack.drop(
        "spec-" + std::to_string(i) + ".x12",
        interchange_850(i % kRetailers, 500 + i, {{numbers.back(), {{1 + i, 4}, {2 + i, 3}}}}));
  }
  EXPECT_TRUE(Stack::wait_until(
      [&] {
        const auto closed = stack.get("/v1/orders?status=closed&limit=100");
        return closed && closed->at("orders").as_array().size() == numbers.size();
      },
      seconds(60)));
  ASSERT_TRUE(stack.wait_for_drain(seconds(30)));
  for (const auto& finding : tally(stack, numbers, simulated_books(stack))) {
    ADD_FAILURE() << finding;
  }
  // Prism says every violation, whether or not the flow got over it.
  const auto log = prism.log();
  EXPECT_EQ(log.find("iolation"), std::string::npos) << log.substr(0, 4000);
  EXPECT_EQ(log.find("VIOLATIONS"), std::string::npos) << log.substr(0, 4000);
}

TEST_F(Spec, WarehouseCallsAndAnswersFitTheContract) {
  orders_flow_through(*tools_, "wms", tools_->connect);
}

TEST_F(Spec, CarrierCallsAndAnswersFitTheDescription) {
  if (tools_->shipengine.empty()) {
    GTEST_SKIP() << "ShipEngine's description is not beside the project (../shared/specs)";
  }
  orders_flow_through(*tools_, "carrier", tools_->shipengine);
}

// The proxies would refuse: a test that cannot fail proves nothing.
TEST_F(Spec, ProxiesRefuseWhatTheDescriptionsDoNotAllow) {
  const Folder folder("spec-refusal");
  StackOptions options;
  options.data = folder.path();
  Stack stack(options);
  stack.start_simulators();
  Prism wms(*tools_, tools_->connect, stack.simulator_port("wms"), folder.path() / "prism.log");
  ASSERT_TRUE(wms.wait()) << wms.log();
  EXPECT_FALSE(http_json(wms.port(), "POST", "/get_fulfillments", R"({"auth":{"api_key":"x"}})"));
}

}  // namespace
}  // namespace crossdock::support
