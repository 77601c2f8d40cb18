#include "assignor/uniform/unequal_subscriptions.h"

#include <algorithm>
#include <queue>
#include <vector>

#include "assignor/owners.h"
#include "assignor/subscribers.h"

namespace barnabas::assignor {
namespace {

// Each round brings all topics nearer to balance; two or three are enough as a rule, and an odd group does not hold up the coordinator.
constexpr int kMostRounds = 16;

class UnequalShares {
 public:
  explicit UnequalShares(const sdk::AssignorGroup& group)
      : owners_(Owners::of_the_past(group)),
        subscribers_(group, by_index(group.member_count)),
        load_(group.member_count),
        has_(group.member_count) {
    for (std::size_t t = 0; t < group.topic_count; ++t)
      if (!subscribers_.of(t).empty() && group.topics[t].partition_count > 0) topics_.push_back(static_cast<std::int32_t>(t));
    // Topics that weigh most on their readers first, because the light ones can even out what those leave.
    std::stable_sort(topics_.begin(), topics_.end(), [&](std::int32_t a, std::int32_t b) {
      const double weight_a = weight(a), weight_b = weight(b);
      return weight_a != weight_b ? weight_a > weight_b : readers(a).size() < readers(b).size();
    });
  }

  void assign(sdk::AssignorSink& sink) {
    for (const std::int32_t topic : topics_)
      for (std::int32_t p = 0; p < owners_.count(topic); ++p)
        if (const std::int32_t owner = owners_[{topic, p}]; owner != kNobody) ++load_[static_cast<std::size_t>(owner)];
    for (const std::int32_t topic : topics_) deal(topic);
    bool moved = true;
    for (int round = 0; moved && round < kMostRounds; ++round) {
      moved = false;
      for (const std::int32_t topic : topics_) moved |= balance(topic);
    }
    for (const std::int32_t topic : topics_)
      for (std::int32_t p = 0; p < owners_.count(topic); ++p) sink.assign(static_cast<std::size_t>(owners_[{topic, p}]), {topic, p});
  }

 private:
  using Loaded = std::pair<std::size_t, std::int32_t>;  // how much, who
  using LeastFirst = std::priority_queue<Loaded, std::vector<Loaded>, std::greater<>>;

  static std::vector<std::int32_t> by_index(std::size_t count) {
    std::vector<std::int32_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::int32_t>(i);
    return order;
  }
  std::span<const std::int32_t> readers(std::int32_t topic) const { return subscribers_.of(static_cast<std::size_t>(topic)); }
  double weight(std::int32_t topic) const { return owners_.count(topic) / static_cast<double>(readers(topic).size()); }
  std::size_t& load(std::int32_t member) { return load_[static_cast<std::size_t>(member)]; }

  std::vector<std::int32_t>& partitions_of(std::int32_t member) { return has_[static_cast<std::size_t>(member)]; }

  LeastFirst least_first(std::int32_t topic) {
    std::vector<Loaded> all;
    for (const std::int32_t member : readers(topic)) all.push_back({load(member), member});
    return LeastFirst({}, std::move(all));
  }

  void deal(std::int32_t topic) {
    LeastFirst least = least_first(topic);
    for (std::int32_t p = 0; p < owners_.count(topic); ++p) {
      if (owners_[{topic, p}] != kNobody) continue;
      const auto [had, member] = least.top();
      least.pop();
      owners_[{topic, p}] = member;
      load(member) = had + 1;
      least.push({had + 1, member});
    }
  }

  // Whether something moved.
  bool balance(std::int32_t topic) {
    const auto all = readers(topic);
    if (all.size() < 2) return false;
    LeastFirst least = least_first(topic);
    for (const std::int32_t member : all) partitions_of(member).clear();
    for (std::int32_t p = 0; p < owners_.count(topic); ++p) partitions_of(owners_[{topic, p}]).push_back(p);
    std::priority_queue<Loaded> most;
    for (const std::int32_t member : all)
      if (!partitions_of(member).empty()) most.push({load(member), member});
    bool moved = false;
    while (!most.empty()) {
      const auto [much, from] = most.top();
      const auto [little, to] = least.top();
      if (little != load(to)) {  // it has got poorer since it was put there
        least.pop();
        least.push({load(to), to});
        continue;
      }
      if (much < little + 2) break;
      most.pop();
      least.pop();
      std::vector<std::int32_t>& partitions = partitions_of(from);
      owners_[{topic, partitions.back()}] = to;
      partitions.pop_back();
      moved = true;
      load(from) = much - 1;
      load(to) = little + 1;
      if (!partitions.empty()) most.push({much - 1, from});
      least.push({little + 1, to});
    }
    return moved;
  }

  Owners owners_;
  const Subscribers subscribers_;
  std::vector<std::size_t> load_;               // partitions of each member
  std::vector<std::vector<std::int32_t>> has_;  // of the topic that is being balanced
  std::vector<std::int32_t> topics_;            // those with readers and partitions
};

}  // namespace

void assign_unequal(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) { UnequalShares(group).assign(sink); }

}  // namespace barnabas::assignor
