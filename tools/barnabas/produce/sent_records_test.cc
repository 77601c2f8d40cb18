#include "tools/barnabas/produce/sent_records.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Id {
  static constexpr sdk::Text text() { return "hears"; }
};

struct Hears {
  using Options = sdk::NoOptions;
  Hears(sdk::Host&, const Options&) {}
  sdk::Status on_acknowledged(const sdk::TopicView& topic, const sdk::Outcome& outcome) {
    heard.push_back(std::to_string(topic.partition) + "@" + std::to_string(outcome.base_offset) + " " + std::to_string(outcome.bytes) +
                    (outcome.ok ? "" : " " + std::string(outcome.error)));
    return {};
  }
  static inline std::vector<std::string> heard;
};

class SentRecordsTest : public ::testing::Test {
 protected:
  SentRecordsTest() {
    Hears::heard.clear();
    interceptors_.add("hears", std::make_shared<sdk::Interceptor::Guarded<Hears, Id>>(host_, sdk::NoOptions()));
  }
  static sdk::TopicView topic(std::int32_t partition) {
    sdk::TopicView view;
    view.name = "t";
    view.partition = partition;
    return view;
  }

  barnabas::testing::ManualHost host_;
  client::ClientInterceptors interceptors_{host_.clock(), [](sdk::LogLevel, std::string_view) {}};
  SentRecords sent_{interceptors_};
};

TEST_F(SentRecordsTest, EachRecordHasItsOwnOffset) {
  sent_.add(1, 10);
  sent_.add(2, 20);
  sent_.add(1, 11);
  sent_.stored(topic(1), 40, 2);
  EXPECT_THAT(Hears::heard, ElementsAre("1@40 10", "1@41 11"));
  sent_.stored(topic(1), 42, 2);
  EXPECT_EQ(Hears::heard.size(), 2u) << "nothing twice";
}

TEST_F(SentRecordsTest, WithoutAnAnswerThereAreNoOffsets) {
  sent_.add(0, 10);
  sent_.add(0, 11);
  sent_.stored(topic(0), -1, 2);
  EXPECT_THAT(Hears::heard, ElementsAre("0@-1 10", "0@-1 11"));
}

TEST_F(SentRecordsTest, PartsOfABatchAreToldOfOneByOne) {
  for (const std::uint64_t bytes : {10, 11, 12}) sent_.add(0, bytes);
  sent_.stored(topic(0), 40, 2);
  sent_.failed(topic(0), "MESSAGE_TOO_LARGE", 1);
  EXPECT_THAT(Hears::heard, ElementsAre("0@40 10", "0@41 11", "0@-1 12 MESSAGE_TOO_LARGE"));
}

TEST_F(SentRecordsTest, WhatFailsIsToldWithItsNameAndOnce) {
  sent_.add(0, 10);
  sent_.add(3, 30);
  sent_.failed(topic(0), "NOT_ENOUGH_REPLICAS", 1);
  sent_.refuse(topic(-1), 5, "INVALID_RECORD");
  sent_.give_up(topic(-1), "OPERATION_NOT_ATTEMPTED");
  sent_.give_up(topic(-1), "OPERATION_NOT_ATTEMPTED");
  EXPECT_THAT(Hears::heard, ElementsAre("0@-1 10 NOT_ENOUGH_REPLICAS", "-1@-1 5 INVALID_RECORD", "3@-1 30 OPERATION_NOT_ATTEMPTED"));
}

}  // namespace
}  // namespace barnabas::tools
