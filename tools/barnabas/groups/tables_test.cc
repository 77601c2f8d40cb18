#include "tools/barnabas/groups/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

GroupDescription two_members() {
  GroupDescription group;
  group.id = "g";
  group.state = "Stable";
  group.assignor = "range";
  group.coordinator = "127.0.0.1:9092";
  group.coordinator_id = 1;
  group.members = {{"m1", "", "c1", "/h1", {{"t", 2}}, {}, std::nullopt, std::nullopt},
                   {"m2", "", "c2", "/h2", {{"t", 1}, {"s", 0}}, {}, std::nullopt, std::nullopt}};
  return group;
}

TEST(GroupTables, MembersWithTheMostPartitionsComeFirstAndWhatNobodyReadsLast) {
  const GroupDescription group = two_members();
  const std::vector<OffsetRow> rows = offset_rows(group, {{{"t", 0}, {7}}, {{"t", 1}, {3}}}, {}, {});
  std::vector<std::string> order;
  for (const OffsetRow& row : rows) order.push_back(row.partition.text() + (row.member ? " " + row.member->id : ""));
  EXPECT_THAT(order, testing::ElementsAre("s-0 m2", "t-1 m2", "t-2 m1", "t-0"));
}

TEST(GroupTables, OffsetsHaveKafkasColumnsAndADashForWhatIsNotKnown) {
  const GroupDescription group = two_members();
  const std::vector<OffsetRow> rows = offset_rows(group, {{{"t", 1}, {10}}}, {}, {{{"t", 1}, 12}, {{"t", 2}, 5}});
  EXPECT_EQ(
      offsets_table("g", rows, {}),
      "\nGROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID     HOST            "
      "CLIENT-ID"
      "\ng               s               0          -               -               -               m2              /h2             c2"
      "\ng               t               1          10              12              2               m2              /h2             c2"
      "\ng               t               2          -               5               -               m1              /h1             "
      "c1\n");
}

TEST(GroupTables, LeadIsTheDistanceFromTheStartOfTheLog) {
  GroupDescription group = two_members();
  group.members.clear();
  const auto rows = offset_rows(group, {{{"t", 0}, {10, 4}}}, {{{"t", 0}, 3}}, {{{"t", 0}, 12}});
  EXPECT_EQ(offsets_table("g", rows, {.leader_epoch = true, .lead = true}),
            "\nGROUP           TOPIC           PARTITION  LEADER-EPOCH    CURRENT-OFFSET  LOG-END-OFFSET  LAG             LEAD            "
            "CONSUMER-ID     HOST            CLIENT-ID"
            "\ng               t               0          4               10              12              2               7               "
            "-               -               -\n");
}

TEST(GroupTables, MembersShowInstancesOnlyWhereThereAreSome) {
  GroupDescription group = two_members();
  EXPECT_EQ(members_table(group, false),
            "\nGROUP           CONSUMER-ID     HOST            CLIENT-ID       #PARTITIONS     \n"
            "g               m1              /h1             c1              1               \n"
            "g               m2              /h2             c2              2               \n");
  group.members.resize(1);
  group.members[0].instance_id = "i";
  EXPECT_EQ(members_table(group, false),
            "\nGROUP           CONSUMER-ID     GROUP-INSTANCE-ID HOST            CLIENT-ID       #PARTITIONS     \n"
            "g               m1              i                 /h1             c1              1               \n");
}

TEST(GroupTables, MembersOfBothProtocolsSayWhichIsTheirs) {
  GroupDescription group = two_members();
  group.target_epoch = 5;
  group.members[0].epoch = 4;
  group.members[0].is_upgraded = false;
  group.members[1].epoch = 5;
  group.members[1].is_upgraded = true;
  group.members[1].target = {{"t", 1}, {"t", 0}, {"s", 0}};
  EXPECT_EQ(members_table(group, true),
            "\nGROUP           CONSUMER-ID     HOST            CLIENT-ID       #PARTITIONS     CURRENT-EPOCH   CURRENT-ASSIGNMENT   "
            "TARGET-EPOCH    TARGET-ASSIGNMENT    UPGRADED\n"
            "g               m1              /h1             c1              1               4               t:2                  "
            "5               -                    false\n"
            "g               m2              /h2             c2              2               5               s:0;t:1              "
            "5               s:0;t:0,1            true\n");
  group.members[0].is_upgraded = true;
  EXPECT_THAT(members_table(group, true), testing::Not(testing::HasSubstr("UPGRADED")));
}

TEST(GroupTables, StateHasTheEpochsOnlyWhenAsked) {
  GroupDescription group = two_members();
  EXPECT_EQ(state_table(group, false),
            "\nGROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                #MEMBERS"
            "\ng               127.0.0.1:9092  (1)       range                Stable               2\n");
  group.epoch = 3;
  group.assignor = "";
  EXPECT_EQ(state_table(group, true),
            "\nGROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                GROUP-EPOCH     "
            "TARGET-ASSIGNMENT-EPOCH   #MEMBERS"
            "\ng               127.0.0.1:9092  (1)       -                    Stable               3               "
            "-                         2\n");
}

TEST(GroupTables, ListingIsTenWiderThanTheLongestName) {
  EXPECT_EQ(listing_table({{"a-group-of-twenty-ch", "consumer", "Classic", "Empty"}}, true, true),
            "GROUP                          TYPE                 STATE               \n"
            "a-group-of-twenty-ch           Classic              Empty               \n");
  EXPECT_EQ(listing_table({{"\xc3\xbcmlaut", "", "", ""}}, false, true),
            "GROUP                     STATE               \n"
            "\xc3\xbcmlaut                    Unknown             \n");
}

TEST(GroupTables, TheStateOfAGroupIsNotedWhereItIsNotStable) {
  GroupDescription group = two_members();
  const auto note = [&](const char* state, std::size_t rows) {
    group.state = state;
    return state_note(group, rows);
  };
  EXPECT_EQ(note("Stable", 1).text, "");
  EXPECT_TRUE(note("Stable", 1).has_table);
  EXPECT_FALSE(note("Stable", 0).has_table);
  EXPECT_EQ(note("Empty", 1).text, "Consumer group 'g' has no active members.");
  EXPECT_TRUE(note("Empty", 1).has_table);
  for (const char* state : {"PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling"})
    EXPECT_EQ(note(state, 1).text, "Warning: Consumer group 'g' is rebalancing.");
  EXPECT_EQ(note("Dead", 1).text, "Error: Consumer group 'g' does not exist.");
  EXPECT_FALSE(note("Dead", 1).has_table);
}

}  // namespace
}  // namespace barnabas::tools
