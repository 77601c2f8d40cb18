// The side of the child process: tells its parent which rule is tried and what came of it, a line each. One thread.
#pragma once

#include <barnabas/testing/rule_sink.h>

#include <set>
#include <string>

namespace barnabas::tools {

// What a line begins with; the rest of it is the rule, or why it is broken.
inline constexpr char kRuleBegins = 'B';
inline constexpr char kRuleEnds = 'E';

class RuleTeller final : public testing::RuleSink {
 public:
  // `done`: rules that an earlier child told of, or died in.
  RuleTeller(int channel, const std::set<std::string>& done) : channel_(channel), done_(done) {}

  bool begin(std::string_view rule) override;
  void report(std::string_view rule, const std::string& why) override;

 private:
  void tell(char what, std::string_view text);

  int channel_;
  const std::set<std::string>& done_;
  bool is_open_ = false;
};

}  // namespace barnabas::tools
