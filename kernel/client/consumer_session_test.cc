#include "kernel/client/consumer_session.h"

#include "kernel/client/scripted_broker.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/10_find_coordinator.h"
#include "kernel/wire/messages/68_consumer_group_heartbeat.h"

#include <gtest/gtest.h>

namespace barnabas::client {
namespace {

using peer::Octets;
using peer::operator+;
using wire::ErrorCode;

constexpr std::int64_t kPatienceNs = 120'000'000'000;
constexpr std::int16_t kFindVersion = 3;
constexpr std::int16_t kMetadataVersion = 12;
constexpr sdk::Uuid kTopic{{1}};
const base::Address kBootstrap{"10.0.0.1", 9092};
const base::Address kCoordinator{"10.0.0.9", 9092};

SessionSettings settings() {
  SessionSettings all;
  all.client.bootstrap = {kBootstrap};
  all.member.group_id = "g";
  all.protocol = GroupProtocol::kConsumer;
  return all;
}

// Gives up at once what it is asked to.
class Owner final : public GroupSession::Owner {
 public:
  void on_give_up(const TopicPartitions&, bool lost) override {
    losses += lost ? 1 : 0;
    session->gave_up();
  }
  void on_assigned(const TopicPartitions& partitions) override { assigned.push_back(partitions); }
  void on_ended(const Status& why) override { ADD_FAILURE() << message_of(why); }

  ConsumerSession* session = nullptr;
  std::vector<TopicPartitions> assigned;
  int losses = 0;
};

Octets find_coordinator(sdk::Bytes request) {
  wire::FindCoordinatorResponse response;
  response.node_id = 1;
  response.host = kCoordinator.host;
  response.port = kCoordinator.port;
  return scripted_answer(request, response, kFindVersion);
}

Octets metadata(sdk::Bytes request) {
  wire::MetadataResponse::MetadataResponsePartition partition;
  wire::MetadataResponse::MetadataResponseTopic topic;
  topic.name = std::string_view("t");
  topic.topic_id = kTopic;
  topic.partitions = {&partition, 1};
  wire::MetadataResponse response;
  response.topics = {&topic, 1};
  return scripted_answer(request, response, kMetadataVersion);
}

// One that gives partition 0, then says that the member is none, then that it is not the coordinator, then takes it without partitions.
Octets heartbeat(sdk::Bytes request, int number) {
  wire::ConsumerGroupHeartbeatResponse response;
  std::int32_t partition = 0;
  wire::ConsumerGroupHeartbeatResponse::TopicPartitions topic;
  topic.topic_id = kTopic;
  topic.partitions = {&partition, 1};
  wire::ConsumerGroupHeartbeatResponse::Assignment assignment;
  if (number == 1) assignment.topic_partitions = {&topic, 1};
  if (number == 2) response.error_code = ErrorCode::kFencedMemberEpoch;
  if (number == 3) response.error_code = ErrorCode::kNotCoordinator;
  response.member_epoch = number;
  response.heartbeat_interval_ms = 1'000;
  if (number == 1 || number == 4) response.assignment = assignment;
  return scripted_answer(request, response, 0);
}

TEST(ConsumerSessionTest, NamesThatComeAfterTheMembershipIsOverGiveItNothing) {
  sim::SimWorld world(1);
  testing::SimulatedDisk disk(2);
  sim::SimEnv env(world, "client", disk, {.host = "10.0.0.2"});
  Octets asked;  // the question for names, until the coordinator is looked for again
  const auto late_metadata = [&](sdk::Bytes request) {
    if (!asked.empty()) return metadata(request);
    asked.assign(request.begin(), request.end());
    return Octets();
  };
  const auto find = [&](sdk::Bytes request) {
    return asked.empty() ? find_coordinator(request) : metadata(sdk::Bytes(asked)) + find_coordinator(request);
  };
  int beats = 0;
  const auto beat = [&](sdk::Bytes request) { return heartbeat(request, ++beats); };
  const peer::ScriptedServer bootstrap(
      world, kBootstrap,
      ScriptedBroker({{wire::MetadataRequest::kSchema.key, {.version = kMetadataVersion, .answer = late_metadata}},
                      {wire::FindCoordinatorRequest::kSchema.key, {.version = kFindVersion, .answer = find}}}));
  const peer::ScriptedServer coordinator(
      world, kCoordinator, ScriptedBroker({{wire::ConsumerGroupHeartbeatRequest::kSchema.key, {.version = 0, .answer = beat}}}));
  Owner owner;
  std::unique_ptr<ConsumerSession> session;
  world.run_on(static_cast<sim::SimLoop&>(env.loop(0)), [&] {
    session = std::make_unique<ConsumerSession>(env.loop(0), settings(), owner);
    owner.session = session.get();
    session->subscribe({"t"});
  });
  EXPECT_TRUE(world.run_until([&] { return beats >= 5; }, kPatienceNs));
  EXPECT_EQ(owner.losses, 1);
  EXPECT_TRUE(owner.assigned.empty()) << "what it was given went with the membership";
  env.end();
}

}  // namespace
}  // namespace barnabas::client
