#include "kernel/host/interceptors.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace barnabas::host {
namespace {

using ::testing::ElementsAre;

struct Id {
  static constexpr sdk::Text text() { return "tested"; }
};

std::string text_of(sdk::Bytes octets) { return {reinterpret_cast<const char*>(octets.data), octets.size}; }

// Does what the test says, and remembers what it saw.
struct Plan {
  std::function<void(const sdk::RecordView&, sdk::RecordEdit&)> on_send = [](const sdk::RecordView&, sdk::RecordEdit&) {};
  std::function<void()> on_close = [] {};
  std::vector<std::string> seen;
};

struct Planned {
  using Options = sdk::NoOptions;
  Planned(sdk::Host&, const Options&) {}
  sdk::Status on_send(const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) {
    plan->seen.push_back(text_of(record.value));
    plan->on_send(record, edit);
    return {};
  }
  sdk::Status on_commit(const sdk::TopicView&, std::int64_t) { return {}; }
  sdk::Status on_close() {
    plan->seen.emplace_back("end");
    plan->on_close();
    return {};
  }
  static inline Plan* next = nullptr;
  Plan* plan = next;
};

struct CommitOnly {
  using Options = sdk::NoOptions;
  CommitOnly(sdk::Host&, const Options&) {}
  sdk::Status on_commit(const sdk::TopicView&, std::int64_t offset) { throw std::runtime_error("commit " + std::to_string(offset)); }
};

class InterceptorsTest : public ::testing::Test {
 protected:
  Plan& add(const std::string& name) {
    Planned::next = &plans_.emplace_back();
    chain_.add(name, std::make_shared<sdk::Interceptor::Guarded<Planned, Id>>(host_, sdk::NoOptions()));
    return plans_.back();
  }
  static sdk::RecordView record(std::string_view value) {
    sdk::RecordView view;
    view.value = value;
    view.has_value = true;
    return view;
  }
  // What becomes of a value, or the reason why it was refused.
  std::string send(std::string_view value) {
    EditedRecord edited(record(value));
    const auto refused =
        chain_.judge(sdk::kProducerRecord, edited,
                     [](sdk::Interceptor& one, const sdk::RecordView& view, sdk::RecordEdit& edit) { return one.on_send({}, view, edit); });
    return refused ? *refused : text_of(edited.view().value);
  }
  static auto appends(const char* text) {
    return [text](const sdk::RecordView& view, sdk::RecordEdit& edit) { edit.set_value(text_of(view.value) + text); };
  }

  barnabas::testing::ManualHost host_;
  std::deque<Plan> plans_;
  std::vector<std::string> log_;
  Interceptors chain_{host_.clock(), [this](sdk::LogLevel, std::string_view line) { log_.emplace_back(line); }};
};

TEST_F(InterceptorsTest, EachSeesWhatTheOnesBeforeItMade) {
  Plan& first = add("first");
  Plan& second = add("second");
  first.on_send = appends("1");
  second.on_send = appends("2");
  EXPECT_EQ(send("a"), "a12");
  EXPECT_THAT(first.seen, ElementsAre("a"));
  EXPECT_THAT(second.seen, ElementsAre("a1"));
}

TEST_F(InterceptorsTest, OneThatThrowsIsNamedAndTheNextGetsTheLastGoodRecord) {
  add("first").on_send = appends("1");
  add("second").on_send = [](const sdk::RecordView&, sdk::RecordEdit& edit) {
    edit.set_value(std::string("lost"));
    edit.reject("lost, too");
    throw std::runtime_error("tired");
  };
  add("third").on_send = appends("3");
  EXPECT_EQ(send("a"), "a13");
  EXPECT_THAT(log_, ElementsAre("interceptor 'second': plugin 'tested' threw in on_send: tired"));
}

TEST_F(InterceptorsTest, ARefusalNamesItsReasonAndEndsTheChain) {
  add("first").on_send = [](const sdk::RecordView&, sdk::RecordEdit& edit) { edit.reject("no card numbers"); };
  Plan& second = add("second");
  EXPECT_EQ(send("a"), "interceptor 'first' refused the record: no card numbers");
  EXPECT_TRUE(second.seen.empty());
}

TEST_F(InterceptorsTest, OneThatIsTooSlowFiveTimesInARowIsSwitchedOffAndNamed) {
  Plan& slow = add("slow");
  std::int64_t ms = 51;
  slow.on_send = [&](const sdk::RecordView&, sdk::RecordEdit&) { host_.stand_still(ms * 1'000'000); };
  for (int i = 0; i < 4; ++i) send("a");
  ms = 50;
  send("in time");
  ms = 51;
  for (int i = 0; i < 4; ++i) send("a");
  EXPECT_TRUE(chain_.wants(sdk::kProducerRecord));
  EXPECT_TRUE(log_.empty());
  send("a");
  EXPECT_FALSE(chain_.wants(sdk::kProducerRecord));
  send("not seen");
  EXPECT_EQ(slow.seen.size(), 10u);
  EXPECT_THAT(log_, ElementsAre("interceptor 'slow' is switched off: 5 calls in a row took longer than 50 ms"));
  chain_.close();
  EXPECT_EQ(slow.seen.back(), "end");
}

TEST_F(InterceptorsTest, OneThatIsQuickInAnotherHookIsSwitchedOffAllTheSame) {
  add("slow").on_send = [&](const sdk::RecordView&, sdk::RecordEdit&) { host_.stand_still(51'000'000); };
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(chain_.wants(sdk::kProducerRecord));
    send("a");
    chain_.tell(sdk::kConsumerCommit, [](sdk::Interceptor& one) { return one.on_commit({}, 7); });
  }
  EXPECT_FALSE(chain_.wants(sdk::kProducerRecord));
}

TEST_F(InterceptorsTest, OnlyThoseThatHaveTheHookAreCalled) {
  Plan& sender = add("sender");
  chain_.add("commits", std::make_shared<sdk::Interceptor::Guarded<CommitOnly, Id>>(host_, sdk::NoOptions()));
  EXPECT_TRUE(chain_.wants(sdk::kConsumerCommit));
  EXPECT_FALSE(chain_.wants(sdk::kConsumerRecord | sdk::kBrokerRecord));
  chain_.tell(sdk::kConsumerCommit, [](sdk::Interceptor& one) { return one.on_commit({}, 7); });
  EXPECT_TRUE(sender.seen.empty());
  EXPECT_THAT(log_, ElementsAre("interceptor 'commits': plugin 'tested' threw in on_commit: commit 7"));
}

TEST_F(InterceptorsTest, TheEndIsToldOnceAndMayFail) {
  Plan& first = add("first");
  Plan& second = add("second");
  first.on_close = [] { throw std::runtime_error("not yet"); };
  chain_.close();
  chain_.close();
  EXPECT_THAT(first.seen, ElementsAre("end"));
  EXPECT_THAT(second.seen, ElementsAre("end"));
  EXPECT_THAT(log_, ElementsAre("interceptor 'first': plugin 'tested' threw in on_close: not yet"));
}

TEST(EditedRecord, ChangesHappenWhenTheyAreKept) {
  const std::string key = "k";
  const sdk::HeaderView header{"h", key, true};
  sdk::RecordView record;
  record.key = key;
  record.has_key = true;
  record.headers = &header;
  record.header_count = 1;
  EditedRecord edited(record);
  EXPECT_FALSE(edited.view().has_value);
  const sdk::RecordView& lent = edited.view();
  edited.set_key(std::string("new"));
  edited.set_value(lent.key);
  edited.add_header("i", std::string("2"));
  EXPECT_EQ(text_of(lent.key), "k") << "what was lent stays until the change is kept";
  edited.keep();
  EXPECT_TRUE(edited.changed());
  EXPECT_EQ(text_of(edited.view().key) + "," + text_of(edited.view().value), "new,k");
  ASSERT_EQ(edited.view().header_count, 2u);
  EXPECT_EQ(text_of(edited.view().headers[1].value), "2");

  edited.clear_value();
  edited.keep();
  EXPECT_FALSE(edited.view().has_value);
  edited.set_value(std::string("forgotten"));
  edited.forget();
  edited.keep();
  EXPECT_FALSE(edited.view().has_value);
  edited.assign(record);
  EXPECT_FALSE(edited.changed());
  EXPECT_EQ(edited.view().header_count, 1u);
}

}  // namespace
}  // namespace barnabas::host
