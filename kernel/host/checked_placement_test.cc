#include "kernel/host/checked_placement.h"

#include <barnabas/sdk/split_mix.h>

#include <gtest/gtest.h>

namespace barnabas::host {
namespace {

class Made final : public sdk::Placement {
 public:
  explicit Made(Replicas answer) : answer_(std::move(answer)) {}
  Status place(const sdk::PlacementCluster&, const sdk::PlacementRequest&, sdk::PlacementSink& sink) noexcept override {
    for (const auto& replicas : answer_) sink.place(replicas.data(), replicas.size());
    return {};
  }

 private:
  Replicas answer_;
};

// Two partitions of two replicas each, over brokers 1 and 2 and 4, which is fenced.
Result<Replicas> outcome(Replicas answer) {
  const sdk::PlacementBroker brokers[] = {{1, {}, false, false}, {2, {}, false, false}, {4, {}, false, true}};
  sdk::SplitMix random(1);
  Made placement(std::move(answer));
  return place_checked(placement, "made", {brokers, 3, nullptr}, {2, 2, &random});
}
std::string complaint(Replicas answer) {
  const auto told = outcome(std::move(answer));
  return told.ok() ? "" : std::string(message_of(told.status()));
}

TEST(CheckedPlacementTest, WhatIsRightComesBack) {
  const auto told = outcome({{1, 2}, {2, 4}});
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(*told, (Replicas{{1, 2}, {2, 4}}));
}

TEST(CheckedPlacementTest, WhatIsWrongIsRefusedByName) {
  EXPECT_EQ(complaint({{1, 2}}), "placement 'made' places 1 of the 2 partition(s) that it was asked for");
  EXPECT_EQ(complaint({{1, 2}, {1, 2}, {1, 2}}), "placement 'made' places more than the 2 partition(s) that it was asked for");
  EXPECT_EQ(complaint({{1, 2}, {1}}), "placement 'made' gives partition 1 of the request 1 replica(s) instead of 2");
  EXPECT_EQ(complaint({{1, 3}, {1, 2}}), "placement 'made' places a replica on broker 3, which takes none");
  EXPECT_EQ(complaint({{1, -1}, {1, 2}}), "placement 'made' places a replica on broker -1, which takes none");
  EXPECT_EQ(complaint({{4, 1}, {1, 2}}), "placement 'made' has broker 4 lead, which is fenced");
  EXPECT_EQ(complaint({{1, 1}, {1, 2}}), "placement 'made' places two replicas of a partition on broker 1");
}

}  // namespace
}  // namespace barnabas::host
