#include "host/app/section.hpp"

#include <gtest/gtest.h>

#include <boost/property_tree/info_parser.hpp>
#include <sstream>

#include "host/app/configuration_files.hpp"

namespace crossdock::host::app {
namespace {

using std::chrono::milliseconds;

boost::property_tree::ptree parse(const std::string& text) {
  boost::property_tree::ptree tree;
  std::istringstream in(text);
  boost::property_tree::read_info(in, tree);
  return tree;
}

TEST(Section, ReadsValuesWithTheirUnits) {
  const auto tree = parse("wait 90s\nsize 64K\nport 8080\non yes\nwords \"a b  c\"\nratio 0.5\n");
  Problems problems;
  Section section(tree, "f.info", "", problems);
  EXPECT_EQ(section.duration("wait", {}), milliseconds(90'000));
  EXPECT_EQ(section.bytes("size", 0), 65536);
  EXPECT_EQ(section.integer("port", 0, 0, 65535), 8080);
  EXPECT_TRUE(section.flag("on", false));
  EXPECT_EQ(section.words("words"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_DOUBLE_EQ(section.number("ratio", 0, 0, 1), 0.5);
  section.finish();
  EXPECT_TRUE(problems.empty());
}

TEST(Section, CollectsEveryFaultWithFileAndPath) {
  const auto tree =
      parse("http { prot 80\n port 99999\n wait 5\n size 1X\n on maybe\n kind grean }\n");
  Problems problems;
  Section root(tree, "f.info", "", problems);
  auto http = root.child("http");
  ASSERT_TRUE(http);
  http->required("address");
  http->integer("port", 0, 0, 65535);
  http->duration("wait", {});
  http->bytes("size", 0);
  http->flag("on", false);
  http->one_of("kind", {"green", "red"}, "red");
  http->finish();
  ASSERT_EQ(problems.size(), 7u);
  EXPECT_EQ(problems[0].path, "http.address");
  EXPECT_EQ(problems[1].path, "http.port");
  EXPECT_EQ(problems[2].path, "http.wait");
  EXPECT_EQ(problems[3].path, "http.size");
  EXPECT_EQ(problems[4].path, "http.on");
  EXPECT_EQ(problems[5].path, "http.kind");
  EXPECT_NE(problems[5].message.find("did you mean `green`"), std::string::npos);
  EXPECT_EQ(problems[6].path, "http.prot");
  EXPECT_NE(problems[6].message.find("did you mean `port`"), std::string::npos);
  for (const auto& problem : problems) {
    EXPECT_EQ(problem.file, "f.info");
  }
}

TEST(Section, ARepeatedValueIsAFault) {
  const auto tree = parse("port 1\nport 2\n");
  Problems problems;
  Section section(tree, "f.info", "", problems);
  section.integer("port", 0, 0, 10);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].message.find("2 times"), std::string::npos);
}

TEST(Section, AnOverflowingSizeIsAFault) {
  const auto tree = parse("size 9000000000000T\n");
  Problems problems;
  Section section(tree, "f.info", "", problems);
  EXPECT_EQ(section.bytes("size", 7), 7);
  EXPECT_EQ(problems.size(), 1u);
}

TEST(InfoToJson, LeavesBlocksNamesAndRepeats) {
  const auto tree =
      parse("inbox \"/in\"\npartner north { id 01 }\npartner south { id 02 }\none x { a 1 }\n");
  EXPECT_EQ(info_to_json(tree),
            R"({"inbox":"/in","partner":[{"name":"north","id":"01"},{"name":"south","id":"02"}],)"
            R"("one":{"name":"x","a":"1"}})");
  EXPECT_EQ(info_to_json({}), "{}");
}

}  // namespace
}  // namespace crossdock::host::app
