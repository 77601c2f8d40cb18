// The rules of assignor_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/assignor_conformance.h>
//   BARNABAS_ASSIGNOR_CONFORMANCE(nearest)                              // or, with what it promises beyond that:
//   BARNABAS_ASSIGNOR_CONFORMANCE(nearest, .even_members = true, .keeps = true)
#pragma once

#include <barnabas/testing/assignor_rules.h>
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/rule_test.h>

#include <gtest/gtest.h>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

inline void expect_assignor_rules(const AssignorPromises& promises) {
  ManualHost host;
  void* object = nullptr;
  const sdk::Status made = barnabas_plugin.create(host, {}, object);
  ASSERT_TRUE(made.ok()) << std::string(made.message());
  ExpectRules expect;
  check_assignor(*static_cast<sdk::Assignor*>(object), promises, expect);
  barnabas_plugin.destroy(object);
}

}  // namespace barnabas::testing

#define BARNABAS_ASSIGNOR_CONFORMANCE(name, ...) \
  TEST(AssignorConformance, name) { ::barnabas::testing::expect_assignor_rules(::barnabas::testing::AssignorPromises{__VA_ARGS__}); }
