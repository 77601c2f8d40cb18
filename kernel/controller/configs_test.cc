#include <gmock/gmock.h>

#include "kernel/controller/testing.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConfigsTest : public Cluster {
 protected:
  void SetUp() override {
    Cluster::SetUp();
    up(1);
    create("t", {1});
  }
  ResourceOutcome alter(ResourceType type, std::string name, std::vector<ConfigChange> changes, bool replace = false) {
    return ask(AlterConfigsRequest{{{type, std::move(name), std::move(changes)}}, replace, false}).resources.at(0);
  }
  ResourceOutcome topic(std::string key, ConfigOperation operation, std::optional<std::string> value) {
    return alter(ResourceType::kTopic, "t", {{std::move(key), operation, std::move(value)}});
  }
  std::string value(std::string_view key) {
    const std::string* found = image->config(ResourceType::kTopic, "t", key);
    return found == nullptr ? "-" : *found;
  }
};

TEST_F(ConfigsTest, SetsAndDeletes) {
  EXPECT_TRUE(topic("retention.ms", ConfigOperation::kSet, "1000").ok());
  EXPECT_EQ(value("retention.ms"), "1000");
  EXPECT_TRUE(topic("retention.ms", ConfigOperation::kSet, "1000").ok());
  EXPECT_THAT(types, IsEmpty());  // nothing changed
  EXPECT_TRUE(topic("retention.ms", ConfigOperation::kDelete, std::nullopt).ok());
  EXPECT_EQ(value("retention.ms"), "-");
}

TEST_F(ConfigsTest, ListsGrowFromTheirDefaultAndShrink) {
  EXPECT_TRUE(topic("cleanup.policy", ConfigOperation::kAppend, "compact").ok());
  EXPECT_EQ(value("cleanup.policy"), "delete,compact");
  EXPECT_TRUE(topic("cleanup.policy", ConfigOperation::kAppend, "compact").ok());
  EXPECT_EQ(value("cleanup.policy"), "delete,compact");
  EXPECT_TRUE(topic("cleanup.policy", ConfigOperation::kSubtract, "delete").ok());
  EXPECT_EQ(value("cleanup.policy"), "compact");
  EXPECT_EQ(topic("retention.ms", ConfigOperation::kAppend, "1").error, ErrorCode::kInvalidConfig);
}

TEST_F(ConfigsTest, RefusesBadKeysAndValues) {
  EXPECT_EQ(topic("retention.ms", ConfigOperation::kSet, "x").error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(topic("retention.ms", ConfigOperation::kSet, std::nullopt).error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(topic("no.such.key", ConfigOperation::kSet, "1").error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(topic("max.compaction.lag.ms", ConfigOperation::kSet, "1").error, ErrorCode{});
  EXPECT_EQ(topic("min.compaction.lag.ms", ConfigOperation::kSet, "2").error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter(ResourceType::kTopic, "u", {}).error, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(alter(ResourceType::kTopic, "", {}).error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter(ResourceType::kBrokerLogger, "1", {}).error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(
      alter(ResourceType::kTopic, "t", {{"retention.ms", ConfigOperation::kSet, "1"}, {"retention.ms", ConfigOperation::kSet, "2"}}).error,
      ErrorCode::kInvalidRequest);
}

TEST_F(ConfigsTest, ReplaceForgetsWhatIsNotNamed) {
  topic("retention.ms", ConfigOperation::kSet, "1000");
  EXPECT_TRUE(alter(ResourceType::kTopic, "t", {{"retention.bytes", ConfigOperation::kSet, "5"}}, true).ok());
  EXPECT_EQ(value("retention.ms"), "-");
  EXPECT_EQ(value("retention.bytes"), "5");
}

TEST_F(ConfigsTest, SameResourceTwiceIsRefusedBothTimes) {
  const ConfigAlteration one{ResourceType::kTopic, "t", {{"retention.ms", ConfigOperation::kSet, "1"}}};
  const auto reply = ask(AlterConfigsRequest{{one, one}, false, false});
  EXPECT_EQ(reply.resources[0].error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(reply.resources[1].error, ErrorCode::kInvalidRequest);
}

TEST_F(ConfigsTest, ValidateOnlyWritesNothing) {
  const auto reply = ask(AlterConfigsRequest{{{ResourceType::kTopic, "t", {{"retention.ms", ConfigOperation::kSet, "1"}}}}, false, true});
  EXPECT_TRUE(reply.resources[0].ok());
  EXPECT_EQ(value("retention.ms"), "-");
}

TEST_F(ConfigsTest, BrokersMustExistAndKeysBeDynamic) {
  EXPECT_EQ(alter(ResourceType::kBroker, "one", {}).error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter(ResourceType::kBroker, "9", {}).error, ErrorCode::kBrokerIdNotRegistered);
  EXPECT_EQ(alter(ResourceType::kBroker, "1", {{"log.retention.ms", ConfigOperation::kSet, "1"}}).error, ErrorCode{});
  EXPECT_EQ(alter(ResourceType::kBroker, "", {{"log.retention.ms", ConfigOperation::kSet, "1"}}).error, ErrorCode{});
  EXPECT_EQ(alter(ResourceType::kBroker, "1", {{"node.id", ConfigOperation::kSet, "4"}}).error, ErrorCode::kInvalidRequest);
}

TEST_F(ConfigsTest, MinIsrOfTheClusterIsGuardedWhereEligibleLeadersAreKept) {
  ask(&activate);
  EXPECT_EQ(*image->config(ResourceType::kBroker, "", "min.insync.replicas"), "1");
  EXPECT_EQ(alter(ResourceType::kBroker, "1", {{"min.insync.replicas", ConfigOperation::kSet, "2"}}).error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter(ResourceType::kBroker, "", {{"min.insync.replicas", ConfigOperation::kDelete, {}}}).error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter(ResourceType::kBroker, "", {{"min.insync.replicas", ConfigOperation::kSet, "2"}}).error, ErrorCode{});
  EXPECT_THAT(types, ElementsAre(4, 28));
}

TEST_F(ConfigsTest, GroupsStayWithinTheBrokersBounds) {
  const auto group = [&](std::string value) {
    return alter(ResourceType::kGroup, "g", {{"consumer.session.timeout.ms", ConfigOperation::kSet, std::move(value)}});
  };
  EXPECT_EQ(group("50000").error, ErrorCode{});
  EXPECT_THAT(group("100").message, HasSubstr("group.consumer.min.session.timeout.ms"));
  EXPECT_EQ(group("100000000").error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(group("+1").error, ErrorCode::kInvalidConfig);  // a number, as Kafka reads it
  EXPECT_EQ(group(" 1 ").error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter(ResourceType::kGroup, "", {}).error, ErrorCode::kInvalidRequest);
  const auto refused = [&](std::string key, std::string value) {
    return alter(ResourceType::kGroup, "g", {{std::move(key), ConfigOperation::kSet, std::move(value)}}).message;
  };
  EXPECT_EQ(refused("consumer.assignment.interval.ms", "99999999"),
            "consumer.assignment.interval.ms must be less than or equal to group.consumer.max.assignment.interval.ms");
  EXPECT_EQ(refused("share.delivery.count.limit", "999"),
            "share.delivery.count.limit must be less than or equal to group.share.max.delivery.count.limit");
  EXPECT_EQ(refused("streams.num.standby.replicas", "99"),
            "streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas");
  EXPECT_EQ(refused("streams.initial.rebalance.delay.ms", "99999999"), "");
  EXPECT_EQ(refused("nothing", "1"), "Unknown group config name: nothing");
  EXPECT_EQ(alter(ResourceType::kGroup, "g", {{"nothing", ConfigOperation::kDelete, {}}}).error, ErrorCode{});
}

TEST_F(ConfigsTest, ClientMetricsAreCheckedAsKafkaDoes) {
  const auto set = [&](std::string key, std::string value) {
    return alter(ResourceType::kClientMetrics, "s", {{std::move(key), ConfigOperation::kSet, std::move(value)}});
  };
  EXPECT_EQ(set("interval.ms", "30000").error, ErrorCode{});
  EXPECT_EQ(set("interval.ms", "3").error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(set("match", "client_id=a,client_software_name=b.*").error, ErrorCode{});
  for (const std::string pattern : {"foo", "nope=x", "CLIENT_ID=x", "=x", "client_id=", "client_id=a=b", "client_id=="}) {
    const ResourceOutcome outcome = set("match", "client_id=a," + pattern);
    EXPECT_EQ(outcome.error, ErrorCode::kInvalidConfig) << pattern;
    EXPECT_EQ(outcome.message, "Illegal client matching pattern: " + pattern);
  }
  for (const std::string trait : {"client_instance_id", "client_software_version", "client_source_address", "client_source_port"})
    EXPECT_EQ(set("match", trait + " =x=").error, ErrorCode{}) << trait;
}

TEST_F(ConfigsTest, SpacesAroundAValueAreNotKept) {
  EXPECT_TRUE(topic("compression.type", ConfigOperation::kSet, " gzip\t").ok());
  EXPECT_EQ(value("compression.type"), "gzip");
  TopicSpec spec;
  spec.name = "made";
  spec.configs.emplace_back("message.timestamp.type", " LogAppendTime");
  EXPECT_TRUE(create(spec).ok());
  EXPECT_EQ(*image->config(ResourceType::kTopic, "made", "message.timestamp.type"), "LogAppendTime");
  EXPECT_TRUE(alter(ResourceType::kBroker, "1", {{"a.plugin.reads.this", ConfigOperation::kSet, " as it is "}}).ok());
  EXPECT_EQ(*image->config(ResourceType::kBroker, "1", "a.plugin.reads.this"), " as it is ");
}

TEST_F(ConfigsTest, AValueGrowsNoLargerThanARecordTakes) {
  const std::string key = "leader.replication.throttled.replicas";
  const auto replicas = [](int from) {
    std::string text;
    for (int i = 0; i < 2'500; ++i) text += (i == 0 ? "" : ",") + std::to_string(from + i) + ":1";
    return text;
  };
  EXPECT_TRUE(topic(key, ConfigOperation::kSet, replicas(10'000)).ok());
  const ResourceOutcome outcome = topic(key, ConfigOperation::kAppend, replicas(20'000));
  EXPECT_EQ(outcome.error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(outcome.message,
            "The value of leader.replication.throttled.replicas would have 39999 octets, and a record has room for 32767.");
  EXPECT_EQ(value(key), replicas(10'000));
}

TEST_F(ConfigsTest, WhatNobodyKnowsMayBeSetSomeHundredTimes) {
  const auto broker = [&](int from, int count, ConfigOperation operation = ConfigOperation::kSet) {
    std::vector<ConfigChange> changes;
    for (int i = from; i < from + count; ++i) changes.push_back({"a.plugin.reads." + std::to_string(i), operation, "x"});
    return alter(ResourceType::kBroker, "1", std::move(changes));
  };
  EXPECT_EQ(broker(0, 501).message, "501 configs that Kafka does not list would be set here, and there may be 500.");
  EXPECT_TRUE(broker(0, 500).ok());
  EXPECT_EQ(broker(500, 1).error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter(ResourceType::kBroker, "1", {{"listener.name.x.ssl.keystore.type", ConfigOperation::kSet, "JKS"}}).error,
            ErrorCode::kInvalidConfig);
  EXPECT_TRUE(alter(ResourceType::kBroker, "1", {{"log.retention.ms", ConfigOperation::kSet, "1"}}).ok());
  EXPECT_TRUE(broker(0, 1).ok());
  EXPECT_TRUE(broker(0, 1, ConfigOperation::kDelete).ok());
  EXPECT_TRUE(broker(500, 1).ok());
}

TEST_F(ConfigsTest, NoTopicHasItsRecordsInRemoteStorage) {
  for (const std::string yes : {"true", "TRUE"}) {
    const ResourceOutcome outcome = topic("remote.storage.enable", ConfigOperation::kSet, yes);
    EXPECT_EQ(outcome.error, ErrorCode::kInvalidConfig);
    EXPECT_EQ(outcome.message,
              "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.");
  }
  EXPECT_EQ(topic("remote.storage.enable", ConfigOperation::kSet, "false").error, ErrorCode{});
}

TEST_F(ConfigsTest, TheStoreOfAGroupIsChosenByAMoveOnly) {
  create("__consumer_offsets", {1});
  const std::int32_t epoch = partition("__consumer_offsets").leader_epoch;
  const auto store = [&] {
    const std::string* found = image->config(ResourceType::kGroup, "g", "offset.store");
    return found == nullptr ? "-" : *found;
  };
  EXPECT_EQ(ask(ChooseOffsetStoreRequest{"g", "redis", 0, epoch + 1}).error, ErrorCode::kNotCoordinator);
  EXPECT_EQ(ask(ChooseOffsetStoreRequest{"g", "redis", 9, epoch}).error, ErrorCode::kNotCoordinator);
  EXPECT_EQ(store(), "-");
  EXPECT_TRUE(ask(ChooseOffsetStoreRequest{"g", "redis", 0, epoch}).ok());
  EXPECT_EQ(store(), "redis");
  EXPECT_THAT(types, ElementsAre(4));
  EXPECT_TRUE(ask(ChooseOffsetStoreRequest{"g", "redis", 0, epoch}).ok());
  EXPECT_THAT(types, IsEmpty());

  for (const auto operation : {ConfigOperation::kSet, ConfigOperation::kDelete, ConfigOperation::kAppend}) {
    const ResourceOutcome outcome = alter(ResourceType::kGroup, "g", {{"offset.store", operation, "mysql"}});
    EXPECT_EQ(outcome.error, ErrorCode::kInvalidConfig);
    EXPECT_THAT(outcome.message, HasSubstr("barnabas groups move-offsets"));
  }
  // The old AlterConfigs replaces everything else.
  EXPECT_TRUE(alter(ResourceType::kGroup, "g", {{"consumer.session.timeout.ms", ConfigOperation::kSet, "50000"}}, true).ok());
  EXPECT_TRUE(alter(ResourceType::kGroup, "g", {}, true).ok());
  EXPECT_EQ(store(), "redis");
  EXPECT_TRUE(alter(ResourceType::kGroup, "g", {{"offset.store", ConfigOperation::kSet, "redis"}}, true).ok());
}

}  // namespace
}  // namespace barnabas::controller
