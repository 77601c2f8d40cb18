// The session's commits, and its look at what was committed.
#include <fmt/format.h>

#include "kernel/client/group_session.h"
#include "kernel/wire/messages/08_offset_commit.h"
#include "kernel/wire/messages/09_offset_fetch.h"

namespace barnabas::client {
namespace {

using wire::ErrorCode;

constexpr std::int16_t kLastOfOneGroup = 7;
constexpr std::int16_t kLastWithNames = 9;

// Whether the same commit or look may succeed later.
bool may_succeed_later(ErrorCode error) {
  return error == ErrorCode::kNotCoordinator || error == ErrorCode::kCoordinatorNotAvailable || error == ErrorCode::kUnstableOffsetCommit ||
         wire::is_retriable(error);
}

Status status_of(ErrorCode error, std::string_view what) {
  const std::string text = fmt::format("{}: {} ({})", what, wire::error_message(error), wire::error_name(error));
  return may_succeed_later(error) ? Status::unavailable(text) : Status::invalid(text);
}

}  // namespace

void GroupSession::fetch_offsets(const TopicPartitions& partitions, std::function<void(Result<GroupOffsets>)> then) {
  if (!member_.knows_coordinator()) return then(Status::unavailable("the group's coordinator is not known"));
  struct Kept {
    TopicPartitions partitions;
    std::vector<wire::OffsetFetchRequest::OffsetFetchRequestTopic> topics;
  };
  auto kept = std::make_shared<Kept>(Kept{partitions, {}});
  for (const auto& [name, numbers] : kept->partitions) {
    auto& topic = kept->topics.emplace_back();
    topic.name = name;
    topic.partition_indexes = numbers;
  }
  wire::OffsetFetchRequest request;
  request.group_id = settings_.member.group_id;
  request.topics = std::span(kept->topics);
  request.require_stable = settings_.require_stable;
  client_.call<wire::OffsetFetchResponse>(
      coordinator(), request,
      [this, kept, generation = member_.generation(), then = std::move(then)](Result<Reply<wire::OffsetFetchResponse>> reply) {
        ErrorCode error = reply ? reply->response.error_code : ErrorCode::kNetworkException;
        GroupOffsets offsets;
        if (reply)
          for (const auto& topic : reply->response.topics)
            for (const auto& partition : topic.partitions) {
              if (error == ErrorCode::kNone) error = partition.error_code;
              offsets[std::string(topic.name)][partition.partition_index] = {partition.committed_offset, partition.committed_leader_epoch};
            }
        member_.committed(generation, error);
        drive();
        if (error != ErrorCode::kNone) return then(status_of(error, "committed offsets cannot be read"));
        then(std::move(offsets));
      },
      kLastOfOneGroup);
}

void GroupSession::commit(const GroupOffsets& offsets, std::function<void(Status)> then) {
  if (!member_.knows_coordinator()) return then(Status::unavailable("the group's coordinator is not known"));
  struct Kept {
    GroupOffsets offsets;
    std::string member_id;
    std::vector<std::vector<wire::OffsetCommitRequest::OffsetCommitRequestPartition>> partitions;
    std::vector<wire::OffsetCommitRequest::OffsetCommitRequestTopic> topics;
  };
  auto kept = std::make_shared<Kept>(Kept{offsets, member_.member_id(), {}, {}});
  for (const auto& [name, of_topic] : kept->offsets) {
    auto& partitions = kept->partitions.emplace_back();
    for (const auto& [number, committed] : of_topic) {
      auto& partition = partitions.emplace_back();
      partition.partition_index = number;
      partition.committed_offset = committed.offset;
      partition.committed_leader_epoch = committed.leader_epoch;
    }
    auto& topic = kept->topics.emplace_back();
    topic.name = name;
    topic.partitions = partitions;
  }
  wire::OffsetCommitRequest request;
  request.group_id = settings_.member.group_id;
  request.generation_id_or_member_epoch = member_.generation();
  request.member_id = kept->member_id;
  if (settings_.member.instance_id) request.group_instance_id = std::string_view(*settings_.member.instance_id);
  request.topics = kept->topics;
  client_.call<wire::OffsetCommitResponse>(
      coordinator(), request,
      [this, kept, generation = member_.generation(), then = std::move(then)](Result<Reply<wire::OffsetCommitResponse>> reply) {
        ErrorCode error = reply ? ErrorCode::kNone : ErrorCode::kNetworkException;
        if (reply)
          for (const auto& topic : reply->response.topics)
            for (const auto& partition : topic.partitions)
              if (error == ErrorCode::kNone) error = partition.error_code;
        member_.committed(generation, error);
        drive();
        then(error == ErrorCode::kNone ? Status() : status_of(error, "offsets were not committed"));
      },
      kLastWithNames);
}

}  // namespace barnabas::client
