// One connection's part in the load of its loop, held from accept or connect to the end, so that listeners can even out the loops. Any
// thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace barnabas::io {

class LoadShare {
 public:
  explicit LoadShare(std::atomic<std::size_t>& load) : load_(&load) { load.fetch_add(1, std::memory_order_relaxed); }
  LoadShare(LoadShare&& other) noexcept : load_(std::exchange(other.load_, nullptr)) {}
  LoadShare& operator=(LoadShare&&) = delete;
  ~LoadShare() {
    if (load_ != nullptr) load_->fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::size_t>* load_;
};

}  // namespace barnabas::io
