#include "kernel/client/backoff.h"

#include <gtest/gtest.h>

namespace barnabas::client {
namespace {

TEST(Backoff, DoublesUpToItsBoundAndBeginsAnewAfterASuccess) {
  Backoff backoff(100, 1'000);
  EXPECT_EQ(backoff.not_before_ms(), 0);
  for (const std::int64_t wait : {100, 200, 400, 800, 1'000, 1'000}) {
    backoff.failed(5'000);
    EXPECT_EQ(backoff.not_before_ms(), 5'000 + wait);
  }
  for (int i = 0; i < 100; ++i) backoff.failed(6'000);
  EXPECT_EQ(backoff.not_before_ms(), 7'000);
  backoff.succeeded();
  EXPECT_EQ(backoff.not_before_ms(), 7'000);
  backoff.failed(8'000);
  EXPECT_EQ(backoff.not_before_ms(), 8'100);
}

}  // namespace
}  // namespace barnabas::client
