// The outside world of the judge: which rule answers, and what it remembers.
#include "sdk/conformance/world.hpp"

#include <gtest/gtest.h>

#include <crossdock/http.hpp>

namespace crossdock::conformance {
namespace {

WorldRule rule(const std::string& method, const std::string& path, const std::string& answer) {
  WorldRule out;
  out.method = method;
  out.path = path;
  out.answer = answer;
  return out;
}

HttpClient client_of(const World& world) {
  HttpOptions options;
  options.base_url = world.url();
  return HttpClient(options);
}

TEST(World, WhatIsLookedUpIsNotThereBeforeItWasMade) {
  auto make = rule("POST", "/labels", "made");
  make.effect = "each";
  make.name = "label";
  auto look = rule("GET", "/labels/1", "found");
  look.after = "label";
  World world({make, look});
  const auto client = client_of(world);
  EXPECT_EQ(client.get("/labels/1").status, 404);
  EXPECT_EQ(client.post("/labels", "{}").body, "made");
  EXPECT_EQ(client.get("/labels/1").body, "found");
  world.begin(Mood::kind, 1);
  EXPECT_EQ(client.get("/labels/1").status, 404) << "a new check begins with an empty world";
}

TEST(World, RequestsAreToldApartByTheirBodies) {
  auto one = rule("POST", "/rpc", "one");
  one.body = {{"method", "one"}, {"params", {{"deep", 1}}}};
  auto two = rule("POST", "/rpc", "two");
  two.body = {{"method", "two"}};
  two.effect = "each";
  World world({one, two});
  const auto client = client_of(world);
  EXPECT_EQ(client.post("/rpc", R"({"method":"one","params":{"deep":1,"more":2}})").body, "one");
  EXPECT_EQ(client.post("/rpc", R"({"method":"two"})").body, "two");
  EXPECT_EQ(client.post("/rpc", R"({"method":"one","params":{"deep":2}})").status, 404);
  EXPECT_EQ(client.post("/rpc", "no JSON").status, 404);
  EXPECT_EQ(world.effects(), 1u);
}

}  // namespace
}  // namespace crossdock::conformance
