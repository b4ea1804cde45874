// crossdock-x12 label: the same labels out of a shipment notice and out of the 856 written from it,
// read back by zbar.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>

#include "crossdock/canonical/codec.hpp"
#include "crossdock/canonical/fulfillment.hpp"
#include "crossdock/canonical/identifiers.hpp"
#include "tests/support/stack/child.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

canonical::ShipNotice notice() {
  canonical::ShipNotice out;
  out.order.po_number = "4500101";
  out.order.channel = "north";
  out.order.customer = "CUST-NORTH";
  out.order.currency = "USD";
  out.order.po_date = canonical::parse_date("2026-11-20");
  out.order.ship_to.name = "Example Retail DC 12";
  out.order.ship_to.street = "100 Dock Road";
  out.order.ship_to.city = "Springfield";
  out.order.ship_to.region = "IL";
  out.order.ship_to.postal_code = "62701";
  out.ship_from = out.order.ship_to;
  out.ship_from.name = "Example Distribution";
  out.shipment.id = "shp-1";
  out.shipment.warehouse = "EWR";
  out.shipment.state = canonical::ShipmentState::shipped;
  out.shipment.carrier_scac = "SIMP";
  out.shipment.shipped_at.ns = 1'795'600'000'000'000'000;
  for (std::uint64_t serial = 1; serial <= 2; ++serial) {
    canonical::Package package;
    package.sscc = canonical::make_sscc('0', "0614141", serial);
    package.weight_g = 1000;
    canonical::PackageContent content;
    content.line_no = "1";
    content.sku = "SKU-001";
    content.quantity.e4 = 20'000;
    content.quantity.uom = "EA";
    package.contents.push_back(content);
    out.shipment.packages.push_back(package);
  }
  return out;
}

class LabelCommand : public ::testing::Test {
 protected:
  // Exit status; what it said is in said().
  int label(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {program("crossdock-x12").string(), "label"});
    return run(arguments);
  }
  int run(const std::vector<std::string>& arguments) {
    fs::remove(file("output"));
    Child child(arguments, file("output"));
    const auto status = child.wait(std::chrono::seconds(120));
    return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
  }
  std::string said() const { return read_file(file("output")); }
  fs::path file(const std::string& name) const { return folder_.path() / name; }
  std::string scanned(const std::string& image) {
    EXPECT_EQ(
        run({"/usr/bin/zbarimg", "--quiet", "-Sdisable", "-Scode128.enable", file(image).string()}),
        0)
        << said();
    return said();
  }

  Folder folder_{"label-command"};
};

TEST_F(LabelCommand, NoticeAnd856GiveTheSameCartons) {
  const auto wanted = notice();
  // An 856 bears the time at which it was made.
  std::ofstream(file("notice.json"))
      << R"({"issued_at":"2026-11-25T12:00:00Z",)" << canonical::encode(wanted).substr(1);
  ASSERT_EQ(run({program("crossdock-x12").string(), "write", "--set", "856", "--sender",
                 "01:000000001", "--receiver", "01:000000011", file("notice.json").string()}),
            0)
      << said();
  fs::rename(file("output"), file("asn.x12"));
  for (const char* input : {"notice.json", "asn.x12"}) {
    ASSERT_EQ(label({file(input).string(), "--png", file("carton.png").string(), "--pdf",
                     file("cartons.pdf").string(), "--svg", file("carton.svg").string(), "--zpl",
                     file("cartons.zpl").string()}),
              0)
        << said();
    for (int number = 1; number <= 2; ++number) {
      const auto image = "carton-" + std::to_string(number) + ".png";
      const auto& sscc = *wanted.shipment.packages[static_cast<std::size_t>(number - 1)].sscc;
      EXPECT_NE(scanned(image).find("CODE-128:00" + sscc), std::string::npos) << input;
      EXPECT_NE(read_file(file("cartons.zpl")).find(">;>800" + sscc), std::string::npos) << input;
    }
    EXPECT_TRUE(read_file(file("cartons.pdf")).starts_with("%PDF"));
    EXPECT_TRUE(read_file(file("carton-2.svg")).starts_with("<?xml"));
  }
}

TEST_F(LabelCommand, SaysWhatItCannotDo) {
  auto wrong = notice();
  wrong.shipment.packages[1].sscc.reset();
  std::ofstream(file("notice.json")) << canonical::encode(wrong);
  EXPECT_EQ(label({file("notice.json").string(), "--zpl", "-"}), 1);
  EXPECT_NE(said().find("packages[1].sscc is missing"), std::string::npos) << said();
  EXPECT_NE(said().find(">;>800" + *wrong.shipment.packages[0].sscc), std::string::npos) << said();
  EXPECT_EQ(label({file("notice.json").string(), "--pdf", "-", "--package", "7"}), 2);
  EXPECT_EQ(label({file("notice.json").string()}), 64) << said();
  std::ofstream(file("other.txt")) << "hello";
  EXPECT_EQ(label({file("other.txt").string(), "--zpl", "-"}), 2);
  EXPECT_NE(said().find("holds no 856"), std::string::npos) << said();
}

}  // namespace
}  // namespace crossdock::support
