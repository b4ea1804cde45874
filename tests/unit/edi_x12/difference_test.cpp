// The comparison behind crossdock-x12 diff: a shortest way, checked by walking it.
#include "plugins/edi_x12/command/difference.hpp"

#include <gtest/gtest.h>

#include <random>

namespace crossdock::x12::command {
namespace {

using Numbers = std::vector<std::uint64_t>;

// The edits lead from `a` to `b`, in order; how many places differ.
std::size_t walk(const Numbers& a, const Numbers& b, const std::vector<Edit>& edits) {
  std::size_t i = 0, j = 0, changes = 0;
  for (const auto& edit : edits) {
    if (edit.kind == Edit::Kind::same) {
      EXPECT_EQ(edit.a, i);
      EXPECT_EQ(edit.b, j);
      EXPECT_EQ(a.at(i++), b.at(j++));
    } else if (edit.kind == Edit::Kind::removed) {
      EXPECT_EQ(edit.a, i++);
      ++changes;
    } else {
      EXPECT_EQ(edit.b, j++);
      ++changes;
    }
  }
  EXPECT_EQ(i, a.size());
  EXPECT_EQ(j, b.size());
  return changes;
}

std::size_t changes(const Numbers& a, const Numbers& b, std::size_t most = 4000) {
  return walk(a, b, difference(a, b, most));
}

// By the plain table of all common subsequences.
std::size_t fewest(const Numbers& a, const Numbers& b) {
  std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      common[i][j] = a[i - 1] == b[j - 1] ? common[i - 1][j - 1] + 1
                                          : std::max(common[i - 1][j], common[i][j - 1]);
    }
  }
  return a.size() + b.size() - 2 * common[a.size()][b.size()];
}

TEST(Difference, KnownCases) {
  EXPECT_EQ(changes({}, {}), 0u);
  EXPECT_EQ(changes({1, 2, 3}, {1, 2, 3}), 0u);
  EXPECT_EQ(changes({1, 2, 3}, {}), 3u);
  EXPECT_EQ(changes({}, {1}), 1u);
  EXPECT_EQ(changes({1, 2, 3, 4}, {1, 3, 4}), 1u);
  EXPECT_EQ(changes({1, 2, 3}, {4, 5, 6}), 6u);
}

TEST(Difference, IsAlwaysTheShortestWay) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    Numbers a(random() % 20), b(random() % 20);
    for (auto* list : {&a, &b}) {
      for (auto& one : *list) {
        one = random() % 4;
      }
    }
    EXPECT_EQ(changes(a, b), fewest(a, b));
  }
}

TEST(Difference, GoesPlaceByPlaceBeyondItsBound) {
  Numbers a(100, 1), b(100, 2);
  EXPECT_EQ(changes(a, b, 10), 200u);
}

}  // namespace
}  // namespace crossdock::x12::command
