// What another system says is quoted whole where it is text, and harmlessly where it is not.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <crossdock/words.hpp>

namespace crossdock::outside {
namespace {

TEST(Words, TextStaysAsItIs) {
  EXPECT_EQ(words("Straße 7, \xE6\x9D\xB1\xE4\xBA\xAC \xF0\x9F\x9A\x9A", 100),
            "Straße 7, \xE6\x9D\xB1\xE4\xBA\xAC \xF0\x9F\x9A\x9A");
  EXPECT_EQ(words("", 10), "");
}

TEST(Words, ACharacterIsNeverCutInTwo) {
  EXPECT_EQ(words("ab\xC3\xA4", 3), "ab");
  EXPECT_EQ(words("ab\xC3\xA4", 4), "ab\xC3\xA4");
  EXPECT_EQ(words("abcdef", 4), "abcd");
}

TEST(Words, WhatIsNoUtf8BecomesQuestionMarks) {
  EXPECT_EQ(words("caf\xE9!", 100), "caf?!") << "Latin-1";
  EXPECT_EQ(words("\xC0\xAF", 100), "??") << "overlong";
  EXPECT_EQ(words("\xED\xA0\x80", 100), "???") << "a surrogate";
  EXPECT_EQ(words("\xF4\x90\x80\x80", 100), "????") << "beyond U+10FFFF";
  EXPECT_EQ(words("a\xE6\x9D", 100), "a??") << "cut off by the other side";
}

TEST(Words, ControlCharactersBecomeSpaces) {
  EXPECT_EQ(words(std::string_view("a\nb\0c\x7f", 6), 100), "a b c ");
}

TEST(Words, EveryByteGivesJson) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    all += static_cast<char>(255 - i);
  }
  boost::json::error_code error;
  (void)boost::json::parse(boost::json::serialize(boost::json::string(words(all, 10'000))), error);
  EXPECT_FALSE(error) << error.message();
}

}  // namespace
}  // namespace crossdock::outside
