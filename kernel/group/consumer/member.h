// A member of a consumer group. What is stored of it is immutable and replaced as a whole, so that a change can be taken back. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/group/consumer/reconcile.h"
#include "kernel/group/consumer/records.h"
#include "kernel/group/deadlines.h"

namespace barnabas::group {

struct ConsumerMember;

// Whom the alarms of members tell.
class ConsumerAlarms {
 public:
  virtual void session_ended(ConsumerMember& member) = 0;
  virtual void took_too_long(ConsumerMember& member) = 0;

 protected:
  ~ConsumerAlarms() = default;
};

struct ConsumerMember final : Alarm::Owner {
  ConsumerMember(Deadlines& deadlines, ConsumerAlarms& alarms, std::string member_id)
      : owner(alarms), id(std::move(member_id)), session(deadlines, *this), patience(deadlines, *this) {}
  void on_alarm(Alarm& alarm) override {
    if (&alarm == &session) return owner.session_ended(*this);
    owner.took_too_long(*this);
  }

  bool is_static() const { return metadata->instance_id.has_value(); }
  bool is_classic() const { return metadata->classic.has_value(); }

  ConsumerAlarms& owner;
  const std::string id;
  // Never null.
  std::shared_ptr<const ConsumerGroupMemberMetadata> metadata = no_metadata();
  std::shared_ptr<const MemberAssignment> current = no_assignment();
  std::shared_ptr<const Partitions> target = no_partitions();
  std::uint64_t requests = 0;  // heard so far: one that waited while a later one came is of no use any more
  Alarm session;
  Alarm patience;  // for it to give up partitions, or, in the classic protocol, to join or sync

  static const std::shared_ptr<const ConsumerGroupMemberMetadata>& no_metadata();
  static const std::shared_ptr<const MemberAssignment>& no_assignment();
  static const std::shared_ptr<const Partitions>& no_partitions();
};

}  // namespace barnabas::group
