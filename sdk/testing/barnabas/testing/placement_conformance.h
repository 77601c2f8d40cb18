// The rules of placement_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/placement_conformance.h>
//   BARNABAS_PLACEMENT_CONFORMANCE(nearest)                     // or, with what it promises beyond that:
//   BARNABAS_PLACEMENT_CONFORMANCE(nearest, .even = true, .racks = true)
#pragma once

#include <barnabas/testing/placement_rules.h>
#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

namespace barnabas::testing {

inline void expect_placement_rules(const PlacementPromises& promises) {
  PluginUnderTest<sdk::Placement> plugin;
  ASSERT_EQ(plugin.refusal(), "");
  ExpectRules expect;
  check_placement(*plugin, promises, expect);
}

}  // namespace barnabas::testing

#define BARNABAS_PLACEMENT_CONFORMANCE(name, ...) \
  TEST(PlacementConformance, name) { ::barnabas::testing::expect_placement_rules(::barnabas::testing::PlacementPromises{__VA_ARGS__}); }
