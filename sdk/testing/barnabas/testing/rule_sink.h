// Where a conformance kit reports: one call for each rule. Kits need no test framework; whoever runs one decides what a broken rule means.
#pragma once

#include <string>
#include <string_view>

namespace barnabas::testing {

class RuleSink {
 public:
  // `why` is empty where the rule holds.
  virtual void report(std::string_view rule, const std::string& why) = 0;

 protected:
  ~RuleSink() = default;
};

}  // namespace barnabas::testing
