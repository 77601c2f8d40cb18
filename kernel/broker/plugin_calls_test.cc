#include "kernel/broker/plugin_calls.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace barnabas::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

class PluginCallsTest : public ::testing::Test {
 protected:
  // Calls a plugin that keeps the completion in `kept`.
  void begin(std::int64_t deadline_s = 5) {
    calls.call(
        "offsets 'x' in write", deadline_s,
        [this](sdk::Completion& completion) {
          kept.push_back(&completion);
          return sdk::Status();
        },
        [this](sdk::Status status) { ended.push_back(status.code()); });
  }

  testing::ManualHost host;
  std::vector<std::string> said;
  PluginCalls calls{static_cast<sdk::Host&>(host).executor(), [this](std::string_view line) { said.emplace_back(line); }};
  std::vector<sdk::Completion*> kept;
  std::vector<sdk::Code> ended;
};

TEST_F(PluginCallsTest, ACallEndsAsItsPluginSays) {
  begin();
  EXPECT_TRUE(ended.empty());
  kept[0]->done(sdk::Status::error(sdk::Code::kFenced, "no more"));
  EXPECT_THAT(ended, ElementsAre(sdk::Code::kFenced));
  host.advance(60 * kSecond);
  EXPECT_EQ(ended.size(), 1u);
  EXPECT_TRUE(said.empty());
}

TEST_F(PluginCallsTest, WhatWasNotBegunEndsInALaterTurn) {
  calls.call(
      "offsets 'x' in write", 5, [](sdk::Completion&) { return sdk::Status::error(sdk::Code::kInvalid, "never"); },
      [this](sdk::Status status) { ended.push_back(status.code()); });
  EXPECT_TRUE(ended.empty());
  host.run();
  EXPECT_THAT(ended, ElementsAre(sdk::Code::kInvalid));
}

TEST_F(PluginCallsTest, ASecondEndIsNamedAndPassedOver) {
  begin();
  kept[0]->done({});
  begin();  // must not be taken for the one that ends again
  kept[0]->done({});
  EXPECT_EQ(ended.size(), 1u);
  EXPECT_THAT(said, ElementsAre("offsets 'x' in write ended twice; the second end is passed over"));
  kept[1]->done({});
  EXPECT_EQ(ended.size(), 2u);
}

TEST_F(PluginCallsTest, WhoeverNeverEndsIsGivenUpAndNamed) {
  begin();
  host.advance(4 * kSecond);
  EXPECT_TRUE(ended.empty());
  host.advance(2 * kSecond);
  EXPECT_THAT(ended, ElementsAre(sdk::Code::kUnknown));
  EXPECT_THAT(said, ElementsAre("offsets 'x' in write does not end within 5 s; it is given up"));
  kept[0]->done({});
  EXPECT_EQ(ended.size(), 1u);
  EXPECT_THAT(said.back(), HasSubstr("ended after it was given up"));
}

TEST_F(PluginCallsTest, WithoutADeadlineACallMayTakeForEver) {
  begin(PluginCalls::kEver);
  host.advance(3600 * kSecond);
  EXPECT_TRUE(ended.empty());
  kept[0]->done({});
  EXPECT_EQ(ended.size(), 1u);
}

TEST_F(PluginCallsTest, WhoeverEndsFromInsideTheCallEndsInALaterTurnAllTheSame) {
  calls.call(
      "offsets 'x' in write", 5, [](sdk::Completion& completion) { return completion.done({}), sdk::Status(); },
      [this](sdk::Status status) { ended.push_back(status.code()); });
  EXPECT_TRUE(ended.empty());
  host.run();
  EXPECT_THAT(ended, ElementsAre(sdk::Code::kOk));
  EXPECT_TRUE(said.empty());
}

TEST_F(PluginCallsTest, APluginThatFailsAndEndsIsNamed) {
  calls.call(
      "offsets 'x' in write", 5,
      [](sdk::Completion& completion) {
        completion.done({});
        return sdk::Status::error(sdk::Code::kInvalid, "but no");
      },
      [this](sdk::Status status) { ended.push_back(status.code()); });
  host.run();
  EXPECT_THAT(ended, ElementsAre(sdk::Code::kOk));
  EXPECT_THAT(said, ElementsAre(HasSubstr("ended twice")));
}

TEST_F(PluginCallsTest, TheLogIsNotFilledByOnePlugin) {
  begin();
  for (int i = 0; i < 1000; ++i) kept[0]->done({});
  EXPECT_LE(said.size(), 20u);
}

}  // namespace
}  // namespace barnabas::broker
