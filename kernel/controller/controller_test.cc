#include "kernel/controller/controller.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/uuid.h"
#include "kernel/catalog/framed.h"
#include "kernel/controller/testing_placement.h"
#include "kernel/controller/testing_store.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;

class ControllerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::optional<Code> code;
    controller.start({}, [&](Status status) { code = status.code(); });
    EXPECT_FALSE(code.has_value());
    host.run();
    ASSERT_EQ(code, Code::kOk);
    store.proposals.clear();
    ASSERT_GE(register_broker(1), 0);
    EXPECT_FALSE(heartbeat(false).fenced);
    store.proposals.clear();
  }
  std::int64_t register_broker(std::uint64_t incarnation, std::int64_t previous_epoch = -1, std::int32_t id = 1) {
    BrokerRegistration request;
    request.id = id;
    request.cluster_id = "cluster";
    request.incarnation = base::make_uuid(incarnation, 1);
    request.previous_epoch = previous_epoch;
    for (const auto& f : catalog::supported_features()) request.features.push_back({std::string(f.name), f.min_level, f.max_level});
    request.directories.push_back(base::make_uuid(9, 8 + static_cast<std::uint64_t>(id)));
    std::int64_t epoch = -1;
    controller.register_broker(request, [&](RegistrationReply reply) { epoch = reply.ok() ? reply.epoch : -1; });
    host.run();
    return epoch;
  }
  HeartbeatReply heartbeat(bool want_shutdown, std::int32_t id = 1) {
    HeartbeatReply told;
    int answers = 0;
    controller.heartbeat({id, controller.image()->broker(id)->epoch, controller.image()->position(), false, want_shutdown, {}},
                         [&](HeartbeatReply reply) {
                           told = std::move(reply);
                           ++answers;
                         });
    host.run();
    EXPECT_EQ(answers, 1);
    return told;
  }
  // What a snapshot cannot hold as long as the metadata are of that level.
  void tell_level(std::int16_t level, bool with_unwritable_broker) {
    catalog::FramedRecords records;
    wire::FeatureLevelRecord feature;
    feature.name = catalog::kMetadataVersion;
    feature.feature_level = level;
    records.add(feature);
    wire::RegisterBrokerRecord broker;
    broker.broker_id = 7;
    broker.is_migrating_zk_broker = true;  // which a record of the first level cannot say
    if (with_unwritable_broker) records.add(broker, 3);
    const auto views = records.views();
    const std::int64_t end = controller.image()->end().offset + static_cast<std::int64_t>(views.size());
    store.listener().on_batch({views.data(), views.size(), {end, 9}, 0});
  }
  int led() const {
    int count = 0;
    controller.image()->each_topic([&](const catalog::Topic& topic) {
      for (const auto& partition : topic.partitions) count += partition->leader == 1 ? 1 : 0;
    });
    return count;
  }
  void TearDown() override {
    bool stopped = false;
    controller.stop([&] { stopped = true; });
    host.run();
    EXPECT_TRUE(stopped);
  }
  void create(std::string name, std::int32_t partitions = 1, bool validate_only = false) {
    TopicSpec spec;
    spec.name = std::move(name);
    spec.partitions = partitions;
    spec.replication = 1;
    controller.create_topics({{spec}, validate_only}, [this](CreateTopicsReply reply) { errors.push_back(reply.topics.at(0).error); });
  }

  testing::ManualHost host;
  TestStore store{host};
  // Takes its time, when it is asked to.
  class Placement final : public InTurn {
   public:
    explicit Placement(testing::ManualHost& host) : host_(host) {}
    sdk::Status place(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request,
                      sdk::PlacementSink& sink) noexcept override {
      host_.stand_still(takes_ns);
      return InTurn::place(cluster, request, sink);
    }
    std::int64_t takes_ns = 0;

   private:
    testing::ManualHost& host_;
  };
  Placement placement{host};
  Controller controller{store, host, {.cluster_id = {}, .configs = {}, .placement = &placement}};
  std::vector<ErrorCode> errors;
};

TEST_F(ControllerTest, StartsWithFeaturesAndTheClusterId) {
  EXPECT_EQ(controller.image()->metadata_version(), catalog::kLatestMetadataLevel);
  EXPECT_EQ(controller.image()->cluster_id(), "cluster");
  EXPECT_TRUE(controller.leads());
}

TEST_F(ControllerTest, AnswersWhenTheChangeIsInTheImage) {
  create("t");
  EXPECT_TRUE(errors.empty());
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode{}));
  EXPECT_NE(controller.image()->topic("t"), nullptr);
}

TEST_F(ControllerTest, RequestsThatWaitAreWrittenTogetherEachSeeingTheOnesBefore) {
  store.hold = true;
  create("a");
  host.run();
  create("b");
  create("b");
  create("c");
  host.run();
  EXPECT_TRUE(errors.empty());
  store.hold = false;
  store.accept();
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode{}, ErrorCode{}, ErrorCode::kTopicAlreadyExists, ErrorCode{}));
  EXPECT_THAT(store.proposals, ElementsAre(2u, 4u));
}

TEST_F(ControllerTest, WhatCannotBeWrittenIsRefusedAlone) {
  store.hold = true;
  create("a");
  host.run();
  create("b");
  BrokerRegistration request;
  request.id = 2;
  request.cluster_id = "cluster";
  request.incarnation = base::make_uuid(7, 7);
  request.endpoints.push_back({"PLAINTEXT", std::string(40'000, 'h'), 9092, 0});  // no record takes it
  for (const auto& f : catalog::supported_features()) request.features.push_back({std::string(f.name), f.min_level, f.max_level});
  request.directories.push_back(base::make_uuid(9, 8));
  std::optional<ErrorCode> refused;
  controller.register_broker(request, [&](RegistrationReply reply) { refused = reply.error; });
  create("c");
  host.run();
  store.hold = false;
  store.accept();
  host.run();
  EXPECT_EQ(refused, ErrorCode::kUnknownServerError);
  EXPECT_THAT(errors, ElementsAre(ErrorCode{}, ErrorCode{}, ErrorCode{}));
  EXPECT_THAT(store.proposals, ElementsAre(2u, 4u));
  EXPECT_EQ(controller.image()->broker(2), nullptr);
}

TEST_F(ControllerTest, ProposalsStayWithinTheStoresLimit) {
  create("a", 10);
  create("b", 10);
  create("c", 25);
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode{}, ErrorCode{}, ErrorCode::kPolicyViolation));
  EXPECT_THAT(store.proposals, ElementsAre(11u, 11u));
}

// Nothing of it is written, so no limit of the store ends it.
TEST_F(ControllerTest, WhatIsOnlyAskedIsDecidedInPieces) {
  for (int i = 0; i < 6; ++i) create("t" + std::to_string(i), 15, true);
  while (errors.empty()) ASSERT_TRUE(host.step());
  EXPECT_EQ(errors.size(), 2u);
  host.run();
  EXPECT_EQ(errors, std::vector<ErrorCode>(6));
  EXPECT_TRUE(store.proposals.empty());
}

TEST_F(ControllerTest, WhatTakesLongIsDecidedInPieces) {
  placement.takes_ns = 600'000;
  for (int i = 0; i < 6; ++i) create("t" + std::to_string(i), 1, true);
  create("large", 19, true);
  while (errors.empty()) ASSERT_TRUE(host.step());
  EXPECT_EQ(errors.size(), 2u);
  host.run();
  EXPECT_EQ(errors, std::vector<ErrorCode>(7));
}

// What is refused alone has its answer already.
TEST_F(ControllerTest, GoesOnBehindWhatIsRefused) {
  placement.takes_ns = 2'000'000;
  create("large", 20);  // and the topic's own record
  create("a");
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode::kPolicyViolation, ErrorCode{}));
}

// 30 partitions, and 20 records in a proposal.
TEST_F(ControllerTest, ABrokerMayHoldMorePartitionsThanOneProposalChanges) {
  create("a", 15);
  create("b", 15);
  host.run();
  const std::int64_t epoch = controller.image()->broker(1)->epoch;
  store.proposals.clear();

  EXPECT_TRUE(heartbeat(true).ok());
  EXPECT_THAT(store.proposals, ElementsAre(19u, 12u));
  EXPECT_EQ(led(), 0);
  EXPECT_TRUE(controller.image()->broker(1)->in_controlled_shutdown);
  EXPECT_TRUE(heartbeat(true).should_shut_down);

  ASSERT_GE(register_broker(2, epoch), 0);
  store.proposals.clear();
  EXPECT_FALSE(heartbeat(false).fenced);
  EXPECT_THAT(store.proposals, ElementsAre(19u, 12u));
  EXPECT_EQ(led(), 30);

  host.advance(20'000'000'000);  // silent
  EXPECT_TRUE(controller.image()->broker(1)->fenced);
  EXPECT_EQ(led(), 0);
  ASSERT_GE(register_broker(3), 0);
  EXPECT_FALSE(heartbeat(false).fenced);
  EXPECT_EQ(led(), 30);
}

// A topic finds the broker, although it was asked for when half of the broker's leaderships were written.
TEST_F(ControllerTest, NobodyDecidesOnHalfOfAChange) {
  create("a", 15);
  create("b", 15);
  host.run();
  const std::int64_t epoch = controller.image()->broker(1)->epoch;
  while (!heartbeat(true).should_shut_down) {
  }
  ASSERT_GE(register_broker(2, epoch), 0);
  store.hold = true;
  controller.heartbeat({1, controller.image()->broker(1)->epoch, controller.image()->position(), false, false, {}}, [](HeartbeatReply) {});
  host.run();
  create("c");
  store.hold = false;
  store.accept();
  EXPECT_EQ(led(), 19);
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode{}, ErrorCode{}, ErrorCode{}));
  EXPECT_EQ(led(), 31);
}

TEST_F(ControllerTest, NobodyIsAnsweredFromInsideTheCall) {
  store.refusal = "term over";
  create("a");
  EXPECT_TRUE(errors.empty());
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode::kNotController));
}

TEST_F(ControllerTest, LostReplyIsATimeout) {
  store.hold = true;
  create("a");
  host.run();
  store.end_all(Status::error(Code::kUnknown, "lost"));
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode::kRequestTimedOut));
}

TEST_F(ControllerTest, RefusesWhileAnotherLeads) {
  store.lead(false);
  create("a");
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode::kNotController));
  EXPECT_EQ(controller.image()->controller_id(), 2);
}

TEST_F(ControllerTest, FencesABrokerThatIsSilent) {
  ASSERT_TRUE(controller.image()->broker(1)->active());
  host.advance(8'000'000'000);
  EXPECT_TRUE(controller.image()->broker(1)->active());
  host.advance(3'000'000'000);
  EXPECT_TRUE(controller.image()->broker(1)->fenced);
}

TEST_F(ControllerTest, ABrokerWhoseFenceWasRefusedIsFencedLater) {
  store.full = 1;
  host.advance(10'500'000'000);
  EXPECT_EQ(store.full, 0);
  EXPECT_TRUE(controller.image()->broker(1)->active());
  host.advance(1'200'000'000);
  EXPECT_TRUE(controller.image()->broker(1)->fenced);
}

TEST_F(ControllerTest, ABrokerWhoseFarewellWasRefusedIsFencedLater) {
  ASSERT_GE(register_broker(1, -1, 2), 0);
  ASSERT_FALSE(heartbeat(false, 2).fenced);
  store.full = 1;
  EXPECT_EQ(heartbeat(true, 2).error, ErrorCode::kNotController);
  EXPECT_TRUE(controller.image()->broker(2)->active());
  host.advance(12'000'000'000);
  EXPECT_TRUE(controller.image()->broker(2)->fenced);
}

// It was fenced, as far as was written, when its session was over.
TEST_F(ControllerTest, ABrokerThatDiesWhileItsUnfenceIsWrittenIsFencedLater) {
  ASSERT_GE(register_broker(1, -1, 2), 0);
  store.hold = true;
  controller.heartbeat({2, controller.image()->broker(2)->epoch, controller.image()->position(), false, false, {}}, [](HeartbeatReply) {});
  host.advance(10'500'000'000);
  store.hold = false;
  store.accept();
  EXPECT_TRUE(controller.image()->broker(2)->active());
  host.advance(12'000'000'000);
  EXPECT_TRUE(controller.image()->broker(2)->fenced);
}

TEST_F(ControllerTest, ABrokerThatSaidFarewellMayComeBackAtOnce) {
  ASSERT_GE(register_broker(1, -1, 2), 0);
  ASSERT_FALSE(heartbeat(false, 2).fenced);
  ASSERT_TRUE(heartbeat(true, 2).should_shut_down);
  EXPECT_GE(register_broker(2, -1, 2), 0);
}

TEST_F(ControllerTest, NobodyIsFencedForAPauseOfTheControllerItself) {
  host.advance(1'000'000'000);
  host.stand_still(60'000'000'000);
  host.advance(7'000'000'000);
  EXPECT_TRUE(controller.image()->broker(1)->active());
  host.advance(3'000'000'000);  // silent for longer than its session while the controller ran
  EXPECT_TRUE(controller.image()->broker(1)->fenced);
}

TEST_F(ControllerTest, NewLeaderGivesEverybodyAWholeSession) {
  host.advance(8'000'000'000);
  store.lead(true);
  host.run();
  host.advance(8'000'000'000);
  EXPECT_TRUE(controller.image()->broker(1)->active());
}

TEST_F(ControllerTest, GivesASnapshotThatHoldsEverything) {
  create("t", 3);
  host.run();
  store.listener().on_snapshot_wanted();
  host.run();
  catalog::ImageBuilder builder;
  for (const std::string& record : store.kept) ASSERT_TRUE(builder.apply(sdk::Bytes(record)).ok());
  EXPECT_EQ(builder.build()->topic("t")->partition_count(), 3);
}

TEST_F(ControllerTest, NoSnapshotIsMadeOfWhatCannotBeWritten) {
  store.lead(false);
  tell_level(1, true);
  ASSERT_NE(controller.image()->broker(7), nullptr);
  store.listener().on_snapshot_wanted();
  host.run();
  EXPECT_EQ(store.snapshots, 0);
  EXPECT_EQ(host.warnings.size(), 1u);
}

TEST_F(ControllerTest, ASnapshotThatCouldNotBeMadeIsOwed) {
  store.lead(false);
  tell_level(1, true);
  store.listener().on_snapshot_wanted();
  host.advance(300'000'000'000);
  EXPECT_EQ(host.warnings.size(), 1u) << "of the same state would come the same";
  tell_level(catalog::kLatestMetadataLevel, false);
  host.advance(60'000'000'000);
  EXPECT_EQ(store.snapshots, 1);
  tell_level(catalog::kLatestMetadataLevel, false);
  host.advance(300'000'000'000);
  EXPECT_EQ(store.snapshots, 1) << "it is owed no more";
}

TEST_F(ControllerTest, AStopWaitsForASnapshotThatIsBeingRead) {
  store.listener().on_snapshot_wanted();  // TearDown() stops it
  EXPECT_FALSE(host.idle());
}

// 30 partitions, and 20 records in a proposal.
TEST_F(ControllerTest, AStopWhileASnapshotIsBeingReadAnswersWhatIsHalfDone) {
  create("a", 15);
  create("b", 15);
  host.run();
  store.hold = true;
  errors.clear();
  controller.heartbeat({1, controller.image()->broker(1)->epoch, controller.image()->position(), false, true, {}},
                       [this](const HeartbeatReply& reply) { errors.push_back(reply.error); });
  host.run();
  store.listener().on_snapshot_wanted();
  controller.stop([] {});
  store.accept();
  host.run();
  EXPECT_THAT(errors, ElementsAre(ErrorCode::kNotController));
}

// A broker would take what is missing in it for removed.
TEST_F(ControllerTest, AStateWithAHoleIsNeverSeen) {
  create("kept");
  host.run();
  const auto before = controller.image();
  const std::string unreadable("\x01\x02\x63", 3);  // a TopicRecord of a version that a later Kafka may write
  const sdk::Bytes record(unreadable);
  store.lead(false);
  store.listener().on_snapshot_begin({9, 9});
  store.listener().on_batch({&record, 1, {9, 9}, 0});
  store.listener().on_snapshot_end();
  EXPECT_NE(controller.image()->topic("kept"), nullptr);
  EXPECT_EQ(controller.image()->topic_count(), before->topic_count());
}

TEST_F(ControllerTest, AStoreThatGoesBackIsNotFollowed) {
  create("kept");
  host.run();
  ASSERT_GT(controller.image()->end().offset, 0);
  const auto before = controller.image();
  catalog::FramedRecords records;
  wire::TopicRecord topic;
  topic.name = "other";
  topic.topic_id = base::make_uuid(1, 1);
  records.add(topic);
  const auto views = records.views();
  store.listener().on_batch({views.data(), views.size(), {before->end().offset - 1, 1}, 0});
  EXPECT_EQ(controller.image()->topic("other"), nullptr);
  EXPECT_NE(controller.image()->topic("kept"), nullptr);
}

TEST_F(ControllerTest, StartsOverWhenTheStoreDoes) {
  create("t");
  host.run();
  store.listener().on_snapshot_begin({50, 3});
  EXPECT_NE(controller.image()->topic("t"), nullptr);  // until the snapshot is whole
  catalog::FramedRecords records;
  wire::TopicRecord topic;
  topic.name = "other";
  topic.topic_id = base::make_uuid(1, 1);
  records.add(topic);
  const auto views = records.views();
  store.listener().on_batch({views.data(), views.size(), {50, 3}, 0});
  store.listener().on_snapshot_end();
  EXPECT_EQ(controller.image()->topic("t"), nullptr);
  EXPECT_NE(controller.image()->topic("other"), nullptr);
  EXPECT_EQ(controller.image()->position(), 49);
}

}  // namespace
}  // namespace barnabas::controller
