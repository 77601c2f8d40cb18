#include <gmock/gmock.h>

#include "kernel/controller/testing.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReassignmentsTest : public Cluster {
 protected:
  void SetUp() override {
    Cluster::SetUp();
    for (std::int32_t id = 1; id <= 3; ++id) up(id);
    create("t", {1, 2});
  }
  PartitionOutcome reassign(std::optional<std::vector<std::int32_t>> replicas, bool allow_replication_change = true,
                            std::string topic = "t", std::int32_t index = 0) {
    auto reply = ask(AlterPartitionReassignmentsRequest{{{std::move(topic), index, std::move(replicas)}}, allow_replication_change});
    EXPECT_THAT(types, IsEmpty());
    return reply.partitions.at(0);
  }
};

TEST_F(ReassignmentsTest, WhereAPartitionIsItMayGo) { EXPECT_TRUE(reassign({{1, 2}}).ok()); }

TEST_F(ReassignmentsTest, NowhereElse) {
  for (const std::vector<std::int32_t>& replicas : {std::vector{1, 3}, std::vector{2, 1}, std::vector{1}}) {
    const PartitionOutcome outcome = reassign(replicas);
    EXPECT_EQ(outcome.error, ErrorCode::kInvalidReplicaAssignment);
    EXPECT_THAT(outcome.message, HasSubstr("Partition t-0 stays where it is"));
  }
}

TEST_F(ReassignmentsTest, RefusesWhatKafkaRefuses) {
  EXPECT_EQ(reassign({{1, 2}}, true, "u").message, "Unable to find a topic named u.");
  EXPECT_EQ(reassign({{1, 2}}, true, "t", 5).message, "Unable to find partition t:5.");
  EXPECT_EQ(reassign({}).error, ErrorCode::kNoReassignmentInProgress);
  EXPECT_EQ(reassign({{1, 9}}).message, "The manual partition assignment includes broker 9, but no such broker is registered.");
  EXPECT_EQ(reassign({{1, 1}}).error, ErrorCode::kInvalidReplicaAssignment);
  const PartitionOutcome outcome = reassign({{1}}, false);
  EXPECT_EQ(outcome.error, ErrorCode::kInvalidReplicationFactor);
  EXPECT_EQ(outcome.message, "The replication factor is changed from 2 to 1");
}

TEST_F(ReassignmentsTest, OneThatAnotherControllerBeganIsNotTakenForDone) {
  Draft draft(image, offset, surroundings());
  wire::PartitionChangeRecord record;
  const std::int32_t replicas[] = {1, 2, 3};
  record.topic_id = image->topic("t")->id;
  record.partition_id = 0;
  record.replicas = std::span<const std::int32_t>(replicas);
  record.adding_replicas = std::span<const std::int32_t>(replicas).last(1);
  draft.add(record, 2);
  take(draft);
  EXPECT_EQ(reassign({{1, 2, 3}}).error, ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(reassign({}).error, ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(reassign({{1, 2, 3}}, false).message, "The replication factor is changed from 2 to 3");
}

}  // namespace
}  // namespace barnabas::controller
