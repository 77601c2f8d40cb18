// The rules of assignor_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/assignor_conformance.h>
//   BARNABAS_ASSIGNOR_CONFORMANCE(nearest)                              // or, with what it promises beyond that:
//   BARNABAS_ASSIGNOR_CONFORMANCE(nearest, .even_members = true, .keeps = true)
#pragma once

#include <barnabas/testing/assignor_rules.h>
#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

namespace barnabas::testing {

inline void expect_assignor_rules(const AssignorPromises& promises) {
  PluginUnderTest<sdk::Assignor> plugin;
  ASSERT_EQ(plugin.refusal(), "");
  ExpectRules expect;
  check_assignor(*plugin, promises, expect);
}

}  // namespace barnabas::testing

#define BARNABAS_ASSIGNOR_CONFORMANCE(name, ...) \
  TEST(AssignorConformance, name) { ::barnabas::testing::expect_assignor_rules(::barnabas::testing::AssignorPromises{__VA_ARGS__}); }
