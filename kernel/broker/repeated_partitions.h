// Which partitions a request names more than once, in one of its topics or in several of the same name. In two steps, so that a long
// request may take pieces for each: all are noted, and behind settle() each may be asked about. What it keeps is in the request's arena,
// and as large as what it was told will be noted.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/arena.h"

namespace barnabas::broker {

class RepeatedPartitions {
 public:
  RepeatedPartitions(base::Arena& arena, std::size_t topics, std::size_t partitions);

  // Its number, which is that of every topic of this name. The name must stay where it is.
  std::uint32_t number_of(std::string_view topic);
  void note(std::uint32_t topic, std::int32_t partition) { noted_[count_++] = key(topic, partition); }
  void settle();
  bool contains(std::uint32_t topic, std::int32_t partition) const;

 private:
  static std::uint64_t key(std::uint32_t topic, std::int32_t partition) {
    return std::uint64_t{topic} << 32 | static_cast<std::uint32_t>(partition);
  }

  std::span<std::string_view> names_;  // by number
  std::span<std::uint32_t> slots_;     // one more than the number of the topic whose name led here; 0: free
  std::span<std::uint64_t> noted_;
  std::uint32_t topics_ = 0;
  std::size_t count_ = 0;  // of noted_; behind settle() those that are repeated, each once
};

}  // namespace barnabas::broker
