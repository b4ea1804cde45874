// Records that are written straight into a text are read back as they were meant.
#include "host/process/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace crossdock::host::process {
namespace {

namespace json = boost::json;

TEST(JsonText, IsReadBackAsItWasMeant) {
  const std::string awkward("quote \" slash \\ line\n tab\t nothing\0 \x1f caf\xc3\xa9", 43);
  JsonText out;
  out.open_object().member(awkward, awkward).member("yes", true).member("word", "no bool");
  out.member("least", INT64_MIN).member("most", INT64_MAX).member("third", 1.0 / 3);
  out.key("none").open_array().close_array();
  out.key("some").open_array().value(std::int64_t{1}).value("two");
  out.open_object().close_object().close_array().close_object();
  const auto value = json::parse(out.take());
  EXPECT_EQ(value.at(awkward), json::value(awkward));
  EXPECT_EQ(value.at("yes"), json::value(true));
  EXPECT_EQ(value.at("word"), json::value("no bool"));
  EXPECT_EQ(value.at("least").as_int64(), INT64_MIN);
  EXPECT_EQ(value.at("most").as_int64(), INT64_MAX);
  EXPECT_DOUBLE_EQ(value.at("third").as_double(), 1.0 / 3);
  EXPECT_TRUE(value.at("none").as_array().empty());
  EXPECT_EQ(value.at("some").as_array().size(), 3u);
}

}  // namespace
}  // namespace crossdock::host::process
