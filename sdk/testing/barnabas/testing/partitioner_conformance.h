// The rules of partitioner_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/partitioner_conformance.h>
//   BARNABAS_PARTITIONER_CONFORMANCE(by_region, kMayPart)      // or kStayTogether: equal keys go to one partition
#pragma once

#include <barnabas/testing/partitioner_rules.h>
#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

namespace barnabas::testing {

inline void expect_partitioner_rules(EqualKeys keys) {
  PluginUnderTest<sdk::Partitioner> plugin;
  ASSERT_EQ(plugin.refusal(), "");
  ExpectRules expect;
  check_partitioner(*plugin, keys, expect);
}

}  // namespace barnabas::testing

#define BARNABAS_PARTITIONER_CONFORMANCE(name, keys) \
  TEST(PartitionerConformance, name) { ::barnabas::testing::expect_partitioner_rules(::barnabas::testing::EqualKeys::keys); }
