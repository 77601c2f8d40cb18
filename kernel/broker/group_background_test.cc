#include "kernel/broker/group_background.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>

#include "kernel/catalog/image_builder.h"

namespace barnabas::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Gives everything to the first member, or twice.
class Made final : public sdk::Assignor {
 public:
  Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) noexcept override {
    seen_racks = group.topic_count > 0 && group.topics[0].racks != nullptr ? group.topics[0].racks[0].size : 0;
    seen_static = group.member_count > 0 && group.members[0].is_static;
    for (std::size_t t = 0; t < group.topic_count; ++t)
      for (std::int32_t p = 0; p < group.topics[t].partition_count; ++p) sink.assign(0, {static_cast<std::int32_t>(t), p});
    if (twice) sink.assign(0, {0, 0});
    return {};
  }
  bool twice = false;
  std::size_t seen_racks = 0;
  bool seen_static = false;
};

class GroupBackgroundTest : public ::testing::Test {
 protected:
  GroupBackgroundTest() { background->add("made", made); }

  static group::AssignorInput group_of_one() {
    group::AssignorInput input;
    input.topics.push_back({"t", {}, 2, {{"r1", "r2"}, {"r2"}}});
    input.members.push_back({"m", "i", "r1", {0}, {{0, 1}}, 3});
    return input;
  }
  void ask(const std::string& assignor) {
    background->assign(assignor, group_of_one(), [this](Result<group::AssignorOutput> told) {
      outcomes.push_back(told.ok() ? std::to_string(told->at(0).size()) : std::string(message_of(told.status())));
    });
  }

  testing::ManualHost host;
  std::vector<std::string> lines;
  std::vector<std::string> outcomes;
  std::shared_ptr<Made> made = std::make_shared<Made>();
  std::unique_ptr<GroupBackground> background = std::make_unique<GroupBackground>(
      host.executor(), [this](std::string_view line) { lines.emplace_back(line); }, [](const std::function<void()>& call) { call(); });
};

TEST_F(GroupBackgroundTest, RunsAnAssignorElsewhereAndTellsItsAnswerLater) {
  ask("made");
  EXPECT_THAT(outcomes, IsEmpty());
  host.run();
  EXPECT_THAT(outcomes, ElementsAre("2"));
  EXPECT_EQ(made->seen_racks, 2u);
  EXPECT_TRUE(made->seen_static);
  EXPECT_THAT(lines, IsEmpty());
}

TEST_F(GroupBackgroundTest, AnswersOfNoUseAreRefusedAndSaidOnceByName) {
  made->twice = true;
  ask("made");
  ask("made");
  ask("missing");
  host.run();
  EXPECT_THAT(outcomes, ElementsAre("assignor 'made' gives t-0 away twice, to 'm' and to 'm'",
                                    "assignor 'made' gives t-0 away twice, to 'm' and to 'm'", "there is no assignor 'missing'"));
  EXPECT_THAT(lines, ElementsAre("a group keeps its assignment as it is: assignor 'made' gives t-0 away twice, to 'm' and to 'm'",
                                 "a group keeps its assignment as it is: there is no assignor 'missing'"));
}

TEST_F(GroupBackgroundTest, LooksForTopics) {
  std::optional<group::RegexMatches> matches;
  background->match(catalog::ImageBuilder().build(), {"a", "b"}, [&](group::RegexMatches told) { matches = std::move(told); });
  host.run();
  EXPECT_EQ(matches, (group::RegexMatches{{}, {}}));
  EXPECT_EQ(background->refusal_of("("), "missing closing )");
}

TEST_F(GroupBackgroundTest, StopsWhenWhatRunsHasEnded) {
  ask("made");
  ask("made");
  bool stopped = false;
  background->stop([&] { stopped = true; });
  EXPECT_FALSE(stopped);
  host.run();
  EXPECT_TRUE(stopped);
  EXPECT_THAT(outcomes, IsEmpty());
}

// Work that does not end as long as the test wants.
class HeldWork final : public sdk::Executor {
 public:
  explicit HeldWork(sdk::Executor& executor) : executor_(executor) {}
  void post(sdk::Task& task) noexcept override { executor_.post(task); }
  sdk::TimerId after(std::int64_t delay_ns, sdk::Task& task) noexcept override { return executor_.after(delay_ns, task); }
  void cancel(sdk::TimerId timer) noexcept override { executor_.cancel(timer); }
  void offload(sdk::Task& work, sdk::Task& done) noexcept override { held_.emplace_back(&work, &done); }
  void end() {
    for (const auto& [work, done] : std::exchange(held_, {})) executor_.offload(*work, *done);
  }

 private:
  sdk::Executor& executor_;
  std::vector<std::pair<sdk::Task*, sdk::Task*>> held_;
};

TEST_F(GroupBackgroundTest, StopsWithoutAnAssignorThatDoesNotReturnAndNamesIt) {
  HeldWork held(host.executor());
  background = std::make_unique<GroupBackground>(
      held, [this](std::string_view line) { lines.emplace_back(line); }, [](const std::function<void()>& call) { call(); });
  background->add("made", made);
  ask("made");
  ask("made");
  bool stopped = false;
  background->stop([&] { stopped = true; });
  host.advance(9'999'000'000);
  EXPECT_FALSE(stopped);
  host.advance(1'000'000);
  EXPECT_TRUE(stopped);
  EXPECT_THAT(lines, ElementsAre("assignor 'made' does not return: the groups stop without it"));
  background.reset();
  held.end();
  host.run();
  EXPECT_THAT(outcomes, IsEmpty());
}

TEST_F(GroupBackgroundTest, OnceItIsGoneNobodyIsTold) {
  ask("made");
  background.reset();
  host.run();
  EXPECT_THAT(outcomes, IsEmpty());
}

}  // namespace
}  // namespace barnabas::broker
