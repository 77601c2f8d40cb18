#include "kernel/client/leader_assignment.h"

#include <gtest/gtest.h>

namespace barnabas::client {
namespace {

// Gives each partition to the first member that is subscribed, and keeps what it saw.
class First final : public sdk::Assignor {
 public:
  sdk::Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) noexcept override {
    seen.clear();
    for (std::size_t m = 0; m < group.member_count; ++m) {
      const sdk::AssignorMember& member = group.members[m];
      seen += std::string(member.id) + (member.is_static ? "=" + std::string(member.instance_id) : "") + "@" + std::string(member.rack) +
              " owns";
      for (std::size_t i = 0; i < member.owned_count; ++i)
        seen += " " + std::string(group.topics[member.owned[i].topic].name) + std::to_string(member.owned[i].partition);
      seen += " in " + std::to_string(member.generation) + "; ";
    }
    for (std::size_t t = 0; t < group.topic_count; ++t) {
      seen += std::string(group.topics[t].name) +
              (group.topics[t].racks == nullptr ? "" : " near " + std::string(group.topics[t].racks[0].data[0])) + "; ";
      for (std::size_t m = 0; m < group.member_count; ++m) {
        const sdk::AssignorMember& member = group.members[m];
        if (!std::binary_search(member.topics, member.topics + member.topic_count, static_cast<std::int32_t>(t))) continue;
        for (std::int32_t p = 0; p < group.topics[t].partition_count; ++p) sink.assign(m + shift, {static_cast<std::int32_t>(t), p});
        break;
      }
    }
    return {};
  }
  std::string seen;
  std::size_t shift = 0;
};

TEST(LeaderAssignment, ShowsTheGroupAndNamesEveryMember) {
  First assignor;
  GroupReader first{"m1", {}, {{"a", "nowhere"}, {{"a", {1}}, {"gone", {0}}}, 4, {}}}, second{"m2", "i", {{"a", "b"}, {}, -1, "north"}};
  auto assignment = assign_as_leader(assignor, "first", {{"b", {}, {{"north"}}}, {"a", {}, {{}, {}}}}, {second, first});
  ASSERT_TRUE(assignment.ok()) << message_of(assignment.status());
  EXPECT_EQ(assignor.seen, "m1@ owns a1 in 4; m2=i@north owns in -1; a; b near north; ");
  EXPECT_EQ(*assignment, (std::map<std::string, TopicPartitions>{{"m1", {{"a", {0, 1}}}}, {"m2", {{"b", {0}}}}}));
}

TEST(LeaderAssignment, WhoGetsNothingIsThereToo) {
  First assignor;
  auto assignment = assign_as_leader(assignor, "first", {}, {{"m1", {}, {{"a"}, {}, -1, {}}}});
  ASSERT_TRUE(assignment.ok());
  EXPECT_EQ(*assignment, (std::map<std::string, TopicPartitions>{{"m1", {}}}));
}

TEST(LeaderAssignment, WhatCannotBeIsRefusedByName) {
  First assignor;
  assignor.shift = 1;
  auto assignment = assign_as_leader(assignor, "first", {{"a", {}, {{}}}}, {{"m1", {}, {{"a"}, {}, -1, {}}}});
  ASSERT_FALSE(assignment.ok());
  EXPECT_NE(message_of(assignment.status()).find("first"), std::string::npos);
}

}  // namespace
}  // namespace barnabas::client
