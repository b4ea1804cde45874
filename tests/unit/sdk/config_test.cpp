// A connector's configuration: declared once, read with every fault at once.
#include <gtest/gtest.h>

#include <crossdock/config.hpp>

namespace crossdock {
namespace {

struct Place {
  std::string name;
  std::string code;
};
struct Config {
  std::string url;
  std::int64_t page = 50;
  bool strict = true;
  std::chrono::milliseconds timeout{1000};
  Secret key;
  std::vector<Place> places;
};

const ConfigSchema<Config>& config_schema() {
  static const auto kSchema = schema<Config>(
      field("url", &Config::url).required(), field("page", &Config::page).range(1, 500),
      field("strict", &Config::strict), field("timeout", &Config::timeout),
      field("key", &Config::key).secret(),
      list("place", &Config::places,
           schema<Place>(field("name", &Place::name).required(), field("code", &Place::code))));
  return kSchema;
}

Config parse(const char* text, std::vector<ConfigFault>& faults) {
  return config_schema().parse(text, faults);
}

TEST(Config, ReadsTextAsItsTypeAndKeepsDefaults) {
  std::vector<ConfigFault> faults;
  const auto config =
      parse(R"({"url":"http://a","page":"7","strict":"no","timeout":"5s","key":"s3cret"})", faults);
  ASSERT_TRUE(faults.empty()) << to_text(faults);
  EXPECT_EQ(config.url, "http://a");
  EXPECT_EQ(config.page, 7);
  EXPECT_FALSE(config.strict);
  EXPECT_EQ(config.timeout, std::chrono::seconds(5));
  EXPECT_EQ(config.key.reveal(), "s3cret");
}

TEST(Config, CollectsEveryFaultWithItsPath) {
  std::vector<ConfigFault> faults;
  parse(R"({"page":"many","timeout":"soon","plaec":"x","place":[{"code":"1"}]})", faults);
  std::vector<std::string> paths;
  paths.reserve(faults.size());
  for (const auto& fault : faults) {
    paths.push_back(fault.path);
  }
  std::sort(paths.begin(), paths.end());
  EXPECT_EQ(paths, (std::vector<std::string>{"page", "place[0].name", "plaec", "timeout", "url"}));
}

TEST(Config, TakesOneBlockManyBlocksAndABareNameForAList) {
  std::vector<ConfigFault> faults;
  EXPECT_EQ(parse(R"({"url":"u","place":{"name":"A","code":"1"}})", faults).places.size(), 1u);
  const auto config = parse(R"({"url":"u","place":["A",{"name":"B"}]})", faults);
  ASSERT_TRUE(faults.empty()) << to_text(faults);
  ASSERT_EQ(config.places.size(), 2u);
  EXPECT_EQ(config.places[0].name, "A");
}

TEST(Config, RefusesWhatIsNotInRangeAndWhatIsNotJson) {
  std::vector<ConfigFault> faults;
  parse(R"({"url":"u","page":"501"})", faults);
  EXPECT_EQ(faults.size(), 1u);
  faults.clear();
  parse("{", faults);
  EXPECT_EQ(faults.size(), 1u);
}

TEST(Config, SchemaSaysWhatIsRequiredAndWhatIsSecret) {
  const auto schema = boost::json::parse(config_schema().json_schema());
  EXPECT_EQ(schema.at("required").as_array().at(0), boost::json::value("url"));
  EXPECT_TRUE(schema.at("properties").at("key").as_object().contains("x-secret"));
  EXPECT_EQ(schema.at("additionalProperties"), boost::json::value(false));
}

}  // namespace
}  // namespace crossdock
