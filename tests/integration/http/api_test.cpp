// The API description and the host agree: the same routes, and answers of the form it promises.
#include <gtest/gtest.h>
#include <httplib.h>

#include <fstream>
#include <set>

#include "host/http/server.hpp"
#include "tests/support/stack/bare_host.hpp"
#include "tests/support/stack/folder.hpp"
#include "tests/support/stack/stack.hpp"

namespace crossdock::support {
namespace {

namespace json = boost::json;

const json::value& description() {
  static const json::value kDescription = [] {
    std::ifstream in(CROSSDOCK_OPENAPI);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return json::parse(text);
  }();
  return kDescription;
}

std::string upper(std::string text) {
  for (auto& c : text) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

// Just enough of JSON Schema for this description: $ref, type, required, properties, items.
void expect_fits(const json::value& value, const json::value& schema, const std::string& where) {
  const auto& s = schema.as_object();
  if (const auto* reference = s.if_contains("$ref")) {
    const std::string name(reference->as_string());
    expect_fits(value,
                description().at("components").at("schemas").at(name.substr(name.rfind('/') + 1)),
                where);
    return;
  }
  const std::string type(s.contains("type") ? s.at("type").as_string().c_str() : "");
  EXPECT_TRUE(type.empty() || (type == "object" && value.is_object()) ||
              (type == "array" && value.is_array()) || (type == "string" && value.is_string()) ||
              (type == "integer" && (value.is_int64() || value.is_uint64())) ||
              (type == "boolean" && value.is_bool()))
      << where << " is not " << type << ": " << json::serialize(value).substr(0, 100);
  if (value.is_object()) {
    if (const auto* required = s.if_contains("required")) {
      for (const auto& name : required->as_array()) {
        EXPECT_TRUE(value.as_object().contains(name.as_string())) << where << " lacks " << name;
      }
    }
    if (const auto* properties = s.if_contains("properties")) {
      for (const auto& [name, property] : properties->as_object()) {
        if (const auto* member = value.as_object().if_contains(name)) {
          expect_fits(*member, property, where + "." + std::string(name));
        }
      }
    }
  }
  if (value.is_array() && s.contains("items")) {
    for (const auto& element : value.as_array()) {
      expect_fits(element, s.at("items"), where + "[]");
    }
  }
}

TEST(Api, DescribesExactlyTheRoutesThatAreServed) {
  std::set<std::string> described;
  for (const auto& [path, operations] : description().at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      described.insert(upper(std::string(method)) + " " + std::string(path));
    }
  }
  const auto list = host::http::served_routes();
  EXPECT_EQ(described, std::set<std::string>(list.begin(), list.end()));
}

class RunningApi : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new Folder("api");
    host_ = new BareHost(
        folder_->path(),
        "connector source {\n  plugin test_source\n  config {\n    target sink\n  }\n}\n"
        "connector sink {\n  plugin test_sink\n}\n",
        {test_connector("test_source"), test_connector("test_sink")});
    host_->start();
    Stack::wait_until([] { return host_->connector("sink").at("delivered") == json::value(100); },
                      std::chrono::seconds(20));
  }
  static void TearDownTestSuite() {
    host_->stop();
    delete host_;
    delete folder_;
  }
  static httplib::Client client() { return httplib::Client("127.0.0.1", host_->port()); }

  static Folder* folder_;
  static BareHost* host_;
};
Folder* RunningApi::folder_ = nullptr;
BareHost* RunningApi::host_ = nullptr;

TEST_F(RunningApi, AnswersEveryReadingAsDescribed) {
  for (const auto& [path, operations] : description().at("paths").as_object()) {
    const auto* get = operations.as_object().if_contains("get");
    if (get == nullptr) {
      continue;
    }
    std::string target(path);
    const auto open = target.find('{');
    std::string expected = "200";
    if (open != std::string::npos) {
      // What exists for some, what does not for the others.
      const bool connector = target.find("{connector}") != std::string::npos;
      const bool plugin = target.find("{plugin}") != std::string::npos;
      expected = connector || plugin ? "200" : "404";
      target.replace(open, target.find('}') - open + 1,
                     connector ? "sink"
                     : plugin  ? "test_sink"
                               : "nothing-of-that-name");
    }
    const auto answer = client().Get(target);
    ASSERT_TRUE(answer) << target;
    EXPECT_EQ(std::to_string(answer->status), expected) << target << ": " << answer->body;
    const auto& responses = get->at("responses").as_object();
    const auto status = std::to_string(answer->status);
    ASSERT_TRUE(responses.contains(status)) << target << " answers " << status;
    const auto& content = responses.at(status).at("content").as_object();
    const auto type = answer->get_header_value("Content-Type");
    const std::string media = type.substr(0, type.find(';'));
    ASSERT_TRUE(content.contains(media)) << target << " answers " << type;
    if (media.find("json") != std::string::npos) {
      expect_fits(json::parse(answer->body), content.at(media).at("schema"), target);
    }
  }
}

TEST_F(RunningApi, CarriesOutCommandsAndRefusesThemForWhatIsNotThere) {
  EXPECT_EQ(client().Put("/v1/connectors/sink/pause", "", "text/plain")->status, 200);
  EXPECT_TRUE(host_->connector("sink").at("paused").as_bool());
  EXPECT_EQ(client().Put("/v1/connectors/sink/resume", "", "text/plain")->status, 200);
  EXPECT_FALSE(host_->connector("sink").at("paused").as_bool());
  const auto before = host_->connector("sink").at("pid");
  EXPECT_EQ(client().Post("/v1/connectors/sink/restart", "", "text/plain")->status, 200);
  EXPECT_TRUE(Stack::wait_until(
      [&] {
        const auto now = host_->connector("sink");
        return now.at("pid") != before && now.at("state") == json::value("running");
      },
      std::chrono::seconds(10)));
  EXPECT_EQ(client().Put("/v1/connectors/nobody/pause", "", "text/plain")->status, 404);
  EXPECT_EQ(client().Post("/v1/dead-letters/1-nobody/replay", "", "text/plain")->status, 404);
}

TEST_F(RunningApi, ValidatesAConfigurationWithoutStartingAnything) {
  const auto path = "/v1/connector-plugins/test_sink/config/validate";
  const auto wrong = client().Put(path, R"({"wrok":"1s","work":"soon"})", "application/json");
  ASSERT_EQ(wrong->status, 200);
  const auto answer = json::parse(wrong->body);
  EXPECT_EQ(answer.at("valid"), json::value(false));
  EXPECT_EQ(answer.at("problems").as_array().size(), 2u) << wrong->body;
  const auto right = client().Put(path, R"({"work":"1s"})", "application/json");
  EXPECT_EQ(json::parse(right->body).at("valid"), json::value(true));
}

TEST_F(RunningApi, RefusesWhatIsTooLargeOrEncodedAndUnknownPathsWithProblems) {
  const auto path = "/v1/connector-plugins/test_sink/config/validate";
  const auto large = client().Put(path, std::string(3u << 20, ' '), "application/json");
  ASSERT_TRUE(large);
  EXPECT_EQ(large->status, 413);
  const auto encoded = client().Put(path, {{"Content-Encoding", "gzip"}}, "x", "application/json");
  EXPECT_EQ(encoded->status, 415);
  const auto unknown = client().Get("/v2/everything");
  EXPECT_EQ(unknown->status, 404);
  EXPECT_EQ(unknown->get_header_value("Content-Type").substr(0, 24), "application/problem+json");
  expect_fits(json::parse(unknown->body),
              description().at("components").at("schemas").at("Problem"), "problem");
}

TEST_F(RunningApi, PagesOfOthersCannotSpeakForAnOperator) {
  const auto restart = "/v1/connectors/sink/restart";
  const auto status = [&](const httplib::Headers& headers) {
    const auto result = client().Post(restart, headers, "", "application/json");
    return result ? result->status : 0;
  };
  EXPECT_EQ(status({{"Origin", "http://shop.example"}}), 403);
  EXPECT_EQ(status({{"Host", "shop.example"}}), 421) << "a name of theirs that leads here";
  EXPECT_EQ(status({{"Host", "localhost"}, {"Origin", "http://localhost"}}), 200);
}

TEST_F(RunningApi, ServesThePageInParts) {
  for (const char* path : {"/", "/page.css", "/page.js"}) {
    const auto part = client().Get(path);
    ASSERT_TRUE(part);
    EXPECT_EQ(part->status, 200);
    EXPECT_GT(part->body.size(), 1000u) << path;
    EXPECT_EQ(part->get_header_value("Content-Security-Policy").find("unsafe"), std::string::npos);
  }
}

}  // namespace
}  // namespace crossdock::support
