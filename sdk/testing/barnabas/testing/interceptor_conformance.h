// The rules of interceptor_rules.h as a GoogleTest test. In the test of a plugin that compiles its own sources in:
//
//   #include <barnabas/testing/interceptor_conformance.h>
//   BARNABAS_INTERCEPTOR_CONFORMANCE(region)
//
// It is made with its default options. The disk that it gets is a simulated one.
#pragma once

#include <barnabas/testing/interceptor_rules.h>
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/simulated_disk.h>

#include <gtest/gtest.h>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas::testing {

inline void expect_interceptor_rules() {
  struct Expect final : RuleSink {
    void report(std::string_view rule, const std::string& why) override { EXPECT_EQ(why, "") << rule; }
  } expect;
  SimulatedDisk disk;
  ManualHost host(disk);
  void* object = nullptr;
  const sdk::Status made = barnabas_plugin.create(host, {}, object);
  ASSERT_TRUE(made.ok()) << std::string(made.message());
  check_interceptor(*static_cast<sdk::Interceptor*>(object), expect);
  barnabas_plugin.destroy(object);
}

}  // namespace barnabas::testing

#define BARNABAS_INTERCEPTOR_CONFORMANCE(name) \
  TEST(InterceptorConformance, name) { ::barnabas::testing::expect_interceptor_rules(); }
