#include "kernel/client/classic_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "kernel/base/times.h"
#include "kernel/client/group_coordinator.h"
#include "kernel/client/group_topics.h"
#include "kernel/wire/messages/11_join_group.h"
#include "kernel/wire/messages/12_heartbeat.h"
#include "kernel/wire/messages/13_leave_group.h"
#include "kernel/wire/messages/14_sync_group.h"

namespace barnabas::client {
namespace {

using wire::ErrorCode;

constexpr char kProtocolType[] = "consumer";
constexpr std::int16_t kLastOfOneMember = 2;
// More than the coordinator may wait for others before it answers.
constexpr std::int64_t kJoinLeewayMs = 5'000;

ClientSettings patient(const SessionSettings& settings) {
  ClientSettings client = settings.client;
  const std::int64_t longest_ns = base::ns_of_ms(settings.member.rebalance_timeout_ms + kJoinLeewayMs);
  client.connection.request_timeout_ns = std::max(client.connection.request_timeout_ns, longest_ns);
  return client;
}

// An answer that did not come is an answer of its own.
template <class Response>
ErrorCode error_of(const Result<Reply<Response>>& reply) {
  return reply ? reply->response.error_code : ErrorCode::kNetworkException;
}

wire::Nullable<std::string_view> nullable(const std::optional<std::string>& text) {
  wire::Nullable<std::string_view> value;
  if (text) value = std::string_view(*text);
  return value;
}

}  // namespace

ClassicSession::ClassicSession(base::Loop& loop, SessionSettings settings, Owner& owner)
    : loop_(loop),
      settings_(std::move(settings)),
      owner_(owner),
      member_(settings_.member),
      patient_(loop, patient(settings_)),
      client_(loop, settings_.client),
      timer_(loop, [this] { drive(); }),
      topics_timer_(loop, [this] { look_at_topics(); }) {}

void ClassicSession::subscribe(std::vector<std::string> topics) {
  std::sort(topics.begin(), topics.end());
  if (topics == topics_) return;
  topics_ = std::move(topics);
  topics_timer_.start(base::ns_of_ms(settings_.metadata_max_age_ms));
  member_.join_again();
  member_.join(now_ms());
  drive();
}

void ClassicSession::gave_up() {
  member_.gave_up();
  drive();
}

void ClassicSession::polled() {
  member_.polled(now_ms());
  drive();
}

void ClassicSession::leave(std::function<void()> then) {
  left_ = std::move(then);
  topics_timer_.cancel();
  member_.leave();
  drive();
  if (member_.is_away() && left_) std::exchange(left_, nullptr)();
}

void ClassicSession::drive() {
  drive_again_ = true;
  if (driving_) return;
  driving_ = true;
  while (std::exchange(drive_again_, false))
    for (Step step = member_.next(now_ms()); step != Step::kNothing; step = member_.next(now_ms())) perform(step);
  driving_ = false;
  if (const auto why = member_.failure(); why && !ended_) end(failed(*why, "the group's coordinator refused this member"));
  const std::int64_t wake_ms = member_.wake_ms();
  timer_.cancel();
  if (wake_ms != std::numeric_limits<std::int64_t>::max())
    timer_.start(std::max<std::int64_t>(wake_ms - now_ms(), 0) * 1'000'000 + 1'000'000);
}

void ClassicSession::perform(Step step) {
  switch (step) {
    case Step::kNothing:
      return;
    case Step::kFindCoordinator:
      return find_coordinator();
    case Step::kGiveUp:
      return owner_.on_give_up({}, member_.lost());
    case Step::kJoin:
      return join();
    case Step::kAssign:
      return lead();
    case Step::kSync:
      return sync();
    case Step::kHeartbeat:
      return heartbeat();
    case Step::kLeave:
      return send_leave();
  }
}

Status ClassicSession::failed(ErrorCode error, std::string_view what) const {
  return Status::invalid(
      fmt::format("{}: {}: {} ({})", settings_.member.group_id, what, wire::error_message(error), wire::error_name(error)));
}

void ClassicSession::end(const Status& why) {
  ended_ = true;
  owner_.on_ended(why);
}

void ClassicSession::find_coordinator() {
  client::find_coordinator(client_, settings_.member.group_id, [this](ErrorCode error, FoundCoordinator found) {
    if (error == ErrorCode::kNone) {
      coordinator_ = found.node_id;
      client_.know_broker(coordinator_, found.address);
      patient_.know_broker(coordinator_, std::move(found.address));
    }
    member_.found(now_ms(), error);
    drive();
  });
}

void ClassicSession::join() {
  Subscription subscription;
  subscription.topics = topics_;
  subscription.owned = owned_;
  subscription.generation = owned_generation_;
  subscription.rack = settings_.rack;
  const std::string metadata = encode_subscription(subscription);
  std::vector<wire::JoinGroupRequest::JoinGroupRequestProtocol> protocols;
  for (const NamedAssignor& assignor : settings_.assignors) {
    auto& protocol = protocols.emplace_back();
    protocol.name = assignor.name;
    protocol.metadata = sdk::Bytes(metadata);
  }
  // What the request views has to stay until it is sent, which may be after this returns.
  struct Kept {
    std::string metadata;
    std::string member_id;
    std::vector<wire::JoinGroupRequest::JoinGroupRequestProtocol> protocols;
  };
  auto kept = std::make_shared<Kept>(Kept{metadata, member_.member_id(), std::move(protocols)});
  for (auto& protocol : kept->protocols) protocol.metadata = sdk::Bytes(kept->metadata);
  wire::JoinGroupRequest request;
  request.group_id = settings_.member.group_id;
  request.session_timeout_ms = settings_.member.session_timeout_ms;
  request.rebalance_timeout_ms = settings_.member.rebalance_timeout_ms;
  request.member_id = kept->member_id;
  request.group_instance_id = nullable(settings_.member.instance_id);
  request.protocol_type = kProtocolType;
  request.protocols = kept->protocols;
  patient_.call<wire::JoinGroupResponse>(coordinator(), request, [this, kept](Result<Reply<wire::JoinGroupResponse>> reply) {
    JoinAnswer answer;
    answer.error = error_of(reply);
    if (reply) {
      const wire::JoinGroupResponse& response = reply->response;
      answer.generation = response.generation_id;
      answer.member_id = response.member_id;
      answer.leader = response.leader;
      answer.skip_assignment = response.skip_assignment;
      protocol_ = response.protocol_name.value_or("");
      readers_.clear();
      for (const auto& member : response.members) {
        GroupReader& reader = readers_.emplace_back();
        reader.member_id = member.member_id;
        if (member.group_instance_id) reader.instance_id = std::string(*member.group_instance_id);
        // Who cannot be understood gets nothing, as one who is subscribed to nothing does.
        if (auto read = decode_subscription(member.metadata)) reader.subscription = *std::move(read);
      }
    }
    member_.joined(now_ms(), std::move(answer));
    drive();
  });
}

void ClassicSession::lead() {
  read_topics(client_, names_of_all(), [this](Result<std::vector<GroupTopic>> topics) {
    if (topics)
      share(*std::move(topics));
    else
      member_.not_assigned(now_ms());
    drive();
  });
}

void ClassicSession::share(std::vector<GroupTopic> topics) {
  const auto chosen =
      std::find_if(settings_.assignors.begin(), settings_.assignors.end(), [&](const NamedAssignor& one) { return one.name == protocol_; });
  if (chosen == settings_.assignors.end())
    return end(Status::invalid(fmt::format("the group chose the assignor '{}', which was not offered", protocol_)));
  auto assignment = assign_as_leader(*chosen->assignor, chosen->name, topics, readers_);
  if (!assignment) return end(assignment.status());
  shared_ = std::move(topics);
  shares_.clear();
  for (const auto& [member, gets] : *assignment) shares_.emplace_back(member, encode_assignment(gets));
  member_.assigned();
}

void ClassicSession::sync() {
  struct Kept {
    std::string member_id;
    std::string protocol;
    std::vector<std::pair<std::string, std::string>> shares;
    std::vector<wire::SyncGroupRequest::SyncGroupRequestAssignment> assignments;
  };
  auto kept = std::make_shared<Kept>(Kept{member_.member_id(), protocol_, std::exchange(shares_, {}), {}});
  for (const auto& [member, octets] : kept->shares) {
    auto& assignment = kept->assignments.emplace_back();
    assignment.member_id = member;
    assignment.assignment = sdk::Bytes(octets);
  }
  wire::SyncGroupRequest request;
  request.group_id = settings_.member.group_id;
  request.generation_id = member_.generation();
  request.member_id = kept->member_id;
  request.group_instance_id = nullable(settings_.member.instance_id);
  request.protocol_type = std::string_view(kProtocolType);
  request.protocol_name = std::string_view(kept->protocol);
  request.assignments = kept->assignments;
  patient_.call<wire::SyncGroupResponse>(coordinator(), request, [this, kept](Result<Reply<wire::SyncGroupResponse>> reply) {
    const bool stable = error_of(reply) == ErrorCode::kNone;
    member_.synced(now_ms(), error_of(reply));
    if (stable) take_assignment(reply->response.assignment);
    drive();
  });
}

void ClassicSession::take_assignment(sdk::Bytes octets) {
  auto assignment = decode_assignment(octets);
  if (!assignment)
    return end(Status::corrupt(fmt::format("the assignment of the group's leader is not readable: {}", message_of(assignment.status()))));
  owned_ = *std::move(assignment);
  owned_generation_ = member_.generation();
  if (member_.is_stable()) owner_.on_assigned(owned_);
}

void ClassicSession::heartbeat() {
  auto member_id = std::make_shared<std::string>(member_.member_id());
  wire::HeartbeatRequest request;
  request.group_id = settings_.member.group_id;
  request.generation_id = member_.generation();
  request.member_id = *member_id;
  request.group_instance_id = nullable(settings_.member.instance_id);
  client_.call<wire::HeartbeatResponse>(coordinator(), request, [this, member_id](Result<Reply<wire::HeartbeatResponse>> reply) {
    member_.beaten(error_of(reply));
    drive();
  });
}

void ClassicSession::send_leave() {
  auto member_id = std::make_shared<std::string>(member_.member_id());
  wire::LeaveGroupRequest request;
  request.group_id = settings_.member.group_id;
  request.member_id = *member_id;
  client_.call<wire::LeaveGroupResponse>(
      coordinator(), request,
      [this, member_id](Result<Reply<wire::LeaveGroupResponse>>) {
        member_.left();
        drive();
        if (left_) std::exchange(left_, nullptr)();
      },
      kLastOfOneMember);
}

std::vector<std::string> ClassicSession::names_of_all() const {
  std::set<std::string> names(topics_.begin(), topics_.end());
  for (const GroupReader& reader : readers_) names.insert(reader.subscription.topics.begin(), reader.subscription.topics.end());
  return {names.begin(), names.end()};
}

// Partitions that came since the leader shared them out belong to somebody too.
void ClassicSession::look_at_topics() {
  topics_timer_.start(base::ns_of_ms(settings_.metadata_max_age_ms));
  if (!member_.is_leader() || !member_.is_stable()) return;
  read_topics(client_, names_of_all(), [this](Result<std::vector<GroupTopic>> topics) {
    if (!topics || !member_.is_leader() || !member_.is_stable() || *topics == shared_) return;
    member_.join_again();
    drive();
  });
}

void ClassicSession::fetch_offsets(const TopicPartitions& partitions, std::function<void(Result<GroupOffsets>)> then) {
  if (!member_.knows_coordinator()) return then(Status::unavailable("the group's coordinator is not known"));
  read_offsets(client_, coordinator(), settings_.member.group_id, partitions, settings_.require_stable,
               [this, generation = member_.generation(), then = std::move(then)](ErrorCode error, GroupOffsets offsets) {
                 member_.committed(generation, error);
                 drive();
                 if (error != ErrorCode::kNone) return then(offsets_status(error, "committed offsets cannot be read"));
                 then(std::move(offsets));
               });
}

void ClassicSession::commit(const GroupOffsets& offsets, std::function<void(CommitOutcome)> then) {
  if (!member_.knows_coordinator())
    return then({.status = Status::unavailable("the group's coordinator is not known"), .taken = {}, .later = offsets, .errors = {}});
  const Committer committer{settings_.member.group_id, member_.member_id(), member_.generation(), settings_.member.instance_id};
  commit_offsets(client_, coordinator(), committer, offsets,
                 [this, generation = member_.generation(), then = std::move(then)](CommitOutcome outcome) {
                   for (const ErrorCode error : outcome.errors) member_.committed(generation, error);
                   drive();
                   then(std::move(outcome));
                 });
}

}  // namespace barnabas::client
