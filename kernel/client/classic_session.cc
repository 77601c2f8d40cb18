#include "kernel/client/group_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/10_find_coordinator.h"
#include "kernel/wire/messages/11_join_group.h"
#include "kernel/wire/messages/12_heartbeat.h"
#include "kernel/wire/messages/13_leave_group.h"
#include "kernel/wire/messages/14_sync_group.h"

namespace barnabas::client {
namespace {

using wire::ErrorCode;

constexpr char kProtocolType[] = "consumer";
constexpr std::int16_t kLastOfOneKey = 3;
constexpr std::int16_t kLastOfOneMember = 2;
constexpr std::int16_t kLastMetadata = 12;
// More than the coordinator may wait for others before it answers.
constexpr std::int32_t kJoinLeewayMs = 5'000;

ClientSettings patient(const SessionSettings& settings) {
  ClientSettings client = settings.client;
  const std::int64_t longest_ns = (settings.member.rebalance_timeout_ms + kJoinLeewayMs) * std::int64_t{1'000'000};
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

GroupSession::GroupSession(base::Loop& loop, sdk::Clock& clock, SessionSettings settings, Owner& owner)
    : clock_(clock),
      settings_(std::move(settings)),
      owner_(owner),
      member_(settings_.member),
      patient_(loop, patient(settings_)),
      client_(loop, settings_.client),
      timer_(loop, [this] { drive(); }),
      topics_timer_(loop, [this] { look_at_topics(); }) {}

void GroupSession::subscribe(std::vector<std::string> topics) {
  std::sort(topics.begin(), topics.end());
  if (topics == topics_) return;
  topics_ = std::move(topics);
  topics_timer_.start(settings_.metadata_max_age_ms * 1'000'000);
  member_.join_again();
  member_.join(now_ms());
  drive();
}

void GroupSession::gave_up() {
  member_.gave_up();
  drive();
}

void GroupSession::polled() {
  member_.polled(now_ms());
  drive();
}

void GroupSession::leave(std::function<void()> then) {
  left_ = std::move(then);
  topics_timer_.cancel();
  member_.leave();
  drive();
  if (member_.is_away() && left_) std::exchange(left_, nullptr)();
}

void GroupSession::drive() {
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

void GroupSession::perform(Step step) {
  switch (step) {
    case Step::kNothing:
      return;
    case Step::kFindCoordinator:
      return find_coordinator();
    case Step::kGiveUp:
      return owner_.on_give_up(member_.lost());
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

Status GroupSession::failed(ErrorCode error, std::string_view what) const {
  return Status::invalid(
      fmt::format("{}: {}: {} ({})", settings_.member.group_id, what, wire::error_message(error), wire::error_name(error)));
}

void GroupSession::end(const Status& why) {
  ended_ = true;
  owner_.on_ended(why);
}

void GroupSession::find_coordinator() {
  wire::FindCoordinatorRequest request;
  request.key = settings_.member.group_id;
  client_.call<wire::FindCoordinatorResponse>(
      Target::any(), request,
      [this](Result<Reply<wire::FindCoordinatorResponse>> reply) {
        const ErrorCode error = error_of(reply);
        if (error == ErrorCode::kNone) {
          const wire::FindCoordinatorResponse& response = reply->response;
          const base::Address address{std::string(response.host), static_cast<std::uint16_t>(response.port)};
          coordinator_ = response.node_id;
          client_.know_broker(coordinator_, address);
          patient_.know_broker(coordinator_, address);
        }
        member_.found(now_ms(), error);
        drive();
      },
      kLastOfOneKey);
}

void GroupSession::join() {
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

void GroupSession::lead() {
  std::set<std::string> names(topics_.begin(), topics_.end());
  for (const GroupReader& reader : readers_) names.insert(reader.subscription.topics.begin(), reader.subscription.topics.end());
  read_topics({names.begin(), names.end()}, [this](Result<std::vector<GroupTopic>> topics) {
    if (topics)
      share(*std::move(topics));
    else
      member_.not_assigned(now_ms());
    drive();
  });
}

void GroupSession::share(std::vector<GroupTopic> topics) {
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

void GroupSession::sync() {
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

void GroupSession::take_assignment(sdk::Bytes octets) {
  auto assignment = decode_assignment(octets);
  if (!assignment)
    return end(Status::corrupt(fmt::format("the assignment of the group's leader is not readable: {}", message_of(assignment.status()))));
  owned_ = *std::move(assignment);
  owned_generation_ = member_.generation();
  if (member_.is_stable()) owner_.on_assigned(owned_);
}

void GroupSession::heartbeat() {
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

void GroupSession::send_leave() {
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

void GroupSession::read_topics(std::vector<std::string> names, std::function<void(Result<std::vector<GroupTopic>>)> then) {
  struct Kept {
    std::vector<std::string> names;
    std::vector<wire::MetadataRequest::MetadataRequestTopic> topics;
  };
  auto kept = std::make_shared<Kept>(Kept{std::move(names), {}});
  for (const std::string& name : kept->names) kept->topics.emplace_back().name = std::string_view(name);
  wire::MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics = std::span(kept->topics);
  client_.call<wire::MetadataResponse>(
      Target::any(), request,
      [kept, then = std::move(then)](Result<Reply<wire::MetadataResponse>> reply) {
        if (!reply) return then(std::move(reply).status());
        std::map<std::int32_t, std::string> rack_of;
        for (const auto& broker : reply->response.brokers)
          if (broker.rack && !broker.rack->empty()) rack_of[broker.node_id] = std::string(*broker.rack);
        std::vector<GroupTopic> topics;
        for (const auto& answer : reply->response.topics) {
          if (answer.error_code != ErrorCode::kNone && answer.error_code != ErrorCode::kLeaderNotAvailable) continue;
          GroupTopic& topic = topics.emplace_back();
          topic.name = answer.name.value_or("");
          topic.id = answer.topic_id;
          topic.racks.resize(answer.partitions.size());
          for (const auto& partition : answer.partitions) {
            if (partition.partition_index < 0 || static_cast<std::size_t>(partition.partition_index) >= topic.racks.size()) continue;
            for (const std::int32_t node : partition.replica_nodes)
              if (const auto found = rack_of.find(node); found != rack_of.end())
                topic.racks[static_cast<std::size_t>(partition.partition_index)].push_back(found->second);
          }
        }
        std::sort(topics.begin(), topics.end(), [](const GroupTopic& a, const GroupTopic& b) { return a.name < b.name; });
        then(std::move(topics));
      },
      kLastMetadata);
}

// Partitions that came since the leader shared them out belong to somebody too.
void GroupSession::look_at_topics() {
  topics_timer_.start(settings_.metadata_max_age_ms * 1'000'000);
  if (!member_.is_leader() || !member_.is_stable()) return;
  std::set<std::string> names(topics_.begin(), topics_.end());
  for (const GroupReader& reader : readers_) names.insert(reader.subscription.topics.begin(), reader.subscription.topics.end());
  read_topics({names.begin(), names.end()}, [this](Result<std::vector<GroupTopic>> topics) {
    if (!topics || !member_.is_leader() || !member_.is_stable() || *topics == shared_) return;
    member_.join_again();
    drive();
  });
}

}  // namespace barnabas::client
