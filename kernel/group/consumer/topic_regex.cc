#include "kernel/group/consumer/topic_regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace barnabas::group {
namespace {

// For the compiled expression and what matching keeps of it. An expression that needs more is refused; what a topic is called never does.
constexpr std::int64_t kMaxMemoryBytes = std::int64_t{1} << 20;
// Compiling takes up to a tenth of a millisecond for each character class, and the coordinator waits for it.
constexpr std::size_t kMaxOctets = 8'192;

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemoryBytes);
  return options;
}

std::string words(const RE2& regex) {
  switch (regex.error_code()) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "it is too large";
    default:
      return regex.error();
  }
}

}  // namespace

std::optional<std::string> regex_refusal(std::string_view regex) {
  if (regex.size() > kMaxOctets)
    return "it has " + std::to_string(regex.size()) + " octets, at most " + std::to_string(kMaxOctets) + " are taken";
  const RE2 compiled({regex.data(), regex.size()}, options());
  if (compiled.ok()) return std::nullopt;
  return words(compiled);
}

std::vector<std::vector<std::string>> matching_topics(const catalog::Image& image, const std::vector<std::string>& regexes) {
  std::vector<std::unique_ptr<RE2>> compiled;
  for (const std::string& regex : regexes) compiled.push_back(std::make_unique<RE2>(regex.size() > kMaxOctets ? "(" : regex, options()));
  std::vector<std::vector<std::string>> matches(regexes.size());
  image.each_topic([&](const catalog::Topic& topic) {
    for (std::size_t i = 0; i < compiled.size(); ++i)
      if (compiled[i]->ok() && RE2::FullMatch(topic.name, *compiled[i])) matches[i].push_back(topic.name);
  });
  for (auto& names : matches) std::ranges::sort(names);
  return matches;
}

}  // namespace barnabas::group
