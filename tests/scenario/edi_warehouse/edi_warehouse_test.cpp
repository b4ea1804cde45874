// A warehouse that speaks nothing but EDI, through the real host and the real connector over
// folders: its stock by 846, work by 940, taken by its 997, shipped by its 945, told to the buyer
// by 856 and invoiced by 810; and what it corrects by 947.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "tests/simulators/common/fixture.hpp"
#include "tests/support/edi/purchase_orders.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::seconds;

constexpr seconds kPatience{60};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// An interchange of the warehouse, with one set.
std::string from_warehouse(const std::string& group, const std::string& set,
                           const std::string& body, int control) {
  const std::string number = "00000000" + std::to_string(control);
  const std::string isa13 = number.substr(number.size() - 9);
  int segments = 2;
  for (const char c : body) {
    segments += c == '~' ? 1 : 0;
  }
  return "ISA*00*          *00*          *01*000000031      *01*000000001      "
         "*261123*0915*^*00501*" +
         isa13 + "*0*T*>~GS*" + group + "*000000031*000000001*20261123*0915*" +
         std::to_string(control) + "*X*005010~ST*" + set + "*0001~" + body + "SE*" +
         std::to_string(segments) + "*0001~GE*1*" + std::to_string(control) + "~IEA*1*" + isa13 +
         "~";
}

// The stack with one warehouse more, which alone sells to north and is run by an EDI partner.
class EdiWarehouse : public ::testing::Test {
 protected:
  EdiWarehouse() : folder_("edi-warehouse"), stack_(StackOptions{.data = folder_.path() / "data"}) {
    stack_.start_simulators();
    stack_.write_configuration();
    auto text = read_file(stack_.configuration_file());
    for (auto at = text.find("  connector wms\n"); at != std::string::npos;
         at = text.find("  connector wms\n", at + 1)) {
      text.insert(at, "  channels \"south east west\"\n");
      at += 30;
    }
    const std::string partner = "    partner north {";
    text.insert(text.find(partner),
                "    partner harbor {\n      qualifier 01\n      id 000000031\n"
                "      warehouse HBR\n    }\n");
    // The ERP keeps what lies there with Newark's.
    const std::string erp = "    warehouse EWR\n";
    text.insert(text.find(erp), "    warehouse HBR {\n      code EWR\n    }\n");
    text +=
        "\nwarehouse HBR {\n  name Harbor\n  connector edi\n  labels own\n  channels north\n"
        "  timezone America/New_York\n  address {\n    street \"9 Pier Street\"\n    city Newark\n"
        "    region NJ\n    postal_code 07114\n    country US\n  }\n  latitude 40.7\n"
        "  longitude -74.1\n}\n";
    std::ofstream(stack_.configuration_file(), std::ios::trunc) << text;
    stack_.start_host();
  }
  void TearDown() override {
    if (HasFailure()) {
      std::cout << read_file(stack_.host_log()) << std::endl;
    }
  }

  std::vector<std::string> documents(const std::string& prefix) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(stack_.outbox())) {
      if (entry.path().filename().string().starts_with(prefix)) {
        files.push_back(entry.path());
      }
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> out;
    out.reserve(files.size());
    for (const auto& file : files) {
      out.push_back(read_file(file));
    }
    return out;
  }
  bool wait_for(const std::string& prefix, std::size_t count) {
    return Stack::wait_until([&] { return documents(prefix).size() >= count; }, kPatience);
  }
  // On hand at the partner's warehouse; empty while nothing is known.
  std::string on_hand(int product) {
    const auto answer = stack_.get("/v1/availability/" + simulators::sku(product));
    if (answer) {
      for (const auto& place : answer->at("warehouses").as_array()) {
        if (place.at("warehouse") == json::value("HBR")) {
          return std::string(place.at("on_hand").as_string());
        }
      }
    }
    return {};
  }
  bool wait_for_stock(int product, const std::string& units) {
    return Stack::wait_until([&] { return on_hand(product) == units; }, kPatience);
  }
  std::string alerts() {
    const auto answer = stack_.get("/v1/alerts");
    return answer ? json::serialize(*answer) : std::string();
  }

  Folder folder_;
  Stack stack_;
};

TEST_F(EdiWarehouse, TakesAndShipsAnOrderByDocumentsAlone) {
  stack_.drop("846.x12", from_warehouse("IB", "846",
                                        "BIA*00*DD*C-1*20261123*0915~N1*WH*Harbor*92*HBR~"
                                        "LIN*1*VN*SKU-001~QTY*17*100*EA~"
                                        "LIN*2*VN*SKU-002~QTY*17*40*EA~CTT*2~",
                                        1));
  ASSERT_TRUE(stack_.wait_for_master_data());
  ASSERT_TRUE(wait_for_stock(1, "100"));
  stack_.drop("850.x12", interchange_850(0, 1, {{"4711", {{1, 6}, {2, 4}}}}));
  ASSERT_TRUE(wait_for("940-harbor", 1));
  const auto work = documents("940-harbor").at(0);
  EXPECT_EQ(elements_of(work, "W05", 1).at(0), "N");
  EXPECT_EQ(elements_of(work, "W05", 3).at(0), "4711");
  EXPECT_EQ(elements_of(work, "W01", 1), (std::vector<std::string>{"6", "4"}));
  const auto number = elements_of(work, "W05", 2).at(0);
  const auto group = elements_of(work, "GS", 6).at(0);

  stack_.drop("997.x12", from_warehouse("FA", "997",
                                        "AK1*OW*" + group + "~AK2*940*0001~AK5*A~AK9*A*1*1*1~", 2));
  ASSERT_TRUE(Stack::wait_until(
      [&] {
        const auto all = stack_.get("/v1/documents?partner=harbor");
        return all && json::serialize(*all).find("\"acknowledged\":\"A\"") != std::string::npos;
      },
      kPatience));
  const auto report = "W06*F*" + number +
                      "*20261124*SHIP-9**4711~N1*ST*Receiving Dock*92*DC1~W27*M*UPSN~"
                      "LX*1~MAN*GM*00006141410000000012~MAN*CP*1Z999~"
                      "W12*CC*6*6**EA**VN*SKU-001~N9*LI*1~W12*CC*4*4**EA**VN*SKU-002~W03*10~";
  stack_.drop("945.x12", from_warehouse("SW", "945", report, 3));
  ASSERT_TRUE(wait_for("856-north", 1));
  ASSERT_TRUE(wait_for("810-north", 1));
  const auto advice = documents("856-north").at(0);
  EXPECT_EQ(elements_of(advice, "MAN", "GM", 2).at(0), "006141410000000012");
  EXPECT_EQ(elements_of(advice, "MAN", "CP", 2).at(0), "1Z999");
  EXPECT_EQ(elements_of(advice, "TD5", 3).at(0), "UPSN");
  EXPECT_TRUE(wait_for_stock(1, "94"));
  EXPECT_TRUE(wait_for_stock(2, "36"));

  // The same report under another control number, and a correction, which shows when it was read.
  stack_.drop("945-again.x12", from_warehouse("SW", "945", report, 4));
  stack_.drop("947.x12", from_warehouse("AW", "947",
                                        "W15*20261124*A-1*D-1~N1*WH*Harbor*92*HBR~"
                                        "W19*AA*-3*EA**VN*SKU-001~",
                                        5));
  EXPECT_TRUE(wait_for_stock(1, "91"));
  ASSERT_TRUE(wait_for("997-harbor", 4));
  EXPECT_TRUE(stack_.wait_for_drain(kPatience));
  EXPECT_EQ(on_hand(2), "36");
  EXPECT_EQ(documents("856-north").size(), 1u);
  EXPECT_EQ(documents("810-north").size(), 1u);
  EXPECT_EQ(documents("940-harbor").size(), 1u);
  const auto summary = stack_.get("/v1/summary");
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->at("dead_letters").as_array().empty())
      << json::serialize(summary->at("dead_letters"));
  EXPECT_EQ(summary->at("orders").at(0).at("status"), json::value("closed"));
}

TEST_F(EdiWarehouse, WorkThatIts997RefusesIsSeenAndGoesNoFurther) {
  stack_.drop("846.x12", from_warehouse("IB", "846",
                                        "BIA*00*DD*C-1*20261123*0915~N1*WH*Harbor*92*HBR~"
                                        "LIN*1*VN*SKU-001~QTY*17*100*EA~CTT*1~",
                                        1));
  ASSERT_TRUE(stack_.wait_for_master_data());
  ASSERT_TRUE(wait_for_stock(1, "100"));
  stack_.drop("850.x12", interchange_850(0, 1, {{"4711", {{1, 6}}}}));
  ASSERT_TRUE(wait_for("940-harbor", 1));
  const auto group = elements_of(documents("940-harbor").at(0), "GS", 6).at(0);
  stack_.drop(
      "997.x12",
      from_warehouse(
          "FA", "997",
          "AK1*OW*" + group + "~AK2*940*0001~AK3*W01*7**8~AK4*1*330*1~AK5*R*5~AK9*R*1*1*0~", 2));
  ASSERT_TRUE(Stack::wait_until(
      [&] { return alerts().find("harbor refuses our 940") != std::string::npos; }, kPatience))
      << alerts();
  // What it never had it cannot have shipped.
  stack_.drop("945.x12", from_warehouse("SW", "945",
                                        "W06*F*NOT-OURS*20261124*SHIP-9**4711~N1*ST*Dock*92*DC1~"
                                        "W27*M*UPSN~LX*1~W12*CC*6*6**EA**VN*SKU-001~W03*6~",
                                        3));
  EXPECT_TRUE(Stack::wait_until(
      [&] {
        const auto summary = stack_.get("/v1/summary");
        return summary &&
               json::serialize(summary->at("dead_letters")).find("which it was never asked for") !=
                   std::string::npos;
      },
      kPatience));
  EXPECT_TRUE(documents("856-north").empty());
  EXPECT_EQ(on_hand(1), "100");
}

}  // namespace
}  // namespace crossdock::support
