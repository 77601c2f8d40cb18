// The rules of interceptor_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/interceptor_conformance.h>
//   BARNABAS_INTERCEPTOR_CONFORMANCE(region)
//
// It is made with its default options. The disk that it gets is a simulated one.
#pragma once

#include <barnabas/testing/interceptor_rules.h>
#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

namespace barnabas::testing {

inline void expect_interceptor_rules() {
  PluginUnderTest<sdk::Interceptor> plugin;
  ASSERT_EQ(plugin.refusal(), "");
  ExpectRules expect;
  check_interceptor(*plugin, expect);
}

}  // namespace barnabas::testing

#define BARNABAS_INTERCEPTOR_CONFORMANCE(name) \
  TEST(InterceptorConformance, name) { ::barnabas::testing::expect_interceptor_rules(); }
