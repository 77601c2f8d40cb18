#include "kernel/group/consumer/reconcile.h"

#include <algorithm>
#include <utility>

namespace barnabas::group {
namespace {

struct Held {
  Partitions partitions;
  std::vector<std::int32_t> since;

  void add(const TopicPartition& partition, std::int32_t epoch) {
    partitions.push_back(partition);
    since.push_back(epoch);
  }
};

bool still_has(const Partitions& revoking, const std::vector<TopicPartitions>* owned) {
  return owned == nullptr || any_of_them_in(*owned, revoking);
}

// As long as it stays in an epoch it may not have heard of it.
void move_epoch(MemberAssignment& next, std::int32_t epoch) {
  if (epoch == next.epoch) return;
  next.previous_epoch = next.epoch;
  next.epoch = epoch;
}

void set_assigned(MemberAssignment& next, Held held) {
  next.assigned = std::move(held.partitions);
  next.assigned_since = std::move(held.since);
}

void set_revoking(MemberAssignment& next, Held held) {
  next.revoking = std::move(held.partitions);
  next.revoking_since = std::move(held.since);
}

// Topics come together: one question for each.
class Subscribed {
 public:
  explicit Subscribed(const ReconcileView& view) : view_(view) {}
  bool operator()(const Uuid& topic_id) {
    if (!asked_ || *asked_ != topic_id) {
      asked_ = topic_id;
      answer_ = view_.is_subscribed(topic_id);
    }
    return answer_;
  }

 private:
  const ReconcileView& view_;
  std::optional<Uuid> asked_;
  bool answer_ = false;
};

// Of two that have nothing in common.
Held merged(const Held& a, const Held& b) {
  Held all;
  std::size_t i = 0;
  for (std::size_t k = 0; k < b.partitions.size(); ++k) {
    for (; i < a.partitions.size() && a.partitions[i] < b.partitions[k]; ++i) all.add(a.partitions[i], a.since[i]);
    all.add(b.partitions[k], b.since[k]);
  }
  for (; i < a.partitions.size(); ++i) all.add(a.partitions[i], a.since[i]);
  return all;
}

MemberAssignment towards(const MemberAssignment& now, std::int32_t epoch, const ReconcileTarget& target,
                         const std::vector<TopicPartitions>* owned, const ReconcileView& view) {
  Subscribed subscribed(view);
  Held keep;
  Held revoke;
  Held add;
  bool unreleased = false;
  std::size_t i = 0;
  const auto take_until = [&](const TopicPartition* end) {
    for (; i < now.assigned.size() && (end == nullptr || now.assigned[i] < *end); ++i) revoke.add(now.assigned[i], now.assigned_since[i]);
  };
  for (const TopicPartition& wanted : target.partitions) {
    if (!subscribed(wanted.topic_id)) continue;
    take_until(&wanted);
    if (i < now.assigned.size() && now.assigned[i] == wanted) {
      keep.add(wanted, now.assigned_since[i++]);
    } else if (view.is_held(wanted)) {
      unreleased = true;
    } else {
      add.add(wanted, target.epoch);
    }
  }
  take_until(nullptr);

  MemberAssignment next = now;
  if (!revoke.partitions.empty() && still_has(revoke.partitions, owned)) {
    next.state = MemberState::kUnrevokedPartitions;
    move_epoch(next, epoch);
    set_assigned(next, std::move(keep));
    set_revoking(next, std::move(revoke));
    return next;
  }
  next.state = unreleased ? MemberState::kUnreleasedPartitions : MemberState::kStable;
  move_epoch(next, target.epoch);
  set_assigned(next, add.partitions.empty() ? std::move(keep) : merged(keep, add));
  set_revoking(next, {});
  return next;
}

// The target may not be of the new subscription yet: what the member has no use for any more is given up without waiting for the next one.
MemberAssignment without_unsubscribed(const MemberAssignment& now, const std::vector<TopicPartitions>* owned, const ReconcileView& view) {
  Subscribed subscribed(view);
  Held keep;
  Held dropped;
  for (std::size_t i = 0; i < now.assigned.size(); ++i) {
    if (subscribed(now.assigned[i].topic_id)) {
      keep.add(now.assigned[i], now.assigned_since[i]);
    } else {
      dropped.add(now.assigned[i], now.assigned_since[i]);
    }
  }
  if (dropped.partitions.empty()) return now;
  Held revoke = merged({now.revoking, now.revoking_since}, dropped);
  MemberAssignment next = now;
  set_assigned(next, std::move(keep));
  if (still_has(revoke.partitions, owned)) {
    next.state = MemberState::kUnrevokedPartitions;
    set_revoking(next, std::move(revoke));
  }
  return next;
}

MemberAssignment next_of(const MemberAssignment& now, const ReconcileTarget& target, const std::vector<TopicPartitions>* owned,
                         bool resubscribed, const ReconcileView& view) {
  switch (now.state) {
    case MemberState::kStable:
      if (now.epoch != target.epoch) return towards(now, now.epoch, target, owned, view);
      return resubscribed ? without_unsubscribed(now, owned, view) : now;
    case MemberState::kUnrevokedPartitions:
      if (still_has(now.revoking, owned)) return resubscribed ? without_unsubscribed(now, owned, view) : now;
      return towards(now, std::min(now.epoch + 1, std::max(now.epoch, target.epoch)), target, owned, view);
    case MemberState::kUnreleasedPartitions:
      return towards(now, now.epoch, target, owned, view);
    case MemberState::kUnknown:
      return towards(now, target.epoch, target, owned, view);
  }
  return now;
}

void store_topics(const Partitions& partitions, const std::vector<std::int32_t>& since,
                  std::vector<ConsumerGroupCurrentMember::Topic>& topics) {
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    if (topics.empty() || topics.back().topic_id != partitions[i].topic_id) topics.push_back({partitions[i].topic_id, {}, {}});
    topics.back().partitions.push_back(partitions[i].partition);
    topics.back().assignment_epochs.push_back(since[i]);
  }
}

Held held_of(const std::vector<ConsumerGroupCurrentMember::Topic>& topics, std::int32_t epoch) {
  std::vector<std::pair<TopicPartition, std::int32_t>> all;
  for (const auto& topic : topics)
    for (std::size_t i = 0; i < topic.partitions.size(); ++i)
      all.push_back({{topic.topic_id, topic.partitions[i]}, i < topic.assignment_epochs.size() ? topic.assignment_epochs[i] : epoch});
  std::ranges::sort(all);
  Held held;
  for (const auto& [partition, since] : all)
    if (held.partitions.empty() || held.partitions.back() != partition) held.add(partition, since);
  return held;
}

}  // namespace

std::optional<MemberAssignment> reconcile(const MemberAssignment& now, const ReconcileTarget& target,
                                          const std::vector<TopicPartitions>* owned, bool resubscribed, const ReconcileView& view) {
  // The way of all heartbeats of a settled member.
  if (now.state == MemberState::kStable && now.epoch == target.epoch && !resubscribed) return std::nullopt;
  MemberAssignment next = next_of(now, target, owned, resubscribed, view);
  if (next == now) return std::nullopt;
  return next;
}

bool must_begin_again(const MemberAssignment& now, const std::vector<TopicPartitions>* owned) {
  return now.state == MemberState::kUnknown && (owned == nullptr || !owned->empty());
}

MemberAssignment assignment_of(const ConsumerGroupCurrentMember& stored) {
  MemberAssignment assignment;
  assignment.epoch = stored.member_epoch;
  assignment.previous_epoch = stored.previous_member_epoch;
  assignment.state = stored.state;
  set_assigned(assignment, held_of(stored.assigned, stored.member_epoch));
  set_revoking(assignment, held_of(stored.pending_revocation, stored.member_epoch));
  return assignment;
}

ConsumerGroupCurrentMember stored_of(const MemberAssignment& assignment) {
  ConsumerGroupCurrentMember stored;
  stored.member_epoch = assignment.epoch;
  stored.previous_member_epoch = assignment.previous_epoch;
  stored.state = assignment.state;
  store_topics(assignment.assigned, assignment.assigned_since, stored.assigned);
  store_topics(assignment.revoking, assignment.revoking_since, stored.pending_revocation);
  return stored;
}

}  // namespace barnabas::group
