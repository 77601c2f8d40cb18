#include "assignor/uniform/equal_subscriptions.h"

#include <algorithm>
#include <vector>

#include "assignor/owners.h"

namespace barnabas::assignor {
namespace {

class EqualShares {
 public:
  EqualShares(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) : group_(group), sink_(sink), past_(Owners::of_the_past(group)) {
    std::size_t all = 0;
    const sdk::AssignorMember& any = group.members[0];
    for (std::size_t i = 0; i < any.topic_count; ++i)
      for (std::int32_t p = 0; p < past_.count(any.topics[i]); ++p, ++all)
        if (past_[{any.topics[i], p}] == kNobody) free_.push_back({any.topics[i], p});
    share_ = all / group.member_count;
    larger_left_ = all % group.member_count;
  }

  void assign() {
    // First come, first served: a member that had one more than the share goes on with it while there are larger shares left.
    for (std::size_t m = 0; m < group_.member_count; ++m) keep(m);
    // The larger shares that are still there are of the last ones; that it is those is Kafka's choice.
    std::size_t next = 0;
    for (std::size_t i = 0; i < unfilled_.size(); ++i) {
      const Unfilled& member = unfilled_[i];
      std::size_t room = share_ - member.has + (unfilled_.size() - i <= larger_left_ ? 1 : 0);
      for (; room > 0 && next < free_.size(); --room) sink_.assign(member.index, free_[next++]);
    }
  }

 private:
  struct Unfilled {
    std::size_t index;
    std::size_t has;
  };

  void keep(std::size_t m) {
    const std::size_t most = share_ + (larger_left_ > 0 ? 1 : 0);
    std::size_t has = 0;
    const sdk::AssignorMember& member = group_.members[m];
    for (std::size_t i = 0; i < member.owned_count; ++i) {
      const sdk::AssignorPartition& at = member.owned[i];
      if (!is_its_own(m, at)) continue;
      if (has < most) {
        sink_.assign(m, at);
        ++has;
      } else {
        free_.push_back(at);
      }
    }
    if (has > share_)
      --larger_left_;
    else
      unfilled_.push_back({m, has});
  }

  bool is_its_own(std::size_t m, const sdk::AssignorPartition& at) const {
    if (at.topic < 0 || static_cast<std::size_t>(at.topic) >= group_.topic_count) return false;
    return at.partition >= 0 && at.partition < past_.count(at.topic) && past_[at] == static_cast<std::int32_t>(m);
  }

  const sdk::AssignorGroup& group_;
  sdk::AssignorSink& sink_;
  const Owners past_;
  std::size_t share_ = 0;
  std::size_t larger_left_ = 0;  // members that get one more
  std::vector<sdk::AssignorPartition> free_;
  std::vector<Unfilled> unfilled_;
};

}  // namespace

bool subscriptions_are_equal(const sdk::AssignorGroup& group) {
  const auto topics = [](const sdk::AssignorMember& member) { return std::pair(member.topics, member.topics + member.topic_count); };
  for (std::size_t m = 1; m < group.member_count; ++m) {
    const auto [first, first_end] = topics(group.members[0]);
    const auto [begin, end] = topics(group.members[m]);
    if (!std::equal(first, first_end, begin, end)) return false;
  }
  return true;
}

void assign_equal(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) { EqualShares(group, sink).assign(); }

}  // namespace barnabas::assignor
