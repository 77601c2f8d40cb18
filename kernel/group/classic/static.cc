// Static members that come back under a new member id (KIP-345): their old id is fenced, and in a stable group nobody else notices.
#include <utility>

#include "kernel/group/classic/classic_group.h"

namespace barnabas::group {

struct ClassicGroup::Restart {
  std::string instance_id;
  std::string id;
  JoinRequest before;  // of the old id
  JoinReply reply;
};

void ClassicGroup::replace(Member& member, std::string id, ErrorCode old_waiter) {
  if (member.joining()) {
    --joining_;
    refuse(std::exchange(member.on_joined, nullptr), old_waiter, member.id);
  }
  answer_sync(member, old_waiter);
  auto node = members_.extract(member.id);
  if (leader_ == member.id) leader_ = id;
  instances_[*member.instance_id] = id;
  member.id = id;
  node.key() = std::move(id);
  members_.insert(std::move(node));
  recount_bytes(member);
}

void ClassicGroup::join_static_again(Member& member, JoinRequest request, JoinReplyTo reply) {
  std::size_t bytes = 0;
  for (const JoinRequest::Protocol& protocol : request.protocols) bytes += 64 + protocol.name.size() + protocol.metadata.size();
  if (!has_room(bytes)) return refuse(reply, ErrorCode::kGroupMaxSizeReached, "");
  Restart restart;
  restart.instance_id = *request.instance_id;
  restart.before.member_id = member.id;
  restart.before.protocols = member.protocols;
  restart.before.session_timeout_ms = member.session_timeout_ms;
  restart.before.rebalance_timeout_ms = member.rebalance_timeout_ms;
  const std::string old_leader = leader_.value_or("");
  replace(member, fresh_id(*request.instance_id), ErrorCode::kFencedInstanceId);
  restart.id = member.id;
  update(member, request);
  touch(member);
  if (state_ != State::kStable || vote() != protocol_) {
    wait_for_join(member, std::move(reply));
    if (state_ == State::kPreparing) return complete_if_joined();
    return rebalance(cause(CauseKind::kStaticReplaced, &member, request.reason));
  }
  const bool skips = request.version >= 9 && leader_ == member.id;
  restart.reply = present(member, skips);
  restart.reply.skip_assignment = skips;
  // Who cannot be told to skip must not think that it leads.
  if (request.version < 9) restart.reply.leader = old_leader;
  GroupChange change;
  change.records.push_back(record(nullptr));
  slot_.write(std::move(change), [this, alive = std::weak_ptr(alive_), shared = std::weak_ptr(slot_.shared_from_this()),
                                  restart = std::move(restart), reply = std::move(reply)](ErrorCode error, Slot*) {
    if (!alive.expired()) return restarted(restart, reply, error);
    JoinReply refusal;
    refusal.error = ErrorCode::kNotCoordinator;
    if (reply) reply(std::move(refusal));
  });
}

void ClassicGroup::restarted(const Restart& restart, const JoinReplyTo& reply, ErrorCode error) {
  const auto holder = instances_.find(restart.instance_id);
  const bool holds = holder != instances_.end() && holder->second == restart.id;
  if (error == ErrorCode::kNone) {
    if (!holds) return refuse(reply, ErrorCode::kFencedInstanceId, restart.id);
    return context().answer(reply, restart.reply);
  }
  // The store knows the old id: so does the group again, unless more has happened since.
  if (holds && state_ == State::kStable && generation_ == restart.reply.generation) {
    Member& member = *find(restart.id);
    replace(member, restart.before.member_id, ErrorCode::kFencedInstanceId);
    update(member, restart.before);
    touch(member);
  }
  refuse(reply, told_of(error), "");
}

}  // namespace barnabas::group
