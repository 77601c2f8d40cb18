#include "kernel/config/load.h"

#include "kernel/config/testing_parts.h"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace barnabas::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string read(const std::string& path) {
  std::ifstream file(std::string(BARNABAS_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr const char* kSmall = "node: {id: 1}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\n";

class Load : public testing::Test {
 protected:
  Loaded yaml(const std::string& text, const std::vector<std::string>& overrides = {}) { return complete("x.yaml", text, overrides); }
  Loaded properties(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return complete("server.properties", text, overrides);
  }
  Loaded complete(const std::string& name, const std::string& text, const std::vector<std::string>& overrides) {
    Loaded loaded = load_text(text, name, overrides, surroundings_);
    check_plugins(loaded.deployment, plugins_, loaded.findings);
    return loaded;
  }

  MadeSurroundings surroundings_;
  MadePlugins plugins_;
};

TEST_F(Load, TheBuiltInDeploymentIsTheOneThatIsShipped) { EXPECT_EQ(std::string(builtin_text()), read("conf/single.yaml")); }

TEST_F(Load, WithoutAFileTheBuiltInDeploymentRuns) {
  Loaded loaded = load({}, surroundings_);
  check_plugins(loaded.deployment, plugins_, loaded.findings);
  EXPECT_EQ(loaded.findings.text(), "");
  const Deployment& d = loaded.deployment;
  EXPECT_EQ(d.node_id, 1);
  ASSERT_EQ(d.listeners.size(), 1u);
  EXPECT_EQ(d.listeners[0].name, "PLAINTEXT");
  EXPECT_EQ(d.listeners[0].host, "127.0.0.1");
  EXPECT_EQ(d.listeners[0].port, 9092);
  EXPECT_EQ(d.listeners[0].advertised_host, "127.0.0.1");
  EXPECT_EQ(d.listeners[0].advertised_port, 9092);
  EXPECT_EQ(d.inter_broker_listener, "PLAINTEXT");
  EXPECT_EQ(d.storage.use, "segment");
  ASSERT_EQ(d.storage.settings.size(), 2u);
  EXPECT_THAT(d.storage.settings[0].items, ElementsAre("./data"));
  EXPECT_EQ(d.storage.settings[1].value, "os");
  EXPECT_EQ(d.metadata.use, "kraft");
  EXPECT_EQ(d.placement.use, "striped");
  EXPECT_EQ(d.retention.use, "delete");
  EXPECT_EQ(d.offsets.use, "internal_topic");
  EXPECT_THAT(d.group_offsets, IsEmpty());
}

TEST_F(Load, GroupsMayKeepTheirOffsetsElsewhere) {
  const Loaded loaded = yaml(R"(node: {id: 1}
listeners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]
offsets:
  groups:
    - {match: "app-*", use: memory, config: {dir: x}}
    - {match: "*", use: internal_topic}
)");
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_EQ(loaded.deployment.offsets.use, "internal_topic");
  ASSERT_EQ(loaded.deployment.group_offsets.size(), 2u);
  EXPECT_EQ(loaded.deployment.group_offsets[0].match, "app-*");
  EXPECT_EQ(loaded.deployment.group_offsets[0].store.use, "memory");
  ASSERT_EQ(loaded.deployment.group_offsets[0].store.settings.size(), 1u);
  EXPECT_EQ(loaded.deployment.group_offsets[0].store.settings[0].value, "x");
}

TEST_F(Load, OffsetStoresHaveNamesThatMeanOne) {
  const auto text = [&](const std::string& groups) {
    return yaml("node: {id: 1}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\noffsets: {groups: [" + groups + "]}\n");
  };
  const Loaded named = text("{use: memory}, {name: other, match: b, use: memory, config: {dir: y}}");
  EXPECT_EQ(named.findings.text(), "");
  EXPECT_EQ(named.deployment.group_offsets[0].name, "memory");
  EXPECT_EQ(named.deployment.group_offsets[0].match, "");
  EXPECT_EQ(named.deployment.group_offsets[1].name, "other");
  EXPECT_EQ(text("{match: a, use: memory}, {match: b, use: memory}").findings.text(), "");  // one place under one name
  EXPECT_THAT(text("{match: a, use: memory}, {match: b, use: memory, config: {dir: y}}").findings.text(),
              HasSubstr("another offset store is called 'memory' too"));
}

TEST_F(Load, ADefaultThatIsNotThereIsSaidToBeOne) {
  const std::string storage = "storage: {use: memory}\n";
  plugins_.remove("placement", "striped");
  plugins_.remove("retention", "delete");
  EXPECT_EQ(
      yaml(kSmall + storage).findings.text(),
      "x.yaml:1:1: error: 'placement.use' is not said, and its default is 'striped': there is no placement plugin 'striped': none of this "
      "kind is in this version's folders or in plugins.paths\n"
      "x.yaml:1:1: error: 'retention.delete.use' is not said, and its default is 'delete': there is no retention plugin 'delete': none of "
      "this kind is in this version's folders or in plugins.paths\n");
  EXPECT_THAT(yaml(kSmall + storage + "placement: {config: {}}\n").findings.text(), HasSubstr("4:12: error: 'placement.use' is not said"));
  EXPECT_THAT(yaml(kSmall + storage + "placement: {use: striped}\n").findings.text(), Not(HasSubstr("placement.use")));
}

TEST_F(Load, ASectionWithNothingInItIsAbsent) {
  const std::string listeners = "listeners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\nstorage: {use: memory}\n";
  EXPECT_THAT(yaml("node:\n" + listeners).findings.text(), HasSubstr("'node.id' is missing"));
  EXPECT_THAT(yaml("node: {id: 1}\nlisteners:\nstorage: {use: memory}\n").findings.text(), HasSubstr("'listeners' is missing"));
  EXPECT_EQ(yaml("node: {id: 1}\ntopics:\nkafka:\noffsets:\nmetadata:\n" + listeners).findings.text(), "");
}

TEST_F(Load, EveryShippedDeploymentIsRight) {
  for (const char* file : {"conf/single.yaml", "conf/memory.yaml", "conf/zookeeper.yaml"})
    EXPECT_EQ(yaml(read(file)).findings.text(), "") << file;
}

TEST_F(Load, SettingsArriveInCanonicalForm) {
  Loaded loaded =
      yaml(std::string(kSmall) +
           "interceptors:\n  - use: audit\n    config: {path: /x, level: 4, every: 2 s, limit: 64 MiB, ratio: 0.25, fields: [size, user], "
           "enabled: false, big: -5}\n");
  EXPECT_EQ(loaded.findings.text(), "");
  ASSERT_EQ(loaded.deployment.interceptors.size(), 1u);
  std::map<std::string, std::string> values;
  for (const Setting& setting : loaded.deployment.interceptors[0].settings)
    values[setting.name] = setting.is_list ? listed(setting.items) : setting.value;
  EXPECT_EQ(values, (std::map<std::string, std::string>{{"path", "/x"},
                                                        {"level", "4"},
                                                        {"every", "2000"},
                                                        {"limit", "67108864"},
                                                        {"ratio", "0.25"},
                                                        {"fields", "size or user"},
                                                        {"enabled", "false"},
                                                        {"big", "-5"}}));
}

TEST_F(Load, ValuesFromOutsideFillScalarsAndAreMarkedSecret) {
  Loaded loaded = yaml(
      "node: {id: \"${env:NODE_ID}\"}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\n"
      "interceptors: [{use: audit, config: {path: 'a${file:/run/secrets/pw}b', fields: [user]}}]\n");
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_EQ(loaded.deployment.node_id, 7);
  const Setting& path = loaded.deployment.interceptors[0].settings[0];
  EXPECT_EQ(path.value, "ahunter2b");
  EXPECT_TRUE(path.is_secret);
}

TEST_F(Load, WhatCameFromOutsideIsInNoFinding) {
  for (const std::string text : {"kafka: {controller.quorum.voters: '127${file:/run/secrets/pw}.0.0.1:9093'}\n",
                                 "kafka: {inter.broker.listener.name: 'a${env:PASSWORD}'}\n", "storage: {use: '${env:PASSWORD}'}\n"}) {
    const std::string found = yaml("node: {id: 3}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\n" + text).findings.text();
    EXPECT_THAT(found, HasSubstr("***")) << text;
    EXPECT_THAT(found, Not(HasSubstr(MadeSurroundings::kSecret))) << text;
  }
}

TEST_F(Load, AnAbsentNameOfTheEnvironmentMayHaveAnotherValue) {
  Loaded loaded = yaml("node: {id: \"${env:OTHER:-12}\", rack: \"$${env:X}\"}\nlisteners: [{name: PLAINTEXT, address: 127.0.0.1:9092}]\n");
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_EQ(loaded.deployment.node_id, 12);
  EXPECT_EQ(loaded.deployment.rack, "${env:X}");
}

TEST_F(Load, OverridesReachKafkaKeysAndPlacesOfTheFile) {
  Loaded loaded =
      yaml(kSmall, {"num.partitions=6", "/storage/use=memory", "/listeners/0/address=127.0.0.1:0", "/node/rack=r2", "num.partitions=7"});
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_EQ(loaded.deployment.kafka.integer("num.partitions"), 7);
  EXPECT_EQ(loaded.deployment.storage.use, "memory");
  EXPECT_EQ(loaded.deployment.listeners[0].port, 0);
  EXPECT_EQ(loaded.deployment.listeners[0].advertised_port, 0);
  EXPECT_EQ(loaded.deployment.rack, "r2");
}

TEST_F(Load, AnOverrideBeatsTheFileWhicheverKeyItUses) {
  const std::string file = std::string(kSmall) + "storage: {use: segment, config: {dirs: [./a]}}\n";
  Loaded by_kafka_key = yaml(file, {"log.dirs=/x,/y", "node.id=9", "listeners=PLAINTEXT://127.0.0.1:1234"});
  EXPECT_EQ(by_kafka_key.findings.text(), "");
  EXPECT_THAT(by_kafka_key.deployment.storage.settings.at(0).items, ElementsAre("/x", "/y"));
  EXPECT_EQ(by_kafka_key.deployment.node_id, 9);
  EXPECT_EQ(by_kafka_key.deployment.listeners.at(0).port, 1234);

  Loaded by_path =
      properties("node.id=1\nlisteners=PLAINTEXT://127.0.0.1:9092\nlog.dirs=/a\n", {"/storage/config/dirs=[/z]", "/node/id=3"});
  EXPECT_EQ(by_path.findings.text(), "");
  EXPECT_THAT(by_path.deployment.storage.settings.at(0).items, ElementsAre("/z"));
  EXPECT_EQ(by_path.deployment.node_id, 3);
}

TEST_F(Load, AnotherPluginInASlotDoesNotInheritTheOptions) {
  const std::string file = std::string(kSmall) + "storage: {use: segment, config: {dirs: [./a], flush: os}}\n";
  Loaded other = yaml(file, {"/storage/use=memory"});
  EXPECT_EQ(other.findings.text(), "");
  EXPECT_THAT(other.deployment.storage.settings, IsEmpty());
  EXPECT_EQ(yaml(file, {"/storage/use=segment"}).deployment.storage.settings.size(), 2u) << "the same plugin keeps them";
}

TEST_F(Load, WrongOverridesAreNamed) {
  EXPECT_EQ(yaml(kSmall, {"num.partitions"}).findings.text(),
            "--override num.partitions: error: must be KEY=VALUE, with a Kafka key or a path such as /storage/use\n");
  EXPECT_EQ(
      yaml(kSmall, {"num.partition=3"}).findings.text(),
      "--override num.partition: error: unknown key 'num.partition': Kafka has no such broker key (did you mean 'num.partitions'?)\n");
  EXPECT_EQ(yaml(kSmall, {"/listeners/3/address=x"}).findings.text(),
            "--override /listeners/3/address: error: '3' is not a place in a list of 1; places are counted from 0\n");
  EXPECT_EQ(yaml(kSmall, {"/node/id/x=1"}).findings.text(),
            "--override /node/id/x: error: 'x' lies below one value; only maps and lists have something below them\n");
}

TEST_F(Load, TopicsCarryCheckedConfigs) {
  Loaded loaded = yaml(std::string(kSmall) +
                       "topics:\n  orders: {partitions: 6, config: {cleanup.policy: [compact, delete], retention.ms: 60000}}\n  audit:\n");
  EXPECT_EQ(loaded.findings.text(), "");
  ASSERT_EQ(loaded.deployment.topics.size(), 2u);
  EXPECT_EQ(loaded.deployment.topics[0].partitions, 6);
  EXPECT_EQ(loaded.deployment.topics[0].configs.at(0).value, "compact,delete");
  EXPECT_EQ(loaded.deployment.topics[1].partitions, std::nullopt);
}

TEST_F(Load, WhatNothingIsDoneWithIsNamed) {
  const std::string text = yaml(std::string(kSmall) +
                                "kafka: {listener.name.plaintext.max.connections: 5}\n"
                                "topics: {a: {config: {flush.messages: 1, retention.ms: 5}}}\n")
                               .findings.text();
  EXPECT_THAT(text, HasSubstr("'listener.name.plaintext.max.connections' is Kafka's, but has no effect in this version"));
  EXPECT_THAT(text, HasSubstr("'flush.messages' is Kafka's, but has no effect in this version"));
  EXPECT_THAT(text, Not(HasSubstr("retention.ms")));
}

TEST_F(Load, SpacesAroundAValueAreNotKept) {
  Loaded loaded = yaml(std::string(kSmall) +
                       "kafka: {compression.type: ' gzip ', auto.create.topics.enable: ' False'}\n"
                       "topics: {a: {config: {message.timestamp.type: ' LogAppendTime'}}}\n");
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_EQ(loaded.deployment.kafka.text("compression.type"), "gzip");
  EXPECT_FALSE(loaded.deployment.kafka.boolean("auto.create.topics.enable"));
  EXPECT_EQ(loaded.deployment.topics.at(0).configs.at(0).value, "LogAppendTime");
}

TEST_F(Load, AnOpenListenerNeedsToBeAskedFor) {
  const std::string open = "node: {id: 1}\nlisteners: [{name: PLAINTEXT, address: 0.0.0.0:9092}]\n";
  EXPECT_THAT(yaml(open).findings.text(), HasSubstr("allow_insecure: true"));
  Loaded asked = yaml(open + "allow_insecure: true\n");
  EXPECT_EQ(asked.findings.text(), "");
  EXPECT_EQ(asked.deployment.listeners[0].advertised_host, "this-host.example.com");
  for (const char* host : {"localhost", "127.1.2.3", "[::1]"})
    EXPECT_EQ(yaml("node: {id: 1}\nlisteners: [{name: PLAINTEXT, address: '" + std::string(host) + ":9092'}]\n").findings.text(), "")
        << host;
}

// The file that Kafka 4 ships as config/server.properties.
constexpr const char* kKafkas = R"(process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
num.network.threads=3
socket.request.max.bytes=104857600
log.dirs=/tmp/kraft-combined-logs
num.partitions=1
offsets.topic.replication.factor=1
log.retention.hours=168
)";

TEST_F(Load, KafkasOwnFileStartsUs) {
  Loaded loaded = properties(kKafkas, {"/allow_insecure=true"});
  EXPECT_FALSE(loaded.findings.has_errors()) << loaded.findings.text();
  EXPECT_EQ(loaded.findings.text(),
            "server.properties:9:1: warning: 'num.network.threads' is Kafka's, but has no effect in this version\n");
  const Deployment& d = loaded.deployment;
  ASSERT_EQ(d.listeners.size(), 1u) << "the controllers' listener is not for clients";
  EXPECT_EQ(d.listeners[0].host, "0.0.0.0");
  EXPECT_EQ(d.listeners[0].advertised_host, "localhost");
  ASSERT_TRUE(d.controller_listener);
  EXPECT_EQ(d.controller_listener->port, 9093);
  EXPECT_THAT(d.controllers, IsEmpty()) << "this node is a controller itself";
  EXPECT_EQ(d.node_id, 1);
  EXPECT_EQ(d.storage.use, "segment");
  EXPECT_THAT(d.storage.settings.at(0).items, ElementsAre("/tmp/kraft-combined-logs"));
  EXPECT_EQ(d.metadata.use, "kraft");
  EXPECT_EQ(d.metadata.settings.at(0).value, "/tmp/kraft-combined-logs");
  EXPECT_THAT(properties(kKafkas).findings.text(), HasSubstr("allow_insecure"));
}

TEST_F(Load, PropertiesFollowJavasSyntax) {
  Loaded loaded = properties(
      "! comment\n  node.id : 4\nbroker.rack \\\n   = a\\u00e9\\tb  \nlisteners=PLAINTEXT://127.0.0.1:\\\n  "
      "9092\nbarnabas.storage.use=memory\n");
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_EQ(loaded.deployment.node_id, 4);
  EXPECT_EQ(loaded.deployment.rack, "a\xc3\xa9\tb");
  EXPECT_EQ(loaded.deployment.listeners.at(0).port, 9092);
  EXPECT_EQ(loaded.deployment.storage.use, "memory");
}

TEST_F(Load, PropertiesAreTextWhateverTheirOctets) {
  const auto rack = [&](const std::string& value) {
    return properties("node.id=4\nbroker.rack=" + value + "\nlisteners=PLAINTEXT://127.0.0.1:9092\nbarnabas.storage.use=memory\n");
  };
  EXPECT_EQ(rack("\xc3\xa9").deployment.rack, "\u00e9");
  EXPECT_EQ(rack("\\\xc3\xa9").deployment.rack, "\u00e9");
  EXPECT_EQ(rack("caf\xe9").deployment.rack, "caf\u00e9");  // Latin-1
  EXPECT_EQ(rack("\\ud83d\\ude00").deployment.rack, "\U0001f600");
  for (const char* half : {"\\ud83d", "\\ude00", "\\ud83d\\u0041", "\\ud83d\\ud83d"})
    EXPECT_THAT(rack(half).findings.text(), HasSubstr("half of a character")) << half;
}

TEST_F(Load, ANumberOfPropertiesMayHaveBlanksAndAPlus) {
  const auto id = [&](const std::string& said) {
    return properties(said + "\nlisteners=PLAINTEXT://127.0.0.1:9092\nbarnabas.storage.use=memory\n").deployment.node_id;
  };
  EXPECT_EQ(id("node.id=\\t+4 "), 4);
  EXPECT_EQ(id("broker.id=+4"), 4);
}

TEST_F(Load, ABrokerNeedsAListener) {
  EXPECT_THAT(properties("node.id=1\nlisteners=\nbarnabas.storage.use=memory\n").findings.text(), HasSubstr("'listeners' is empty"));
}

TEST_F(Load, LogDirsMeanNothingToAStorageWithoutFolders) {
  Loaded loaded = properties(
      "node.id=1\nlisteners=PLAINTEXT://127.0.0.1:9092\nlog.dirs=/x\nbarnabas.storage.use=memory\nbarnabas.metadata.use=memory\n");
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_THAT(loaded.deployment.storage.settings, IsEmpty());
}

TEST_F(Load, AFileThatCannotBeReadIsNamed) {
  EXPECT_EQ(load({"/no/such.yaml", {}}, surroundings_).findings.text(),
            "/no/such.yaml: error: /no/such.yaml cannot be read: No such file or directory\n");
}

TEST_F(Load, AnAliasStandsForTheWholeValue) {
  Loaded loaded = yaml(std::string(kSmall) + "topics:\n  a: &t {partitions: 3}\n  b: *t\n");
  EXPECT_EQ(loaded.findings.text(), "");
  EXPECT_EQ(loaded.deployment.topics.at(1).partitions, 3);
}

TEST_F(Load, AliasesCannotGrowWithoutLimit) {
  std::string bomb = "topics:\n  a0: &a0 {partitions: 1}\n";
  for (int i = 1; i < 25; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last + "]\n";
  }
  EXPECT_THAT(yaml(bomb).findings.text(), HasSubstr("there are more than 100000 values here"));
}

TEST_F(Load, NoTextIsTooStrangeToBeAnswered) {
  // Texts made of what the two syntaxes are made of reach further than random ones.
  const std::vector<std::string> words{
      "node",           "id",  ": ",      "\n",     "  ",     "- ",  "{", "}", "[",  "]",   ", ", "kafka", "topics", "listeners",
      "num.partitions", "&a ", "*a",      "${env:", "}",      "\"",  "'", "=", "\\", "\\u", "\t", "#",     "|",      "!!x ",
      "---\n",          "1",   "storage", "use",    "config", "null"};
  rc::check("any text is a deployment or has findings", [&] {
    std::string text;
    for (const std::size_t word : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, words.size())))
      text += words[word];
    for (const char* name : {"x.yaml", "x.properties"}) {
      const Loaded loaded = load_text(text, name, {}, surroundings_);
      RC_ASSERT(loaded.findings.has_errors());
      for (const Finding& finding : loaded.findings.all()) RC_ASSERT(!finding.message.empty());
    }
  });
}

}  // namespace
}  // namespace barnabas::config
