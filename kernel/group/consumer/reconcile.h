// How a member comes from what it has to what it shall have: it gives up first, others may take then, and nobody ever has what another one
// still has.
//
// STABLE: it has what its epoch's target says. UNREVOKED_PARTITIONS: it was asked to give some up and has not said that it did; it stays in
// its epoch. UNRELEASED_PARTITIONS: it is in the target's epoch, but others still have some of what it shall get. Pure. [any thread]
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/group/consumer/partitions.h"
#include "kernel/group/consumer/records.h"

namespace barnabas::group {

struct MemberAssignment {
  std::int32_t epoch = 0;  // -2: a static member that left for now
  std::int32_t previous_epoch = 0;
  MemberState state = MemberState::kStable;
  Partitions assigned;
  std::vector<std::int32_t> assigned_since;  // in which epoch it got each of them
  Partitions revoking;
  std::vector<std::int32_t> revoking_since;

  friend bool operator==(const MemberAssignment&, const MemberAssignment&) = default;
};

MemberAssignment assignment_of(const ConsumerGroupCurrentMember& stored);
ConsumerGroupCurrentMember stored_of(const MemberAssignment& assignment);

// What a reconciliation asks of the group.
class ReconcileView {
 public:
  // The member's subscription covers the topic, or it is not known what topic that is.
  virtual bool is_subscribed(const Uuid& topic_id) const = 0;
  // Somebody has it, or has not yet given it up.
  virtual bool is_held(const TopicPartition& partition) const = 0;

 protected:
  ~ReconcileView() = default;
};

struct ReconcileTarget {
  std::int32_t epoch = 0;
  const Partitions& partitions;
};

// Nothing: the member stays as it is. `owned` is what it says it has; null: it did not say. `resubscribed`: it just said another
// subscription.
std::optional<MemberAssignment> reconcile(const MemberAssignment& now, const ReconcileTarget& target,
                                          const std::vector<TopicPartitions>* owned, bool resubscribed, const ReconcileView& view);

// A later version's state: the member must come without anything and begin again.
bool must_begin_again(const MemberAssignment& now, const std::vector<TopicPartitions>* owned);

}  // namespace barnabas::group
