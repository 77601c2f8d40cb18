// Which partitions a request names more than once, in one of its topics or in several of the same name. In steps, so that a long request
// may take pieces for each: all are noted, and behind settle() each may be asked about. What it keeps is in the request's arena, and as
// large as what it was told will be noted.
#pragma once

#include <cstdint>
#include <map>
#include <memory_resource>
#include <span>
#include <string_view>

#include "kernel/base/arena.h"
#include "kernel/base/piece.h"

namespace barnabas::broker {

class RepeatedPartitions {
 public:
  RepeatedPartitions(base::Arena& arena, std::size_t partitions);
  RepeatedPartitions(const RepeatedPartitions&) = delete;
  RepeatedPartitions& operator=(const RepeatedPartitions&) = delete;

  // Its number, which is that of every topic of this name. The name must stay where it is.
  std::uint32_t number_of(std::string_view topic);
  void note(std::uint32_t topic, std::int32_t partition);
  // False: the piece is over, and it is to be called again.
  bool settle(const base::Piece& piece);
  bool contains(std::uint32_t topic, std::int32_t partition) const;

 private:
  // In order and not hashed: who knows the hash would choose names that all lead to one place.
  using Numbers = std::pmr::map<std::string_view, std::uint32_t>;

  class Memory final : public std::pmr::memory_resource {
   public:
    explicit Memory(base::Arena& arena) : arena_(arena) {}

   private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override { return arena_.allocate(bytes, alignment); }
    void do_deallocate(void*, std::size_t, std::size_t) override {}
    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

    base::Arena& arena_;
  };

  static std::uint64_t key(std::uint32_t topic, std::int32_t partition) {
    return std::uint64_t{topic} << 32 | static_cast<std::uint32_t>(partition);
  }

  Memory memory_;
  Numbers& numbers_;  // nobody destroys it: its nodes may be gone with the arena by then
  std::span<std::uint64_t> noted_;
  std::size_t count_ = 0;   // of noted_; behind settle() those that are repeated, each once
  std::size_t heaped_ = 0;  // of them, at the front
  std::size_t sorted_ = 0;  // of them, at the end
  bool in_order_ = true;    // as clients mostly name them
  bool settled_ = false;
};

}  // namespace barnabas::broker
