// Members that go in company, and members that allow no time.
#include "kernel/group/testing.h"

namespace barnabas::group {
namespace {

using enum ErrorCode;

class LeaveTest : public GroupTest {
 protected:
  // The members of a new stable group, dynamic ones.
  std::vector<std::string> members(std::size_t count) {
    std::vector<Answer<JoinReply>> joining;
    for (std::size_t i = 0; i < count; ++i) joining.push_back(join("", "m", {}, 3));
    pass(6'000);
    std::vector<std::string> ids;
    for (const auto& answer : joining) ids.push_back(answer->value().member_id);
    for (const std::string& id : ids) sync(id, 1);
    journal.settle();
    return ids;
  }
  void leave(const std::vector<std::string>& ids) {
    LeaveRequest request;
    request.group = "g";
    for (const std::string& id : ids) request.members.push_back({id, {}, "closed"});
    coordinator->leave(request, [](const LeaveReply&) {});
  }
  Answer<JoinReply> join_static(std::int32_t rebalance_timeout_ms) {
    JoinRequest request;
    request.group = "g";
    request.instance_id = "i";
    request.client = {"client", "/127.0.0.1"};
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = rebalance_timeout_ms;
    request.protocol_type = "consumer";
    request.protocols = {{"range", "m"}};
    request.version = 5;
    auto answer = std::make_shared<std::optional<JoinReply>>();
    coordinator->join(std::move(request), [answer](JoinReply reply) { *answer = std::move(reply); });
    return answer;
  }
  std::vector<Rebalance> history() {
    WhyReply why;
    coordinator->why({"g"}, [&](WhyReply reply) { why = std::move(reply); });
    return why.rebalances;
  }
};

TEST_F(LeaveTest, AllMembersAtOnceLeaveAnEmptyGroupAfterOneRebalance) {
  leave(members(3));
  EXPECT_EQ(describe().state, "Empty");
  const auto told = history();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].causes.size(), 3u);
  journal.settle();
  const auto committed = commit(5);
  journal.settle();
  EXPECT_EQ(committed->value().error_of(0), kNone);
}

TEST_F(LeaveTest, TheLastWhoWereWaitedForLeaveAGenerationThatStands) {
  const std::vector<std::string> ids = members(3);
  const auto newcomer = join("", "m", {}, 3);
  const auto back = join(ids[0], "m", {}, 3);
  leave({ids[1], ids[2]});
  ASSERT_TRUE(back->has_value());
  EXPECT_EQ(back->value().generation, 2);
  EXPECT_EQ(newcomer->value().generation, 2);
  EXPECT_EQ(describe().state, "CompletingRebalance");
}

TEST_F(LeaveTest, ThoseWhoDoNotAskForTheirAssignmentAreOneRebalance) {
  std::vector<Answer<JoinReply>> joining;
  for (int i = 0; i < 3; ++i) joining.push_back(join("", "m", {}, 3));
  pass(6'000);
  const std::string leader = joining[0]->value().leader;
  sync(leader, 1);
  journal.settle();
  for (int i = 0; i < 12; ++i) {
    pass(5'000);
    for (const auto& answer : joining) heartbeat(answer->value().member_id, 1);
  }
  EXPECT_EQ(heartbeat(leader, 1), kRebalanceInProgress);
  EXPECT_EQ(history().back().causes.size(), 2u);
}

// It once held up its event loop for ever.
TEST_F(LeaveTest, AStaticMemberThatAllowsNoTimeIsWaitedForAllTheSame) {
  const auto staying = join_static(0);
  const auto leaving = join("", "m", {}, 3);
  pass(6'000);
  for (const auto& answer : {staying, leaving}) sync(answer->value().member_id, 1);
  journal.settle();
  leave({leaving->value().member_id});
  pass(5'000);
  EXPECT_EQ(describe().state, "PreparingRebalance");
  pass(10'000);
  EXPECT_EQ(describe().state, "Empty") << "its session ended";
}

TEST_F(LeaveTest, AMemberIdHasRoomForWhatMakesItUnique) {
  JoinRequest request;
  request.group = "g";
  for (int i = 0; i < 16'383; ++i) request.client.id += "\u00e9";
  request.session_timeout_ms = 10'000;
  request.rebalance_timeout_ms = 60'000;
  request.protocol_type = "consumer";
  request.protocols = {{"range", "m"}};
  request.version = 9;
  std::string id;
  coordinator->join(std::move(request), [&](const JoinReply& reply) { id = reply.member_id; });
  EXPECT_LE(id.size(), 32'767u);
  EXPECT_GT(id.size(), 32'000u);
  EXPECT_EQ(id.substr(id.size() - 39, 2), "\u00e9") << "cut between characters";
}

}  // namespace
}  // namespace barnabas::group
