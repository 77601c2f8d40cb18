// Kafka's keys of a ZooKeeper: what they choose, what they fill in, and what contradicts them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "kernel/config/load.h"
#include "kernel/config/testing_parts.h"

namespace barnabas::config {
namespace {

using testing::HasSubstr;
using Values = std::map<std::string, std::string>;

constexpr const char* kKafkas =
    "broker.id=1\nlisteners=PLAINTEXT://127.0.0.1:9092\nlog.dirs=/d\nzookeeper.connect=zk1:2181,zk2:2181/kafka\n";
constexpr const char* kOurs = "node: {id: 1}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\n";

class ZookeeperKeys : public testing::Test {
 protected:
  Deployment& load(const std::string& name, const std::string& text, const std::vector<std::string>& overrides = {}) {
    loaded_ = load_text(text, name, overrides, surroundings_);
    check_plugins(loaded_.deployment, plugins_, loaded_.findings);
    return loaded_.deployment;
  }
  Deployment& properties(const std::string& more, const std::vector<std::string>& overrides = {}) {
    return load("s.properties", kKafkas + more, overrides);
  }
  Deployment& yaml(const std::string& more, const std::vector<std::string>& overrides = {}) {
    return load("x.yaml", kOurs + more, overrides);
  }
  std::string findings() { return loaded_.findings.text(); }
  static Values values(const PluginChoice& choice) {
    Values values;
    for (const Setting& setting : choice.settings) values[setting.name] = setting.value;
    return values;
  }

 private:
  MadeSurroundings surroundings_;
  MadePlugins plugins_;
  Loaded loaded_;
};

TEST_F(ZookeeperKeys, ChooseTheStoreAndFillItsOptions) {
  const PluginChoice& chosen = properties("zookeeper.session.timeout.ms=6000\nzookeeper.connection.timeout.ms=9000\n").metadata;
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(chosen.use, "zookeeper");
  EXPECT_EQ(values(chosen), (Values{{"connect", "zk1:2181,zk2:2181/kafka"}, {"session_timeout", "6000"}, {"connection_timeout", "9000"}}));
}

TEST_F(ZookeeperKeys, AStartWaitsAsLongAsASessionUnlessItIsSaid) {
  EXPECT_FALSE(values(properties("").metadata).contains("connection_timeout"));
  EXPECT_EQ(values(properties("zookeeper.session.timeout.ms=6000\n").metadata)["connection_timeout"], "6000");
  EXPECT_EQ(findings(), "");
}

TEST_F(ZookeeperKeys, FillWhatTheSlotLeavesOpen) {
  Deployment& filled = yaml("metadata: {use: zookeeper, config: {session_timeout: 6 s}}\nkafka: {zookeeper.connect: \"h:1/c\"}\n");
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(values(filled.metadata), (Values{{"connect", "h:1/c"}, {"session_timeout", "6000"}}));
}

TEST_F(ZookeeperKeys, ThatSayTheSameAsTheSlotAreNoContradiction) {
  yaml("metadata: {use: zookeeper, config: {session_timeout: 6 s}}\nkafka: {zookeeper.session.timeout.ms: 6000}\n");
  EXPECT_EQ(findings(), "");
}

TEST_F(ZookeeperKeys, ThatSayAnotherThingAreNamedWithBothPlaces) {
  yaml(
      "metadata: {use: zookeeper, config: {connect: \"h:1\", session_timeout: 6 s}}\n"
      "kafka: {zookeeper.connect: \"h:2\", zookeeper.session.timeout.ms: 7000}\n");
  EXPECT_EQ(findings(),
            "x.yaml:4:28: error: 'zookeeper.connect' says 'h:2' where 'metadata.config.connect' (x.yaml:3:46) says otherwise; keep one of "
            "the two\nx.yaml:4:65: error: 'zookeeper.session.timeout.ms' says '7000' where 'metadata.config.session_timeout' (x.yaml:3:70) "
            "says otherwise; keep one of the two\n");
}

TEST_F(ZookeeperKeys, AnOverrideBeatsThem) {
  EXPECT_EQ(values(properties("", {"zookeeper.connect=other:1"}).metadata)["connect"], "other:1");
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(values(yaml("metadata: {use: zookeeper, config: {connect: \"h:1\"}}\n", {"zookeeper.connect=other:1"}).metadata)["connect"],
            "other:1");
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(properties("", {"/metadata/use=memory"}).metadata.use, "memory");
  EXPECT_THAT(findings(), HasSubstr("s.properties:4:19: warning: 'zookeeper.connect' has no effect: the metadata is in 'memory'"));
}

TEST_F(ZookeeperKeys, AnotherEngineContradictsThem) {
  EXPECT_EQ(yaml("metadata: {use: kraft}\nkafka: {zookeeper.connect: \"h:1\"}\n").metadata.use, "kraft");
  EXPECT_EQ(findings(),
            "x.yaml:4:28: error: 'zookeeper.connect' says that the metadata is in a ZooKeeper, and 'metadata.use' (x.yaml:3:17) says "
            "'kraft'; keep one of the two\n");
  yaml("metadata: {use: zookeeper}\nkafka: {process.roles: \"broker,controller\"}\n");
  EXPECT_EQ(
      findings(),
      "x.yaml:4:24: error: 'process.roles' makes a node of a KRaft cluster, and 'metadata.use' (x.yaml:3:17) says 'zookeeper'; keep one "
      "of the two\n");
}

// As in Kafka, whose files at times keep the key that was.
TEST_F(ZookeeperKeys, BehindProcessRolesTheyCountForNothing) {
  EXPECT_EQ(properties("process.roles=broker,controller\n").metadata.use, "kraft");
  EXPECT_EQ(
      findings(),
      "s.properties:4:19: warning: 'zookeeper.connect' has no effect: 'process.roles' (s.properties:5:15) makes a node whose metadata is "
      "in no ZooKeeper\n");
}

TEST_F(ZookeeperKeys, WhatWouldGoUnencryptedIsRefused) {
  properties("zookeeper.ssl.client.enable=true\nzookeeper.metadata.migration.enable=true\n");
  EXPECT_THAT(findings(), HasSubstr("s.properties:5:29: error: 'zookeeper.ssl.client.enable' cannot be true: the connection"));
  EXPECT_THAT(findings(), HasSubstr("s.properties:6:37: error: 'zookeeper.metadata.migration.enable' cannot be true"));
  for (const std::string yes : {"True", "\" true \""}) {
    yaml("metadata: {use: zookeeper}\nkafka: {zookeeper.connect: \"h:1\", zookeeper.ssl.client.enable: " + yes + "}\n");
    EXPECT_THAT(findings(), HasSubstr("error: 'zookeeper.ssl.client.enable' cannot be true"));
  }
}

TEST_F(ZookeeperKeys, AValueThatTheStoreDoesNotTakeIsNamedWhereItWasSaid) {
  properties("zookeeper.session.timeout.ms=5\n");
  EXPECT_THAT(findings(), HasSubstr("s.properties:5:30: error: 'session_timeout' must be"));
}

}  // namespace
}  // namespace barnabas::config
