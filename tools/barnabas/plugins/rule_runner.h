// Runs the rules of a kit in a child process: a plugin that crashes, hangs or ends the process breaks the rule that was being tried, and
// the others are tried by another child. One thread, and no other may run: the process forks.
#pragma once

#include <barnabas/testing/rule_sink.h>

#include <chrono>
#include <functional>
#include <string>

#include "kernel/base/result.h"

namespace barnabas::tools {

// Is told of each rule once. `why` is empty where the rule holds.
using RuleHeard = std::function<void(const std::string& rule, const std::string& why)>;

// What the child does. The first rule is what all others stand on: where it is broken, the body returns.
using RuleBody = std::function<void(testing::RuleSink&)>;

// `patience`: for one rule. An error: no child could be made. False: some rules were not tried, because the first one is broken.
Result<bool> run_rules(const RuleBody& body, std::chrono::seconds patience, const RuleHeard& heard);

}  // namespace barnabas::tools
