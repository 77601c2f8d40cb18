#include "kernel/quorum/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/quorum/testing.h"
#include "kernel/record/framed.h"
#include "kernel/record/metadata_batch.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::quorum {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Controller = testing::ScriptedController;
using peer::operator+;
using wire::ErrorCode;

constexpr std::int64_t kPatienceNs = 30'000'000'000;
class FollowerTest : public ::testing::Test, private sdk::MetadataListener {
 protected:
  FollowerTest()
      : disk_(1),
        env_(world_, "broker", disk_, {.host = "10.0.0.9"}),
        follower_(env_.loop(0), {9}, [this](sdk::LogLevel, std::string_view line) { lines.emplace_back(line); }) {}
  ~FollowerTest() override {
    follower_.stop();
    env_.end();
  }

  void follow(std::vector<Candidate> candidates, Follower::Offsets offsets = Follower::Offsets::kKept) {
    world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] { follower_.follow(std::move(candidates), "cluster", *this, offsets); });
  }
  bool until(const std::function<bool()>& done) { return world_.run_until(done, kPatienceNs); }
  static std::vector<std::uint8_t> batch(std::int64_t offset, std::int32_t epoch) {
    record::FramedRecords records;
    records.add(wire::FeatureLevelRecord());
    return record::metadata_batch(offset, epoch, 5, records.views());
  }

  sim::SimWorld world_{1};
  barnabas::testing::SimulatedDisk disk_;
  sim::SimEnv env_;
  Follower follower_;
  std::vector<std::pair<std::int32_t, std::int32_t>> leaders;
  std::vector<std::int64_t> ends;
  std::vector<std::string> lines;
  std::string failure;
  std::vector<std::string> told;

 private:
  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override { told.push_back("begin " + std::to_string(end.offset)); }
  void on_snapshot_end() noexcept override { told.emplace_back("end"); }
  void on_batch(const sdk::MetadataBatch& batch) noexcept override {
    ends.push_back(batch.end.offset);
    told.push_back(std::to_string(batch.record_count) + " to " + std::to_string(batch.end.offset));
  }
  void on_leader(const sdk::MetadataLeader& leader) noexcept override { leaders.emplace_back(leader.node_id, leader.term); }
  void on_session_lost() noexcept override {}
  void on_snapshot_wanted() noexcept override {}
  void on_failed(Status reason) noexcept override { failure = std::string(message_of(reason)); }
};

TEST_F(FollowerTest, TellsTheLeaderAndWhatItHas) {
  Controller controller(world_, "10.0.0.1");
  controller.says.records = batch(0, 5);
  controller.says.high_watermark = 1;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  EXPECT_THAT(leaders, ElementsAre(std::pair(1, 5)));
  EXPECT_THAT(ends, ElementsAre(1));
  EXPECT_THAT(lines, IsEmpty());
}

TEST_F(FollowerTest, WaitsForTheHighWatermark) {
  Controller controller(world_, "10.0.0.1");
  controller.says.records = batch(0, 5);
  controller.says.high_watermark = 1;
  controller.says.error = ErrorCode::kNone;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return controller.asked.size() > 3; }));
  EXPECT_EQ(controller.asked.back(), 1) << "it goes on behind what it has";
}

TEST_F(FollowerTest, GoesToTheLeaderThatIsNamed) {
  Controller first(world_, "10.0.0.1");
  Controller second(world_, "10.0.0.2");
  first.says.error = ErrorCode::kNotLeaderOrFollower;
  first.says.leader = second.says.leader = 2;
  first.says.named = {2, "10.0.0.2"};
  follow({{-1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  EXPECT_EQ(follower_.leader().address.host, "10.0.0.2");
  EXPECT_THAT(leaders, ElementsAre(std::pair(2, 5)));
}

TEST_F(FollowerTest, TriesTheOtherCandidatesWhileNobodyLeads) {
  Controller first(world_, "10.0.0.1");
  Controller second(world_, "10.0.0.2");
  first.says.error = ErrorCode::kNotLeaderOrFollower;
  first.says.leader = -1;
  second.says.leader = 2;
  follow({{1, {"10.0.0.1", 9093}}, {2, {"10.0.0.2", 9093}}});
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  EXPECT_EQ(follower_.leader().id, 2);
}

TEST_F(FollowerTest, ALeaderThatIsGoneIsLookedForAgain) {
  Controller second(world_, "10.0.0.2");
  second.says.leader = 2;
  second.says.epoch = 6;
  {
    Controller first(world_, "10.0.0.1");
    follow({{1, {"10.0.0.1", 9093}}, {2, {"10.0.0.2", 9093}}});
    ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  }
  ASSERT_TRUE(until([&] { return follower_.leader().id == 2; }));
  EXPECT_THAT(leaders, ElementsAre(std::pair(1, 5), std::pair(2, 6)));
}

TEST_F(FollowerTest, AControllerOfAnotherClusterIsRefused) {
  Controller controller(world_, "10.0.0.1");
  controller.says.all = ErrorCode::kInconsistentClusterId;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return !failure.empty(); }));
  EXPECT_THAT(failure, HasSubstr("10.0.0.1:9093 is one of another cluster than cluster"));
}

TEST_F(FollowerTest, ADamagedBatchIsFetchedAgain) {
  Controller controller(world_, "10.0.0.1");
  controller.says.records = batch(0, 5);
  controller.says.records.back() ^= 1;
  controller.says.high_watermark = 1;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return !lines.empty(); }));
  EXPECT_THAT(lines[0], HasSubstr("wrong checksum"));
  controller.says.records = batch(0, 5);
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  EXPECT_THAT(ends, ElementsAre(1));
}

// A broker that already has what is behind the snapshot would take it away otherwise.
TEST_F(FollowerTest, ASnapshotIsToldTogetherWithWhatIsFinalBehindIt) {
  Controller controller(world_, "10.0.0.1");
  controller.says.snapshot = {2, 5};
  const std::vector<std::uint8_t> parts[] = {record::snapshot_header(5, 1, 1), batch(1, 5), record::snapshot_footer(2, 5, 1)};
  for (const auto& part : parts) controller.says.snapshot_octets.insert(controller.says.snapshot_octets.end(), part.begin(), part.end());
  controller.says.records = batch(2, 5);
  controller.says.high_watermark = 3;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  EXPECT_THAT(told, ElementsAre("begin 3", "1 to 3", "1 to 3", "end"));
  EXPECT_THAT(lines, ElementsAre(HasSubstr("the snapshot of everything below offset 2 comes from 10.0.0.1:9093")));
}

// A log is only ever added to what is known: what was known before would stay.
TEST_F(FollowerTest, WhatIsFetchedAnewReplacesWhatWasTold) {
  Controller controller(world_, "10.0.0.1");
  controller.says.records = batch(0, 5);
  controller.says.high_watermark = 1;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  controller.says.records = batch(1, 5);
  controller.says.records.back() ^= 1;
  controller.says.high_watermark = 2;
  ASSERT_TRUE(until([&] { return !lines.empty(); }));
  EXPECT_FALSE(follower_.is_caught_up());
  controller.says.records = batch(0, 5) + batch(1, 5);
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  EXPECT_THAT(told, ElementsAre("1 to 1", "begin 2", "2 to 2", "end"));
}

TEST_F(FollowerTest, ControllersThatLostWhatWasFinalAreNotFollowed) {
  Controller controller(world_, "10.0.0.1");
  controller.says.records = batch(0, 5);
  controller.says.high_watermark = 1;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  controller.says.diverging = {0, 4};
  ASSERT_TRUE(until([&] { return !failure.empty(); }));
  EXPECT_THAT(failure, HasSubstr("the controllers lost metadata that was final"));
  EXPECT_THAT(ends, ElementsAre(1));
}

// Ours, when they come back from an older copy: they name a snapshot to whoever is not in their line.
TEST_F(FollowerTest, ASnapshotOfLessThanWhatWasFinalIsNotTaken) {
  for (const sdk::MetadataPosition snapshot : {sdk::MetadataPosition{1, 5}, sdk::MetadataPosition{2, 4}, sdk::MetadataPosition{3, 4}}) {
    Controller controller(world_, "10.0.0.1");
    controller.says.records = batch(0, 5) + batch(1, 5);
    controller.says.high_watermark = 2;
    follow({{1, {"10.0.0.1", 9093}}});
    ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
    told.clear();
    failure.clear();
    controller.says.snapshot = snapshot;
    controller.says.names_it_to_all = true;
    ASSERT_TRUE(until([&] { return !failure.empty() || controller.requests_of(wire::FetchSnapshotRequest::kSchema.key) != 0; }));
    EXPECT_THAT(failure, HasSubstr("the controllers lost metadata that was final"));
    EXPECT_THAT(told, IsEmpty());
    world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] { follower_.stop(); });
  }
}

// A controller that starts again has nothing to read on from, and gives everything anew.
TEST_F(FollowerTest, ASnapshotOfAllThatWasFinalIsTaken) {
  Controller controller(world_, "10.0.0.1");
  controller.says.records = batch(0, 5) + batch(1, 5);
  controller.says.high_watermark = 2;
  follow({{1, {"10.0.0.1", 9093}}});
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  controller.says.snapshot_octets = record::snapshot_header(6, 1, 1) + batch(1, 6) + record::snapshot_footer(2, 6, 1);
  controller.says.snapshot = {3, 6};
  controller.says.high_watermark = 3;
  controller.says.records.clear();
  ASSERT_TRUE(until([&] { return told.back() == "end"; }));
  EXPECT_THAT(told, ElementsAre("1 to 1", "1 to 2", "begin 3", "1 to 3", "end"));
  EXPECT_EQ(failure, "");
}

TEST_F(FollowerTest, WhereEachLeaderCountsForItselfASnapshotMayEndEarlier) {
  Controller controller(world_, "10.0.0.1");
  controller.says.records = batch(0, 5) + batch(1, 5);
  controller.says.high_watermark = 2;
  follow({{1, {"10.0.0.1", 9093}}}, Follower::Offsets::kOfLeader);
  ASSERT_TRUE(until([&] { return follower_.is_caught_up(); }));
  controller.says.snapshot_octets = record::snapshot_header(6, 1, 1) + batch(1, 6) + record::snapshot_footer(2, 6, 1);
  controller.says.epoch = 6;
  controller.says.snapshot = {1, 6};
  controller.says.high_watermark = 1;
  controller.says.names_it_to_all = true;
  ASSERT_TRUE(until([&] { return controller.requests_of(wire::FetchSnapshotRequest::kSchema.key) != 0; }));
  controller.says.names_it_to_all = false;
  ASSERT_TRUE(until([&] { return told.back() == "end"; }));
  EXPECT_EQ(failure, "");
}

}  // namespace
}  // namespace barnabas::quorum
