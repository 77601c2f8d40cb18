// How long the requests of one connection keep its loop busy, each in one piece or in several. On the loop.
#pragma once

#include <cstdint>

#include "kernel/base/costs.h"
#include "kernel/base/interruptions.h"
#include "kernel/node/turns.h"

namespace barnabas::node {

class RequestCosts {
 public:
  void begin(std::int64_t now_ns) { from_ns_ = now_ns; }
  // A piece is done and others are left, which begin later.
  void pause(std::int64_t now_ns) {
    before_ns_ += took_ns(now_ns);
    ++pieces_;
  }
  void end(std::int64_t now_ns) {
    costs_.note(before_ns_ + took_ns(now_ns) >= Turns::kLongNs);
    before_ns_ = 0;
    pieces_ = 0;
  }

  std::int64_t spent_ns(std::int64_t now_ns) const { return now_ns - from_ns_; }  // since it began, or its piece
  int pieces() const { return pieces_; }                                          // that are done
  bool are_high() const { return costs_.are_high(); }

 private:
  // Nothing where the system interrupted it: a short request does not become a long one by that.
  std::int64_t took_ns(std::int64_t now_ns) const {
    return spent_ns(now_ns) >= Turns::kLongNs && base::was_interrupted(from_ns_, now_ns) ? 0 : spent_ns(now_ns);
  }

  base::Costs costs_;
  std::int64_t from_ns_ = 0;
  std::int64_t before_ns_ = 0;  // by the pieces that are done
  int pieces_ = 0;
};

}  // namespace barnabas::node
