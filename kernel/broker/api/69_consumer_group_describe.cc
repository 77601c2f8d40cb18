// ConsumerGroupDescribe: state, epochs and members of KIP-848 groups.
#include "kernel/wire/messages/69_consumer_group_describe.h"

#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::ConsumerGroupDescribeRequest;
using Response = wire::ConsumerGroupDescribeResponse;
using Reply = group::ConsumerDescribeReply;

std::span<Response::TopicPartitions> told(Call& call, const std::vector<Reply::Topic>& topics) {
  const auto all = call.arena.array<Response::TopicPartitions>(topics.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].topic_id = topics[i].id;
    all[i].topic_name = topics[i].name;
    all[i].partitions = topics[i].partitions;
  }
  return all;
}

void describe(Call& call, const Reply::Member& member, Response::Member& answer) {
  answer.member_id = member.id;
  answer.instance_id = view_of(member.instance_id);
  answer.rack_id = view_of(member.rack_id);
  answer.member_epoch = member.epoch;
  answer.client_id = member.client.id;
  answer.client_host = member.client.host;
  const auto names = call.arena.array<std::string_view>(member.topic_names.size());
  std::ranges::copy(member.topic_names, names.begin());
  answer.subscribed_topic_names = names;
  answer.subscribed_topic_regex = std::string_view(member.topic_regex ? *member.topic_regex : std::string_view());
  answer.assignment.topic_partitions = told(call, member.assignment);
  answer.target_assignment.topic_partitions = told(call, member.target);
  answer.member_type = member.type;
}

bool may_see_all(const Call& call, const Reply& reply) {
  const auto may_see = [&](const std::vector<Reply::Topic>& topics) {
    return std::ranges::all_of(
        topics, [&](const Reply::Topic& topic) { return authorize(call, Operation::kDescribe, Resource::kTopic, topic.name); });
  };
  return std::ranges::all_of(reply.members,
                             [&](const Reply::Member& member) { return may_see(member.assignment) && may_see(member.target); });
}

void describe(Call& call, bool with_operations, std::string_view name, const Reply& reply, Response::DescribedGroup& answer) {
  answer.group_id = name;
  if (!may_see_all(call, reply)) {
    answer.error_code = ErrorCode::kTopicAuthorizationFailed;
    answer.error_message = "The group has described topic(s) that the client is not authorized to describe.";
    return;
  }
  answer.error_code = reply.error;
  answer.error_message = error_text(reply.message);
  answer.group_state = reply.state;
  answer.group_epoch = reply.group_epoch;
  answer.assignment_epoch = reply.assignment_epoch;
  answer.assignor_name = reply.assignor;
  const auto members = call.arena.array<Response::Member>(reply.members.size());
  for (std::size_t i = 0; i < members.size(); ++i) describe(call, reply.members[i], members[i]);
  answer.members = members;
  if (with_operations && reply.error == ErrorCode::kNone)
    answer.authorized_operations = authorized_operations(call, Resource::kGroup, name);
}

void answer_all(Call& call, bool with_operations, const std::vector<std::string>& names, const std::vector<Reply>& replies) {
  Response response;
  const auto groups = call.arena.array<Response::DescribedGroup>(replies.size());
  for (std::size_t i = 0; i < groups.size(); ++i) describe(call, with_operations, names[i], replies[i], groups[i]);
  response.groups = groups;
  call.answer(response);
}

}  // namespace

void consumer_group_describe(Call& call) {
  Request request;
  if (!call.read(request)) return;
  std::vector<group::ConsumerDescribeRequest> asked;
  std::vector<std::string> names;
  for (const std::string_view group : request.group_ids) {
    asked.push_back({std::string(group)});
    names.emplace_back(group);
  }
  const bool with_operations = request.include_authorized_operations;
  if (!serves_consumer_groups(call)) {
    Reply refusal;
    refusal.error = ErrorCode::kUnsupportedVersion;
    return answer_all(call, with_operations, names, std::vector<Reply>(names.size(), refusal));
  }
  ask_coordinators<Reply>(
      call, Operation::kDescribe, std::move(asked),
      [](group::Coordinator& coordinator, const group::ConsumerDescribeRequest& one, auto reply) {
        coordinator.consumer_describe(one, reply);
      },
      [with_operations, names = std::move(names)](Call& waiting, const std::vector<Reply>& replies) {
        answer_all(waiting, with_operations, names, replies);
      });
}

}  // namespace barnabas::broker
