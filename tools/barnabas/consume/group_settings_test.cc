#include "tools/barnabas/consume/group_settings.h"

#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

std::string refusal(const Properties& properties, const std::string& group = "g") {
  auto settings = group_settings(group, properties);
  return settings ? "" : std::string(message_of(settings.status()));
}

TEST(GroupSettings, AreKafkasUnlessSomethingElseIsSaid) {
  auto settings = group_settings("g", {});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->session.member.group_id, "g");
  EXPECT_EQ(settings->session.member.session_timeout_ms, 45'000);
  EXPECT_EQ(settings->session.member.rebalance_timeout_ms, 300'000);
  EXPECT_EQ(settings->session.member.heartbeat_interval_ms, 3'000);
  EXPECT_FALSE(settings->session.member.instance_id);
  EXPECT_EQ(settings->assignors, std::vector<std::string>{"range"});
  EXPECT_TRUE(settings->auto_commit);
  EXPECT_EQ(settings->auto_commit_interval_ms, 5'000);
  EXPECT_FALSE(settings->session.require_stable);
}

TEST(GroupSettings, AreTakenByKafkasNames) {
  auto settings = group_settings("", {{"group.id", "g"},
                                      {"group.instance.id", "i"},
                                      {"client.rack", "north"},
                                      {"isolation.level", "read_committed"},
                                      {"partition.assignment.strategy", " uniform, range,"},
                                      {"max.poll.interval.ms", "70000"},
                                      {"enable.auto.commit", "false"}});
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  EXPECT_EQ(settings->session.member.group_id, "g");
  EXPECT_EQ(settings->session.member.instance_id, "i");
  EXPECT_EQ(settings->session.rack, "north");
  EXPECT_EQ(settings->session.member.rebalance_timeout_ms, 70'000);
  EXPECT_EQ(settings->assignors, (std::vector<std::string>{"uniform", "range"}));
  EXPECT_TRUE(settings->session.require_stable);
  EXPECT_FALSE(settings->auto_commit);
}

TEST(GroupSettings, TheOtherProtocolHasOthers) {
  auto settings = group_settings("g", {{"group.protocol", "Consumer"}, {"group.remote.assignor", "range"}});
  ASSERT_TRUE(settings.ok()) << message_of(settings.status());
  EXPECT_EQ(settings->session.protocol, client::GroupProtocol::kConsumer);
  EXPECT_EQ(settings->session.remote_assignor, "range");
  EXPECT_EQ(refusal({{"group.protocol", "consumer"}, {"heartbeat.interval.ms", "100"}}),
            "heartbeat.interval.ms cannot be set when group.protocol=CONSUMER");
  EXPECT_EQ(refusal({{"group.remote.assignor", "range"}}), "group.remote.assignor cannot be set when group.protocol=CLASSIC");
}

TEST(GroupSettings, MistakesAreNamed) {
  for (const auto& [properties, said] : std::vector<std::pair<Properties, std::string>>{
           {{{"group.id", "h"}}, "'g', 'h'"},
           {{{"session.timeout.ms", "1s"}}, "session.timeout.ms"},
           {{{"max.poll.interval.ms", "0"}}, "at least 1"},
           {{{"auto.commit.interval.ms", "-1"}}, "at least 0"},
           {{{"session.timeout.ms", "99999999999999999999"}}, "session.timeout.ms"},
           {{{"session.timeout.ms", "3000"}}, "heartbeat.interval.ms must be less than session.timeout.ms"},
           {{{"partition.assignment.strategy", " , "}}, "names no assignor"},
           {{{"group.protocol", "best"}}, "CLASSIC, CONSUMER"}})
    EXPECT_NE(refusal(properties).find(said), std::string::npos) << refusal(properties);
}

}  // namespace
}  // namespace barnabas::tools
