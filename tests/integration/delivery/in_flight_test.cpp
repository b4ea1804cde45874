// A connector whose outside system is slow takes many messages at once, and still each key in
// order. How fast that is, ./dev bench bus says.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;

TEST(InFlight, SixtyFourAtOnceAndInOrderPerKey) {
  constexpr int kMessages = 1000;
  constexpr int kKeys = 100;
  constexpr std::int64_t kWorkNs = 200'000'000;
  const Folder folder("in-flight");
  const auto record = folder.path() / "record";
  BareHost host(
      folder.path(),
      "connector source {\n  plugin test_source\n  config {\n    target sink\n    count " +
          std::to_string(kMessages) + "\n    keys " + std::to_string(kKeys) +
          "\n  }\n}\nconnector sink {\n  plugin test_sink\n  max_in_flight 64\n  config {\n    "
          "record \"" +
          record.string() + "\"\n    work 200ms\n  }\n}\n",
      {test_connector("test_source"), test_connector("test_sink")});
  host.start();
  ASSERT_TRUE(Stack::wait_until(
      [&] {
        const auto sink = host.connector("sink");
        return sink.is_object() && sink.at("delivered") == json::value(kMessages);
      },
      std::chrono::seconds(60)))
      << json::serialize(host.connector("sink"));
  std::map<std::string, std::vector<int>> by_key;
  std::vector<std::pair<std::int64_t, int>> edges;  // a delivery begins, a delivery ends
  std::ifstream in(record);
  std::string key;
  int number = 0;
  std::int64_t emitted = 0;
  std::int64_t delivered = 0;
  while (in >> key >> number >> emitted >> delivered) {
    by_key[key].push_back(number);
    edges.emplace_back(delivered - kWorkNs, 1);
    edges.emplace_back(delivered, -1);
  }
  ASSERT_EQ(edges.size(), 2u * kMessages) << "a message came twice, or never";
  for (const auto& [one, numbers] : by_key) {
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end())) << one;
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kMessages / kKeys));
  }
  std::sort(edges.begin(), edges.end());
  int out = 0;
  int most = 0;
  for (const auto& [at, change] : edges) {
    out += change;
    most = std::max(most, out);
  }
  EXPECT_GT(most, 50) << "at once";
  EXPECT_LE(most, 66) << "more at once than it may have";
  EXPECT_EQ(host.stop(), 0);
}

}  // namespace
}  // namespace crossdock::support
