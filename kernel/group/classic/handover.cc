// How a classic group becomes a consumer group, and a consumer group a classic one.
#include <utility>

#include "kernel/group/classic/classic_group.h"

namespace barnabas::group {

ClassicHandover ClassicGroup::handover() const {
  ClassicHandover all;
  all.generation = generation_;
  for (const auto& [id, member] : members_)
    all.members.push_back({id, member->instance_id, member->client, member->session_timeout_ms, member->rebalance_timeout_ms,
                           member->protocols, member->assignment});
  return all;
}

void ClassicGroup::retire() {
  for (auto& [id, member] : members_) {
    if (member->joining()) refuse(std::exchange(member->on_joined, nullptr), ErrorCode::kRebalanceInProgress, id);
    answer_sync(*member, ErrorCode::kRebalanceInProgress);
    member->session.clear();
  }
  pending_.clear();
  join_alarm_.clear();
  sync_alarm_.clear();
}

StoredRecord ClassicGroup::adopt(const ClassicHandover& from) {
  generation_ = from.generation;
  for (const ClassicHandover::Member& each : from.members) {
    JoinRequest as_joined;
    as_joined.protocol_type = "consumer";
    as_joined.instance_id = each.instance_id;
    as_joined.client = each.client;
    as_joined.session_timeout_ms = each.session_timeout_ms;
    as_joined.rebalance_timeout_ms = each.rebalance_timeout_ms;
    as_joined.protocols = each.protocols;
    Member& member = add(as_joined, each.id);
    member.assignment = each.assignment;
    recount_bytes(member);
    touch(member);
  }
  protocol_type_ = "consumer";
  protocol_ = vote();
  set_state(State::kStable);
  read_subscriptions();
  stored_ = true;
  StoredRecord stored = record(nullptr);
  rebalance(cause(CauseKind::kConverted, nullptr, "to the classic protocol: no other member is left"));
  return stored;
}

}  // namespace barnabas::group
