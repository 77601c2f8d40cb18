// What the answers of one loop's connections hold of its memory until their peers take them. Files' octets and what a storage lends are
// not counted: the first are no memory, the second has a limit of its storage's own. Everything on the loop.
#pragma once

#include <cstdint>

namespace barnabas::node {

class AnswerMemory {
 public:
  explicit AnswerMemory(std::uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  void change(std::uint64_t from, std::uint64_t to) { used_bytes_ += to - from; }
  std::uint64_t used_bytes() const { return used_bytes_; }
  // From here on who has an answer to take gets no further one made.
  bool is_short() const { return used_bytes_ > limit_bytes_ / 2; }
  // From here on those who have been behind for longest lose their connections, until it is relieved.
  bool is_used_up() const { return used_bytes_ > limit_bytes_; }
  bool is_relieved() const { return used_bytes_ <= limit_bytes_ / 4 * 3; }

 private:
  const std::uint64_t limit_bytes_;
  std::uint64_t used_bytes_ = 0;
};

}  // namespace barnabas::node
