// Who may read each topic of a group, in the order in which Kafka deals. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace barnabas::assignor {

// Members by which Kafka's range and round robin go: static ones by instance id, then the others by member id. A member that comes back
// under another id has its old place.
inline std::vector<std::int32_t> static_first(const sdk::AssignorGroup& group) {
  std::vector<std::int32_t> order(group.member_count);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
  const auto dynamic = std::stable_partition(order.begin(), order.end(), [&](std::int32_t m) { return group.members[m].is_static; });
  std::sort(order.begin(), dynamic, [&](std::int32_t a, std::int32_t b) {
    return std::string_view(group.members[a].instance_id) < std::string_view(group.members[b].instance_id);
  });
  return order;
}

class Subscribers {
 public:
  Subscribers(const sdk::AssignorGroup& group, const std::vector<std::int32_t>& order) : begin_(group.topic_count + 1) {
    for (std::size_t m = 0; m < group.member_count; ++m)
      for (std::size_t i = 0; i < group.members[m].topic_count; ++i) ++begin_[static_cast<std::size_t>(group.members[m].topics[i]) + 1];
    for (std::size_t t = 0; t < group.topic_count; ++t) begin_[t + 1] += begin_[t];
    members_.resize(begin_.back());
    std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
    for (const std::int32_t m : order)
      for (std::size_t i = 0; i < group.members[m].topic_count; ++i)
        members_[next[static_cast<std::size_t>(group.members[m].topics[i])]++] = m;
  }

  std::span<const std::int32_t> of(std::size_t topic) const { return {members_.data() + begin_[topic], begin_[topic + 1] - begin_[topic]}; }

 private:
  std::vector<std::size_t> begin_;
  std::vector<std::int32_t> members_;
};

}  // namespace barnabas::assignor
