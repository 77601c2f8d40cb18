// Who has each partition of a group, one entry for each partition of each topic. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>

#include <algorithm>
#include <vector>

namespace barnabas::assignor {

inline constexpr std::int32_t kNobody = -1;

class Owners {
 public:
  explicit Owners(const sdk::AssignorGroup& group) : begin_(group.topic_count + 1) {
    for (std::size_t t = 0; t < group.topic_count; ++t)
      begin_[t + 1] = begin_[t] + static_cast<std::size_t>(std::max(group.topics[t].partition_count, 0));
    owners_.assign(begin_.back(), kNobody);
  }

  // What members say that they own, as far as they may keep it: the partition is there and they are still subscribed to its topic. Where
  // two say so, it is the one of the higher generation; in the same generation neither is believed.
  static Owners of_the_past(const sdk::AssignorGroup& group) {
    Owners owners(group);
    std::vector<std::int32_t> told(owners.owners_.size(), -1);  // who said so last, to know the generation of a claim that was dropped
    for (std::size_t m = 0; m < group.member_count; ++m) {
      const sdk::AssignorMember& member = group.members[m];
      std::size_t subscribed = 0;
      for (std::size_t i = 0; i < member.owned_count; ++i) {
        const sdk::AssignorPartition& at = member.owned[i];
        while (subscribed < member.topic_count && member.topics[subscribed] < at.topic) ++subscribed;
        if (subscribed == member.topic_count || member.topics[subscribed] != at.topic) continue;
        if (at.partition < 0 || at.partition >= owners.count(at.topic)) continue;
        std::int32_t& before = told[owners.index(at)];
        const std::int32_t generation = before < 0 ? -2 : group.members[before].generation;
        if (member.generation < generation) continue;
        owners[at] = before >= 0 && member.generation == generation ? kNobody : static_cast<std::int32_t>(m);
        before = static_cast<std::int32_t>(m);
      }
    }
    return owners;
  }

  std::int32_t& operator[](const sdk::AssignorPartition& at) { return owners_[index(at)]; }
  std::int32_t operator[](const sdk::AssignorPartition& at) const { return owners_[index(at)]; }
  std::int32_t count(std::int32_t topic) const {
    return static_cast<std::int32_t>(begin_[static_cast<std::size_t>(topic) + 1] - begin_[static_cast<std::size_t>(topic)]);
  }
  std::size_t partitions() const { return owners_.size(); }

 private:
  std::size_t index(const sdk::AssignorPartition& at) const {
    return begin_[static_cast<std::size_t>(at.topic)] + static_cast<std::size_t>(at.partition);
  }

  std::vector<std::size_t> begin_;
  std::vector<std::int32_t> owners_;
};

}  // namespace barnabas::assignor
