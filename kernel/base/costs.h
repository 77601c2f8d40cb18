// Whether somebody is taken for one that costs much: after two things that did, with at most one between them that did not. One alone may
// have been the machine's doing, and who does a little between does not hide the rest. One thread at a time.
#pragma once

#include <algorithm>

namespace barnabas::base {

class Costs {
 public:
  void note(bool was_high) { score_ = std::clamp(score_ + (was_high ? 2 : -1), 0, 4); }
  bool are_high() const { return score_ >= 3; }

 private:
  int score_ = 0;
};

}  // namespace barnabas::base
