#include "kernel/config/kafka_keys.h"

#include "kernel/config/kafka_configs.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace barnabas::config {
namespace {

std::string answer(std::string_view key, std::string_view value) {
  const KafkaKey* known = find_broker_key(key) != nullptr ? find_broker_key(key) : find_topic_key(key);
  return std::string(message_of(check_value(*known, value)));
}

TEST(KafkaKeys, AreSortedAndEachOnce) {
  const auto sorted = [](auto keys) {
    for (std::size_t i = 1; i < keys.size(); ++i) EXPECT_LT(keys[i - 1].name, keys[i].name);
  };
  sorted(topic_keys());
  sorted(group_keys());
  sorted(client_metrics_keys());
  for (std::size_t i = 1; i < broker_keys().size(); ++i) EXPECT_LT(broker_keys()[i - 1]->name, broker_keys()[i]->name);
  EXPECT_EQ(broker_keys().size(), 411u);
  EXPECT_EQ(topic_keys().size(), 37u);
}

TEST(KafkaKeys, EveryDefaultSatisfiesItsOwnRule) {
  const auto check = [](const KafkaKey& key) {
    // Kafka's own default of this one is an empty list, which a user may not say.
    if (!key.has_default() || key.valid == "non-empty list") return;
    EXPECT_TRUE(check_value(key, key.default_value).ok()) << key.name << " = " << key.default_value;
  };
  for (const KafkaKey* key : broker_keys()) check(*key);
  for (const auto keys : {topic_keys(), group_keys(), client_metrics_keys()})
    for (const KafkaKey& key : keys) check(key);
}

TEST(KafkaKeys, EverySynonymIsABrokerKeyOfTheSameKind) {
  std::set<std::string_view> without;
  for (const KafkaKey& key : topic_keys()) {
    if (synonyms(key).empty()) without.insert(key.name);
    for (const Synonym& synonym : synonyms(key)) {
      const KafkaKey* broker = find_broker_key(synonym.broker_key);
      ASSERT_NE(broker, nullptr) << synonym.broker_key;
      // Hours are an int where milliseconds are a long.
      if (synonym.factor != 1) continue;
      EXPECT_EQ(broker->type, key.type) << key.name;
      if (broker->has_default()) {
        EXPECT_EQ(broker->default_value, key.default_value) << key.name;
      }
    }
  }
  EXPECT_EQ(without, (std::set<std::string_view>{"follower.replication.throttled.replicas", "internal.segment.bytes",
                                                 "leader.replication.throttled.replicas", "remote.log.copy.disable",
                                                 "remote.log.delete.on.disable", "remote.storage.enable"}));
  EXPECT_EQ(synonyms(*find_group_key("consumer.session.timeout.ms")).at(0).broker_key, "group.consumer.session.timeout.ms");
}

TEST(KafkaKeys, ListenerPrefixesLeadToThePlainKey) {
  EXPECT_EQ(find_broker_key("listener.name.internal.ssl.keystore.location")->name, "ssl.keystore.location");
  EXPECT_EQ(find_broker_key("listener.name.internal.scram-sha-256.sasl.jaas.config")->name, "sasl.jaas.config");
  EXPECT_EQ(find_broker_key("listener.name.internal.nonsense"), nullptr);
  EXPECT_EQ(find_broker_key("listener.name."), nullptr);
}

TEST(KafkaKeys, TypesAreDescribeConfigsCodes) {
  EXPECT_EQ(static_cast<int>(find_topic_key("preallocate")->type), 1);
  EXPECT_EQ(static_cast<int>(find_topic_key("compression.type")->type), 2);
  EXPECT_EQ(static_cast<int>(find_topic_key("segment.bytes")->type), 3);
  EXPECT_EQ(static_cast<int>(find_topic_key("retention.ms")->type), 5);
  EXPECT_EQ(static_cast<int>(find_topic_key("min.cleanable.dirty.ratio")->type), 6);
  EXPECT_EQ(static_cast<int>(find_topic_key("cleanup.policy")->type), 7);
}

TEST(KafkaValues, DurationsAreIso8601AndNotNegative) {
  const KafkaKey& key = *find_group_key("share.auto.offset.reset");
  for (const char* good : {"latest", "earliest", "by_duration:PT1H", "by_duration:P1D", "by_duration:P1DT2H3M4.5S", "by_duration:pt1m"})
    EXPECT_TRUE(check_value(key, good).ok()) << good;
  for (const char* bad :
       {"", "none", "by_duration", "by_duration:", "by_duration:P", "by_duration:PT", "by_duration:P1H", "by_duration:PT1D",
        "by_duration:-PT1H", "by_duration:PT-1H", "by_duration:PT1M2H", "by_duration:PT1.5H", "by_duration:P1DT"})
    EXPECT_FALSE(check_value(key, bad).ok()) << bad;
  EXPECT_EQ(std::string(message_of(check_value(key, "x"))),
            "Invalid value x for configuration share.auto.offset.reset: Invalid value `x` for configuration share.auto.offset.reset. The "
            "value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.");
}

TEST(KafkaValues, AreRefusedInKafkasWords) {
  EXPECT_EQ(answer("num.partitions", "x"), "Invalid value x for configuration num.partitions: Not a number of type INT");
  EXPECT_EQ(answer("num.partitions", "2147483648"), "Invalid value 2147483648 for configuration num.partitions: Not a number of type INT");
  EXPECT_EQ(answer("retention.ms", "-2"), "Invalid value -2 for configuration retention.ms: Value must be at least -1");
  EXPECT_EQ(answer("min.cleanable.dirty.ratio", "2"),
            "Invalid value 2 for configuration min.cleanable.dirty.ratio: Value must be no more than 1");
  EXPECT_EQ(answer("preallocate", "yes"), "Invalid value yes for configuration preallocate: Expected value to be either true or false");
  EXPECT_EQ(answer("cleanup.policy", "shred"),
            "Invalid value shred for configuration cleanup.policy: String must be one of: compact, delete");
  EXPECT_EQ(answer("sasl.jaas.config", "anything"), "");
}

TEST(KafkaValues, ANumberHasOneSign) {
  EXPECT_NE(answer("num.partitions", "+-5"), "");
  EXPECT_NE(answer("num.partitions", "++5"), "");
  EXPECT_EQ(integer_of("+-5"), std::nullopt);
}

TEST(KafkaValues, LimitsOfAddressesAreNamesWithNumbers) {
  const std::string key = "max.connections.per.ip.overrides";
  for (const char* good : {"", "10.0.0.1:100", "10.0.0.1:100, host:0", "::1:5", "10.0.0.1:5,", "10.0.0.1:5, ,", ","})
    EXPECT_EQ(answer(key, good), "") << good;
  for (const char* bad :
       {"10.0.0.1", "10.0.0.1:", ":5", "10.0.0.1:many", "10.0.0.1:-1", "10.0.0.1:4294967296", ",10.0.0.1:5", "10.0.0.1:5,,b:1"})
    EXPECT_NE(answer(key, bad), "") << bad;
  EXPECT_EQ(answer(key, "a:1,b"),
            "Invalid value a:1,b for configuration " + key + ": 'b' is no address with its number of connections, such as 10.0.0.1:100");
}

TEST(KafkaValues, AreTakenAsKafkaTakesThem) {
  for (const auto& [key, value] : {std::pair{"num.partitions", " 3 "},
                                   {"num.partitions", "+3"},
                                   {"auto.create.topics.enable", "TRUE"},
                                   {"cleanup.policy", "compact , delete"},
                                   {"cleanup.policy", ""},
                                   {"compression.gzip.level", "-1"},
                                   {"group.consumer.migration.policy", "Upgrade"},
                                   {"leader.replication.throttled.replicas", "0:1,1:2"},
                                   {"leader.replication.throttled.replicas", "*"},
                                   {"log.cleaner.io.max.bytes.per.second", "1.7976931348623157E308"}})
    EXPECT_EQ(answer(key, value), "") << key << " = " << value;
  EXPECT_NE(answer("compression.gzip.level", "0"), "");
  EXPECT_NE(answer("leader.replication.throttled.replicas", "0-1"), "");
}

TEST(KafkaValues, NoValueIsTooStrangeToBeChecked) {
  rc::check("any text is accepted or refused with a sentence", [](const std::string& text) {
    for (const KafkaKey& key : topic_keys()) {
      const Status status = check_value(key, text);
      RC_ASSERT(status.ok() || status.message().size > 10);
    }
  });
}

TEST(KafkaConfigs, TopicsTakeTheStrongestSynonymThatWasSaid) {
  KafkaConfigs configs;
  const KafkaKey& retention = *find_topic_key("retention.ms");
  EXPECT_EQ(configs.topic_default(retention).value, "604800000");
  EXPECT_TRUE(configs.topic_default(retention).is_default);
  EXPECT_EQ(configs.topic_default(retention).source_key, "log.retention.hours");
  configs.set({"log.retention.hours", "2", {"x.yaml", 3, 1}});
  EXPECT_EQ(configs.topic_default(retention).value, "7200000");
  configs.set({"log.retention.minutes", "1", {}});
  EXPECT_EQ(configs.topic_default(retention).value, "60000");
  configs.set({"log.retention.ms", "5", {}});
  EXPECT_EQ(configs.topic_default(retention).value, "5");
  const auto layers = configs.topic_synonyms(retention);
  ASSERT_EQ(layers.size(), 4u);
  EXPECT_EQ(layers[2].at.line, 3);
  EXPECT_EQ(layers[3].value, "604800000");
}

TEST(KafkaConfigs, ForEverStaysForEverInEveryUnit) {
  KafkaConfigs configs;
  configs.set({"log.retention.hours", "-1", {}});
  EXPECT_EQ(configs.topic_default(*find_topic_key("retention.ms")).value, "-1");
}

TEST(KafkaConfigs, AnswerTypedValuesAndDefaults) {
  KafkaConfigs configs;
  EXPECT_EQ(configs.integer("num.partitions"), 1);
  EXPECT_TRUE(configs.boolean("auto.create.topics.enable"));
  EXPECT_DOUBLE_EQ(configs.number("log.cleaner.min.cleanable.ratio"), 0.5);
  EXPECT_EQ(configs.list("group.consumer.assignors"), (std::vector<std::string>{"uniform", "range"}));
  EXPECT_EQ(configs.effective("log.retention.ms").value, std::nullopt);
  configs.set({"auto.create.topics.enable", "False", {}});
  EXPECT_FALSE(configs.boolean("auto.create.topics.enable"));
  configs.erase("auto.create.topics.enable");
  EXPECT_TRUE(configs.boolean("auto.create.topics.enable"));
}

}  // namespace
}  // namespace barnabas::config
