#include "kernel/broker/offset_stores.h"
#include "kernel/base/task.h"
#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/messages/record_settings.h"

#include <barnabas/sdk/offset_store_place.h>
#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace barnabas::broker {
namespace {

using group::ErrorCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Ends everything as it was told to, in a later turn.
class FakeStore final : public sdk::OffsetStore, private sdk::OffsetStorePlace {
 public:
  explicit FakeStore(sdk::Executor& executor) : executor_(executor) {}

  sdk::Status start(const sdk::OffsetStoreStart& start, sdk::Completion& completion) noexcept override {
    cluster = std::string(start.cluster_id);
    return end("start", completion);
  }
  sdk::Status stop(sdk::Completion& completion) noexcept override { return end("stop", completion); }
  sdk::OffsetStoreAbilities abilities() noexcept override { return {}; }
  sdk::Status take_over(std::int32_t, std::int32_t, sdk::OffsetLoad&, sdk::Completion& completion) noexcept override {
    return end("take_over", completion);
  }
  void resign(std::int32_t) noexcept override {}
  sdk::Status write(const sdk::GroupWrite& write, sdk::Completion& completion) noexcept override {
    if (refusal) return sdk::Status::error(*refusal, "not begun");
    return end(std::string(write.group), completion);
  }

  void* find(sdk::Text id) noexcept override {
    return id == sdk::OffsetStorePlace::kId && !is_at.empty() ? static_cast<sdk::OffsetStorePlace*>(this) : nullptr;
  }

  std::vector<std::string> calls;
  std::string cluster;
  std::string is_at;
  sdk::Code outcome = sdk::Code::kOk;
  std::optional<sdk::Code> refusal;

 private:
  sdk::Text place() noexcept override { return is_at; }
  sdk::Status end(std::string call, sdk::Completion& completion) {
    calls.push_back(std::move(call));
    base::post(executor_, [&completion, code = outcome] {
      completion.done(code == sdk::Code::kOk ? sdk::Status() : sdk::Status::error(code, "as told"));
    });
    return {};
  }

  sdk::Executor& executor_;
};

class OffsetStoresTest : public ::testing::Test {
 protected:
  OffsetStoresTest() {
    stores.add("some", "app-*", some);
    stores.add("rest", "*", rest);
  }
  // What a write of the group ends with; nothing: not yet.
  std::optional<ErrorCode> write(const std::string& group) {
    std::optional<ErrorCode> ended;
    group::GroupChange change;
    change.group = group;
    const std::size_t index = stores.index_of(group);
    stores.write_to(index, change, [&](ErrorCode error) { ended = error; });
    EXPECT_FALSE(ended) << "never from inside the call";
    host.run();
    return ended;
  }

  testing::ManualHost host;
  std::shared_ptr<FakeStore> some = std::make_shared<FakeStore>(static_cast<sdk::Host&>(host).executor());
  std::shared_ptr<FakeStore> rest = std::make_shared<FakeStore>(static_cast<sdk::Host&>(host).executor());
  OffsetStores stores{static_cast<sdk::Host&>(host).executor(), [](std::string_view) {}};
};

TEST(GroupPattern, AStarStandsForAnything) {
  EXPECT_TRUE(matches_group("*", ""));
  EXPECT_TRUE(matches_group("app-*", "app-"));
  EXPECT_TRUE(matches_group("app-*", "app-1"));
  EXPECT_FALSE(matches_group("app-*", "app"));
  EXPECT_TRUE(matches_group("*-test", "a-test-test"));
  EXPECT_FALSE(matches_group("*-test", "a-test-"));
  EXPECT_TRUE(matches_group("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_group("a*b*c", "a-c"));
  EXPECT_TRUE(matches_group("exact", "exact"));
  EXPECT_FALSE(matches_group("exact", "exactly"));
  EXPECT_FALSE(matches_group("a.c", "abc"));
}

TEST(GroupPattern, AgreesWithATableOfAllPrefixes) {
  // Of each prefix of the pattern and of the name, whether they match.
  const auto by_table = [](std::string_view pattern, std::string_view group) -> bool {
    std::vector<bool> row(group.size() + 1, false);
    row[0] = true;
    for (const char c : pattern) {
      std::vector<bool> next(group.size() + 1, false);
      next[0] = c == '*' && row[0];
      for (std::size_t i = 1; i <= group.size(); ++i) next[i] = c == '*' ? row[i] || next[i - 1] : row[i - 1] && c == group[i - 1];
      row = std::move(next);
    }
    return row[group.size()];
  };
  std::uint64_t seed = 1;
  const auto text = [&](std::string_view letters, std::size_t longest) {
    std::string made;
    for (std::size_t size = (seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33; made.size() < size % (longest + 1);)
      made.push_back(letters[((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33) % letters.size()]);
    return made;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = text("ab**", 8);
    const std::string group = text("ab", 12);
    ASSERT_EQ(matches_group(pattern, group), by_table(pattern, group)) << pattern << " and " << group;
  }
}

// A client says the name.
TEST(GroupPattern, ANameThatNearlyMatchesCostsLittle) {
  std::string pattern;
  for (int i = 0; i < 20; ++i) pattern += "*a";
  EXPECT_FALSE(matches_group(pattern + "b", std::string(30'000, 'a')));
}

TEST_F(OffsetStoresTest, TheFirstPatternThatMatchesDecides) {
  EXPECT_EQ(write("app-1"), ErrorCode::kNone);
  EXPECT_EQ(write("other"), ErrorCode::kNone);
  EXPECT_THAT(some->calls, ElementsAre("app-1"));
  EXPECT_THAT(rest->calls, ElementsAre("other"));
  EXPECT_EQ(stores.index_of("app-1"), 0u);
  EXPECT_EQ(stores.index_of("other"), 1u);
}

TEST_F(OffsetStoresTest, AMoveDecidesBeforeThePatterns) {
  const auto unnamed = std::make_shared<FakeStore>(static_cast<sdk::Host&>(host).executor());
  stores.add("third", "", unnamed);
  const auto moved_to = [](std::string_view group, std::string_view store) {
    wire::ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(catalog::ResourceType::kGroup);
    record.resource_name = group;
    record.name = "offset.store";
    record.value = store;
    catalog::FramedRecords records;
    records.add(record, 0);
    catalog::ImageBuilder builder;
    EXPECT_TRUE(builder.apply(records[0]).ok());
    return builder.build();
  };
  std::shared_ptr<const catalog::Image> image;
  stores.follow(image);
  EXPECT_EQ(stores.index_of("app-1"), 0u);
  image = moved_to("app-1", "third");
  EXPECT_EQ(stores.index_of("app-1"), 2u);
  EXPECT_EQ(stores.index_of("app-2"), 0u);
  EXPECT_EQ(stores.index_of("other"), 1u);
  EXPECT_EQ(write("app-1"), ErrorCode::kNone);
  EXPECT_THAT(unnamed->calls, ElementsAre("app-1"));
  image = moved_to("app-1", "rest");
  EXPECT_EQ(stores.index_of("app-1"), 1u);
  // The deployment has it no more: nobody else is written to.
  image = moved_to("app-1", "gone");
  EXPECT_EQ(stores.index_of("app-1"), stores.size());
  EXPECT_EQ(write("app-1"), ErrorCode::kCoordinatorNotAvailable);
}

TEST_F(OffsetStoresTest, APlaceIsOneStoreWithAllItsPatternsAndNames) {
  OffsetStores own{static_cast<sdk::Host&>(host).executor(), [](std::string_view) {}};
  EXPECT_FALSE(own.add_again("redis", "a-*", "redis x"));
  own.add("redis", "a-*", some, "redis x");
  EXPECT_TRUE(own.add_again("redis", "b-*", "redis x"));
  EXPECT_TRUE(own.add_again("redis-again", "c-*", "redis x"));
  EXPECT_FALSE(own.add_again("memory", "*", "redis y"));
  own.add("memory", "*", rest, "redis y");
  EXPECT_EQ(own.size(), 2u);
  EXPECT_THAT(own.names(), ElementsAre("redis", "redis-again", "memory"));
  for (const std::string group : {"a-1", "b-1", "c-1"}) EXPECT_EQ(own.index_of(group), 0u) << group;
  EXPECT_EQ(own.index_of("d-1"), 1u);
  EXPECT_EQ(own.find("redis-again"), 0u);
  EXPECT_EQ(own.find("redis-never"), own.size());
}

TEST_F(OffsetStoresTest, AnUnknownPlaceIsNobodyElses) {
  OffsetStores own{static_cast<sdk::Host&>(host).executor(), [](std::string_view) {}};
  own.add("some", "a-*", some);
  EXPECT_FALSE(own.add_again("rest", "*", ""));
  own.add("rest", "*", rest);
  EXPECT_FALSE(own.same_place(0, 1)) << "none of them says where it is";
}

TEST_F(OffsetStoresTest, TwoStoresWhoseServersAreOneAreRefusedAtTheStart) {
  const auto start = [&] {
    std::optional<Status> outcome;
    stores.start("c", 1, 50, [&](Status status) { outcome = std::move(status); });
    host.run();
    return outcome ? *std::move(outcome) : Status::internal("not ended");
  };
  some->is_at = "here";
  rest->is_at = "there";
  EXPECT_TRUE(start().ok());
  EXPECT_FALSE(stores.same_place(0, 1));
  rest->is_at = "here";
  EXPECT_TRUE(stores.same_place(0, 1));
  const Status refused = start();
  EXPECT_EQ(refused.code(), sdk::Code::kInvalid);
  EXPECT_THAT(message_of(refused), HasSubstr("offsets 'some' and 'rest' are one place"));
}

TEST_F(OffsetStoresTest, ClientsHearKafkasErrors) {
  const std::map<sdk::Code, ErrorCode> expected{{sdk::Code::kFenced, ErrorCode::kNotCoordinator},
                                                {sdk::Code::kUnavailable, ErrorCode::kCoordinatorNotAvailable},
                                                {sdk::Code::kUnknown, ErrorCode::kRequestTimedOut},
                                                {sdk::Code::kExhausted, ErrorCode::kInvalidCommitOffsetSize},
                                                {sdk::Code::kInvalid, ErrorCode::kUnknownServerError}};
  for (const auto& [code, error] : expected) {
    rest->outcome = code;
    EXPECT_EQ(write("g"), error);
  }
  for (const auto& [code, error] : expected) {
    rest->refusal = code;
    EXPECT_EQ(write("g"), error);
  }
}

TEST_F(OffsetStoresTest, AStoreThatDoesNotStartIsNamedAndNotStopped) {
  some->outcome = sdk::Code::kOk;
  rest->outcome = sdk::Code::kInvalid;
  std::string message;
  stores.start("cluster", 1, 50, [&](Status status) { message = message_of(status); });
  host.run();
  EXPECT_EQ(message, "offsets 'rest': as told");
  EXPECT_EQ(some->cluster, "cluster");
  bool stopped = false;
  stores.stop([&] { stopped = true; });
  host.run();
  EXPECT_TRUE(stopped);
  EXPECT_THAT(some->calls, ElementsAre("start", "stop"));
  EXPECT_THAT(rest->calls, ElementsAre("start"));
}

}  // namespace
}  // namespace barnabas::broker
