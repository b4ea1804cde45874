// The ERP is away for a while: orders flow up to the invoice and wait, nobody else is slowed,
// nothing is given up; when it is back, all is invoiced, once, in order per order.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/tally.hpp"

namespace crossdock::support {
namespace {

using std::chrono::seconds;
namespace json = boost::json;

std::size_t count(const std::filesystem::path& folder, const std::string& prefix) {
  std::size_t out = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    out += name.starts_with(prefix) && name.ends_with(".x12") ? 1 : 0;
  }
  return out;
}

std::map<std::string, std::int64_t> pending_by_connector(Stack& stack) {
  std::map<std::string, std::int64_t> out;
  const auto list = stack.get("/v1/connectors");
  for (const auto& one : list->at("connectors").as_array()) {
    out[std::string(one.at("name").as_string())] = one.at("pending").to_number<std::int64_t>();
  }
  return out;
}

TEST(Outage, OrdersFlowUpToTheInvoiceWhileTheErpIsAway) {
  constexpr int kOrders = 40;
  const Folder folder("outage");
  StackOptions options;
  options.data = folder.path();
  options.log_level = "error";
  options.carrier_options = {"--track-after", "600000"};
  Stack stack(options);
  stack.start_simulators();
  stack.write_configuration();
  stack.start_host();
  ASSERT_TRUE(stack.wait_for_master_data());

  stack.simulator("erp").kill();
  std::vector<std::string> numbers;
  for (int i = 0; i < kOrders; ++i) {
    numbers.push_back("OUT-" + std::to_string(i));
    stack.drop("out-" + std::to_string(i) + ".x12",
               interchange_850(i % kRetailers, 100 + i, {{numbers.back(), {{1 + i % 19, 2}}}}));
  }
  // All shipped and advised, with the ERP away.
  EXPECT_TRUE(
      Stack::wait_until([&] { return count(stack.outbox(), "856") == kOrders; }, seconds(30)));
  EXPECT_EQ(count(stack.outbox(), "855"), kOrders);
  EXPECT_EQ(count(stack.outbox(), "810"), 0u);
  EXPECT_TRUE(Stack::wait_until(
      [&] {
        const auto pending = pending_by_connector(stack);
        return pending.at("edi") == 0 && pending.at("wms") == 0 && pending.at("carrier") == 0;
      },
      seconds(10)))
      << "another connector waits as well";
  EXPECT_EQ(pending_by_connector(stack).at("erp"),
            2 * kOrders);  // the sale and the invoice of each
  const auto letters = stack.get("/v1/dead-letters");
  EXPECT_TRUE(letters->at("dead_letters").as_array().empty());

  stack.start_simulator("erp");
  ASSERT_TRUE(stack.wait_for_drain(seconds(90)));
  for (const auto& finding : tally(stack, numbers, simulated_books(stack))) {
    ADD_FAILURE() << finding;
  }
  // The sale of an order before its invoice.
  for (const auto& number : numbers) {
    const auto trace = stack.get("/v1/trace/" + number);
    ASSERT_TRUE(trace);
    std::vector<std::string> to_erp;
    for (const auto& row : trace->at("timeline").as_array()) {
      if (row.at("what") == json::value("delivered") &&
          row.at("destination") == json::value("erp")) {
        to_erp.emplace_back(row.at("type").as_string());
      }
    }
    EXPECT_EQ(to_erp, (std::vector<std::string>{"crossdock.sales.order.routed.v1",
                                                "crossdock.billing.invoice.requested.v1"}))
        << number;
  }
  EXPECT_EQ(stack.stop_host(), 0);
}

}  // namespace
}  // namespace crossdock::support
