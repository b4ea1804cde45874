// Budgets: who may go when, what is learnt from answers, and who overtakes whom.
#include "host/delivery/budgets.hpp"

#include <gtest/gtest.h>

#include <map>

namespace crossdock::host::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

class BudgetsTest : public ::testing::Test {
 public:
  Budgets::Time now = Budgets::Time{} + std::chrono::hours(1);
  Budgets budgets;
  std::vector<std::string> went;  // names of what was let through, in order
  std::map<std::string, Budgets::Ticket> tickets;

  void limit(const std::string& operation, LimitTerms terms) {
    budgets.configure("acme", {{operation, terms}}, now);
  }
  void ask(const std::string& name, Priority priority = Priority::normal,
           const std::string& operation = "stock.write", double cost = 1) {
    tickets[name] = budgets.ask(
        {"acme", operation, "desk", priority, cost}, [this, name] { went.push_back(name); }, now);
  }
  void ask_many(const std::string& name, int count, Priority priority) {
    for (int i = 0; i < count; ++i) {
      ask(name, priority);
    }
  }
  // Runs until `end`, as the loop does: at the times that run() names.
  void run_until(Budgets::Time end) {
    for (int i = 0; i < 100'000; ++i) {
      const auto next = budgets.run(now).next;
      if (next == Limit::kNever || next > end) {
        break;
      }
      ASSERT_GT(next, now) << "it would turn on the spot";
      now = next;
    }
    now = end;
    budgets.run(now);
  }
  std::size_t count(const std::string& name) const {
    return static_cast<std::size_t>(std::count(went.begin(), went.end(), name));
  }
  LimitView view(const std::string& operation) {
    for (const auto& account : budgets.view(now)) {
      for (const auto& one : account.limits) {
        if (account.name == "acme" && one.operation == operation) {
          return one;
        }
      }
    }
    return {};
  }
};

TEST_F(BudgetsTest, WithoutALimitEverythingPasses) {
  ask_many("any", 1000, Priority::bulk);
  budgets.run(now);
  EXPECT_EQ(went.size(), 1000u);
}

TEST_F(BudgetsTest, BurstThenRate) {
  limit("*", {.rate = 2, .burst = 10, .reserve = 0});
  ask_many("any", 100, Priority::normal);
  budgets.run(now);
  EXPECT_EQ(went.size(), 10u);
  run_until(now + seconds(10));
  EXPECT_EQ(went.size(), 30u);
}

TEST_F(BudgetsTest, NeverMoreThanTheQuotaInAnyWindow) {
  limit("*", {.burst = 150, .window = seconds(60), .reserve = 0});
  std::vector<Budgets::Time> times;
  for (int i = 0; i < 2000; ++i) {
    budgets.ask(
        {"acme", "x", "", Priority::normal, 1}, [&] { times.push_back(now); }, now);
  }
  const auto end = now + seconds(400);
  for (auto next = now; next <= end; next = budgets.run(now).next) {
    now = next;
  }
  ASSERT_GT(times.size(), 800u) << "and nearly all of it is used";
  for (std::size_t i = 150; i < times.size(); ++i) {
    ASSERT_GE(times[i] - times[i - 150], seconds(60)) << i;
  }
}

TEST_F(BudgetsTest, UrgentOvertakesAndTheOthersAreNotStarved) {
  limit("*", {.rate = 1, .burst = 1});
  ask("first");
  budgets.run(now);
  ask_many("bulk", 500, Priority::bulk);
  ask_many("normal", 500, Priority::normal);
  ask("zero", Priority::urgent);
  run_until(now + milliseconds(1100));
  ASSERT_EQ(went.size(), 2u);
  EXPECT_EQ(went.back(), "zero") << "501 waited before it";
  ask_many("flood", 500, Priority::urgent);
  run_until(now + seconds(160));
  EXPECT_GE(count("flood"), 100u);
  EXPECT_GE(count("normal"), 25u);
  EXPECT_GE(count("bulk"), 8u);
}

// A flood of the one keeps the level below the reserve that the others leave alone.
TEST_F(BudgetsTest, AReserveStarvesNobody) {
  limit("*", {.rate = 1, .burst = 10});
  ask_many("flood", 500, Priority::normal);
  ask_many("bulk", 500, Priority::bulk);
  run_until(now + seconds(160));
  EXPECT_GE(count("flood"), 140u);
  EXPECT_GE(count("bulk"), 8u);
  const auto before = count("bulk");
  ask_many("zero", 500, Priority::urgent);
  run_until(now + seconds(160));
  EXPECT_GE(count("zero"), 100u);
  EXPECT_GE(count("bulk"), before + 8u);
}

TEST_F(BudgetsTest, AReserveIsThereAtOnceForWhatIsUrgent) {
  limit("*", {.rate = 1, .burst = 20});
  ask_many("bulk", 100, Priority::bulk);
  budgets.run(now);
  EXPECT_EQ(count("bulk"), 16u) << "a fifth is kept back";
  ask_many("zero", 4, Priority::urgent);
  budgets.run(now);
  EXPECT_EQ(count("zero"), 4u);
}

TEST_F(BudgetsTest, ADearRequestIsNotOvertakenForEverByCheapOnes) {
  limit("*", {.rate = 10, .burst = 100, .reserve = 0});
  ask("all", Priority::normal, "x", 100);
  budgets.run(now);
  ask("dear", Priority::normal, "x", 80);
  ask_many("cheap", 500, Priority::normal);
  run_until(now + seconds(7));
  EXPECT_EQ(went.size(), 1u);
  run_until(now + milliseconds(1100));
  ASSERT_GE(went.size(), 2u);
  EXPECT_EQ(went[1], "dear");
}

TEST_F(BudgetsTest, AnOperationThatWaitsHoldsBackNoOther) {
  budgets.configure(
      "acme", {{"stock.*", {.rate = 0.01, .burst = 1}}, {"*", {.rate = 100, .burst = 100}}}, now);
  ask_many("stock", 10, Priority::normal);
  ask("orders", Priority::bulk, "orders.read");
  budgets.run(now);
  EXPECT_EQ(count("stock"), 1u);
  EXPECT_EQ(count("orders"), 1u);
}

TEST_F(BudgetsTest, ConnectorsOfOneAccountShareAndOtherAccountsDoNot) {
  limit("*", {.rate = 1, .burst = 2, .reserve = 0});
  int one = 0;
  int two = 0;
  int other = 0;
  for (int i = 0; i < 5; ++i) {
    budgets.ask(
        {"acme", "x", "one", Priority::normal, 1}, [&] { ++one; }, now);
    budgets.ask(
        {"acme", "x", "two", Priority::normal, 1}, [&] { ++two; }, now);
    budgets.ask(
        {"else", "x", "three", Priority::normal, 1}, [&] { ++other; }, now);
  }
  budgets.run(now);
  EXPECT_EQ(one, 1);
  EXPECT_EQ(two, 1);
  EXPECT_EQ(other, 5);
}

TEST_F(BudgetsTest, RetryAfterHoldsTheOperation) {
  ask("first");
  budgets.run(now);
  EXPECT_TRUE(budgets.answered(tickets["first"], {.refused = true, .retry_after = seconds(7)}, now,
                               "desk"));
  ask("stock");
  ask("orders", Priority::normal, "orders.read");
  budgets.run(now);
  EXPECT_EQ(count("orders"), 1u);
  run_until(now + milliseconds(6900));
  EXPECT_EQ(count("stock"), 0u);
  run_until(now + milliseconds(200));
  EXPECT_EQ(count("stock"), 1u);
  EXPECT_EQ(view("stock.write").refused, 1u);
}

TEST_F(BudgetsTest, ACostBucketIsLearntFromItsAnswers) {
  // A GraphQL shop: it was thought to cost 50, and cost 10.
  ask("first", Priority::urgent, "graphql", 50);
  budgets.run(now);
  budgets.answered(tickets["first"], {.cost = 10, .limit = 100, .remaining = 90, .rate = 5}, now,
                   "desk");
  EXPECT_EQ(view("graphql").burst, 100);
  EXPECT_EQ(view("graphql").rate, 5) << "units a second";
}

TEST_F(BudgetsTest, WhatIsUnderWayIsTakenAsNotYetCounted) {
  limit("*", {.rate = 1, .burst = 100, .reserve = 0});
  ask("a", Priority::normal, "x", 30);
  ask("b", Priority::normal, "x", 30);
  budgets.run(now);
  budgets.answered(tickets["a"], {.remaining = 60}, now, "desk");
  EXPECT_EQ(view("*").level, 30) << "60 are left by the answer, and 30 of them may be b's";
  budgets.answered(tickets["b"], {.cost = 5}, now, "desk");
  EXPECT_EQ(view("*").level, 55);
}

TEST_F(BudgetsTest, AFixedWindowComesBackAsAWhole) {
  ask("first");
  budgets.run(now);
  budgets.answered(tickets["first"],
                   {.limit = 10, .remaining = 3, .reset_after = seconds(20), .window = seconds(30)},
                   now, "desk");
  ask_many("any", 100, Priority::urgent);
  budgets.run(now);
  EXPECT_EQ(count("any"), 3u);
  run_until(now + seconds(19));
  EXPECT_EQ(count("any"), 3u);
  run_until(now + seconds(2));
  EXPECT_EQ(count("any"), 13u);
  run_until(now + seconds(30));
  EXPECT_EQ(count("any"), 23u) << "without another answer the windows go on";
}

TEST_F(BudgetsTest, AnswersNeverRaiseWhatTheOperatorConfigured) {
  limit("*", {.rate = 2, .burst = 10, .reserve = 0});
  ask("first");
  budgets.run(now);
  budgets.answered(tickets["first"], {.limit = 1000, .remaining = 999, .rate = 100}, now, "desk");
  ask_many("any", 100, Priority::normal);
  budgets.run(now);
  EXPECT_EQ(went.size(), 10u);
  run_until(now + seconds(5));
  EXPECT_EQ(went.size(), 20u);
}

TEST_F(BudgetsTest, ARateGuessedTooHighIsFound) {
  budgets.declare("acme", {{"*", {.rate = 10, .burst = 10}}}, now);
  for (int i = 0; i < 5; ++i) {
    budgets.learn("acme", "x", {.refused = true}, now);
  }
  EXPECT_LT(view("*").rate, 2);
  EXPECT_LE(view("*").level, 0) << "a refusal says that nothing was left";
  now += seconds(600);
  EXPECT_EQ(view("*").rate, 10) << "and care ends when nothing was refused for long";
}

TEST_F(BudgetsTest, CancelledBeforeItsTurnItNeverGoesAndAfterItGivesBack) {
  limit("*", {.rate = 0.001, .burst = 2, .reserve = 0});
  ask("a");
  ask("b");
  ask("c");
  budgets.run(now);
  EXPECT_EQ(went.size(), 2u);
  budgets.cancel(tickets["c"], now);
  budgets.cancel(tickets["a"], now);
  ask("d");
  budgets.run(now);
  EXPECT_EQ(went, (std::vector<std::string>{"a", "b", "d"}));
}

TEST_F(BudgetsTest, AWorkerThatIsGoneWaitsNoMore) {
  limit("*", {.rate = 1, .burst = 1, .reserve = 0});
  ask_many("any", 10, Priority::normal);
  budgets.run(now);
  budgets.forget("desk");
  run_until(now + seconds(20));
  EXPECT_EQ(went.size(), 1u);
  EXPECT_FALSE(budgets.answered(tickets["any"], {}, now, "desk"));
}

TEST_F(BudgetsTest, ATicketIsAnsweredByItsOwnerOnly) {
  ask("first");
  budgets.run(now);
  EXPECT_FALSE(budgets.answered(tickets["first"], {.refused = true}, now, "somebody else"));
  EXPECT_TRUE(budgets.answered(tickets["first"], {}, now, "desk"));
}

TEST_F(BudgetsTest, NonsenseFromAPluginDoesNoHarm) {
  limit("*", {.rate = 1, .burst = 5, .reserve = 0});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  for (const double x : {nan, inf, -inf, 1e300, -1.0}) {
    ask("odd", Priority::normal, std::string(1000, 'x'), x);
    budgets.learn("acme", "x", {.cost = x, .limit = x, .remaining = x, .rate = x}, now);
  }
  for (int i = 0; i < 2000; ++i) {
    budgets.learn("acme", "op" + std::to_string(i),
                  {.refused = true, .retry_after = nanoseconds::max()}, now);
  }
  EXPECT_LE(budgets.view(now).front().limits.size(), 256u);
  now += std::chrono::hours(48);
  ask("sane", Priority::urgent);
  run_until(now + std::chrono::hours(48));
  EXPECT_EQ(count("sane"), 1u);
}

TEST_F(BudgetsTest, ConfiguredAnewWhatIsSpentStaysSpent) {
  limit("*", {.rate = 1, .burst = 10, .reserve = 0});
  ask_many("any", 100, Priority::normal);
  budgets.run(now);
  limit("*", {.rate = 1, .burst = 12, .reserve = 0});
  budgets.run(now);
  EXPECT_EQ(went.size(), 12u);
}

}  // namespace
}  // namespace crossdock::host::delivery
