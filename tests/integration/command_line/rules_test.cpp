// The commands that try things out: rules show, simulate, activate, and dry-run, on a store that
// orders were routed in. What only tries leaves every byte of the store as it was.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "crossdock/canonical/codec.hpp"
#include "tests/integration/command_line/run.hpp"
#include "tests/support/process/world.hpp"
#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* kWestFirst =
    "sourcing west_first {\n  rank \"packages distance\"\n  rule west {\n    prefer PHX\n  }\n}\n";

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class RuleCommands : public ::testing::Test {
 protected:
  RuleCommands() {
    fs::create_directories(data());
    fs::create_directories(scratch());
    fs::create_directories(folder_.path() / "plugins");
    fs::copy_file(test_connector("test_sink"), folder_.path() / "plugins" / "test_sink.so");
    std::string warehouses;
    for (const auto& [code, one] : five_warehouses().warehouses) {
      warehouses += "warehouse " + code + " {\n  connector sink\n  timezone " +
                    one.warehouse.timezone + "\n  address {\n    city " + code +
                    "\n    country US\n  }\n  latitude " +
                    std::to_string(one.warehouse.address.geo->latitude) + "\n  longitude " +
                    std::to_string(one.warehouse.address.geo->longitude) + "\n}\n";
    }
    write("crossdock.info",
          "host {\n  data_dir \"" + data().string() + "\"\n  plugin_dir \"" +
              (folder_.path() / "plugins").string() + "\"\n  worker \"" +
              program("crossdock-worker").string() +
              "\"\n  trust {\n    unsigned allow\n  }\n}\ncompany {\n  name Example\n  "
              "gs1_prefix 0614141\n}\n" +
              warehouses +
              "channel north {\n  connector sink\n}\nconnector sink {\n  plugin test_sink\n}\n");
    // Two orders, both routed to the nearer of two warehouses.
    World world(data());
    world.add_product("SKU-1");
    world.count("EWR", "SKU-1", 100);
    world.count("PHX", "SKU-1", 100);
    world.order("north", "PO-1", {{"SKU-1", 2}});
    world.order("north", "PO-2", {{"SKU-1", 3}});
  }

  fs::path data() const { return folder_.path() / "data"; }
  fs::path store() const { return data() / "store.sqlite"; }
  fs::path scratch() const { return folder_.path() / "scratch"; }
  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
  }
  std::string with_config(const std::string& arguments) const {
    return arguments + " --config " + file("crossdock.info");
  }
  // Runs what may change nothing, and sees that it did not.
  Ran only_tries(const std::string& arguments) const {
    const auto before = bytes_of(store());
    auto out = run(arguments, "TMPDIR=" + scratch().string());
    EXPECT_FALSE(before.empty());
    EXPECT_TRUE(bytes_of(store()) == before) << arguments << " changed the store";
    EXPECT_EQ(bytes_of(store().string() + "-wal"), "") << arguments << " wrote to the store's log";
    EXPECT_TRUE(fs::is_empty(scratch())) << arguments << " left something behind";
    return out;
  }
  std::string order(const std::string& po_number, const std::string& sku) const {
    canonical::Order order;
    order.purpose = "original";
    order.header.channel = "north";
    order.header.po_number = order.header.channel_order_no = po_number;
    order.header.customer = "CUST";
    order.header.currency = "USD";
    order.header.ship_to.name = "Receiving Dock";
    canonical::OrderLine line;
    line.line_no = "1";
    line.sku = sku;
    line.ordered = canonical::Quantity::of(4);
    line.unit_price = {10'000'000, "USD"};
    order.lines.push_back(line);
    return canonical::encode(order);
  }

  Folder folder_{std::string("rules-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name()};
};

TEST_F(RuleCommands, ShowsTheRulesThatHold) {
  const auto shown = only_tries(with_config("rules show"));
  ASSERT_EQ(shown.status, 0) << shown.output;
  const auto value = json::parse(shown.output);
  EXPECT_EQ(value.at("version"), json::value(0));  // nobody activated any: the built-in ones
  EXPECT_EQ(value.at("rules").at("rank").at(0), json::value("packages"));
}

TEST_F(RuleCommands, SimulatesWhatPastOrdersWouldHaveGot) {
  write("west.info", kWestFirst);
  const auto tried = only_tries(with_config("rules simulate " + file("west.info") + " --json"));
  ASSERT_EQ(tried.status, 0) << tried.output;
  const auto value = json::parse(tried.output);
  EXPECT_EQ(value.at("decisions"), json::value(2));
  EXPECT_EQ(value.at("changed"), json::value(2));
  EXPECT_EQ(value.at("before").at("EWR"), json::value(2));
  EXPECT_EQ(value.at("after").at("PHX"), json::value(2));
  // The newest alone.
  const auto newest =
      only_tries(with_config("rules simulate " + file("west.info") + " --most 1 --json"));
  EXPECT_EQ(json::parse(newest.output).at("decisions"), json::value(1)) << newest.output;
  // In words, and from the input.
  const auto words = only_tries(with_config("rules simulate - < " + file("west.info")));
  EXPECT_EQ(words.status, 0) << words.output;
  EXPECT_TRUE(says(words, "2 decisions tried, 2 would be others")) << words.output;
  EXPECT_TRUE(says(words, "Nothing was changed")) << words.output;
  // Rules that decide as those that held.
  write("same.info", "sourcing same {\n  rank \"packages distance priority\"\n}\n");
  const auto same = only_tries(with_config("rules simulate " + file("same.info") + " --json"));
  EXPECT_EQ(json::parse(same.output).at("changed"), json::value(0)) << same.output;
}

TEST_F(RuleCommands, SaysWhatIsWrongWithRulesAndHowItWasAsked) {
  write("west.info", kWestFirst);
  write("none.info", "channel north {\n  connector sink\n}\n");
  write("wrong.info", "sourcing wrong {\n  rank nearest\n}\n");
  const auto none = only_tries(with_config("rules simulate " + file("none.info")));
  EXPECT_EQ(none.status, 78);
  EXPECT_TRUE(says(none, "no sourcing block")) << none.output;
  const auto wrong = only_tries(with_config("rules simulate " + file("wrong.info")));
  EXPECT_EQ(wrong.status, 78);
  EXPECT_TRUE(says(wrong, "wrong.info") && says(wrong, "nearest")) << wrong.output;
  EXPECT_EQ(run("rules activate " + file("wrong.info")).status, 78);
  const auto missing = only_tries(with_config("rules simulate " + file("nothing.info")));
  EXPECT_EQ(missing.status, 64);
  EXPECT_TRUE(says(missing, "nothing.info")) << missing.output;
  for (const char* arguments : {"rules", "rules simulate", "rules dance", "rules activate",
                                "rules simulate x --most 0", "rules show --wrong"}) {
    EXPECT_EQ(run(arguments).status, 64) << arguments;
  }
  EXPECT_EQ(run("rules show --config " + file("nothing.info")).status, 78);
  EXPECT_EQ(run("rules simulate " + file("west.info") + " --config " + file("nothing.info")).status,
            78);
  for (const char* command :
       {"rules", "rules show", "rules simulate", "rules activate", "dry-run"}) {
    EXPECT_EQ(run(std::string(command) + " --help").status, 0) << command;
  }
  // There is no store yet.
  fs::remove(store());
  const auto empty = run(with_config("rules show"));
  EXPECT_EQ(empty.status, 1);
  EXPECT_TRUE(says(empty, "store.sqlite")) << empty.output;
}

TEST_F(RuleCommands, ActivatesRulesInARunningHost) {
  write("west.info", kWestFirst);
  BareHost host(folder_.path() / "host", "connector sink {\n  plugin test_sink\n}\n",
                {test_connector("test_sink")});
  const auto url = " --url http://127.0.0.1:" + std::to_string(host.port());
  const auto alone = run("rules activate " + file("west.info") + url);
  EXPECT_EQ(alone.status, 2);
  EXPECT_TRUE(says(alone, "crossdock serve")) << alone.output;
  host.start();
  const auto made = run("rules activate " + file("west.info") + " --actor planning" + url);
  ASSERT_EQ(made.status, 0) << made.output;
  EXPECT_TRUE(says(made, "west_first")) << made.output;
  const auto show = "rules show --config " + file("host/crossdock.info");
  Ran shown;
  EXPECT_TRUE(Stack::wait_until([&] { return says(shown = run(show), "west_first"); },
                                std::chrono::seconds(10)))
      << shown.output;
  const auto value = json::parse(shown.output);
  EXPECT_EQ(value.at("version"), json::value(1));
  EXPECT_EQ(value.at("rules").at("rules").at(0).at("prefer").at(0), json::value("PHX"));
  // The next ones get the next version.
  write("near.info", "sourcing near {\n  rank distance\n}\n");
  EXPECT_EQ(run("rules activate - --json" + url + " < " + file("near.info")).status, 0);
  EXPECT_TRUE(
      Stack::wait_until([&] { return says(shown = run(show), "near"); }, std::chrono::seconds(10)))
      << shown.output;
  EXPECT_EQ(json::parse(shown.output).at("version"), json::value(2));
}

TEST_F(RuleCommands, DryRunSaysWhatAMessageWouldDo) {
  write("order.json", order("PO-3", "SKU-1"));
  const auto ask = "dry-run " + file("order.json") + " --type sales.order.captured --source edi";
  const auto tried = only_tries(with_config(ask + " --json"));
  ASSERT_EQ(tried.status, 0) << tried.output;
  const auto value = json::parse(tried.output);
  EXPECT_EQ(value.at("handled"), json::value(true));
  const auto& orders = value.at("orders").as_array();
  ASSERT_EQ(orders.size(), 1u) << tried.output;
  EXPECT_EQ(orders[0].at("po_number"), json::value("PO-3"));
  EXPECT_EQ(orders[0].at("before"), json::value(""));
  EXPECT_EQ(orders[0].at("after"), json::value("routed"));
  std::string sent;
  for (const auto& one : value.at("sent").as_array()) {
    sent += std::string(one.at("type").as_string()) + " ";
  }
  EXPECT_NE(sent.find("sales.order.acknowledged"), std::string::npos) << sent;
  EXPECT_NE(sent.find("label.requested"), std::string::npos) << sent;
  EXPECT_TRUE(value.at("broken").as_array().empty());
  // In words, by the whole type, from the input, with what would be sent.
  const auto words = only_tries(with_config(
      "dry-run - --type crossdock.sales.order.captured.v1 --data < " + file("order.json")));
  EXPECT_EQ(words.status, 0) << words.output;
  EXPECT_TRUE(says(words, "order PO-3")) << words.output;
  EXPECT_TRUE(says(words, "new -> routed")) << words.output;
  EXPECT_TRUE(says(words, "\"acknowledged_at\"")) << words.output;
  EXPECT_TRUE(says(words, "nothing was changed, nothing was sent")) << words.output;
  // Twice the same: the first left nothing behind.
  EXPECT_TRUE(says(only_tries(with_config(ask)), "new -> routed"));
}

TEST_F(RuleCommands, DryRunSaysWhatWouldBeRefusedAndWhy) {
  const std::string captured = " --type sales.order.captured";
  write(
      "movement.json",
      R"({"id":"move-1","sku":"SKU-1","warehouse":"MARS","kind":"adjust","on_hand_delta":{"value":"1","uom":"EA"}})");
  const auto movement = only_tries(
      with_config("dry-run " + file("movement.json") + " --type inventory.movement.reported"));
  EXPECT_EQ(movement.status, 1) << movement.output;
  EXPECT_TRUE(says(movement, "MARS")) << movement.output;
  EXPECT_TRUE(says(movement, "dead letter")) << movement.output;
  write("broken.json", "{\"header\":");
  const auto broken = only_tries(with_config("dry-run " + file("broken.json") + captured));
  EXPECT_EQ(broken.status, 1) << broken.output;
  EXPECT_TRUE(says(broken, "not a valid order")) << broken.output;
  write("order.json", order("PO-3", "SKU-1"));
  const auto unknown =
      only_tries(with_config("dry-run " + file("order.json") + " --type sales.order.dreamt"));
  EXPECT_EQ(unknown.status, 64) << unknown.output;
  EXPECT_TRUE(says(unknown, "crossdock.sales.order.dreamt.v1")) << unknown.output;
  EXPECT_EQ(run(with_config("dry-run " + file("order.json"))).status, 64);
  EXPECT_EQ(run(with_config("dry-run " + file("nothing.json") + captured)).status, 64);
  EXPECT_EQ(
      run("dry-run " + file("order.json") + captured + " --config " + file("nothing.info")).status,
      78);
}

}  // namespace
}  // namespace crossdock::support
