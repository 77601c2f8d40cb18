#include "kernel/broker/interceptor_chain.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <stdexcept>

namespace barnabas::broker {
namespace {

using ::testing::ElementsAre;

struct Id {
  static constexpr sdk::Text text() { return "tested"; }
};

// A clock and a log; a chain asks for nothing else.
class SmallEnv final : public base::Env {
 public:
  std::size_t loop_count() const override { return 1; }
  base::Loop& loop(std::size_t) override { std::abort(); }
  sdk::Clock& clock() override { return host.clock(); }
  sdk::Disk& disk() override { std::abort(); }
  void log(sdk::LogLevel, std::string_view line) override { lines.emplace_back(line); }
  Result<std::unique_ptr<base::Listener>> listen(const base::Address&, base::AcceptHandler) override { std::abort(); }

  barnabas::testing::ManualHost host;
  std::vector<std::string> lines;
};

using Judge = std::function<void(std::string_view value, sdk::RecordEdit& edit)>;

struct Judged {
  using Options = sdk::NoOptions;
  Judged(sdk::Host&, const Options&) {}
  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView& record, sdk::RecordEdit& edit) {
    judge({reinterpret_cast<const char*>(record.value.data), record.value.size}, edit);
    return {};
  }
  static inline Judge next;
  Judge judge = next;
};

class InterceptorChainTest : public ::testing::Test {
 protected:
  void add(Judge judge) {
    Judged::next = std::move(judge);
    chain_.add("judge", std::make_shared<sdk::Interceptor::Guarded<Judged, Id>>(env_.host, sdk::NoOptions()));
  }
  // At offset 40, with a key and a header each.
  sdk::Bytes batch_of(std::initializer_list<std::string_view> values) {
    builder_.start({.base_offset = 40, .leader_epoch = 3, .producer_id = 9, .producer_epoch = 1, .base_sequence = 5});
    const std::vector<record::Header> headers{{"h", sdk::Bytes(std::string_view("x"))}, {"null", std::nullopt}};
    for (const std::string_view value : values)
      builder_.append({.timestamp_ms = 1000, .key = sdk::Bytes(std::string_view("k")), .value = sdk::Bytes(value), .headers = headers});
    return *builder_.finish();
  }
  InterceptorChain::Verdict append(sdk::Bytes batch, std::size_t max_bytes = SIZE_MAX) {
    return chain_.append({}, {}, batch, sdk::kDefaultLevel, max_bytes);
  }
  // "offset key value headers" of each record.
  std::vector<std::string> records(sdk::Bytes batch) {
    const auto text = [](const std::optional<sdk::Bytes>& octets) {
      return octets ? std::string(reinterpret_cast<const char*>(octets->data), octets->size) : std::string("null");
    };
    record::RecordReader reader(codecs_);
    EXPECT_TRUE(reader.open(record::BatchView(batch)).ok());
    std::vector<std::string> all;
    for (record::RecordView record; reader.next(record);) {
      std::string said = std::to_string(record.offset) + " " + text(record.key) + " " + text(record.value);
      for (const record::Header& header : record.headers) said += " " + std::string(header.key) + "=" + text(header.value);
      all.push_back(std::move(said));
    }
    EXPECT_TRUE(reader.take_status().ok());
    return all;
  }

  SmallEnv env_;
  record::Codecs codecs_;
  InterceptorChain chain_{env_, codecs_};
  record::BatchBuilder builder_;
};

TEST_F(InterceptorChainTest, ABatchThatNobodyChangesIsNotMadeAnew) {
  add([](std::string_view, sdk::RecordEdit&) {});
  const sdk::Bytes batch = batch_of({"a", "b"});
  const auto verdict = append(batch);
  EXPECT_TRUE(verdict.status.ok());
  EXPECT_EQ(verdict.batch.data, batch.data);
  EXPECT_EQ(verdict.rejected, -1);
}

TEST_F(InterceptorChainTest, WhatIsChangedIsStoredAndTheRestStaysAsItWas) {
  add([](std::string_view value, sdk::RecordEdit& edit) {
    if (value == "b") edit.set_value(std::string("B"));
  });
  add([](std::string_view value, sdk::RecordEdit& edit) {
    if (value == "B") edit.add_header("i", std::string("2"));
    if (value == "c") edit.clear_value();
  });
  const auto verdict = append(batch_of({"a", "b", "c"}));
  EXPECT_THAT(records(verdict.batch), ElementsAre("40 k a h=x null=null", "41 k B h=x null=null i=2", "42 k null h=x null=null"));
  const record::BatchHeader header = record::BatchView(verdict.batch).header();
  EXPECT_EQ(header.producer_id(), 9);
  EXPECT_EQ(header.base_sequence(), 5);
  EXPECT_EQ(header.leader_epoch(), 3);
}

TEST_F(InterceptorChainTest, WhatBecomesTooLargeIsNotMadeToItsEnd) {
  add([](std::string_view, sdk::RecordEdit& edit) { edit.set_value(std::string(1000, 'x')); });
  EXPECT_EQ(append(batch_of({"a", "b"}), 1000).status.code(), Code::kExhausted);
  EXPECT_TRUE(append(batch_of({"a", "b"}), 3000).status.ok());
}

TEST_F(InterceptorChainTest, AFailureLeavesTheRecordAndIsLogged) {
  add([](std::string_view value, sdk::RecordEdit& edit) {
    edit.set_value(std::string("lost"));
    if (value == "b") throw std::runtime_error("tired");
  });
  EXPECT_THAT(records(append(batch_of({"a", "b"})).batch), ElementsAre("40 k lost h=x null=null", "41 k b h=x null=null"));
  EXPECT_THAT(env_.lines, ElementsAre("interceptor 'judge': plugin 'tested' threw in on_append: tired"));
}

TEST_F(InterceptorChainTest, ARefusalNamesTheFirstRecord) {
  add([](std::string_view value, sdk::RecordEdit& edit) {
    if (value == "b") edit.reject("it is b");
  });
  const auto verdict = append(batch_of({"a", "b", "b"}));
  EXPECT_EQ(verdict.rejected, 1);
  EXPECT_EQ(verdict.reason, "interceptor 'judge' refused the record: it is b");
}

}  // namespace
}  // namespace barnabas::broker
