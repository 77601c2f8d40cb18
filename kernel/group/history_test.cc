#include "kernel/group/history.h"

#include <gtest/gtest.h>

namespace barnabas::group {
namespace {

Cause cause(CauseKind kind) {
  Cause made;
  made.kind = kind;
  made.wall_ms = 100;
  return made;
}

TEST(History, MembersBeforeAreThoseOfTheGenerationBefore) {
  History history;
  history.add(cause(CauseKind::kMemberJoined), 1);
  history.joined(1, 200, 1, "range", "a");
  history.ended(300, true);
  history.add(cause(CauseKind::kMemberJoined), 2);
  history.joined(2, 200, 2, "range", "a");
  history.ended(300, true);
  history.add(cause(CauseKind::kMemberLeft), 1);  // it is gone already
  std::vector<std::size_t> before;
  for (const Rebalance& rebalance : history.rebalances()) before.push_back(rebalance.members_before);
  EXPECT_EQ(before, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(History, OnlyTheLastRebalancesAndTheFirstCausesAreKept) {
  History history;
  for (std::size_t i = 0; i < History::kRebalances + 3; ++i) {
    for (std::size_t j = 0; j < History::kCauses + 2; ++j) history.add(cause(CauseKind::kMemberJoined), j + 1);
    history.joined(static_cast<std::int32_t>(i), 200, 1, "range", "a");
    history.ended(300, true);
  }
  ASSERT_EQ(history.rebalances().size(), History::kRebalances);
  EXPECT_EQ(history.rebalances().front().generation, 3);
  EXPECT_EQ(history.rebalances().back().causes.size(), History::kCauses);
  EXPECT_EQ(history.rebalances().back().more_causes, 2U);
}

// A client may call itself what it likes, of groups as many as it likes.
TEST(History, NamesOfClientsAreCut) {
  const std::string name(30'000, 'n');
  History history;
  Cause left = cause(CauseKind::kMemberLeft);
  left.member_id = left.instance_id = left.client_id = left.client_host = name;
  history.add(left, 1);
  history.joined(1, 200, 1, name, name);
  const Rebalance& rebalance = history.rebalances().front();
  const Cause& kept = rebalance.causes.front();
  for (const std::string& text : {kept.member_id, kept.instance_id, kept.client_id, kept.client_host, rebalance.protocol, rebalance.leader})
    EXPECT_EQ(text.size(), History::kDetailBytes);
}

TEST(History, ASilenceIsToldInTheUnitThatFits) {
  EXPECT_EQ(silence(45'000), "45 s without a heartbeat");
  EXPECT_EQ(silence(6'500), "6500 ms without a heartbeat");
}

}  // namespace
}  // namespace barnabas::group
