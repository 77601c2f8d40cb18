// The rules of partitioner_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/partitioner_conformance.h>
//   BARNABAS_PARTITIONER_CONFORMANCE(by_region, kMayPart)      // or kStayTogether: equal keys go to one partition
#pragma once

#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/partitioner_rules.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

inline void expect_partitioner_rules(EqualKeys keys) {
  ManualHost host;
  void* object = nullptr;
  const sdk::Status made = barnabas_plugin.create(host, {}, object);
  ASSERT_TRUE(made.ok()) << std::string(made.message());
  ExpectRules expect;
  check_partitioner(*static_cast<sdk::Partitioner*>(object), keys, expect);
  barnabas_plugin.destroy(object);
}

}  // namespace barnabas::testing

#define BARNABAS_PARTITIONER_CONFORMANCE(name, keys) \
  TEST(PartitionerConformance, name) { ::barnabas::testing::expect_partitioner_rules(::barnabas::testing::EqualKeys::keys); }
