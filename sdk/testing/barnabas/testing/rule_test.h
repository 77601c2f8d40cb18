// Rules as GoogleTest expectations: the sink that the …_conformance.h suites hand to their kits.
#pragma once

#include <barnabas/testing/rule_sink.h>

#include <gtest/gtest.h>

namespace barnabas::testing {

struct ExpectRules final : RuleSink {
  void report(std::string_view rule, const std::string& why) override { EXPECT_EQ(why, "") << rule; }
};

}  // namespace barnabas::testing
