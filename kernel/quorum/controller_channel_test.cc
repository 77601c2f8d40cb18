#include "kernel/quorum/controller_channel.h"

#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include "kernel/quorum/testing.h"

namespace barnabas::quorum {
namespace {

using wire::ErrorCode;

constexpr std::int64_t kPatienceNs = 30'000'000'000;
constexpr std::int16_t kChoose = wire::ChooseOffsetStoreRequest::kSchema.key;

// Of a node that never leads.
class NoStore final : public sdk::MetadataStore {
 public:
  Status identity(sdk::MetadataIdentity&) noexcept override { return {}; }
  Status format(const sdk::MetadataFormat&) noexcept override { return {}; }
  Status start(const sdk::MetadataStart&, sdk::MetadataListener&, sdk::Completion&) noexcept override { return {}; }
  Status stop(sdk::Completion&) noexcept override { return {}; }
  sdk::MetadataAbilities abilities() noexcept override { return {}; }
  Status propose(const sdk::MetadataProposal&, sdk::Completion&) noexcept override { return {}; }
  std::int64_t next_offset() noexcept override { return -1; }
  Status open_session(sdk::Bytes, sdk::Completion&) noexcept override { return {}; }
  Status keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) noexcept override { return {}; }
};

class ControllerChannelTest : public ::testing::Test, private sdk::MetadataListener {
 protected:
  ControllerChannelTest() {
    run([&] { follower_.follow({{1, {"10.0.0.1", 9093}}}, "cluster", *this); });
    EXPECT_TRUE(until([&] { return follower_.is_caught_up(); }));
  }
  ~ControllerChannelTest() override {
    follower_.stop();
    env_.end();
  }

  bool until(const std::function<bool()>& done) { return world_.run_until(done, kPatienceNs); }
  void choose() {
    run([&] {
      channel_.choose_offset_store({"g", "new", 0, 1}, [&](const controller::ChooseOffsetStoreReply& reply) { told_ = reply.error; });
    });
  }
  // The controller has the request, and the connection ends before its answer.
  void choose_and_lose_the_answer() {
    controller_.server.loses = kChoose;
    choose();
    ASSERT_TRUE(until([&] { return controller_.requests_of(kChoose) > 0; }));
    controller_.server.loses = -1;
  }
  ErrorCode told() {
    EXPECT_TRUE(until([&] { return told_.has_value(); }));
    return told_.value_or(ErrorCode::kUnknownServerError);
  }

  sim::SimWorld world_{1};
  testing::ScriptedController controller_{world_, "10.0.0.1"};

 private:
  void run(const std::function<void()>& what) { world_.run_on(static_cast<sim::SimLoop&>(env_.loop(0)), what); }
  void on_snapshot_begin(sdk::MetadataPosition) noexcept override {}
  void on_snapshot_end() noexcept override {}
  void on_batch(const sdk::MetadataBatch&) noexcept override {}
  void on_leader(const sdk::MetadataLeader&) noexcept override {}
  void on_session_lost() noexcept override {}
  void on_snapshot_wanted() noexcept override {}
  void on_failed(Status) noexcept override {}

  barnabas::testing::SimulatedDisk disk_{1};
  sim::SimEnv env_{world_, "broker", disk_, {.host = "10.0.0.9"}};
  barnabas::testing::ManualHost host_;
  NoStore store_;
  controller::Controller own_{store_, host_, {}};
  Follower follower_{env_.loop(0), {9}, [](sdk::LogLevel, std::string_view) {}};
  ControllerChannel channel_{env_.loop(0), own_, follower_, 9'000'000'000};
  std::optional<ErrorCode> told_;
};

TEST_F(ControllerChannelTest, AnAnswerThatIsLostIsAskedForAgain) {
  choose_and_lose_the_answer();
  EXPECT_EQ(told(), ErrorCode::kNone);
  EXPECT_EQ(controller_.requests_of(kChoose), 2u);
}

TEST_F(ControllerChannelTest, WhatNoControllerTookIsRefused) {
  controller_.says_to_choice = ErrorCode::kNotController;
  choose();
  EXPECT_EQ(told(), ErrorCode::kNotController);
  EXPECT_GT(controller_.requests_of(kChoose), 2u);
}

TEST_F(ControllerChannelTest, WhatMayHaveBeenDoneIsNotRefusedByThoseWhoAreAskedLater) {
  controller_.says_to_choice = ErrorCode::kNotController;
  choose_and_lose_the_answer();
  EXPECT_EQ(told(), ErrorCode::kRequestTimedOut);
  EXPECT_GT(controller_.requests_of(kChoose), 2u);
}

TEST_F(ControllerChannelTest, AChoiceThatIsRefusedNowMayHaveBeenNotedBefore) {
  controller_.says_to_choice = ErrorCode::kNotCoordinator;
  choose_and_lose_the_answer();
  EXPECT_EQ(told(), ErrorCode::kRequestTimedOut);
}

TEST_F(ControllerChannelTest, AChoiceThatIsRefusedAtOnceIsRefused) {
  controller_.says_to_choice = ErrorCode::kNotCoordinator;
  choose();
  EXPECT_EQ(told(), ErrorCode::kNotCoordinator);
}

}  // namespace
}  // namespace barnabas::quorum
