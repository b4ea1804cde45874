// Mapping tables, both ways.
#include <gtest/gtest.h>

#include <crossdock/mapping.hpp>

namespace crossdock {
namespace {

namespace json = boost::json;

const Mapping kMap{{"sku", "item.code"},
                   {"quantity.value", "item.qty", number()},
                   {"status", "state", words({{"active", "on"}, {"discontinued", "off"}})},
                   {"gtins.0", "barcode", Presence::optional},
                   constant("quantity.uom", "EA")};

const char* const kCanonical =
    R"({"sku":"A-1","quantity":{"value":"12.5","uom":"EA"},"status":"active","gtins":["106"]})";
const char* const kOutside = R"({"item":{"code":"A-1","qty":12.5},"state":"on","barcode":"106"})";

TEST(Mapping, WritesAndReadsEveryRow) {
  EXPECT_EQ(json::parse(kMap.to_outside(std::string_view(kCanonical))), json::parse(kOutside));
  const auto back = kMap.to_canonical(json::parse(kOutside));
  EXPECT_EQ(back.at("sku"), json::value("A-1"));
  EXPECT_EQ(back.at("quantity").at("uom"), json::value("EA"));
  EXPECT_EQ(back.at("gtins").at(0), json::value("106"));
  EXPECT_EQ(std::stod(std::string(back.at("quantity").at("value").as_string())), 12.5);
}

TEST(Mapping, CollectsEveryFault) {
  try {
    kMap.to_canonical(json::parse(R"({"item":{"qty":1},"state":"sometimes"})"));
    FAIL();
  } catch (const NotMapped& fault) {
    const std::string text = fault.what();
    EXPECT_NE(text.find("item.code is missing"), std::string::npos) << text;
    EXPECT_NE(text.find("state is \"sometimes\""), std::string::npos) << text;
    EXPECT_EQ(text.find("barcode"), std::string::npos) << text;
  }
  EXPECT_THROW(kMap.to_outside(std::string_view(
                   R"({"sku":"A","status":"active","quantity":{"value":"much","uom":"EA"}})")),
               NotMapped);
}

TEST(Mapping, NamesTheEventByNumberAndRevision) {
  const Mapping map{{"sku", "code"}};
  const auto messages =
      map.messages("t", R"([{"code":"A","rev":3},{"code":"B","rev":4}])", "code", "rev");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].idempotency_key, "A@3");
  EXPECT_EQ(messages[1].business_key, "code:B");
  EXPECT_EQ(messages[1].data, R"({"sku":"B"})");
  EXPECT_THROW(map.messages("t", R"([{"code":"A"}])", "code", "rev"), NotMapped);
  EXPECT_THROW(map.messages("t", R"({"error":"down"})", "code", "rev"), NotMapped);
}

TEST(Mapping, CanBePrinted) {
  const auto printed = boost::json::serialize(kMap.to_json());
  EXPECT_NE(
      printed.find(
          R"({"canonical":"status","outside":"state","codec":"code list","presence":"required"})"),
      std::string::npos)
      << printed;
}

}  // namespace
}  // namespace crossdock
