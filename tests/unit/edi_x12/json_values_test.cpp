// Values written many bytes at a time say what the general way says, or leave them to it.
#include "plugins/edi_x12/mapping/json_values.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "plugins/edi_x12/mapping/values.hpp"

namespace crossdock::x12 {
namespace {

std::string some(std::mt19937& random, std::string_view of, std::size_t most) {
  std::string out(random() % (most + 1), ' ');
  for (auto& c : out) {
    c = of[random() % of.size()];
  }
  return out;
}

// The plain way over a value with other bytes behind it; nothing where it leaves it alone.
template <class Way>
std::string plain(const std::string& value, bool& taken, Way way) {
  const std::string padded = value + std::string(64, '7');
  std::string out(value.size() + 64, '\0');
  const char* end = way(padded.data(), static_cast<std::uint32_t>(value.size()), out.data());
  taken = end != nullptr;
  out.resize(taken ? static_cast<std::size_t>(end - out.data()) : 0);
  return out;
}

TEST(JsonValues, NumbersAreThoseOfTheGeneralWay) {
  std::mt19937 random(1);
  std::size_t taken_ones = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto value = some(random, i % 2 == 0 ? "0123456789." : "0012.-+E", 18);
    const int decimals = static_cast<int>(random() % 7);
    bool taken = false;
    const auto got = plain(value, taken, [&](const char* from, std::uint32_t length, char* to) {
      return json_values::plain_decimal(from, length, static_cast<unsigned>(decimals), to);
    });
    if (taken) {
      ++taken_ones;
      std::string wanted, fault;
      ASSERT_TRUE(append_decimal(value, decimals, wanted, fault)) << value << ": " << fault;
      ASSERT_EQ(got, wanted) << value;
    }
  }
  EXPECT_GT(taken_ones, 1'000u);
}

TEST(JsonValues, UsualNumbersAreTaken) {
  for (const char* value : {"0", "7", "480", "9.99", "10.50", "0.5", "12.", "100.00"}) {
    bool taken = false;
    (void)plain(value, taken, [](const char* from, std::uint32_t length, char* to) {
      return json_values::plain_decimal(from, length, 4, to);
    });
    EXPECT_TRUE(taken) << value;
  }
}

TEST(JsonValues, TextIsThatOfTheGeneralWay) {
  std::mt19937 random(2);
  std::size_t taken_ones = 0;
  for (int i = 0; i < 50'000; ++i) {
    auto value = some(random, "abcXYZ 019-/.&", 70);
    if (!value.empty() && random() % 2 == 0) {
      value[random() % value.size()] = "\"\\\n\x1f\x7f\x80\xff"[random() % 7];
    }
    bool taken = false;
    const auto got = plain(value, taken, json_values::plain_text);
    std::string wanted;
    append_json_string(value, wanted);
    if (taken) {
      ++taken_ones;
      ASSERT_EQ("\"" + got + "\"", wanted);
    } else {
      ASSERT_NE("\"" + value + "\"", wanted) << "plain, and not taken";
    }
  }
  EXPECT_GT(taken_ones, 20'000u);
}

TEST(JsonValues, DatesAreThoseOfTheGeneralWay) {
  MapField field;
  field.codec = Codec::date;
  std::mt19937 random(3);
  for (int i = 0; i < 50'000; ++i) {
    const auto value = some(random, "00112239", 9);
    bool taken = false;
    const auto got = plain(value, taken, json_values::plain_date);
    std::string wanted, fault;
    const bool good = append_canonical(field, value, {}, {}, nullptr, wanted, fault);
    if (taken) {
      ASSERT_TRUE(good) << value;
      ASSERT_EQ("\"" + got + "\"", wanted);
    } else {
      ASSERT_TRUE(!good || value.size() == 6) << value;
    }
  }
}

}  // namespace
}  // namespace crossdock::x12
