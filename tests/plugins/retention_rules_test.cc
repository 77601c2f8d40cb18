// Retentions that are wrong on purpose: the kit names what is wrong.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/retention_rules.h>

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

namespace barnabas::testing {
namespace {

struct Id {
  static constexpr sdk::Text text() { return "broken"; }
};

using Visit = sdk::Status (*)(const sdk::RetentionVisit& visit, const sdk::RetainedState& state, sdk::RetainedLog& log);

template <Visit kVisit>
struct Broken {
  using Options = sdk::NoOptions;
  Broken(sdk::Host&, const Options&) {}
  sdk::Status visit(const sdk::RetentionVisit& visit, sdk::RetainedLog& log) {
    sdk::RetainedState state;
    if (sdk::Status status = log.state(state); !status.ok()) return status;
    return kVisit(visit, state, log);
  }
};

sdk::Status everything(const sdk::RetentionVisit&, const sdk::RetainedState& state, sdk::RetainedLog& log) {
  return log.delete_before(state.high_watermark);
}
sdk::Status too_much(const sdk::RetentionVisit&, const sdk::RetainedState& state, sdk::RetainedLog& log) {
  static_cast<void>(log.delete_before(state.log_end));
  return {};
}
sdk::Status bit_by_bit(const sdk::RetentionVisit&, const sdk::RetainedState& state, sdk::RetainedLog& log) {
  return state.log_start < state.high_watermark ? log.delete_before(state.log_start + 1) : sdk::Status();
}
sdk::Status silent(const sdk::RetentionVisit&, const sdk::RetainedState& state, sdk::RetainedLog& log) {
  static_cast<void>(log.delete_before(state.high_watermark));
  return {};
}
sdk::Status throwing(const sdk::RetentionVisit&, const sdk::RetainedState&, sdk::RetainedLog&) { throw std::runtime_error("no idea"); }
sdk::Status nothing(const sdk::RetentionVisit&, const sdk::RetainedState&, sdk::RetainedLog&) { return {}; }

struct Kept final : RuleSink {
  void report(std::string_view rule, const std::string& why) override { rules[std::string(rule)] = why; }
  std::map<std::string, std::string> rules;
};

template <Visit kVisit>
std::map<std::string, std::string> checked(const RetentionPromises& promises = {}) {
  ManualHost host;
  sdk::Retention::Guarded<Broken<kVisit>, Id> retention(host, {});
  Kept kept;
  check_retention(retention, promises, kept);
  return kept.rules;
}

constexpr char kUndecided[] = "what is above the high watermark stays";
constexpr char kBounds[] = "it keeps to retention.ms and retention.bytes";

TEST(RetentionRules, HarmIsCaught) {
  EXPECT_NE(checked<too_much>()[kUndecided].find("above the high watermark"), std::string::npos);
  EXPECT_NE(checked<throwing>()[kUndecided].find("it failed: plugin 'broken' threw in visit: no idea"), std::string::npos);
  EXPECT_NE(checked<bit_by_bit>()["what is given up is given up at once: the next visit finds nothing"], "");
  EXPECT_NE(checked<silent>()["a log that fails is told of"], "");
}

TEST(RetentionRules, BrokenPromisesAreCaught) {
  EXPECT_NE(checked<everything>({.by_bounds = true})[kBounds].find("without bounds"), std::string::npos);
  EXPECT_NE(checked<nothing>({.by_bounds = true})[kBounds].find("retention."), std::string::npos);
}

TEST(RetentionRules, WhatIsRightPasses) {
  for (const auto& [rule, why] : checked<everything>()) EXPECT_EQ(why, "") << rule;
  for (const auto& [rule, why] : checked<nothing>()) EXPECT_EQ(why, "") << rule;
}

}  // namespace
}  // namespace barnabas::testing
