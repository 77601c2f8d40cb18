// The racks of a group as small numbers: of each member, and of the replicas of each partition. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

namespace barnabas::assignor {

inline constexpr std::int32_t kNoRack = -1;

class RackLists {
 public:
  explicit RackLists(const sdk::AssignorGroup& group) : of_topics_(group.topic_count) {
    for (std::size_t m = 0; m < group.member_count; ++m)
      of_members_.push_back(group.members[m].rack.empty() ? kNoRack : number(group.members[m].rack));
    for (std::size_t t = 0; t < group.topic_count; ++t) {
      const sdk::AssignorTopic& topic = group.topics[t];
      if (topic.racks == nullptr) continue;
      for (std::int32_t p = 0; p < topic.partition_count; ++p) {
        std::vector<std::int32_t>& racks = of_topics_[t].emplace_back();
        for (std::size_t i = 0; i < topic.racks[p].size; ++i)
          if (!topic.racks[p].data[i].empty()) racks.push_back(number(topic.racks[p].data[i]));
        std::sort(racks.begin(), racks.end());
        racks.erase(std::unique(racks.begin(), racks.end()), racks.end());
      }
    }
  }

  std::int32_t of_member(std::int32_t member) const { return of_members_[static_cast<std::size_t>(member)]; }
  // Ascending, of each partition; empty: not known.
  const std::vector<std::vector<std::int32_t>>& of_topic(std::size_t topic) const { return of_topics_[topic]; }
  std::size_t count() const { return numbers_.size(); }

 private:
  std::int32_t number(sdk::Text rack) {
    return numbers_.try_emplace(std::string_view(rack), static_cast<std::int32_t>(numbers_.size())).first->second;
  }

  std::map<std::string_view, std::int32_t> numbers_;
  std::vector<std::int32_t> of_members_;
  std::vector<std::vector<std::vector<std::int32_t>>> of_topics_;
};

}  // namespace barnabas::assignor
