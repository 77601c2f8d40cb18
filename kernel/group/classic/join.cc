// JoinGroup: who may join, as whom, and whether that begins a rebalance.
#include <algorithm>
#include <utility>

#include "kernel/group/classic/classic_group.h"

namespace barnabas::group {

void ClassicGroup::join(JoinRequest request, JoinReplyTo reply) {
  if (slot_.dead) return refuse(reply, ErrorCode::kCoordinatorNotAvailable, request.member_id);
  if (!accepts(request.member_id)) {
    if (Member* member = find(request.member_id)) remove(*member);
    erase_pending(request.member_id);
    refuse(reply, ErrorCode::kGroupMaxSizeReached, "");
    return complete_if_joined();
  }
  if (!supports(request)) return refuse(reply, ErrorCode::kInconsistentGroupProtocol, request.member_id);
  if (request.member_id.empty()) return join_new(std::move(request), std::move(reply));
  join_known(std::move(request), std::move(reply));
}

// While a rebalance is prepared it counts who waits, so that a limit that became smaller keeps the first ones.
bool ClassicGroup::accepts(std::string_view member_id) const {
  const auto max = static_cast<std::size_t>(slot_.context().settings.max_size);
  const Member* member = find(member_id);
  switch (state_) {
    case State::kEmpty:
      return true;
    case State::kPreparing:
      return (member != nullptr && member->joining()) || joining_ < max;
    case State::kCompleting:
    case State::kStable:
      return member != nullptr || members_.size() < max;
  }
  return false;
}

bool ClassicGroup::supports(const JoinRequest& request) const {
  if (members_.empty()) return !request.protocol_type.empty() && !request.protocols.empty();
  if (request.protocol_type != protocol_type_) return false;
  return std::ranges::any_of(request.protocols, [&](const JoinRequest::Protocol& protocol) {
    const auto count = protocol_counts_.find(protocol.name);
    return count != protocol_counts_.end() && count->second == members_.size();
  });
}

void ClassicGroup::refuse(const JoinReplyTo& reply, ErrorCode error, std::string member_id) const {
  JoinReply refusal;
  refusal.error = error;
  refusal.member_id = std::move(member_id);
  slot_.context().answer(reply, std::move(refusal));
}

void ClassicGroup::join_new(JoinRequest request, JoinReplyTo reply) {
  if (request.instance_id) {
    const auto holder = instances_.find(*request.instance_id);
    if (holder != instances_.end()) return join_static_again(*find(holder->second), std::move(request), std::move(reply));
    return add_joining(request, fresh_id(*request.instance_id), std::move(reply));
  }
  std::string id = fresh_id(request.client.id);
  if (request.version < 4) return add_joining(request, std::move(id), std::move(reply));
  auto pending = std::make_unique<PendingMember>(context().deadlines, *this, id);
  if (!has_room(pending->bytes())) return refuse(reply, ErrorCode::kGroupMaxSizeReached, "");
  bytes_ += pending->bytes();
  pending->session.set(steady_ms() + request.session_timeout_ms);
  pending_.emplace(id, std::move(pending));
  refuse(reply, ErrorCode::kMemberIdRequired, std::move(id));
}

void ClassicGroup::join_known(JoinRequest request, JoinReplyTo reply) {
  if (!request.instance_id && pending_.contains(request.member_id)) {
    erase_pending(request.member_id);
    return add_joining(request, request.member_id, std::move(reply));
  }
  const ErrorCode error = check_member(request.member_id, request.instance_id);
  if (error != ErrorCode::kNone) return refuse(reply, error, request.member_id);
  Member& member = *find(request.member_id);
  const bool changed = member.protocols != request.protocols;
  const bool leads = leader_ == member.id;
  switch (state_) {
    case State::kEmpty:
      return refuse(reply, ErrorCode::kUnknownMemberId, request.member_id);
    case State::kPreparing:
      return update_joining(member, request, std::move(reply), CauseKind::kMetadataChanged, {});
    case State::kCompleting:
      // It has not heard the answer, or has something else to say.
      if (!changed) return context().answer(std::move(reply), present(member, leads));
      return update_joining(member, request, std::move(reply), CauseKind::kMetadataChanged, request.reason);
    case State::kStable:
      // The leader may see what the group does not: partitions of a topic that became more, say.
      if (!changed && !leads) return context().answer(std::move(reply), present(member, false));
      return update_joining(member, request, std::move(reply), changed ? CauseKind::kMetadataChanged : CauseKind::kLeaderRejoined,
                            request.reason);
  }
}

void ClassicGroup::add_joining(const JoinRequest& request, std::string id, JoinReplyTo reply) {
  std::size_t bytes = 128 + id.size();
  for (const JoinRequest::Protocol& protocol : request.protocols) bytes += 64 + protocol.name.size() + protocol.metadata.size();
  if (!has_room(bytes)) {
    refuse(reply, ErrorCode::kGroupMaxSizeReached, "");
    return complete_if_joined();
  }
  Member& member = add(request, std::move(id));
  member.is_new = true;
  if (state_ == State::kPreparing && initial_) member_added_ = true;
  wait_for_join(member, std::move(reply));
  // It does not know its id yet and cannot send heartbeats, nor is it seen whether its connection is still there.
  member.session.set(steady_ms() + context().settings.new_member_join_timeout_ms);
  rebalance(cause(CauseKind::kMemberJoined, &member, request.reason));
}

void ClassicGroup::update_joining(Member& member, const JoinRequest& request, JoinReplyTo reply, CauseKind kind, std::string reason) {
  std::size_t bytes = 0;
  for (const JoinRequest::Protocol& protocol : request.protocols) bytes += 64 + protocol.name.size() + protocol.metadata.size();
  if (!has_room(bytes)) return refuse(reply, ErrorCode::kGroupMaxSizeReached, "");
  update(member, request);
  wait_for_join(member, std::move(reply));
  // Members that follow a rebalance are not what causes it.
  if (state_ == State::kPreparing) return complete_if_joined();
  rebalance(cause(kind, &member, std::move(reason)));
}

void ClassicGroup::wait_for_join(Member& member, JoinReplyTo reply) {
  if (member.joining()) {
    // It asked again, elsewhere: nobody listens to the first answer, but one is owed.
    refuse(std::exchange(member.on_joined, nullptr), ErrorCode::kRebalanceInProgress, member.id);
    --joining_;
  }
  if (!reply) reply = [](const JoinReply&) {};
  member.on_joined = std::move(reply);
  ++joining_;
}

JoinReply ClassicGroup::present(const Member& member, bool with_members) const {
  JoinReply reply;
  reply.generation = generation_;
  reply.protocol_type = protocol_type_;
  reply.protocol = protocol_;
  reply.leader = leader_.value_or("");
  reply.member_id = member.id;
  if (with_members) reply.members = member_list();
  return reply;
}

std::vector<JoinReply::Member> ClassicGroup::member_list() const {
  std::vector<JoinReply::Member> all;
  all.reserve(members_.size());
  for (const auto& [id, member] : members_)
    all.push_back({id, member->instance_id, std::string(member->metadata_of(protocol_.value_or("")))});
  return all;
}

}  // namespace barnabas::group
