// Messages that are handled in one transaction: one that must be refused takes nothing of the
// others with it, whether it comes first, last or between, and a rebuild sees it the same way.
#include <gtest/gtest.h>

#include "tests/integration/process/staged.hpp"
#include "tests/support/stack/folder.hpp"

namespace crossdock::support {
namespace {

using namespace host;

TEST(Group, WhatMustBeRefusedIsRefusedAlone) {
  const Folder folder("group");
  Staged staged(folder.path());
  auto& stage = staged.stage();
  staged.product("SKU-A");
  staged.count("EWR", "SKU-A", 30);
  // All are durable before the processes look at the first of them.
  staged.arrive(canonical::kMovementReported, impossible("first"));
  for (int i = 0; i < 4; ++i) {
    staged.arrive(canonical::kOrderCaptured, Staged::order("PO-" + std::to_string(i), "SKU-A", 2));
    staged.arrive(canonical::kMovementReported, impossible("then-" + std::to_string(i)));
  }
  stage.settle();
  EXPECT_EQ(stage.letters().size(), 5u);
  EXPECT_EQ(staged.number("SELECT COUNT(*) FROM orders"), 4);
  EXPECT_EQ(staged.number("SELECT COUNT(*) FROM reservations WHERE open = 20000"), 4);
  EXPECT_EQ(
      staged.number("SELECT allocated FROM positions WHERE sku = 'SKU-A' AND warehouse = 'EWR'"),
      80'000);
  EXPECT_EQ(staged.number("SELECT COUNT(*) FROM positions WHERE warehouse = 'MARS'"), 0);
  EXPECT_EQ(staged.number("SELECT COUNT(*) FROM movements WHERE warehouse = 'MARS'"), 0);
  // Written by its handler before that refused it.
  EXPECT_EQ(staged.number("SELECT COUNT(*) FROM lineage WHERE id = 'MARS'"), 0);
  std::size_t acknowledged = 0;
  for (const auto& one : stage.sent()) {
    acknowledged += one.type == canonical::kOrderAcknowledged ? 1 : 0;
  }
  EXPECT_EQ(acknowledged, 4u);
  EXPECT_TRUE(stage.differences_of_rebuild().empty());
}

}  // namespace
}  // namespace crossdock::support
