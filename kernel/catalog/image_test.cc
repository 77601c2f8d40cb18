#include "kernel/catalog/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/catalog/features.h"
#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_log.h"
#include "kernel/wire/messages/record_security.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ImageTest : public ::testing::Test {
 protected:
  // Applies one record to the image.
  template <class M>
  Status apply(const M& message, int version = 0) {
    FramedRecords records;
    records.add(message, version);
    EXPECT_TRUE(records.status().ok()) << message_of(records.status());
    return apply(records[0]);
  }
  Status apply(sdk::Bytes record) {
    ImageBuilder builder(*image);
    Status status = builder.apply(record);
    if (status.ok()) image = builder.build();
    return status;
  }
  static std::vector<std::string> records_of(const Image& of) {
    std::vector<std::string> records;
    EXPECT_TRUE(each_record(of, [&](sdk::Bytes record) {
                  records.emplace_back(record.begin(), record.end());
                  return Status();
                }).ok());
    return records;
  }
  static std::shared_ptr<const Image> image_of(const std::vector<std::string>& records) {
    ImageBuilder builder;
    for (const std::string& record : records) EXPECT_TRUE(builder.apply(sdk::Bytes(record)).ok());
    return builder.build();
  }
  void feature(std::string_view name, std::int16_t level) {
    wire::FeatureLevelRecord record;
    record.name = name;
    record.feature_level = level;
    ASSERT_TRUE(apply(record).ok());
  }
  void topic(std::string_view name, const Uuid& id, std::int32_t partitions) {
    wire::TopicRecord record;
    record.name = name;
    record.topic_id = id;
    ASSERT_TRUE(apply(record).ok());
    for (std::int32_t i = 0; i < partitions; ++i) {
      wire::PartitionRecord partition;
      const std::int32_t replicas[] = {1, 2};
      const Uuid directories[] = {base::make_uuid(9, 1), base::make_uuid(9, 2)};
      partition.partition_id = i;
      partition.topic_id = id;
      partition.replicas = partition.isr = replicas;
      partition.leader = 1;
      partition.leader_epoch = 3;
      partition.partition_epoch = 5;
      partition.directories = directories;
      ASSERT_TRUE(apply(partition, 2).ok());
    }
  }
  void broker(std::int32_t id, std::int64_t epoch) {
    wire::RegisterBrokerRecord record;
    wire::RegisterBrokerRecord::BrokerEndpoint endpoint;
    endpoint.name = "PLAINTEXT";
    endpoint.host = "h";
    endpoint.port = 9092;
    wire::RegisterBrokerRecord::BrokerFeature range;
    range.name = kMetadataVersion;
    range.max_supported_version = 30;
    const Uuid directories[] = {base::make_uuid(9, 1)};
    record.broker_id = id;
    record.broker_epoch = epoch;
    record.incarnation_id = base::make_uuid(1, 2);
    record.end_points = {&endpoint, 1};
    record.features = {&range, 1};
    record.rack = std::string_view("r1");
    record.log_dirs = directories;
    record.cordoned_log_dirs = std::span<const Uuid>();
    ASSERT_TRUE(apply(record, 4).ok());
  }

  const Uuid id_ = base::make_uuid(7, 7);
  std::shared_ptr<const Image> image = std::make_shared<Image>();
};

TEST_F(ImageTest, TopicIsFoundByNameAndById) {
  topic("t", id_, 2);
  ASSERT_NE(image->topic("t"), nullptr);
  EXPECT_EQ(image->topic("t"), image->topic(id_));
  EXPECT_EQ(image->topic("t")->partition_count(), 2);
  EXPECT_THAT(image->partition("t", 1)->replicas, ElementsAre(1, 2));
  EXPECT_EQ(image->partition("t", 2), nullptr);
  EXPECT_EQ(image->topic("u"), nullptr);
}

TEST_F(ImageTest, EarlierImagesStayAsTheyWere) {
  topic("t", id_, 2);
  const auto before = image;
  wire::PartitionChangeRecord change;
  const std::int32_t isr[] = {2};
  change.topic_id = id_;
  change.partition_id = 0;
  change.leader = 2;
  change.isr = std::span<const std::int32_t>(isr);
  ASSERT_TRUE(apply(change).ok());
  EXPECT_EQ(before->partition("t", 0)->leader, 1);
  EXPECT_EQ(image->partition("t", 0)->leader, 2);
  EXPECT_EQ(image->partition("t", 0)->leader_epoch, 4);
  EXPECT_EQ(image->partition("t", 0)->partition_epoch, 6);
  EXPECT_EQ(image->partition("t", 1), before->partition("t", 1));  // shared, not copied
}

TEST_F(ImageTest, ChangeWithoutALeaderKeepsTheLeaderEpoch) {
  topic("t", id_, 1);
  wire::PartitionChangeRecord change;
  const std::int32_t isr[] = {1};
  change.topic_id = id_;
  change.partition_id = 0;
  change.isr = std::span<const std::int32_t>(isr);
  ASSERT_TRUE(apply(change).ok());
  EXPECT_EQ(image->partition("t", 0)->leader_epoch, 3);
  EXPECT_EQ(image->partition("t", 0)->partition_epoch, 6);
}

TEST_F(ImageTest, RemovedTopicTakesItsConfigsAlong) {
  topic("t", id_, 1);
  wire::ConfigRecord config;
  config.resource_type = 2;
  config.resource_name = "t";
  config.name = "retention.ms";
  config.value = std::string_view("1");
  ASSERT_TRUE(apply(config).ok());
  ASSERT_NE(image->config(ResourceType::kTopic, "t", "retention.ms"), nullptr);
  wire::RemoveTopicRecord remove;
  remove.topic_id = id_;
  ASSERT_TRUE(apply(remove).ok());
  EXPECT_EQ(image->topic("t"), nullptr);
  EXPECT_EQ(image->topic(id_), nullptr);
  EXPECT_EQ(image->config(ResourceType::kTopic, "t", "retention.ms"), nullptr);
  EXPECT_THAT(records_of(*image), IsEmpty());
}

TEST_F(ImageTest, BrokersAreRegisteredChangedAndRemoved) {
  broker(1, 13);
  wire::BrokerRegistrationChangeRecord change;
  change.broker_id = 1;
  change.broker_epoch = 13;
  change.fenced = -1;
  ASSERT_TRUE(apply(change).ok());
  EXPECT_TRUE(image->broker(1)->active());
  change.fenced = 0;
  change.in_controlled_shutdown = 1;
  ASSERT_TRUE(apply(change, 1).ok());
  EXPECT_FALSE(image->broker(1)->active());
  EXPECT_FALSE(image->broker(1)->fenced);
  change.broker_epoch = 12;
  EXPECT_EQ(apply(change, 1).code(), Code::kCorrupt);
  wire::UnregisterBrokerRecord gone;
  gone.broker_id = 1;
  gone.broker_epoch = 13;
  ASSERT_TRUE(apply(gone).ok());
  EXPECT_EQ(image->broker(1), nullptr);
}

TEST_F(ImageTest, ClearElrForgetsEligibleLeaders) {
  topic("t", id_, 1);
  wire::PartitionChangeRecord change;
  const std::int32_t two[] = {2};
  change.topic_id = id_;
  change.partition_id = 0;
  change.eligible_leader_replicas = std::span<const std::int32_t>(two);
  change.last_known_elr = std::span<const std::int32_t>(two);
  ASSERT_TRUE(apply(change, 2).ok());
  EXPECT_THAT(image->partition("t", 0)->elr, ElementsAre(2));
  ASSERT_TRUE(apply(wire::ClearElrRecord()).ok());  // of every topic
  EXPECT_THAT(image->partition("t", 0)->elr, IsEmpty());
  EXPECT_THAT(image->partition("t", 0)->last_known_elr, IsEmpty());
  EXPECT_EQ(image->partition("t", 0)->partition_epoch, 7);
}

TEST_F(ImageTest, WhatContradictsTheImageIsCorrupt) {
  wire::PartitionRecord partition;
  partition.partition_id = 0;
  partition.topic_id = id_;
  EXPECT_EQ(apply(partition, 2).code(), Code::kCorrupt);
  topic("t", id_, 1);
  partition.partition_id = -2;
  EXPECT_EQ(apply(partition, 2).code(), Code::kCorrupt);
  EXPECT_EQ(apply(sdk::Bytes(std::string_view("\x02\x14\x00", 3))).code(), Code::kCorrupt);      // a later frame
  EXPECT_EQ(apply(sdk::Bytes(std::string_view("\x01", 1))).code(), Code::kCorrupt);              // cut
  EXPECT_EQ(apply(sdk::Bytes(std::string_view("\x01\x02\x09", 3))).code(), Code::kUnsupported);  // TopicRecord 9
}

TEST_F(ImageTest, APartitionWithItsLastEpochDoesNotChange) {
  constexpr std::int32_t kLast = std::numeric_limits<std::int32_t>::max();
  topic("t", id_, 1);
  wire::PartitionRecord partition;
  partition.topic_id = id_;
  partition.partition_id = 0;
  wire::PartitionChangeRecord change;
  change.topic_id = id_;
  change.partition_id = 0;
  change.leader = 1;
  for (std::int32_t* epoch : {&partition.leader_epoch, &partition.partition_epoch}) {
    *epoch = kLast - 1;
    ASSERT_TRUE(apply(partition, 2).ok());
    EXPECT_TRUE(apply(change, 2).ok());
    EXPECT_EQ(apply(change, 2).code(), Code::kCorrupt);
    *epoch = 0;
  }
}

// Everything that can be in an image, of every record type.
class SnapshotTest : public ImageTest {
 protected:
  void SetUp() override {
    feature("transaction.version", 2);
    feature(kMetadataVersion, 30);
    topic("t", id_, 3);
    broker(1, 13);
    wire::RegisterControllerRecord controller;
    controller.controller_id = 1;
    controller.incarnation_id = base::make_uuid(3, 3);
    ASSERT_TRUE(apply(controller).ok());
    wire::ConfigRecord config;
    config.resource_type = 4;
    config.name = "min.insync.replicas";
    config.value = std::string_view("1");
    ASSERT_TRUE(apply(config).ok());
    wire::ProducerIdsRecord ids;
    ids.broker_id = 1;
    ids.broker_epoch = 13;
    ids.next_producer_id = 1000;
    ASSERT_TRUE(apply(ids).ok());
    foreign();
  }
  void foreign() {
    wire::AccessControlEntryRecord rule;
    rule.id = base::make_uuid(4, 4);
    rule.principal = "User:a";
    ASSERT_TRUE(apply(rule).ok());
    wire::UserScramCredentialRecord credential;
    credential.name = "a";
    credential.mechanism = 1;
    ASSERT_TRUE(apply(credential).ok());
    wire::DelegationTokenRecord token;
    token.token_id = "token";
    ASSERT_TRUE(apply(token).ok());
    wire::ClientQuotaRecord quota;
    wire::ClientQuotaRecord::EntityData entity;
    entity.entity_type = "user";
    entity.entity_name.reset();
    quota.entity = {&entity, 1};
    quota.key = "producer_byte_rate";
    quota.value = 5;
    ASSERT_TRUE(apply(quota).ok());
    wire::ZkMigrationStateRecord migration;
    migration.zk_migration_state = 1;
    ASSERT_TRUE(apply(migration).ok());
    ASSERT_TRUE(apply(sdk::Bytes(std::string_view("\x01\x63\x00later", 8))).ok());
    ASSERT_TRUE(apply(sdk::Bytes(std::string_view("\x01\x62\x00than us", 10))).ok());
    ASSERT_TRUE(apply(wire::NoOpRecord()).ok());
  }
};

TEST_F(SnapshotTest, GivesTheSameImageAgain) {
  const auto records = records_of(*image);
  const auto again = image_of(records);
  EXPECT_EQ(records_of(*again), records);
  EXPECT_EQ(*again->partition("t", 2), *image->partition("t", 2));
  EXPECT_EQ(again->broker(1)->rack, "r1");
  EXPECT_EQ(again->broker(1)->endpoints, image->broker(1)->endpoints);
  EXPECT_TRUE(again->broker(1)->cordoned_directories.has_value());
  EXPECT_EQ(again->features(), image->features());
  EXPECT_EQ(again->producer_ids(), image->producer_ids());
  EXPECT_EQ(again->controllers().size(), 1u);
}

TEST_F(SnapshotTest, BeginsWithTheMetadataVersionAndKeepsUnknownTypesInOrder) {
  const auto records = records_of(*image);
  ASSERT_FALSE(records.empty());
  const auto first = parse_frame(sdk::Bytes(records[0]));
  EXPECT_EQ(first->type, 12u);
  EXPECT_NE(records[0].find("metadata.version"), std::string::npos);
  EXPECT_EQ(records[records.size() - 2], std::string("\x01\x63\x00later", 8));
  EXPECT_EQ(records.back(), std::string("\x01\x62\x00than us", 10));
  // 2 features, broker, controller, topic, 3 partitions, config, producer ids, 5 kept types, 2 unknown
  EXPECT_EQ(records.size(), 17u);
}

TEST_F(SnapshotTest, RemovalsTakeKeptRecordsAway) {
  wire::RemoveAccessControlEntryRecord rule;
  rule.id = base::make_uuid(4, 4);
  ASSERT_TRUE(apply(rule).ok());
  wire::RemoveUserScramCredentialRecord credential;
  credential.name = "a";
  credential.mechanism = 1;
  ASSERT_TRUE(apply(credential).ok());
  wire::RemoveDelegationTokenRecord token;
  token.token_id = "token";
  ASSERT_TRUE(apply(token).ok());
  wire::ClientQuotaRecord quota;
  wire::ClientQuotaRecord::EntityData entity;
  entity.entity_type = "user";
  entity.entity_name.reset();
  quota.entity = {&entity, 1};
  quota.key = "producer_byte_rate";
  quota.remove = true;
  ASSERT_TRUE(apply(quota).ok());
  EXPECT_EQ(records_of(*image).size(), 13u);
}

TEST_F(SnapshotTest, WritesOnlyWhatTheMetadataVersionAllows) {
  feature(kMetadataVersion, 7);
  for (const std::string& record : records_of(*image)) {
    const auto frame = parse_frame(sdk::Bytes(record));
    if (frame->type == 0) {
      EXPECT_EQ(frame->version, 1u);
    } else {
      EXPECT_EQ(frame->version, 0u);
    }
  }
}

TEST_F(ImageTest, UnknownTagsOfARecordComeBack) {
  const std::uint8_t payload[] = {1, 2, 3};
  const wire::UnknownTag tag{17, sdk::Bytes(payload, 3)};
  wire::TopicRecord record;
  record.name = "t";
  record.topic_id = id_;
  record.unknown_tags = {&tag, 1};
  ASSERT_TRUE(apply(record).ok());
  const auto records = records_of(*image);
  ASSERT_EQ(records.size(), 1u);
  FramedRecords expected;
  expected.add(record);
  EXPECT_EQ(sdk::Bytes(records[0]), expected[0]);
}

TEST_F(ImageTest, KraftVersionIsShownButNotWritten) {
  ImageBuilder builder(*image);
  builder.set_leader({1, 4, true, 1});
  image = builder.build();
  EXPECT_EQ(image->feature(kKraftVersion), 1);
  EXPECT_EQ(image->controller_id(), 1);
  EXPECT_THAT(records_of(*image), IsEmpty());
}

TEST_F(ImageTest, ManyTopicsAreListedOnceEach) {
  ImageBuilder builder;
  FramedRecords records;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    wire::TopicRecord record;
    const std::string name = "topic-" + std::to_string(i);
    record.name = name;
    record.topic_id = base::make_uuid(i * 0x9e3779b97f4a7c15, i);
    records.add(record);
  }
  for (const auto view : records.views()) ASSERT_TRUE(builder.apply(view).ok());
  const auto built = builder.build();
  std::set<std::string> seen;
  built->each_topic([&](const Topic& topic) { EXPECT_TRUE(seen.insert(topic.name).second); });
  EXPECT_EQ(seen.size(), 2000u);
  EXPECT_EQ(built->topic_count(), 2000u);
}

}  // namespace
}  // namespace barnabas::catalog
