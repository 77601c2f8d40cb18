// What came behind a request that is not answered yet. On its connection's loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "barnabas/sdk/bytes.h"
#include "kernel/base/give_back.h"

namespace barnabas::node {

class Backlog {
 public:
  bool empty() const { return octets_.empty(); }
  std::size_t memory_bytes() const { return octets_.size(); }  // what is served of it counts until the end of all
  std::int64_t since_ns() const { return since_ns_; }          // when it began
  // What is not served yet.
  sdk::MutableBytes rest() { return {octets_.data() + begin_, octets_.size() - begin_}; }

  // REQUIRES: empty.
  void begin(sdk::Bytes octets, std::int64_t now_ns) {
    octets_.assign(octets.begin(), octets.end());
    begin_ = 0;
    since_ns_ = now_ns;
  }
  // All before `rest` is served; `rest` is the end of rest(). It stays where it is: copied for each request, a long one would cost its
  // square.
  void served_up_to(sdk::Bytes rest) { begin_ = static_cast<std::size_t>(rest.data - octets_.data()); }
  void drop() {
    base::give_back(octets_);
    begin_ = 0;
  }

 private:
  std::vector<std::uint8_t> octets_;
  std::size_t begin_ = 0;
  std::int64_t since_ns_ = 0;
};

}  // namespace barnabas::node
