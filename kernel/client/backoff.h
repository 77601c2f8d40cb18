// How long to wait before the next try: twice as long after each failure in a row, up to a bound. Times are the caller's, in ms. [one
// thread]
#pragma once

#include <algorithm>
#include <cstdint>

namespace barnabas::client {

class Backoff {
 public:
  Backoff(std::int64_t first_ms, std::int64_t longest_ms) : first_ms_(first_ms), longest_ms_(longest_ms) {}

  void failed(std::int64_t now_ms) {
    const std::int64_t factor = std::int64_t{1} << std::min(failures_in_row_++, 20);
    not_before_ms_ = now_ms + std::min(first_ms_ * factor, longest_ms_);
  }
  // What has to be waited for already still is.
  void succeeded() { failures_in_row_ = 0; }
  std::int64_t not_before_ms() const { return not_before_ms_; }

 private:
  std::int64_t first_ms_;
  std::int64_t longest_ms_;
  std::int64_t not_before_ms_ = 0;
  std::int32_t failures_in_row_ = 0;
};

}  // namespace barnabas::client
