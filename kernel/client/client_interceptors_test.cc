#include "kernel/client/client_interceptors.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace barnabas::client {
namespace {

using ::testing::ElementsAre;

struct Id {
  static constexpr sdk::Text text() { return "tested"; }
};

std::string text_of(sdk::Bytes octets) { return {reinterpret_cast<const char*>(octets.data), octets.size}; }
sdk::Bytes bytes(std::string_view text) { return sdk::Bytes(text); }

// Both sides, each hook as the test says.
struct Plan {
  using Judge = std::function<void(const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit&)>;
  Judge on_record = [](const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit&) {};
  std::vector<std::string> heard;
};

struct Planned {
  using Options = sdk::NoOptions;
  Planned(sdk::Host&, const Options&) {}
  sdk::Status on_send(const sdk::TopicView& topic, const sdk::RecordView& record, sdk::RecordEdit& edit) {
    plan->on_record(topic, record, edit);
    return {};
  }
  sdk::Status on_consume(const sdk::TopicView& topic, const sdk::RecordView& record, sdk::RecordEdit& edit) {
    plan->on_record(topic, record, edit);
    return {};
  }
  sdk::Status on_acknowledged(const sdk::TopicView& topic, const sdk::Outcome& outcome) {
    plan->heard.push_back(std::string(topic.name) + "-" + std::to_string(topic.partition) + " " + std::string(outcome.error));
    return {};
  }
  sdk::Status on_commit(const sdk::TopicView& topic, std::int64_t offset) {
    plan->heard.push_back(std::string(topic.name) + "-" + std::to_string(topic.partition) + " @" + std::to_string(offset));
    throw std::runtime_error("tired");
  }
  static inline Plan* next = nullptr;
  Plan* plan = next;
};

class ClientInterceptorsTest : public ::testing::Test {
 protected:
  Plan& add(const std::string& name) {
    auto& plan = plans_.emplace_back(std::make_unique<Plan>());
    Planned::next = plan.get();
    all_.add(name, std::make_shared<sdk::Interceptor::Guarded<Planned, Id>>(host_, sdk::NoOptions()));
    return *plan;
  }
  static Plan::Judge appends(const char* text) {
    return
        [text](const sdk::TopicView&, const sdk::RecordView& view, sdk::RecordEdit& edit) { edit.set_value(text_of(view.value) + text); };
  }
  static record::RecordView record(std::string_view value) {
    record::RecordView view;
    view.offset = 41;
    view.timestamp_ms = 1234;
    view.key = bytes("k");
    view.value = bytes(value);
    return view;
  }

  barnabas::testing::ManualHost host_;
  std::vector<std::unique_ptr<Plan>> plans_;
  std::vector<std::string> log_;
  ClientInterceptors all_{host_.clock(), [this](sdk::LogLevel, std::string_view line) { log_.emplace_back(line); }};
};

TEST_F(ClientInterceptorsTest, WithoutAnyARecordIsWhatItIs) {
  const record::RecordView given = record("v");
  EXPECT_FALSE(all_.wants(ClientInterceptors::kProducerHooks | ClientInterceptors::kConsumerHooks));
  EXPECT_EQ((*all_.on_consume({}, given)).value->data, given.value->data);
}

TEST_F(ClientInterceptorsTest, AConsumerGetsWhatTheChainMade) {
  add("first").on_record = [](const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit& edit) {
    edit.set_value(std::string("v1"));
    edit.add_header("h", std::string("x"));
  };
  add("second").on_record = appends("2");
  auto seen = all_.on_consume({}, record("v"));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->offset, 41);
  EXPECT_EQ(seen->timestamp_ms, 1234);
  EXPECT_EQ(text_of(*seen->key), "k");
  EXPECT_EQ(text_of(*seen->value), "v12");
  ASSERT_EQ(seen->headers.size(), 1);
  EXPECT_EQ(seen->headers.begin()->key, "h");
  EXPECT_EQ(text_of(*seen->headers.begin()->value), "x");
}

TEST_F(ClientInterceptorsTest, UnchangedRecordsAreNotCopied) {
  add("looks");
  const record::RecordView given = record("v");
  EXPECT_EQ((*all_.on_consume({}, given)).value->data, given.value->data);
}

TEST_F(ClientInterceptorsTest, ARefusalNamesWhoRefused) {
  add("strict").on_record = [](const sdk::TopicView&, const sdk::RecordView&, sdk::RecordEdit& edit) { edit.reject("too old"); };
  host::EditedRecord sent;
  for (const Status& status : {all_.on_send({}, sent), std::move(all_.on_consume({}, record("v"))).status()}) {
    EXPECT_EQ(status.code(), Code::kInvalid);
    EXPECT_EQ(message_of(status), "interceptor 'strict' refused the record: too old");
  }
}

TEST_F(ClientInterceptorsTest, OutcomesAndCommitsReachAllInOrder) {
  Plan& first = add("first");
  Plan& second = add("second");
  sdk::TopicView topic;
  topic.name = std::string_view("t");
  topic.partition = 2;
  all_.on_acknowledged(topic, {.ok = false, .error = "INVALID_RECORD"});
  all_.on_commit("t", 3, 42);
  EXPECT_THAT(first.heard, ElementsAre("t-2 INVALID_RECORD", "t-3 @42"));
  EXPECT_EQ(second.heard, first.heard);
  EXPECT_THAT(log_, ElementsAre("interceptor 'first': plugin 'tested' threw in on_commit: tired",
                                "interceptor 'second': plugin 'tested' threw in on_commit: tired"));
}

}  // namespace
}  // namespace barnabas::client
