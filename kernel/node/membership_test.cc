#include "kernel/node/membership.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/testing_host_loop.h"
#include "kernel/controller/testing_placement.h"
#include "kernel/wire/errors.h"

namespace barnabas::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using wire::ErrorCode;

constexpr std::int64_t kMs = 1'000'000;

// Never started: the controller that decides is the one behind the channel.
class NoStore final : public sdk::MetadataStore {
 public:
  Status identity(sdk::MetadataIdentity&) noexcept override { return Status::unsupported(""); }
  Status format(const sdk::MetadataFormat&) noexcept override { return Status::unsupported(""); }
  Status start(const sdk::MetadataStart&, sdk::MetadataListener&, sdk::Completion&) noexcept override { return Status::unsupported(""); }
  Status stop(sdk::Completion&) noexcept override { return Status::unsupported(""); }
  sdk::MetadataAbilities abilities() noexcept override { return {}; }
  Status propose(const sdk::MetadataProposal&, sdk::Completion&) noexcept override { return Status::unsupported(""); }
  std::int64_t next_offset() noexcept override { return 0; }
  Status open_session(sdk::Bytes, sdk::Completion&) noexcept override { return Status::unsupported(""); }
  Status keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) noexcept override { return Status::unsupported(""); }
};

// Answers what the test says.
class ScriptedChannel final : public controller::Channel {
 public:
  explicit ScriptedChannel(sdk::Executor& executor) : executor_(executor) { registers.epoch = 7; }

  void register_broker(controller::BrokerRegistration, std::function<void(controller::RegistrationReply)> reply) override {
    base::post(executor_, [told = std::move(reply), answer = registers] { told(answer); });
  }
  void heartbeat(controller::BrokerHeartbeat, std::function<void(controller::HeartbeatReply)> reply) override {
    ++heartbeats;
    base::post(executor_, [told = std::move(reply), answer = says] { told(answer); });
  }
  void create_topics(controller::CreateTopicsRequest, std::function<void(controller::CreateTopicsReply)>) override { std::abort(); }
  void choose_offset_store(controller::ChooseOffsetStoreRequest, std::function<void(controller::ChooseOffsetStoreReply)>) override {
    std::abort();
  }
  void allocate_producer_ids(controller::ProducerIdsRequest, std::function<void(controller::ProducerIdsReply)>) override { std::abort(); }
  void assign_replicas_to_dirs(controller::AssignReplicasToDirsRequest,
                               std::function<void(controller::AssignReplicasToDirsReply)>) override {
    std::abort();
  }
  void forward(controller::ForwardedRequest, std::function<void(Result<std::vector<std::uint8_t>>)>) override { std::abort(); }

  controller::RegistrationReply registers;
  controller::HeartbeatReply says;
  int heartbeats = 0;

 private:
  sdk::Executor& executor_;
};

class MembershipTest : public ::testing::Test {
 protected:
  void join() {
    membership.join({}, [this](Status status) { joined.emplace(std::string(message_of(status))); });
  }
  void refuse(const std::string& message) {
    channel.says.error = ErrorCode::kNotController;
    channel.says.message = message;
  }

  testing::ManualHost host;
  base::HostLoop loop{host};
  NoStore store;
  controller::InTurn placement;
  controller::Controller controller{store, host, {.cluster_id = {}, .configs = {}, .placement = &placement}};
  ScriptedChannel channel{host.executor()};
  std::vector<std::string> lines;
  std::optional<std::string> joined;  // how it ended
  Membership membership{controller,
                        channel,
                        loop,
                        {.heartbeat_ns = 2'000 * kMs, .patience_ns = 60'000 * kMs},
                        [this](std::string_view line) { lines.emplace_back(line); },
                        [] { return std::string(); }};
};

TEST_F(MembershipTest, ARefusalIsSaidOnceForEachReason) {
  refuse("the disk is full");
  join();
  host.advance(20'000 * kMs);
  EXPECT_THAT(lines, ElementsAre("heartbeat refused (NOT_CONTROLLER): the disk is full"));
  lines.clear();
  refuse("nobody leads");
  host.advance(20'000 * kMs);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("nobody leads")));
  lines.clear();
  channel.says = {};  // fenced, until it has read everything
  host.advance(1'000 * kMs);
  EXPECT_THAT(lines, ElementsAre("the controller answers this broker again"));
  refuse("nobody leads");
  host.advance(1'000 * kMs);
  EXPECT_THAT(lines, ElementsAre("the controller answers this broker again", HasSubstr("nobody leads")));
}

TEST_F(MembershipTest, WhoIsRefusedAsksMoreAndMoreSlowlyAndWhoIsNotAtOnce) {
  refuse("the disk is full");
  join();
  host.advance(10'000 * kMs);
  EXPECT_LT(channel.heartbeats, 30);
  EXPECT_GT(channel.heartbeats, 10);
  channel.says = {};
  host.advance(500 * kMs);
  channel.heartbeats = 0;
  host.advance(1'000 * kMs);
  EXPECT_GE(channel.heartbeats, 90);
  EXPECT_THAT(joined, std::nullopt);
}

TEST_F(MembershipTest, AStartWhoseHeartbeatsAreRefusedEnds) {
  refuse("the disk is full");
  join();
  host.advance(50'000 * kMs);
  channel.says = {};
  host.advance(1'000 * kMs);
  refuse("the disk is full");
  host.advance(59'000 * kMs);
  EXPECT_THAT(joined, std::nullopt) << "it was answered meanwhile";
  host.advance(2'000 * kMs);
  ASSERT_TRUE(joined.has_value());
  EXPECT_EQ(*joined,
            "the broker is registered, and its heartbeats were refused for 60000 ms (initial.broker.registration.timeout.ms), last "
            "(NOT_CONTROLLER): the disk is full");
}

TEST_F(MembershipTest, ARegistrationThatIsRefusedIsSaidAsWellAndEnds) {
  channel.registers.error = ErrorCode::kNotController;
  channel.registers.message = "the disk is full";
  join();
  host.advance(59'000 * kMs);
  EXPECT_THAT(lines, ElementsAre("registration refused (NOT_CONTROLLER): the disk is full"));
  EXPECT_THAT(joined, std::nullopt);
  host.advance(2'000 * kMs);
  ASSERT_TRUE(joined.has_value());
  EXPECT_EQ(*joined, "the broker could not be registered (NOT_CONTROLLER): the disk is full");
}

// Who leaves needs nothing written, and so is answered: nothing is well for that.
TEST_F(MembershipTest, WhoLeavesAfterThatSaysNothingMore) {
  refuse("the disk is full");
  join();
  host.advance(61'000 * kMs);
  ASSERT_TRUE(joined.has_value());
  lines.clear();
  channel.says = {};
  channel.says.should_shut_down = true;
  bool left = false;
  membership.leave([&] { left = true; });
  host.run();
  EXPECT_TRUE(left);
  EXPECT_THAT(lines, IsEmpty());
}

TEST_F(MembershipTest, AStartThatIsFencedWaits) {
  join();
  host.advance(600'000 * kMs);
  EXPECT_THAT(joined, std::nullopt);
  EXPECT_THAT(lines, IsEmpty());
}

}  // namespace
}  // namespace barnabas::node
