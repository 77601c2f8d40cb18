#include "kernel/client/group_offsets.h"

#include "kernel/client/scripted_broker.h"
#include "kernel/wire/messages/08_offset_commit.h"

#include <gtest/gtest.h>

#include <optional>

namespace barnabas::client {
namespace {

using wire::ErrorCode;
using Response = wire::OffsetCommitResponse;

constexpr std::int64_t kPatienceNs = 120'000'000'000;
constexpr std::int16_t kVersion = 9;
const base::Address kServer{"10.0.0.1", 9092};

ClientSettings settings() {
  ClientSettings all;
  all.bootstrap = {kServer};
  return all;
}

class GroupOffsetsTest : public ::testing::Test {
 protected:
  ~GroupOffsetsTest() override { env_.end(); }

  // Commits 10, 11, … for partitions 0, 1, … of "t"; the broker says `errors` of those that they name.
  CommitOutcome commit(std::int32_t partitions, std::vector<ErrorCode> errors) {
    const auto answer = [&](sdk::Bytes request) {
      std::vector<Response::OffsetCommitResponsePartition> said(errors.size());
      for (std::size_t i = 0; i < errors.size(); ++i) {
        said[i].partition_index = static_cast<std::int32_t>(i);
        said[i].error_code = errors[i];
      }
      Response::OffsetCommitResponseTopic topic;
      topic.name = "t";
      topic.partitions = said;
      Response response;
      response.topics = {&topic, 1};
      return scripted_answer(request, response, kVersion);
    };
    const peer::ScriptedServer server(world_, kServer,
                                      ScriptedBroker({{wire::OffsetCommitRequest::kSchema.key, {.version = kVersion, .answer = answer}}}));
    GroupOffsets offsets;
    for (std::int32_t partition = 0; partition < partitions; ++partition) offsets["t"][partition] = {10 + partition, -1};
    std::optional<CommitOutcome> got;
    world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] {
      commit_offsets(client_, Target::any(), {.group_id = "g", .member_id = "m", .generation = 1, .instance_id = {}}, offsets,
                     [&](CommitOutcome outcome) { got = std::move(outcome); });
    });
    EXPECT_TRUE(world_.run_until([&] { return got.has_value(); }, kPatienceNs));
    return got ? *std::move(got) : CommitOutcome();
  }

  sim::SimWorld world_{1};
  testing::SimulatedDisk disk_{2};
  sim::SimEnv env_{world_, "client", disk_, {.host = "10.0.0.2"}};
  Client client_{env_.loop(0), settings()};
};

std::vector<std::int32_t> partitions_of(const GroupOffsets& offsets) {
  std::vector<std::int32_t> all;
  for (const auto& [topic, partitions] : offsets)
    for (const auto& [partition, committed] : partitions) {
      EXPECT_EQ(committed.offset, 10 + partition);
      all.push_back(partition);
    }
  return all;
}

TEST_F(GroupOffsetsTest, WhatIsTakenIsToldPartitionByPartition) {
  const CommitOutcome all = commit(2, {ErrorCode::kNone, ErrorCode::kNone});
  EXPECT_TRUE(all.status.ok());
  EXPECT_EQ(partitions_of(all.taken), (std::vector<std::int32_t>{0, 1}));
  EXPECT_TRUE(all.errors.empty());
}

TEST_F(GroupOffsetsTest, OneThatIsRefusedTakesNoOtherWithIt) {
  const CommitOutcome some =
      commit(4, {ErrorCode::kNone, ErrorCode::kCoordinatorLoadInProgress, ErrorCode::kUnknownTopicOrPartition, ErrorCode::kNone});
  EXPECT_EQ(partitions_of(some.taken), (std::vector<std::int32_t>{0, 3}));
  EXPECT_EQ(partitions_of(some.later), (std::vector<std::int32_t>{1})) << "a topic that is gone is not tried again";
  EXPECT_EQ(some.status.code(), Code::kInvalid);
  EXPECT_EQ(some.errors, (std::set<ErrorCode>{ErrorCode::kUnknownTopicOrPartition, ErrorCode::kCoordinatorLoadInProgress}));
}

TEST_F(GroupOffsetsTest, WhatTheAnswerDoesNotNameWasNotTaken) {
  const CommitOutcome short_one = commit(2, {ErrorCode::kNone});
  EXPECT_EQ(partitions_of(short_one.taken), (std::vector<std::int32_t>{0}));
  EXPECT_FALSE(short_one.status.ok());
}

}  // namespace
}  // namespace barnabas::client
