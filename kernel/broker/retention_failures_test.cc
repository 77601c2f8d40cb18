#include "kernel/broker/retention_failures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RetentionFailuresTest, AReasonIsToldOnceWithTheCountOfItsPartitions) {
  RetentionFailures failures;
  for (int round = 0; round < 3; ++round) {
    for (const char* partition : {"t-0", "t-1", "n-0"}) failures.note(partition, "/data is offline");
    failures.note("t-2", "corrupt");
    if (round == 0)
      EXPECT_THAT(failures.end_round(), ElementsAre("t-0 and 2 more: /data is offline", "t-2: corrupt"));
    else
      EXPECT_THAT(failures.end_round(), IsEmpty());
  }
}

TEST(RetentionFailuresTest, ANewReasonIsTold) {
  RetentionFailures failures;
  failures.note("t-0", "/data is offline");
  failures.end_round();
  failures.note("t-0", "/data is offline");
  failures.note("t-1", "/more is offline");
  EXPECT_THAT(failures.end_round(), ElementsAre("t-1: /more is offline"));
}

TEST(RetentionFailuresTest, AReasonThatWentAwayIsToldWhenItIsBack) {
  RetentionFailures failures;
  failures.note("t-0", "/data is offline");
  failures.end_round();
  EXPECT_THAT(failures.end_round(), IsEmpty());
  failures.note("t-0", "/data is offline");
  EXPECT_THAT(failures.end_round(), ElementsAre("t-0: /data is offline"));
}

}  // namespace
}  // namespace barnabas::broker
