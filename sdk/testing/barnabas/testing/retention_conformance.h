// The rules of retention_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/retention_conformance.h>
//   BARNABAS_RETENTION_CONFORMANCE(last_thousand)                     // or, with what it promises beyond that:
//   BARNABAS_RETENTION_CONFORMANCE(last_thousand, .by_bounds = true)
#pragma once

#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/retention_rules.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

namespace barnabas::testing {

inline void expect_retention_rules(const RetentionPromises& promises) {
  PluginUnderTest<sdk::Retention> plugin;
  ASSERT_EQ(plugin.refusal(), "");
  ExpectRules expect;
  check_retention(*plugin, promises, expect);
}

}  // namespace barnabas::testing

#define BARNABAS_RETENTION_CONFORMANCE(name, ...) \
  TEST(RetentionConformance, name) { ::barnabas::testing::expect_retention_rules(::barnabas::testing::RetentionPromises{__VA_ARGS__}); }
