#include "partitioner/testing_choice.h"

#include <barnabas/testing/partitioner_conformance.h>

#include <set>

BARNABAS_PARTITIONER_CONFORMANCE(default_partitioner, kStayTogether)

namespace barnabas::testing {
namespace {

using Default = Choice;

TEST_F(Default, KeysGoWhereTheJavaClientSendsThem) { expect_golden("murmur2"); }

TEST_F(Default, TheNamedPartitionComesFirst) {
  topic_.partition = 3;
  for (const char* key : {"a", "b", "c", "d"}) EXPECT_EQ(choose(key), 3);
}

TEST_F(Default, WithoutAKeyOnePartitionUntilItsBatchIsFullAndLargeEnough) {
  const sdk::Setting size{"batch_size", "100", {}};
  make({&size, 1});
  available_ = {1, 4};
  std::set<std::int32_t> seen;
  for (int round = 0; round < 50; ++round) {
    const std::int32_t first = choose(std::nullopt, std::string(50, 'x'));
    partitioner().batch_full(topic_);  // too early: half a batch
    EXPECT_EQ(choose(std::nullopt, std::string(50, 'x')), first);
    partitioner().batch_full(topic_);
    seen.insert(first);
  }
  EXPECT_EQ(seen, (std::set<std::int32_t>{1, 4}));
}

TEST_F(Default, TwoBatchesAreTheMost) {
  const sdk::Setting size{"batch_size", "1", {}};
  make({&size, 1});
  std::set<std::int32_t> seen;
  for (int i = 0; i < 500; ++i) seen.insert(choose(std::nullopt, "vv"));
  EXPECT_EQ(seen.size(), 7u);
}

TEST_F(Default, KeysCanBeIgnored) {
  const sdk::Setting ignore{"ignore_keys", "true", {}};
  make({&ignore, 1});
  const std::int32_t first = choose("a");
  for (const char* key : {"b", "c", "d", "e"}) EXPECT_EQ(choose(key), first);
}

TEST_F(Default, LongQueuesGetLess) {
  const sdk::Setting size{"batch_size", "1", {}};
  make({&size, 1});
  auto* load = static_cast<sdk::PartitionLoad*>(partitioner().find(sdk::PartitionLoad::kId));
  ASSERT_NE(load, nullptr);
  available_ = {0, 1};
  const std::int32_t waiting[] = {0, 9};  // weights 10 and 1
  load->set_load(topic_, {available_.data(), available_.size()}, waiting);
  int slow = 0;
  for (int i = 0; i < 1100; ++i) slow += choose(std::nullopt, "vv");
  EXPECT_GT(slow, 50);
  EXPECT_LT(slow, 170);
}

}  // namespace
}  // namespace barnabas::testing
