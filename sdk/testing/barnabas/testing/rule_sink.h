// Where a conformance kit reports: one call of rule() for each rule. Kits need no test framework; whoever runs one decides what a broken
// rule means.
//
//   inline void check_codec(sdk::Codec& codec, RuleSink& sink) {
//     sink.rule("it gives back what it got", [&] { return detail::gives_back(codec); });
//     …
//
// A check returns why the rule is broken, what was wrong, where, and what would be right, or an empty text. Rules do not build on each
// other: whoever runs the kit may leave some out.
#pragma once

#include <string>
#include <string_view>

namespace barnabas::testing {

class RuleSink {
 public:
  // Says that the rule is about to be tried, so that its name is known when the plugin takes the process down. False: it is left out.
  virtual bool begin([[maybe_unused]] std::string_view rule) { return true; }
  // `why` is empty where the rule holds.
  virtual void report(std::string_view rule, const std::string& why) = 0;

  template <class Check>
  void rule(std::string_view rule, Check&& check) {
    if (begin(rule)) report(rule, check());
  }

 protected:
  ~RuleSink() = default;
};

}  // namespace barnabas::testing
