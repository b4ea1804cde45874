// Documents in and out: every fault with its path, nothing that is unknown lost.
#include "crossdock/canonical/codec.hpp"

#include <gtest/gtest.h>

#include "crossdock/canonical/cloud_events.hpp"
#include "crossdock/canonical/message_types.hpp"
#include "crossdock/canonical/order.hpp"
#include "crossdock/canonical/plain_text.hpp"
#include "crossdock/canonical/product.hpp"

namespace crossdock::canonical {
namespace {

const char* const kOrder = R"({"header":{"channel":"north","customer":"C1","currency":"USD",
  "po_number":"PO-1","ship_to":{"name":"Receiving Dock","city":"Chicago","region":"IL","country":"US"}},
  "lines":[{"line_no":"1","sku":"A-1","ordered":{"value":"2","uom":"EA"},
            "unit_price":{"amount":"10.90","currency":"USD"}}]})";

std::string paths(const Problems& problems) {
  std::string out;
  for (const auto& one : problems) {
    out += one.path + " ";
  }
  return out;
}

TEST(Codec, ReadsWritesAndReadsTheSame) {
  const auto first = decode<Order>(kOrder);
  ASSERT_TRUE(first.value) << to_text(first.problems);
  EXPECT_TRUE(validate(*first.value).empty());
  EXPECT_EQ(first.value->lines[0].ordered.e4, 20'000);
  EXPECT_EQ(first.value->lines[0].unit_price.e6, 10'900'000);
  const auto text = encode(*first.value);
  EXPECT_EQ(encode(*decode<Order>(text).value), text);
}

TEST(Codec, CollectsEveryFaultWithItsPath) {
  const auto decoded = decode<Order>(
      R"({"header":{"customer":5,"currency":"USD","ship_to":{"name":"x"}},
          "lines":[{"line_no":"1","sku":"A","ordered":{"value":"many","uom":"EA"},
                    "unit_price":{"amount":"1","currency":"USD"}},{"sku":"B"}]})");
  EXPECT_FALSE(decoded.value);
  const auto found = paths(decoded.problems);
  for (const char* path : {"header.channel", "header.customer", "lines[0].ordered.value",
                           "lines[1].line_no", "lines[1].ordered", "lines[1].unit_price"}) {
    EXPECT_NE(found.find(path), std::string::npos) << path << " in " << found;
  }
}

TEST(Codec, KeepsWhatItDoesNotKnow) {
  const auto decoded =
      decode<Product>(R"({"sku":"A","title":"T","shelf":{"row":[1,2.50]},"status":"resting"})");
  ASSERT_TRUE(decoded.value) << to_text(decoded.problems);
  EXPECT_EQ(decoded.value->status, ProductStatus::unknown);
  const auto text = encode(*decoded.value);
  EXPECT_NE(text.find(R"("shelf":{"row":[1,2.5)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("status":"resting")"), std::string::npos) << text;
}

// Wherever a byte stands, and whatever stands around it.
TEST(Codec, EscapesExactlyWhatMustBe) {
  for (const char filler : {'a', '\x7f', '\x80', '\xff', '!', '#', '[', ']', ' '}) {
    for (std::size_t size = 0; size <= 20; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, filler);
        EXPECT_EQ(plain_bytes(text, at), size - at);
        for (int byte = 0; byte < 256; ++byte) {
          text[at] = static_cast<char>(byte);
          const bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
          ASSERT_EQ(plain_bytes(text, 0), escaped ? at : size) << byte << " at " << at;
        }
      }
    }
  }
}

TEST(Codec, RefusesHostileJson) {
  EXPECT_FALSE(json_fault(std::string(100, '[')).empty());
  EXPECT_EQ(json_fault(R"({"a":1,"a":2})"),
            "the member \"a\" stands twice in one object, up to byte 9");
  EXPECT_EQ(json_fault(R"({"x":[{"b":{"c":1,"d":[],"c":{}}}]})"),
            "the member \"c\" stands twice in one object, up to byte 27");
  EXPECT_EQ(json_fault(R"({"a":{"a":[{"a":1},{"a":2}]}})"), "");  // each in an object of its own
  EXPECT_FALSE(json_fault("{\"a\":\"\xff\"}").empty());
  EXPECT_FALSE(json_fault("").empty());
  EXPECT_TRUE(json_fault("{}").empty());
}

TEST(Codec, NamesArePlainAndShort) {
  auto product = *decode<Product>(R"({"sku":"A","title":"Two\nlines"})").value;
  EXPECT_TRUE(validate(product).empty());
  for (const auto& sku : {std::string("A\x01"), std::string("A\tB"), std::string(257, 'A')}) {
    product.sku = sku;
    const auto problems = validate(product);
    ASSERT_EQ(problems.size(), 1u) << sku;
    EXPECT_EQ(problems[0].path, "sku");
  }
  product.sku = std::string(256, 'A');
  EXPECT_TRUE(validate(product).empty());
}

TEST(Codec, ChecksDigitsAndCodes) {
  auto product = *decode<Product>(R"({"sku":"A","title":"T","gtins":["10614141001019"]})").value;
  const auto problems = validate(product);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].path, "gtins[0]");
}

TEST(Codec, MinorVersionsOnlyAdd) {
  EXPECT_EQ(schema_mismatch("crossdock:order:1.7", "crossdock:order:1.0"), "");
  EXPECT_NE(schema_mismatch("crossdock:order:2.0", "crossdock:order:1.0"), "");
  EXPECT_NE(schema_mismatch("crossdock:product:1.0", "crossdock:order:1.0"), "");
}

TEST(CloudEvents, CarryEveryAttributeThereAndBack) {
  Message message;
  auto& e = message.envelope;
  e.id = "id-1";
  e.source = "edi";
  e.type = kOrderCaptured;
  e.subject = "ord_1";
  e.dataschema = "crossdock:order:1.0";
  e.correlation_id = "c";
  e.causation_id = "k";
  e.idempotency_key = "850:1";
  e.business_key = "order:north:PO-1";
  e.time.ns = 1'764'000'000'123'456'789;
  e.occurred_at.ns = 1'764'000'000'000'000'000;
  e.aggregate_rev = 7;
  message.data = R"({"a":1.50})";
  message.original = std::string("ISA*\0\xff", 6);
  message.original_type = "application/edi-x12";
  const auto text = to_cloud_event(message);
  EXPECT_NE(text.find(R"("specversion":"1.0")"), std::string::npos);
  EXPECT_NE(text.find(R"("data":{"a":1.50})"), std::string::npos);
  const auto back = from_cloud_event(text);
  ASSERT_TRUE(back.value) << to_text(back.problems);
  EXPECT_EQ(back.value->envelope.business_key, e.business_key);
  EXPECT_EQ(back.value->envelope.time.ns, e.time.ns);
  EXPECT_EQ(back.value->envelope.aggregate_rev, 7u);
  EXPECT_EQ(back.value->original, message.original);
}

TEST(CloudEvents, SayWhatIsMissing) {
  const auto decoded = from_cloud_event(R"({"specversion":"0.3","id":"","time":"yesterday"})");
  EXPECT_FALSE(decoded.value);
  const auto found = paths(decoded.problems);
  for (const char* path : {"specversion", "id", "source", "type", "time"}) {
    EXPECT_NE(found.find(path), std::string::npos) << path << " in " << found;
  }
}

}  // namespace
}  // namespace crossdock::canonical
