// Quantities, money, instants and identifiers.
#include <gtest/gtest.h>

#include "crossdock/canonical/identifiers.hpp"
#include "crossdock/canonical/instant.hpp"
#include "crossdock/canonical/money.hpp"

namespace crossdock::canonical {
namespace {

TEST(Decimal, ReadsExactlyAndRefusesTheRest) {
  EXPECT_EQ(parse_decimal("12.5", 4), 125'000);
  EXPECT_EQ(parse_decimal("-0.0001", 4), -1);
  EXPECT_EQ(parse_decimal("7", 0), 7);
  for (const char* wrong : {"", ".", "1.23456", "1e3", " 1", "1 ", "0x1", "--1",
                            "99999999999999999999", "NaN", "1,5"}) {
    EXPECT_FALSE(parse_decimal(wrong, 4)) << wrong;
  }
  EXPECT_EQ(decimal_text(125'000, 4), "12.5");
  EXPECT_EQ(decimal_text(-1, 4), "-0.0001");
  EXPECT_EQ(decimal_text(990, 2, 2), "9.90");
  EXPECT_EQ(decimal_text(0, 4), "0");
  EXPECT_EQ(decimal_text(0, 2, 2), "0.00");
  EXPECT_EQ(decimal_text(-1'000'500, 6, 2), "-1.0005");
  EXPECT_EQ(decimal_text(7, 0), "7");
  EXPECT_EQ(decimal_text(INT64_MAX, 4), "922337203685477.5807");
  EXPECT_EQ(decimal_text(INT64_MIN, 4), "-922337203685477.5808");
  EXPECT_EQ(decimal_text(INT64_MIN, 18), "-9.223372036854775808");
}

TEST(Money, ExtendsOnceAndRoundsOnce) {
  // 3 x 0.335 = 1.005
  EXPECT_EQ(extended({335'000, "USD"}, {30'000, "EA"})->minor, 101);
  EXPECT_EQ(extended({335'000, "USD"}, {30'000, "EA"}, Rounding::half_even)->minor, 100);
  EXPECT_EQ(extended({1'500'000, "JPY"}, {30'000, "EA"})->minor, 5);
  EXPECT_FALSE(extended({INT64_MAX, "USD"}, {INT64_MAX, "EA"}));
  EXPECT_EQ(minor_digits("KWD"), 3);
}

TEST(Instant, ReadsRfc3339WithOffsetsAndNanoseconds) {
  const auto instant = parse_instant("2026-03-08T01:59:59.000000001-05:00");
  ASSERT_TRUE(instant);
  EXPECT_EQ(to_string(*instant), "2026-03-08T06:59:59.000000001Z");
  for (const char* wrong :
       {"2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00", "x"}) {
    EXPECT_FALSE(parse_instant(wrong)) << wrong;
  }
  // The day changes with the zone.
  EXPECT_EQ(to_string(*local_date(*parse_instant("2026-03-09T03:30:00Z"), "America/New_York")),
            "2026-03-08");
  EXPECT_FALSE(local_date(*instant, "Mars/Olympus"));
}

TEST(Identifiers, HaveCheckDigits) {
  EXPECT_TRUE(is_gtin("036000291452"));  // a UPC-A in common use as an example
  EXPECT_FALSE(is_gtin("036000291453"));
  EXPECT_TRUE(is_sscc("106141412345678908"));
  EXPECT_FALSE(is_sscc("106141412345678909"));
  EXPECT_TRUE(is_gln("0614141000012"));
  EXPECT_FALSE(is_gtin("03600029145x"));
  const auto sscc = make_sscc('0', "0614141", 1);
  ASSERT_TRUE(sscc);
  EXPECT_TRUE(is_sscc(*sscc));
  EXPECT_FALSE(make_sscc('0', "0614141", 1'000'000'000));  // its nine serial digits are used up
  EXPECT_TRUE(is_gtin(*make_gtin14('1', "0614141", "00101")));
}

}  // namespace
}  // namespace crossdock::canonical
