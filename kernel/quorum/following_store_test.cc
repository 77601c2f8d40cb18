#include "kernel/quorum/following_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/quorum/testing.h"
#include "kernel/record/framed.h"
#include "kernel/record/metadata_batch.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::quorum {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kPatienceNs = 30'000'000'000;
constexpr std::int32_t kSelf = 9, kLeader = 1;

// The test speaks for it.
class OwnStore final : public sdk::MetadataStore {
 public:
  Status identity(sdk::MetadataIdentity&) noexcept override { return {}; }
  Status format(const sdk::MetadataFormat&) noexcept override { return {}; }
  Status start(const sdk::MetadataStart&, sdk::MetadataListener& told, sdk::Completion&) noexcept override {
    listener = &told;
    return {};
  }
  Status stop(sdk::Completion&) noexcept override { return {}; }
  sdk::MetadataAbilities abilities() noexcept override { return {.proposes = true, .keeps_sessions = true}; }
  Status propose(const sdk::MetadataProposal&, sdk::Completion&) noexcept override { return {}; }
  std::int64_t next_offset() noexcept override { return -1; }
  Status open_session(sdk::Bytes, sdk::Completion&) noexcept override { return {}; }
  Status keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) noexcept override { return {}; }

  sdk::MetadataListener* listener = nullptr;
};

class FollowingStoreTest : public ::testing::Test, private sdk::MetadataListener, private sdk::Completion {
 protected:
  FollowingStoreTest()
      : controller_(world_, "10.0.0.1"),
        disk_(1),
        env_(world_, "broker", disk_, {.host = "10.0.0.9"}),
        follower_(env_.loop(0), {kSelf}, [](sdk::LogLevel, std::string_view) {}),
        store_(own_, {kSelf, "PLAINTEXT"}, follower_) {
    controller_.says.leader = kLeader;
    EXPECT_TRUE(store_.start({}, *this, *this).ok());
  }
  ~FollowingStoreTest() override {
    follower_.stop();
    env_.end();
  }

  static record::FramedRecords came(std::int32_t broker, std::int64_t epoch) {
    wire::RegisterBrokerRecord record;
    wire::RegisterBrokerRecord::BrokerEndpoint endpoint;
    const std::string host = "10.0.0." + std::to_string(broker);
    endpoint.name = "PLAINTEXT";
    endpoint.host = host;
    endpoint.port = 9093;
    record.broker_id = broker;
    record.broker_epoch = epoch;
    record.end_points = {&endpoint, 1};
    record::FramedRecords records;
    records.add(record);
    return records;
  }
  static record::FramedRecords went(std::int32_t broker, std::int64_t epoch) {
    wire::UnregisterBrokerRecord record;
    record.broker_id = broker;
    record.broker_epoch = epoch;
    record::FramedRecords records;
    records.add(record);
    return records;
  }

  void own_tells(const record::FramedRecords& records) {
    const auto views = records.views();
    own_.listener->on_batch({views.data(), views.size(), {1, 1}, -1});
  }
  void own_tells_snapshot(const std::vector<std::pair<std::int32_t, std::int64_t>>& brokers, std::int32_t leader) {
    world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] {
      own_.listener->on_snapshot_begin({1, 1});
      for (const auto& [broker, epoch] : brokers) own_tells(came(broker, epoch));
      own_.listener->on_snapshot_end();
      own_.listener->on_leader({leader, 5, leader == kSelf, 0});
    });
  }
  // Behind what it said before.
  void leader_writes(const record::FramedRecords& records) {
    const auto octets = record::metadata_batch(controller_.says.high_watermark, 5, 5, records.views());
    controller_.says.records.insert(controller_.says.records.end(), octets.begin(), octets.end());
    ++controller_.says.high_watermark;
    const std::size_t asked = controller_.asked.size();
    ASSERT_TRUE(world_.run_until([&] { return controller_.asked.size() > asked + 2 && follower_.is_caught_up(); }, kPatienceNs));
  }

  sim::SimWorld world_{1};
  testing::ScriptedController controller_;
  barnabas::testing::SimulatedDisk disk_;
  sim::SimEnv env_;
  OwnStore own_;
  Follower follower_;
  FollowingStore store_;
  std::vector<std::string> told;

 private:
  void on_snapshot_begin(sdk::MetadataPosition) noexcept override { told.emplace_back("snapshot"); }
  void on_snapshot_end() noexcept override { told.emplace_back("end"); }
  void on_batch(const sdk::MetadataBatch& batch) noexcept override {
    for (std::size_t i = 0; i < batch.record_count; ++i) tell(batch.records[i]);
  }
  void tell(sdk::Bytes record) {
    base::Arena arena;
    const auto frame = record::parse_frame(record);
    ASSERT_TRUE(frame);
    if (frame->type == static_cast<std::uint32_t>(wire::UnregisterBrokerRecord::kSchema.key)) {
      wire::UnregisterBrokerRecord gone;
      ASSERT_TRUE(wire::decode(frame->body, static_cast<int>(frame->version), arena, gone).ok());
      return told.push_back("-" + std::to_string(gone.broker_id) + "@" + std::to_string(gone.broker_epoch));
    }
    wire::RegisterBrokerRecord broker;
    ASSERT_TRUE(wire::decode(frame->body, static_cast<int>(frame->version), arena, broker).ok());
    told.push_back("+" + std::to_string(broker.broker_id) + "@" + std::to_string(broker.broker_epoch));
  }
  void on_leader(const sdk::MetadataLeader& leader) noexcept override { told.push_back("leader " + std::to_string(leader.node_id)); }
  void on_session_lost() noexcept override {}
  void on_snapshot_wanted() noexcept override {}
  void on_failed(Status reason) noexcept override { ADD_FAILURE() << message_of(reason); }
  void done(Status) noexcept override {}
};

TEST_F(FollowingStoreTest, FirstThereIsTheOwnSnapshotThenWhatTheLeaderWrites) {
  own_tells_snapshot({{kLeader, 3}}, kLeader);
  leader_writes(came(2, 4));
  EXPECT_THAT(told, ElementsAre("snapshot", "+1@3", "end", "leader 1", "+2@4"));
}

// The leader notices later than this node that its earlier session is over.
TEST_F(FollowingStoreTest, WhatTheLeaderSaysOfAnEarlierRegistrationIsPassedOver) {
  own_tells_snapshot({{kLeader, 3}}, kLeader);
  leader_writes(came(kSelf, 5));
  told.clear();
  own_tells(came(kSelf, 7));
  leader_writes(went(kSelf, 5));
  leader_writes(came(kSelf, 7));
  leader_writes(went(kSelf, 7));
  EXPECT_THAT(told, ElementsAre("+9@7", "+9@7", "-9@7"));
}

// It was read before the leader told what is known by now.
TEST_F(FollowingStoreTest, ALaterSnapshotOfTheOwnStoreTakesNothingBack) {
  own_tells_snapshot({{kLeader, 3}}, kLeader);
  leader_writes(came(2, 4));
  told.clear();
  own_tells_snapshot({{kLeader, 3}}, kLeader);
  EXPECT_THAT(told, ElementsAre("leader 1"));
}

TEST_F(FollowingStoreTest, OfALaterSnapshotTheOwnRegistrationIsTold) {
  own_tells_snapshot({{kLeader, 3}}, kLeader);
  told.clear();
  own_tells_snapshot({{kLeader, 3}, {kSelf, 7}}, kLeader);
  EXPECT_THAT(told, ElementsAre("+9@7", "leader 1"));
}

TEST_F(FollowingStoreTest, WhoLeadsIsToldTheOwnSnapshot) {
  own_tells_snapshot({{kLeader, 3}}, kLeader);
  told.clear();
  own_tells_snapshot({{2, 4}}, kSelf);
  EXPECT_THAT(told, ElementsAre("snapshot", "+2@4", "end", "leader 9"));
}

}  // namespace
}  // namespace barnabas::quorum
