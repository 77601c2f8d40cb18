#include "kernel/quorum/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/peer/scripted_server.h"
#include "kernel/quorum/metadata_topic.h"
#include "kernel/record/framed.h"
#include "kernel/record/metadata_batch.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/18_api_versions.h"
#include "kernel/wire/messages/headers.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::quorum {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using peer::operator+;
using wire::ErrorCode;

constexpr std::int64_t kPatienceNs = 30'000'000'000;
constexpr std::int16_t kFetchVersion = 17;

template <class M>
peer::Octets encoded(const M& message, int version) {
  wire::Buffer buffer;
  EXPECT_TRUE(wire::encode(message, version, buffer).ok());
  const sdk::Bytes octets = buffer.bytes();
  return {octets.begin(), octets.end()};
}

// A controller that answers what the test says.
class Controller {
 public:
  Controller(sim::SimWorld& world, const std::string& host)
      : server(world, {host, 9093}, [this](sdk::Bytes request) { return answer(request); }) {}

  struct Says {
    ErrorCode all = ErrorCode::kNone;
    ErrorCode error = ErrorCode::kNone;
    std::int32_t leader = 1;
    std::int32_t epoch = 5;
    std::int64_t high_watermark = 0;
    std::vector<std::uint8_t> records = {};
    std::pair<std::int32_t, std::string> named = {};  // id and host of another one
  } says;

  peer::ScriptedServer server;
  std::vector<std::int64_t> asked;  // offsets

 private:
  peer::Octets answer(sdk::Bytes request) {
    const auto key = static_cast<std::int16_t>(request[0] << 8 | request[1]);
    const auto version = static_cast<std::int16_t>(request[2] << 8 | request[3]);
    const peer::Octets correlation(request.begin() + 4, request.begin() + 8);
    if (key == 18) {
      wire::ApiVersionsResponse::ApiVersion fetch;
      fetch.api_key = 1;
      fetch.min_version = 4;
      fetch.max_version = kFetchVersion;
      wire::ApiVersionsResponse response;
      response.api_keys = {&fetch, 1};
      return peer::framed(correlation + encoded(response, version));
    }
    base::Arena arena;
    wire::RequestHeader header;
    sdk::Bytes rest = request;
    EXPECT_TRUE(wire::decode_front(rest, 2, arena, header).ok());
    wire::FetchRequest fetch;
    EXPECT_TRUE(wire::decode(rest, version, arena, fetch).ok());
    asked.push_back(fetch.topics[0].partitions[0].fetch_offset);
    return peer::framed(correlation + peer::Octets{0} + encoded_answer(fetch.topics[0].partitions[0].fetch_offset));
  }
  peer::Octets encoded_answer(std::int64_t offset) {
    wire::FetchResponse::PartitionData partition;
    partition.error_code = says.error;
    partition.current_leader.leader_id = says.leader;
    partition.current_leader.leader_epoch = says.epoch;
    partition.high_watermark = says.high_watermark;
    partition.records = wire::Records(offset < says.high_watermark ? sdk::Bytes(says.records) : sdk::Bytes());
    wire::FetchResponse::FetchableTopicResponse topic;
    topic.topic_id = kMetadataTopicId;
    topic.partitions = {&partition, 1};
    wire::FetchResponse::NodeEndpoint node;
    node.node_id = says.named.first;
    node.host = says.named.second;
    node.port = 9093;
    wire::FetchResponse response;
    response.error_code = says.all;
    response.responses = {&topic, 1};
    if (!says.named.second.empty()) response.node_endpoints = {&node, 1};
    return encoded(response, kFetchVersion);
  }
};

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

  void follow(std::vector<Candidate> candidates) {
    world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), [&] { follower_.follow(std::move(candidates), "cluster", *this); });
  }
  bool until(const std::function<bool()>& done) { return world_.run_until(done, kPatienceNs); }
  static std::vector<std::uint8_t> batch(std::int64_t offset, std::int32_t epoch) {
    record::FramedRecords records;
    records.add(wire::FeatureLevelRecord());
    return record::metadata_batch(offset, epoch, 5, records.views());
  }

  sim::SimWorld world_{1};
  testing::SimulatedDisk disk_;
  sim::SimEnv env_;
  Follower follower_;
  std::vector<std::pair<std::int32_t, std::int32_t>> leaders;
  std::vector<std::int64_t> ends;
  std::vector<std::string> lines;
  std::string failure;

 private:
  void on_snapshot_begin(sdk::MetadataPosition) noexcept override {}
  void on_snapshot_end() noexcept override {}
  void on_batch(const sdk::MetadataBatch& batch) noexcept override { ends.push_back(batch.end.offset); }
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

}  // namespace
}  // namespace barnabas::quorum
