// The controller over a store that keeps the brokers' sessions.
#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "kernel/base/uuid.h"
#include "kernel/catalog/framed.h"
#include "kernel/controller/controller.h"
#include "kernel/controller/testing_placement.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

// Tells what it is given, gives epochs to registrations, and refuses proposals while it is away.
class SessionStore final : public sdk::MetadataStore {
 public:
  explicit SessionStore(sdk::Host& host) : host_(host) {}

  Status identity(sdk::MetadataIdentity& identity) noexcept override {
    identity.formatted = true;
    identity.cluster_id = "cluster";
    return {};
  }
  Status format(const sdk::MetadataFormat&) noexcept override { return {}; }
  Status start(const sdk::MetadataStart&, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept override {
    listener_ = &listener;
    base::post(host_.executor(), [this, &completion] {
      listener_->on_snapshot_begin({0, 0});
      tell(content);
      listener_->on_snapshot_end();
      lead();
      completion.done({});
    });
    return {};
  }
  Status stop(sdk::Completion& completion) noexcept override {
    base::post(host_.executor(), [&completion] { completion.done({}); });
    return {};
  }
  sdk::MetadataAbilities abilities() noexcept override {
    return {.proposes = true, .keeps_sessions = true, .fixed_features = true, .max_records = 100, .max_bytes = 1 << 20};
  }
  Status propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) noexcept override {
    if (is_away) return Status::unavailable("away");
    if (proposal.record_count == 0) return Status::invalid("no records");
    auto records = std::make_shared<catalog::FramedRecords>();
    for (std::size_t i = 0; i < proposal.record_count; ++i) {
      const std::string octets(proposal.records[i].begin(), proposal.records[i].end());
      if (!too_large.empty() && octets.find(too_large) != std::string::npos) return Status::exhausted("too large");
      records->add_framed(proposal.records[i]);
    }
    base::post(host_.executor(), [this, records, &completion] {
      if (others) std::exchange(others, nullptr)();
      tell(*records);
      completion.done({});
    });
    return {};
  }
  std::int64_t next_offset() noexcept override { return offset_; }
  Status open_session(sdk::Bytes registration, sdk::Completion& completion) noexcept override {
    if (!refusal.empty()) return Status::error(Code::kExists, refusal);
    wire::RegisterBrokerRecord record;
    base::Arena arena;
    const auto frame = catalog::parse_frame(registration);
    EXPECT_TRUE(wire::decode(frame->body, static_cast<int>(frame->version), arena, record));
    record.broker_epoch = ++epoch;
    record.fenced = false;
    auto records = std::make_shared<catalog::FramedRecords>();
    records->add(record, static_cast<int>(frame->version));
    base::post(host_.executor(), [this, records, &completion] {
      tell(*records);
      completion.done({});
    });
    return {};
  }
  Status keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) noexcept override { return Status::unsupported(""); }

  void tell(const catalog::FramedRecords& records) {
    const auto views = records.views();
    offset_ += static_cast<std::int64_t>(views.size());
    listener_->on_batch({views.data(), views.size(), {offset_, term_}, 0});
  }
  void lead() { listener_->on_leader({1, ++term_, true, 0}); }
  sdk::MetadataListener& listener() { return *listener_; }

  catalog::FramedRecords content;
  bool is_away = false;
  std::string refusal;
  std::string too_large;         // what is in a record that there is no room for
  std::function<void()> others;  // do something while something is being written
  std::int64_t epoch = 100;

 private:
  sdk::Host& host_;
  sdk::MetadataListener* listener_ = nullptr;
  std::int64_t offset_ = 0;
  std::int32_t term_ = 0;
};

class ControllerSessionsTest : public ::testing::Test {
 protected:
  ControllerSessionsTest() {
    wire::FeatureLevelRecord level;
    level.name = "metadata.version";
    level.feature_level = 16;
    store.content.add(level);
    wire::TopicRecord topic;
    topic.name = "t";
    topic.topic_id = id;
    store.content.add(topic);
    for (std::int32_t i = 0; i < 250; ++i) {
      wire::PartitionRecord record;
      const std::int32_t replicas[] = {1};
      record.partition_id = i;
      record.topic_id = id;
      record.replicas = record.isr = replicas;
      record.leader = i < 200 ? 1 : -1;  // the others were never finished
      record.leader_epoch = record.partition_epoch = i < 200 ? 3 : -1;
      store.content.add(record);
    }
  }
  void start() {
    Controller::Hooks hooks;
    hooks.on_session_lost = [this] { ++lost; };
    controller.start(std::move(hooks), [this](Status status) { started = status.code(); });
    host.run();
  }
  // Somebody else has made a partition, and has not chosen its leader.
  void tell_partition(std::int32_t index) {
    catalog::FramedRecords records;
    wire::PartitionRecord record;
    const std::int32_t replicas[] = {1};
    record.partition_id = index;
    record.topic_id = id;
    record.replicas = record.isr = replicas;
    records.add(record);
    store.tell(records);
  }
  RegistrationReply register_broker(std::int32_t broker = 1) {
    BrokerRegistration request;
    request.id = broker;
    request.cluster_id = "cluster";
    request.endpoints.push_back({"PLAINTEXT", "h", 9092, 0});
    std::optional<RegistrationReply> told;
    controller.register_broker(request, [&](RegistrationReply reply) { told = std::move(reply); });
    EXPECT_FALSE(told.has_value());
    host.run();
    EXPECT_TRUE(told.has_value());
    return told.value_or(RegistrationReply());
  }
  void stop() {
    controller.stop([] {});
    host.run();
  }
  const catalog::Partition& partition(std::int32_t index) { return *controller.image()->partition("t", index); }

  const Uuid id = base::make_uuid(5, 5);
  testing::ManualHost host;
  SessionStore store{host};
  InTurn placement;
  Controller controller{store, host, {.cluster_id = {}, .configs = {}, .placement = &placement}};
  std::optional<Code> started;
  int lost = 0;
};

TEST_F(ControllerSessionsTest, ABrokerIsRegisteredByTheStoreAndItsPartitionsGetLeaders) {
  start();
  ASSERT_EQ(started, Code::kOk);
  EXPECT_EQ(partition(0).leader_epoch, 3);  // not touched before it is there
  const RegistrationReply reply = register_broker();
  ASSERT_TRUE(reply.ok()) << reply.message;
  EXPECT_EQ(reply.epoch, 101);
  for (std::int32_t i = 0; i < 250; ++i) {
    EXPECT_EQ(partition(i).leader, 1);
    EXPECT_EQ(partition(i).leader_epoch, i < 200 ? 4 : 0);
    EXPECT_EQ(partition(i).partition_epoch, i < 200 ? 4 : 0);
  }
  host.advance(60'000'000'000);
  EXPECT_TRUE(controller.image()->broker(1)->active());  // without a heartbeat
  stop();
}

TEST_F(ControllerSessionsTest, WhatOthersTellIsFollowed) {
  start();
  register_broker();
  tell_partition(250);
  host.run();
  EXPECT_EQ(partition(250).leader, 1);
  catalog::FramedRecords records;
  wire::UnregisterBrokerRecord gone;
  gone.broker_id = 1;
  gone.broker_epoch = 101;
  records.add(gone);
  store.tell(records);
  host.run();
  EXPECT_EQ(partition(250).leader, 1);  // this node itself: it comes back
  store.listener().on_session_lost();
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(register_broker().epoch, 102);
  EXPECT_EQ(partition(250).leader_epoch, 1);
  stop();
}

TEST_F(ControllerSessionsTest, WhatIsToldWhileLeadersAreWrittenIsFollowedNext) {
  start();
  register_broker();
  store.others = [this] { tell_partition(251); };
  tell_partition(250);
  host.run();
  EXPECT_FALSE(store.others);
  EXPECT_EQ(partition(250).leader, 1);
  EXPECT_EQ(partition(251).leader, 1);
  stop();
}

// A term ends while leaders are being chosen, and the next one is this node's, too.
TEST_F(ControllerSessionsTest, ALookOfAnEarlierTermIsTakenAgain) {
  start();
  register_broker();
  store.others = [this] {
    store.lead();
    tell_partition(251);
  };
  tell_partition(250);
  host.run();
  host.advance(1'000'000'000);
  EXPECT_EQ(partition(250).leader, 1);
  EXPECT_EQ(partition(251).leader, 1);
  stop();
}

TEST_F(ControllerSessionsTest, WhatAStoreHasNoRoomForIsRefusedAlone) {
  start();
  register_broker();
  store.too_large = "large";
  std::vector<ErrorCode> errors;
  for (const char* name : {"before", "large", "behind"}) {
    CreateTopicsRequest request;
    TopicSpec& topic = request.topics.emplace_back();
    topic.name = name;
    topic.partitions = 1;
    controller.create_topics(std::move(request), [&](const CreateTopicsReply& reply) { errors.push_back(reply.topics.front().error); });
  }
  host.run();
  EXPECT_THAT(errors, ::testing::ElementsAre(ErrorCode::kNone, ErrorCode::kPolicyViolation, ErrorCode::kNone));
  EXPECT_NE(controller.image()->topic("behind"), nullptr);
  EXPECT_EQ(controller.image()->topic("large"), nullptr);
  stop();
}

TEST_F(ControllerSessionsTest, AStoreThatIsAwayIsWaitedFor) {
  store.is_away = true;
  start();
  EXPECT_EQ(started, Code::kOk);  // there was nothing to write
  EXPECT_TRUE(register_broker().ok());
  EXPECT_EQ(partition(249).leader, -1);
  store.is_away = false;
  host.advance(1'000'000'000);
  EXPECT_EQ(partition(249).leader, 1);
  stop();
}

// It reads again what somebody else has changed, such as a broker that has just registered.
TEST_F(ControllerSessionsTest, AStoreThatIsAwayForAMomentRefusesNobody) {
  start();
  ASSERT_TRUE(register_broker().ok());
  std::optional<ErrorCode> error;
  CreateTopicsRequest request;
  request.topics.emplace_back().name = "young";
  request.topics.back().partitions = request.topics.back().replication = 1;
  store.is_away = true;
  controller.create_topics(std::move(request), [&](const CreateTopicsReply& reply) { error = reply.topics.at(0).error; });
  host.run();
  EXPECT_FALSE(error.has_value());
  store.is_away = false;
  host.advance(600'000'000);
  EXPECT_EQ(error, ErrorCode::kNone);
  EXPECT_NE(controller.image()->topic("young"), nullptr);
  stop();
}

// Another one may have made the topic meanwhile.
TEST_F(ControllerSessionsTest, WhileTheStoreIsAwayNothingIsRefusedForGood) {
  start();
  ASSERT_TRUE(register_broker().ok());
  const auto error_of_deletion = [&](std::int64_t wait_ns = 0) {
    ErrorCode error = ErrorCode::kUnknownServerError;
    DeleteTopicsRequest request;
    request.topics.push_back({"young", {}});
    controller.delete_topics(std::move(request), [&](const DeleteTopicsReply& reply) { error = reply.topics.at(0).error; });
    host.run();
    host.advance(wait_ns);
    return error;
  };
  EXPECT_EQ(error_of_deletion(), ErrorCode::kUnknownTopicOrPartition);
  store.is_away = true;
  EXPECT_EQ(error_of_deletion(3'000'000'000), ErrorCode::kNotController);
  stop();
}

TEST_F(ControllerSessionsTest, AnIdThatIsTakenIsRefused) {
  start();
  store.refusal = "another session has it";
  const RegistrationReply reply = register_broker();
  EXPECT_EQ(reply.error, ErrorCode::kDuplicateBrokerRegistration);
  EXPECT_EQ(reply.message, "another session has it");
  stop();
}

}  // namespace
}  // namespace barnabas::controller
