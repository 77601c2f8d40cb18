// What a retention could not do in a round. A directory that is offline fails for every partition in it, round after round: a reason is
// told once, with the first partition and the count of the others, and again only after a round without it. One thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

class RetentionFailures {
 public:
  void note(std::string_view partition, std::string_view reason);
  // What there is to tell of this round; the next one begins.
  std::vector<std::string> end_round();

 private:
  struct Failure {
    std::string partition;  // the first
    std::size_t others = 0;
  };

  std::map<std::string, Failure, std::less<>> noted_;  // by reason
  std::set<std::string> before_;                       // the reasons of the round before
};

}  // namespace barnabas::broker
