// What is wrong with a configuration, each finding with its place; a reader collects them all before it gives up.
//
// Plain values; one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::config {

// Where a value was said. An empty file means a default of ours; line 0 means a place without lines, such as "--override".
struct Position {
  std::string file;
  int line = 0;  // from 1
  int column = 0;

  bool is_default() const { return file.empty(); }
  friend bool operator==(const Position&, const Position&) = default;
};
std::string to_string(const Position& at);  // "conf/single.yaml:3:5", "--override", "default"

enum class Severity { kWarning, kError };

struct Finding {
  Severity severity = Severity::kError;
  Position at;
  std::string message;  // one sentence; never holds a secret
};
std::string to_string(const Finding& finding);  // "conf/single.yaml:3:5: error: …"

class Findings {
 public:
  void error(const Position& at, std::string message) { add(Severity::kError, at, std::move(message)); }
  void warn(const Position& at, std::string message) { add(Severity::kWarning, at, std::move(message)); }
  // A value that came from outside and may be a secret, wherever in the file it is used: in what is found from now on *** takes its place.
  // Not so one of less than four octets, which would be found in any word.
  void hide(const std::string& value);

  bool has_errors() const;
  const std::vector<Finding>& all() const { return all_; }
  std::string text() const;  // a line for each, in the order of file, line and column

 private:
  void add(Severity severity, const Position& at, std::string message);

  std::vector<Finding> all_;
  std::vector<std::string> hidden_;
};

// The word of `known` that `word` was probably meant to be, or "" when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);
// " (did you mean 'x'?)", or "" when nothing is near: for the end of a sentence.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

// "a, b or c"; for sentences that list what would be right. With "and": what there is.
std::string listed(const std::vector<std::string>& words, std::string_view last = "or");

}  // namespace barnabas::config
