#include "kernel/group/consumer/reconcile.h"

#include <gtest/gtest.h>

#include <set>

namespace barnabas::group {
namespace {

Uuid topic(std::uint64_t number) { return base::make_uuid(0, number); }

class ReconcileTest : public ::testing::Test, protected ReconcileView {
 protected:
  bool is_subscribed(const Uuid& topic_id) const override { return !unsubscribed.contains(topic_id); }
  bool is_held(const TopicPartition& partition) const override { return held.contains(partition); }

  static Partitions of(std::vector<std::int32_t> partitions, std::uint64_t number = 1) {
    return partitions_of({{topic(number), std::move(partitions)}});
  }
  static MemberAssignment having(std::int32_t epoch, std::vector<std::int32_t> partitions) {
    MemberAssignment now;
    now.epoch = now.previous_epoch = epoch;
    now.assigned = of(std::move(partitions));
    now.assigned_since.assign(now.assigned.size(), epoch);
    return now;
  }
  std::optional<MemberAssignment> step(const MemberAssignment& now, std::int32_t epoch, const Partitions& target,
                                       std::optional<std::vector<std::int32_t>> owned = {}, bool resubscribed = false) {
    std::vector<TopicPartitions> said;
    if (owned) said.push_back({topic(1), *owned});
    return reconcile(now, {epoch, target}, owned ? &said : nullptr, resubscribed, *this);
  }

  std::set<TopicPartition> held;
  std::set<Uuid> unsubscribed;
};

TEST_F(ReconcileTest, ASettledMemberStaysAsItIs) { EXPECT_FALSE(step(having(3, {1}), 3, of({1}))); }

TEST_F(ReconcileTest, WhatIsFreeComesWithTheEpochAndRemembersIt) {
  const MemberAssignment next = step(having(3, {1}), 5, of({0, 1, 2})).value();
  EXPECT_EQ(next.state, MemberState::kStable);
  EXPECT_EQ(next.epoch, 5);
  EXPECT_EQ(next.previous_epoch, 3);
  EXPECT_EQ(next.assigned, of({0, 1, 2}));
  EXPECT_EQ(next.assigned_since, (std::vector<std::int32_t>{5, 3, 5}));
}

TEST_F(ReconcileTest, RevokingComesBeforeGetting) {
  const MemberAssignment asked = step(having(3, {0, 1}), 4, of({1, 2})).value();
  EXPECT_EQ(asked.state, MemberState::kUnrevokedPartitions);
  EXPECT_EQ(asked.epoch, 3);
  EXPECT_EQ(asked.assigned, of({1}));
  EXPECT_EQ(asked.revoking, of({0}));
  EXPECT_FALSE(step(asked, 4, of({1, 2})));            // it did not say
  EXPECT_FALSE(step(asked, 4, of({1, 2}), {{0, 1}}));  // it has it still
  const MemberAssignment done = step(asked, 4, of({1, 2}), {{1}}).value();
  EXPECT_EQ(done.state, MemberState::kStable);
  EXPECT_EQ(done.epoch, 4);
  EXPECT_EQ(done.assigned, of({1, 2}));
  EXPECT_TRUE(done.revoking.empty());
}

TEST_F(ReconcileTest, WhatItDoesNotHaveNeedNotBeRevoked) {
  const MemberAssignment next = step(having(3, {0, 1}), 4, of({2}), {{}}).value();
  EXPECT_EQ(next.state, MemberState::kStable);
  EXPECT_EQ(next.epoch, 4);
  EXPECT_EQ(next.assigned, of({2}));
}

TEST_F(ReconcileTest, WhatOthersHaveIsWaitedFor) {
  held = {{topic(1), 2}, {topic(1), 3}};
  const MemberAssignment waits = step(having(3, {0}), 4, of({0, 1, 2, 3})).value();
  EXPECT_EQ(waits.state, MemberState::kUnreleasedPartitions);
  EXPECT_EQ(waits.epoch, 4);
  EXPECT_EQ(waits.assigned, of({0, 1}));
  held = {{topic(1), 3}};
  const MemberAssignment more = step(waits, 4, of({0, 1, 2, 3})).value();
  EXPECT_EQ(more.state, MemberState::kUnreleasedPartitions);
  EXPECT_EQ(more.assigned, of({0, 1, 2}));
  held.clear();
  EXPECT_EQ(step(more, 4, of({0, 1, 2, 3})).value().state, MemberState::kStable);
}

TEST_F(ReconcileTest, ALaterTargetCountsOnceWhatWasAskedIsDone) {
  const MemberAssignment asked = step(having(3, {0, 1, 2}), 4, of({1, 2})).value();
  EXPECT_FALSE(step(asked, 6, of({2}), {{0, 1, 2}}));
  const MemberAssignment again = step(asked, 6, of({2}), {{1, 2}}).value();
  EXPECT_EQ(again.state, MemberState::kUnrevokedPartitions);
  EXPECT_EQ(again.epoch, 4);  // it has got that far
  EXPECT_EQ(again.revoking, of({1}));
  EXPECT_EQ(step(again, 6, of({2}), {{2}}).value().epoch, 6);
}

TEST_F(ReconcileTest, ATargetOfAnOldSubscriptionGivesNothing) {
  unsubscribed = {topic(1)};
  const MemberAssignment next = step(having(3, {}), 4, of({0, 1})).value();
  EXPECT_TRUE(next.assigned.empty());
  EXPECT_EQ(next.epoch, 4);
}

TEST_F(ReconcileTest, UnsubscribedTopicsAreGivenUpInTheSameEpoch) {
  unsubscribed = {topic(1)};
  const MemberAssignment asked = step(having(3, {0, 1}), 3, of({0, 1}), {}, true).value();
  EXPECT_EQ(asked.state, MemberState::kUnrevokedPartitions);
  EXPECT_EQ(asked.epoch, 3);
  EXPECT_EQ(asked.revoking, of({0, 1}));
  const MemberAssignment done = step(asked, 3, of({0, 1}), {{}}).value();
  EXPECT_EQ(done.epoch, 3);
  EXPECT_EQ(done.state, MemberState::kStable);
  EXPECT_TRUE(done.assigned.empty());
}

TEST_F(ReconcileTest, ManyPartitionsOfManyTopicsAreUnsubscribedInOnePass) {
  MemberAssignment now;
  now.epoch = 3;
  for (std::uint64_t t = 1; t <= 200; ++t) {
    for (std::int32_t p = 0; p < 500; ++p) now.assigned.push_back({topic(t), p});
    unsubscribed.insert(topic(t));
  }
  now.assigned_since.assign(now.assigned.size(), 3);
  EXPECT_EQ(step(now, 3, now.assigned, {}, true).value().revoking.size(), 100'000u);
}

TEST_F(ReconcileTest, AnUnknownStateBeginsAgainWithNothing) {
  MemberAssignment now = having(3, {0});
  now.state = MemberState::kUnknown;
  const std::vector<TopicPartitions> nothing;
  const std::vector<TopicPartitions> some = {{topic(1), {0}}};
  EXPECT_TRUE(must_begin_again(now, nullptr));
  EXPECT_TRUE(must_begin_again(now, &some));
  EXPECT_FALSE(must_begin_again(now, &nothing));
  EXPECT_EQ(step(now, 5, of({0}), {{}}).value().epoch, 5);
}

TEST_F(ReconcileTest, StoredAndReadItIsTheSame) {
  MemberAssignment now = having(7, {0, 2});
  now.assigned_since = {3, 7};
  now.revoking = of({5});
  now.revoking_since = {4};
  now.state = MemberState::kUnrevokedPartitions;
  EXPECT_EQ(assignment_of(stored_of(now)), now);
}

}  // namespace
}  // namespace barnabas::group
