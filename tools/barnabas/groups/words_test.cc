#include "tools/barnabas/groups/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

using Response = wire::DescribeGroupHistoryResponse;
using testing::HasSubstr;

constexpr std::int64_t kTime = 1'700'000'002'000;  // 2023-11-14T22:13:22Z

Response::Cause cause(std::string_view what, std::string_view member = "c1-52") {
  Response::Cause made;
  made.what = what;
  made.at_ms = kTime;
  made.member_id = member;
  return made;
}

std::string words_of(Response::Rebalance rebalance, std::string_view state = "Stable") {
  Response::DescribedGroup group;
  group.group_id = "g";
  group.group_state = state;
  group.rebalances = std::span(&rebalance, 1);
  return history_words(group);
}

std::string words_of(Response::Cause one) {
  Response::Rebalance rebalance;
  rebalance.began_ms = kTime;
  rebalance.causes = std::span(&one, 1);
  return words_of(rebalance);
}

TEST(GroupWords, ARebalanceTellsItsCourse) {
  std::vector<Response::Cause> causes = {cause("member joined"), cause("member left", "c2-77")};
  causes[0].client_id = "client-7";
  causes[0].client_host = "/127.0.0.1";
  causes[1].at_ms = kTime + 250;
  causes[1].detail = "consumer closed";
  Response::Rebalance rebalance;
  rebalance.generation = 3;
  rebalance.began_ms = kTime;
  rebalance.joined_ms = kTime + 3'002;
  rebalance.ended_ms = kTime + 3'017;
  rebalance.stable = true;
  rebalance.members_before = 2;
  rebalance.members_after = 1;
  rebalance.protocol = "range";
  rebalance.causes = causes;
  rebalance.more_causes = 4;
  EXPECT_EQ(words_of(rebalance),
            "Group 'g' is Stable. What its coordinator remembers, newest last:\n"
            "\n2023-11-14T22:13:22.000Z  generation 3, range, 2 -> 1 member, joined in 3.002 s, synced in 0.015 s\n"
            "  member c1-52 (client-7, /127.0.0.1) joined\n"
            "  member c2-77 left: consumer closed, 0.250 s later\n"
            "  and 4 causes on top\n");
}

TEST(GroupWords, ARebalanceThatIsNotOverSaysWhatItWaitsFor) {
  Response::Rebalance rebalance;
  rebalance.began_ms = kTime;
  rebalance.members_before = 1;
  EXPECT_THAT(words_of(rebalance), HasSubstr("no generation yet, 1 member before, members are joining\n"));
  rebalance.generation = 1;
  rebalance.joined_ms = kTime + 1'000;
  rebalance.members_after = 2;
  EXPECT_THAT(words_of(rebalance), HasSubstr("generation 1, 1 -> 2 members, joined in 1 s, waiting for the assignment\n"));
  rebalance.ended_ms = kTime + 1'500;
  EXPECT_THAT(words_of(rebalance), HasSubstr("joined in 1 s, overtaken by the next one 0.500 s later\n"));
}

TEST(GroupWords, AGroupWhoseLastMemberWentIsNotGivenUp) {
  Response::Rebalance rebalance;
  rebalance.began_ms = rebalance.ended_ms = kTime;
  rebalance.members_before = 1;
  EXPECT_THAT(words_of(rebalance, "Empty"), HasSubstr("no generation, 1 member before, nobody is left\n"));
}

TEST(GroupWords, TheEndOfAGroupIsNoRebalanceThatIsOvertaken) {
  Response::Rebalance rebalance;
  rebalance.generation = 4;
  rebalance.began_ms = kTime;
  rebalance.joined_ms = kTime + 1;
  rebalance.ended_ms = kTime + 1'909;
  rebalance.members_before = 2;
  rebalance.members_after = 1;
  EXPECT_THAT(words_of(rebalance, "Empty"), HasSubstr("generation 4, 2 -> 1 member, joined in 0.001 s, nobody left 1.908 s later\n"));
  rebalance.members_after = 0;
  EXPECT_THAT(words_of(rebalance), HasSubstr("generation 4, 2 -> 0 members, nobody left after 0.001 s\n"));
}

TEST(GroupWords, CausesAreSentences) {
  Response::Cause expired = cause("member's session expired");
  expired.detail = "45 s without a heartbeat";
  EXPECT_THAT(words_of(expired), HasSubstr("  session of c1-52 ended: 45 s without a heartbeat\n"));
  EXPECT_THAT(words_of(cause("leader joined again")), HasSubstr("  leader c1-52 joined again\n"));
  EXPECT_THAT(words_of(cause("member took longer than the rebalance timeout")),
              HasSubstr("  member c1-52 took longer than the rebalance timeout\n"));
  Response::Cause replaced = cause("static member came back");
  replaced.instance_id = "db-1";
  EXPECT_THAT(words_of(replaced), HasSubstr("  static member db-1 = c1-52 came back\n"));
  EXPECT_THAT(words_of(cause("subscribed topics changed", "")), HasSubstr("  subscribed topics changed\n"));
}

TEST(GroupWords, AQuietGroupHasNothingToTell) {
  Response::DescribedGroup group;
  group.group_id = "g";
  group.group_state = "Empty";
  EXPECT_EQ(history_words(group), "Group 'g' is Empty. Its coordinator has seen no rebalance since it took the group over.\n");
}

TEST(GroupWords, AMoveSaysFromWhereToWhereAndWhatThatIsWorth) {
  wire::MoveGroupOffsetsResponse moved;
  moved.from = "internal_topic";
  moved.to = "redis";
  moved.from_durability = 2;
  moved.to_durability = 1;
  moved.offsets = 12;
  moved.records = 1;
  moved.bytes = 512;
  EXPECT_EQ(move_words("g", moved, false),
            "Moved group 'g': 12 offsets, 1 group record, 512 bytes\n"
            "  from internal_topic (survives a loss of power)\n"
            "  to   redis (survives the end of the process)\n");
  EXPECT_THAT(move_words("g", moved, true), HasSubstr("Would move group 'g'"));
}

}  // namespace
}  // namespace barnabas::tools
