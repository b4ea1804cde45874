#include "host/delivery/routes.hpp"

#include <gtest/gtest.h>

namespace crossdock::host::delivery {
namespace {

using Names = std::vector<std::string>;

Routes routes() {
  return Routes({{"crossdock.tracking.*", {"crm"}}},
                {{"erp", {"crossdock.sales.order.routed.v1"}},
                 {"wms_a", {"crossdock.fulfillment.order.requested.v1"}},
                 {"wms_b", {"crossdock.fulfillment.order.requested.v1"}},
                 {"crm", {}},
                 {"audit", {"crossdock.*"}}},
                [](std::string_view type) { return type.starts_with("crossdock.sales."); });
}

TEST(Routes, ANamedTargetIsTheOnlyDestination) {
  EXPECT_EQ(
      routes().find("crossdock.fulfillment.order.requested.v1", "wms_b", "process").destinations,
      Names{"wms_b"});
}

TEST(Routes, AnUnknownTargetIsSaid) {
  const auto found = routes().find("crossdock.sales.order.routed.v1", "wms_c", "process");
  EXPECT_TRUE(found.unknown_target);
  EXPECT_TRUE(found.destinations.empty());
}

TEST(Routes, WithoutTargetTheManifestsDecide) {
  EXPECT_EQ(routes().find("crossdock.sales.order.routed.v1", "", "process").destinations,
            (Names{"erp", "audit"}));
}

TEST(Routes, AConfiguredRouteReplacesTheManifests) {
  EXPECT_EQ(routes().find("crossdock.tracking.event.scanned.v1", "", "carrier").destinations,
            Names{"crm"});
}

TEST(Routes, ProcessesGetWhatTheyTakeButNotTheirOwn) {
  EXPECT_EQ(routes().find("crossdock.sales.order.captured.v1", "", "edi").destinations,
            (Names{"process", "audit"}));
  EXPECT_EQ(routes().find("crossdock.sales.order.captured.v1", "", "process").destinations,
            Names{"audit"});
}

TEST(Routes, NothingIsSentBackToItsSource) {
  EXPECT_EQ(routes().find("crossdock.sales.order.captured.v1", "", "audit").destinations,
            Names{"process"});
}

}  // namespace
}  // namespace crossdock::host::delivery
