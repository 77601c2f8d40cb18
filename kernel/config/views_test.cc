#include "kernel/config/views.h"

#include "kernel/config/fields.h"
#include "kernel/config/testing_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace barnabas::config {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kFile = R"(node: {id: 4, rack: "eu: west"}
listeners: [{name: PLAINTEXT, address: "[::1]:9092", advertised: "broker.example.com:19092"}]
interceptors: [{use: audit, config: {path: "${env:PASSWORD}", pin: 4711, every: 2 s}}]
topics: {orders: {partitions: 3, config: {retention.ms: 1000}}}
kafka: {num.partitions: 3, log.retention.hours: 5, sasl.jaas.config: topsecret, log.dirs: [./a, ./b]}
)";

class Views : public testing::Test {
 protected:
  Loaded load(const std::string& text, const std::string& name = "x.yaml") {
    Loaded loaded = load_text(text, name, {}, surroundings_);
    check_plugins(loaded.deployment, plugins_, loaded.findings);
    EXPECT_FALSE(loaded.findings.has_errors()) << loaded.findings.text();
    return loaded;
  }
  std::string said(const std::string& key) { return explain(key, load(kFile), plugins_).value_or("unknown"); }

  MadeSurroundings surroundings_;
  MadePlugins plugins_;
};

TEST_F(Views, RenderShowsValuesDefaultsAndWhereTheyComeFrom) {
  const std::string text = render(load(kFile).deployment, plugins_);
  EXPECT_THAT(text, HasSubstr("  id: 4\n"));
  EXPECT_THAT(text, HasSubstr("every: 2000                                # x.yaml:3:81\n"));
  EXPECT_THAT(text, HasSubstr("level: 3                                   # default\n"));
  EXPECT_THAT(text, HasSubstr("dirs: [./a, ./b]"));
  EXPECT_THAT(text, HasSubstr("num.partitions: 3"));
}

TEST_F(Views, NoViewShowsASecret) {
  const std::string text = render(load(kFile).deployment, plugins_) + said("sasl.jaas.config") + said("/interceptors/0/config/path") +
                           said("/interceptors/0/config/pin");
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, Not(HasSubstr("topsecret")));
  EXPECT_THAT(text, Not(HasSubstr("4711")));
  EXPECT_THAT(text, HasSubstr("***"));
}

TEST_F(Views, WhatOnlyPropertiesCanSayIsShownAsYamlThatLoads) {
  const Deployment first =
      load("node.id=4\nbroker.rack=\x7f\\u0001\xe9\nlisteners=PLAINTEXT://127.0.0.1:9092\n", "x.properties").deployment;
  EXPECT_EQ(load(render(first, plugins_)).deployment.rack, "\x7f\x01\u00e9");
}

TEST_F(Views, WhatRenderPrintsLoadsAsTheSameDeployment) {
  for (const std::string& file :
       {std::string(builtin_text()),
        std::string(
            "node: {id: 4, rack: \"eu: west\"}\nlisteners: [{name: A, protocol: PLAINTEXT, address: '[::1]:9092'}]\n"
            "topics: {\"1.0\": {config: {cleanup.policy: [compact, delete]}}}\nkafka: {log.dirs: './a,./b c', broker.rack: \"eu: west\"}\n"
            "interceptors: [{use: audit, config: {path: \"$${env:X} \\\"#\", level: 1}}]\n"),
        std::string(
            "node: {id: 1}\nlisteners: [{name: A, protocol: PLAINTEXT, address: '127.0.0.1:9092'}, {name: C, address: '127.0.0.1:9093'}]\n"
            "kafka: {controller.listener.names: C, controller.quorum.voters: '1@127.0.0.1:9093'}\n")}) {
    const Deployment first = load(file).deployment;
    const std::string once = render(first, plugins_);
    const Deployment second = load(once).deployment;
    // Without the places, and without the secret, whose default is no secret but whose value is.
    const auto without_places = [](const std::string& text) {
      std::string out;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);)
        if (line.find("pin:") == std::string::npos) out += line.substr(0, line.find(" # ")) + "\n";
      return out;
    };
    EXPECT_EQ(without_places(render(second, plugins_)), without_places(once));
    EXPECT_EQ(second.node_id, first.node_id);
    EXPECT_EQ(second.rack, first.rack);
    EXPECT_EQ(second.storage.settings.size(), plugins_.find_schema("storage", second.storage.use)->options.size())
        << "defaults are said in the second";
  }
}

TEST_F(Views, ExplainKnowsKafkasKeys) {
  EXPECT_THAT(said("num.partitions"), testing::AllOf(HasSubstr("int, [1,...]"), HasSubstr("value        3  (x.yaml:5:25)")));
  EXPECT_THAT(said("retention.ms"),
              testing::AllOf(HasSubstr("18000000  (log.retention.hours, x.yaml:5:49)"),
                             HasSubstr("604800000  (log.retention.hours, default)"), HasSubstr("1000 for topic orders")));
  EXPECT_THAT(said("num.network.threads"), HasSubstr("it has no effect in this version"));
  EXPECT_THAT(said("log.retention.minutes"), HasSubstr("the default of the topic key retention.ms"));
}

TEST_F(Views, ExplainKnowsTheKeysOfGroupsAndWhichHaveNoEffect) {
  EXPECT_THAT(said("consumer.session.timeout.ms"),
              testing::AllOf(HasSubstr("a consumer group"), HasSubstr("the broker key group.consumer.session.timeout.ms"),
                             testing::Not(HasSubstr("no effect"))));
  EXPECT_THAT(said("share.session.timeout.ms"), HasSubstr("it has no effect in this version"));
  EXPECT_THAT(said("min.cleanable.dirty.ratio"), HasSubstr("it has no effect in this version"));
  EXPECT_THAT(said("cleanup.policy"), HasSubstr("compact keeps every record in this version"));
  EXPECT_THAT(said("segment.bytes"), testing::Not(HasSubstr("no effect")));
}

TEST_F(Views, ExplainKnowsOurKeysAndThePluginsOptions) {
  EXPECT_THAT(said("node.rack"), HasSubstr("eu: west  (x.yaml:1:21)"));
  EXPECT_THAT(said("/storage/use"), testing::AllOf(HasSubstr("segment and memory"), HasSubstr("not said in this file")));
  EXPECT_THAT(said("/storage/config/flush"), testing::AllOf(HasSubstr("an option of storage 'segment'"), HasSubstr("os or ack")));
  EXPECT_THAT(said("/listeners/0/address"), HasSubstr("[::1]:9092"));
  EXPECT_EQ(said("no.such.key"), "unknown");
  for (const std::string& key : explainable()) EXPECT_NE(said(key), "unknown") << key;
}

TEST_F(Views, TheSchemaNamesEveryField) {
  const auto schema = boost::json::parse(json_schema(plugins_));
  for (const Field& field : fields()) {
    const boost::json::value* at = &schema;
    std::string_view rest = field.path;
    while (!rest.empty() && at != nullptr) {
      const auto slash = rest.find('/', 1);
      const std::string step(rest.substr(1, slash - 1));
      const auto& object = at->as_object();
      if (step == "*")
        at = object.if_contains("items") != nullptr ? object.if_contains("items") : object.if_contains("additionalProperties");
      else
        at = object.at("properties").as_object().if_contains(step);
      rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
    }
    ASSERT_NE(at, nullptr) << field.path;
    EXPECT_TRUE(at->as_object().contains("description")) << field.path;
  }
  EXPECT_TRUE(schema.at("properties").at("kafka").at("properties").as_object().contains("num.partitions"));
}

}  // namespace
}  // namespace barnabas::config
