#include "kernel/group/classic/classic_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace barnabas::group {
namespace {

// Member ids are Kafka's strings, which have 32767 octets at most: what makes one unique has to find room.
constexpr std::size_t kMostPrefixBytes = 32'000;

bool is_inside_character(char octet) { return (static_cast<unsigned char>(octet) & 0xc0) == 0x80; }  // of UTF-8, behind its first octet

}  // namespace

void ClassicMember::on_alarm(Alarm&) { group.session_ended(*this); }
void PendingMember::on_alarm(Alarm&) { group.pending_ended(*this); }

ClassicGroup::ClassicGroup(Slot& slot)
    : slot_(slot), join_alarm_(slot.context().deadlines, *this), sync_alarm_(slot.context().deadlines, *this) {
  state_ms_ = context().now.wall_ms;
}

std::string_view ClassicGroup::state_name() const {
  if (slot_.dead) return "Dead";
  switch (state_) {
    case State::kEmpty:
      return "Empty";
    case State::kPreparing:
      return "PreparingRebalance";
    case State::kCompleting:
      return "CompletingRebalance";
    case State::kStable:
      return "Stable";
  }
  return "";
}

ClassicGroup::Member* ClassicGroup::find(std::string_view id) const {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : found->second.get();
}

ErrorCode ClassicGroup::check_member(std::string_view id, const std::optional<std::string>& instance_id) const {
  if (instance_id) {
    const auto holder = instances_.find(*instance_id);
    if (holder == instances_.end()) return ErrorCode::kUnknownMemberId;
    if (holder->second != id) return ErrorCode::kFencedInstanceId;
  }
  return find(id) == nullptr ? ErrorCode::kUnknownMemberId : ErrorCode::kNone;
}

ClassicGroup::Member& ClassicGroup::add(const JoinRequest& request, std::string id) {
  auto made = std::make_unique<Member>(context().deadlines, *this);
  Member& member = *made;
  member.id = std::move(id);
  member.instance_id = request.instance_id;
  member.client = request.client;
  members_.emplace(member.id, std::move(made));
  if (members_.size() == 1) protocol_type_ = request.protocol_type;
  if (!leader_) leader_ = member.id;
  if (member.is_static()) instances_[*member.instance_id] = member.id;
  update(member, request);
  return member;
}

void ClassicGroup::update(Member& member, const JoinRequest& request) {
  count_protocols(member, -1);
  member.protocols = request.protocols;
  member.session_timeout_ms = request.session_timeout_ms;
  member.rebalance_timeout_ms = request.rebalance_timeout_ms < 0 ? request.session_timeout_ms : request.rebalance_timeout_ms;
  count_protocols(member, 1);
  recount_bytes(member);
}

void ClassicGroup::remove(Member& member) {
  if (member.joining()) {
    --joining_;
    refuse(std::exchange(member.on_joined, nullptr), ErrorCode::kUnknownMemberId, member.id);
  }
  answer_sync(member, ErrorCode::kUnknownMemberId);
  sync_asked(member);
  count_protocols(member, -1);
  bytes_ -= member.counted_bytes;
  if (member.is_static()) {
    const auto holder = instances_.find(*member.instance_id);
    if (holder != instances_.end() && holder->second == member.id) instances_.erase(holder);
  }
  const std::string id = member.id;
  members_.erase(id);
  if (leader_ != id) return;
  leader_.reset();
  if (!members_.empty()) leader_ = members_.begin()->first;
}

void ClassicGroup::erase_pending(std::string_view id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  bytes_ -= found->second->bytes();
  pending_.erase(found);
}

// Each once, however often a member names it.
void ClassicGroup::count_protocols(const Member& member, int change) {
  std::set<std::string_view> seen;
  for (const JoinRequest::Protocol& protocol : member.protocols) {
    if (!seen.insert(protocol.name).second) continue;
    const auto count = protocol_counts_.try_emplace(protocol.name, 0).first;
    count->second += static_cast<std::size_t>(change);
    if (count->second == 0) protocol_counts_.erase(count);
  }
}

void ClassicGroup::recount_bytes(Member& member) {
  bytes_ -= member.counted_bytes;
  member.counted_bytes = member.bytes();
  bytes_ += member.counted_bytes;
}

bool ClassicGroup::has_room(std::size_t more) const {
  const std::size_t limit = slot_.context().settings.max_group_bytes;
  return bytes_ <= limit && more <= limit - bytes_;
}

void ClassicGroup::touch(Member& member) const { member.session.set(steady_ms() + member.session_timeout_ms); }

std::int32_t ClassicGroup::rebalance_timeout_ms() const {
  std::int32_t longest = 0;
  for (const auto& [id, member] : members_) longest = std::max(longest, member->rebalance_timeout_ms);
  return longest;
}

std::string ClassicGroup::fresh_id(std::string_view prefix) const {
  std::size_t size = std::min(prefix.size(), kMostPrefixBytes);
  while (size < prefix.size() && size > 0 && is_inside_character(prefix[size])) --size;
  prefix = prefix.substr(0, size);
  const std::uint64_t high = (context().random.next() & ~std::uint64_t{0xf000}) | 0x4000;  // a random UUID, version 4
  const std::uint64_t low = (context().random.next() & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  return fmt::format("{}-{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", prefix, high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48,
                     low & 0xffff'ffff'ffff);
}

// What members offered under the chosen protocol. Whoever offers something else than a subscription makes it unknowable.
void ClassicGroup::read_subscriptions() {
  subscribed_.reset();
  if (!uses_consumer_protocol() || (!members_.empty() && !protocol_)) return;
  std::set<std::string, std::less<>> all;
  for (const auto& [id, member] : members_) {
    auto topics = subscribed_topics(member->metadata_of(*protocol_));
    if (!topics) return;
    all.insert(std::make_move_iterator(topics->begin()), std::make_move_iterator(topics->end()));
  }
  subscribed_ = std::move(all);
}

DescribeReply ClassicGroup::describe() const {
  DescribeReply reply;
  reply.state = state_name();
  reply.protocol_type = protocol_type_;
  const bool agreed = state_ == State::kStable;
  if (agreed) reply.protocol = protocol_.value_or("");
  for (const auto& [id, member] : members_) {
    DescribeReply::Member& told = reply.members.emplace_back();
    told.id = id;
    told.instance_id = member->instance_id;
    told.client = member->client;
    if (!agreed) continue;  // metadata and assignments belong to a generation
    told.metadata = member->metadata_of(reply.protocol);
    told.assignment = member->assignment;
  }
  return reply;
}

void ClassicGroup::resign() {
  for (auto& [id, member] : members_) {
    if (member->joining()) refuse(std::exchange(member->on_joined, nullptr), ErrorCode::kNotCoordinator, id);
    answer_sync(*member, ErrorCode::kNotCoordinator);
  }
}

}  // namespace barnabas::group
