// OffsetFetch: how far groups have read; one group before version 8, many from then on, topics by id from version 10 on.
#include "kernel/wire/messages/09_offset_fetch.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::OffsetFetchRequest;
using Response = wire::OffsetFetchResponse;
using Topic = ElementOf<&Response::topics>;
using Group = ElementOf<&Response::groups>;
using GroupTopic = ElementOf<&Group::topics>;

std::size_t cost_of(const Request& request) {
  std::size_t cost = request.topics ? cost_of_partitions(*request.topics) : 0;
  for (const auto& group : request.groups)
    cost += cost_of_partition(group.group_id) + (group.topics ? cost_of_partitions(*group.topics) : 0);
  return cost;
}

group::OffsetFetchRequest::Topic named(const Call& call, std::string_view name, std::span<const std::int32_t> partitions) {
  const catalog::Topic* known = call.shard.view.image->topic(name);
  return {std::string(name), known == nullptr ? Uuid() : known->id, {partitions.begin(), partitions.end()}};
}

// A topic that nobody knows by its id goes along without a name: nothing is committed for it, and the answer says so.
group::OffsetFetchRequest::Topic by_id(const Call& call, const Uuid& id, std::span<const std::int32_t> partitions) {
  const catalog::Topic* known = call.shard.view.image->topic(id);
  return {known == nullptr ? std::string() : known->name, id, {partitions.begin(), partitions.end()}};
}

std::vector<group::OffsetFetchRequest> asked_of(const Call& call, const Request& request) {
  std::vector<group::OffsetFetchRequest> asked;
  if (call.api_version < 8) {
    group::OffsetFetchRequest& one = asked.emplace_back();
    one.group = request.group_id;
    one.require_stable = request.require_stable;
    if (!request.topics.has_value()) return asked;
    one.topics.emplace();
    for (const auto& topic : *request.topics) one.topics->push_back(named(call, topic.name, topic.partition_indexes));
    return asked;
  }
  for (const auto& group : request.groups) {
    group::OffsetFetchRequest& one = asked.emplace_back();
    one.group = group.group_id;
    one.member_id = group.member_id.value_or("");
    one.member_epoch = group.member_epoch;
    one.require_stable = request.require_stable;
    if (!group.topics.has_value()) continue;
    one.topics.emplace();
    for (const auto& topic : *group.topics)
      one.topics->push_back(call.api_version >= 10 ? by_id(call, topic.topic_id, topic.partition_indexes)
                                                   : named(call, topic.name, topic.partition_indexes));
  }
  return asked;
}

template <class TopicOf>
void fill(Call& call, const group::OffsetFetchReply::Topic& topic, ErrorCode error, TopicOf& answer) {
  answer.name = topic.name;
  const auto partitions = call.arena.array<ElementOf<&TopicOf::partitions>>(topic.partitions.size());
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const group::OffsetFetchReply::Partition& found = topic.partitions[i];
    partitions[i].partition_index = found.partition;
    partitions[i].error_code = error != ErrorCode::kNone ? error : found.error;
    partitions[i].committed_offset = error != ErrorCode::kNone ? -1 : found.offset;
    partitions[i].committed_leader_epoch = error != ErrorCode::kNone ? -1 : found.leader_epoch;
    partitions[i].metadata = std::string_view(found.metadata);
  }
  answer.partitions = partitions;
}

// What the answer repeats of the request.
struct Kept {
  std::vector<std::string> groups;
  std::vector<group::OffsetFetchRequest::Topic> topics;  // before version 2
};
Kept kept_of(const Call& call, const std::vector<group::OffsetFetchRequest>& asked) {
  Kept kept;
  for (const auto& one : asked) kept.groups.push_back(one.group);
  if (call.api_version < 2 && asked.front().topics) kept.topics = *asked.front().topics;
  return kept;
}

// Before version 2 an error has its place in the partitions only.
group::OffsetFetchReply spread(const std::vector<group::OffsetFetchRequest::Topic>& asked, ErrorCode error) {
  group::OffsetFetchReply reply;
  for (const auto& topic : asked) {
    auto& spread = reply.topics.emplace_back();
    spread.name = topic.name;
    for (const std::int32_t partition : topic.partitions)
      spread.partitions.push_back({.partition = partition, .metadata = {}, .error = error});
  }
  return reply;
}

void answer_one(Call& call, const group::OffsetFetchReply& reply) {
  Response response;
  response.error_code = reply.error;
  const auto topics = call.arena.array<Topic>(reply.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) fill(call, reply.topics[i], ErrorCode::kNone, topics[i]);
  response.topics = topics;
  call.answer(response);
}

void answer_group(Call& call, const group::OffsetFetchReply& reply, Group& group) {
  group.error_code = reply.error;
  const auto topics = call.arena.array<GroupTopic>(reply.topics.size());
  std::size_t count = 0;
  for (const group::OffsetFetchReply::Topic& topic : reply.topics) {
    ErrorCode error = ErrorCode::kNone;
    Uuid id = topic.id;
    if (call.api_version >= 10) {
      const catalog::Image& image = *call.shard.view.image;
      const catalog::Topic* named = topic.name.empty() ? nullptr : image.topic(topic.name);
      // Of all that is committed, what has no id any more cannot be told.
      if (id.is_zero() && named == nullptr) continue;
      if (id.is_zero()) id = named->id;
      if (image.topic(id) == nullptr) error = ErrorCode::kUnknownTopicId;
    }
    fill(call, topic, error, topics[count]);
    topics[count++].topic_id = id;
  }
  group.topics = topics.first(count);
}

}  // namespace

void offset_fetch(Call& call) {
  Request request;
  if (!call.read(request) || names_too_many(call, cost_of(request))) return;
  auto asked = asked_of(call, request);
  auto kept = std::make_shared<const Kept>(kept_of(call, asked));
  ask_coordinators<group::OffsetFetchReply>(
      call, Operation::kDescribe, std::move(asked),
      [](group::Coordinator& coordinator, const group::OffsetFetchRequest& one, auto reply) { coordinator.fetch(one, reply); },
      [kept](Call& waiting, const std::vector<group::OffsetFetchReply>& replies) {
        if (waiting.api_version < 2 && replies.front().error != ErrorCode::kNone)
          return answer_one(waiting, spread(kept->topics, replies.front().error));
        if (waiting.api_version < 8) return answer_one(waiting, replies.front());
        Response response;
        const auto groups = waiting.arena.array<Group>(replies.size());
        for (std::size_t i = 0; i < groups.size(); ++i) {
          groups[i].group_id = kept->groups[i];
          answer_group(waiting, replies[i], groups[i]);
        }
        response.groups = groups;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
