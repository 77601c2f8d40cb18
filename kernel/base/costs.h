// Whether somebody is taken for one that costs much: after two things that did, with at most one between them that did not. One alone may
// have been the machine's doing, and who does a little between does not hide the rest. Two that cost little make it one that does not;
// four, of somebody of whom nothing was known. One thread at a time.
#pragma once

#include <algorithm>

namespace barnabas::base {

class Costs {
 public:
  // Of whom nothing is known: high until it is seen that they are not.
  static Costs unknown() {
    Costs costs;
    costs.score_ = 6;
    return costs;
  }

  void note(bool was_high) { score_ = was_high ? std::max(score_, std::min(score_ + 2, 4)) : std::max(score_ - 1, 0); }
  bool are_high() const { return score_ >= 3; }

 private:
  int score_ = 0;
};

}  // namespace barnabas::base
