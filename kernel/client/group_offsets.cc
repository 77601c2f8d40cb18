#include "kernel/client/group_offsets.h"

#include <fmt/format.h>

#include <memory>

#include "kernel/wire/messages/08_offset_commit.h"
#include "kernel/wire/messages/09_offset_fetch.h"

namespace barnabas::client {
namespace {

using wire::ErrorCode;

constexpr std::int16_t kLastOfOneGroup = 7;
constexpr std::int16_t kLastWithNames = 9;

using Errors = std::map<std::string, std::map<std::int32_t, ErrorCode>>;

// `otherwise`: of what the answer does not name.
CommitOutcome outcome_of(const GroupOffsets& offsets, Errors& errors, ErrorCode otherwise) {
  CommitOutcome outcome;
  for (const auto& [topic, partitions] : offsets)
    for (const auto& [partition, committed] : partitions) {
      const ErrorCode error = errors[topic].try_emplace(partition, otherwise).first->second;
      if (error == ErrorCode::kNone) {
        outcome.taken[topic][partition] = committed;
        continue;
      }
      outcome.errors.insert(error);
      Status why = offsets_status(error, "offsets were not committed");
      const bool lasts = why.code() != Code::kUnavailable;
      if (!lasts) outcome.later[topic][partition] = committed;
      if (outcome.status.ok() || (lasts && outcome.status.code() == Code::kUnavailable)) outcome.status = std::move(why);
    }
  return outcome;
}

}  // namespace

Status offsets_status(ErrorCode error, std::string_view what) {
  if (error == ErrorCode::kNone) return {};
  const std::string text = fmt::format("{}: {} ({})", what, wire::error_message(error), wire::error_name(error));
  // A heartbeat that is on its way brings the epoch that the coordinator wants. A topic that is gone does not come back.
  const bool later = (wire::is_retriable(error) && error != ErrorCode::kUnknownTopicOrPartition) || error == ErrorCode::kStaleMemberEpoch;
  return later ? Status::unavailable(text) : Status::invalid(text);
}

void read_offsets(Client& client, Target coordinator, const std::string& group_id, const TopicPartitions& partitions, bool require_stable,
                  std::function<void(ErrorCode, GroupOffsets)> then) {
  struct Kept {
    std::string group_id;
    TopicPartitions partitions;
    std::vector<wire::OffsetFetchRequest::OffsetFetchRequestTopic> topics;
  };
  auto kept = std::make_shared<Kept>(Kept{group_id, partitions, {}});
  for (const auto& [name, numbers] : kept->partitions) {
    auto& topic = kept->topics.emplace_back();
    topic.name = name;
    topic.partition_indexes = numbers;
  }
  wire::OffsetFetchRequest request;
  request.group_id = kept->group_id;
  request.topics = std::span(kept->topics);
  request.require_stable = require_stable;
  client.call<wire::OffsetFetchResponse>(
      coordinator, request,
      [kept, then = std::move(then)](Result<Reply<wire::OffsetFetchResponse>> reply) {
        ErrorCode error = reply ? reply->response.error_code : ErrorCode::kNetworkException;
        GroupOffsets offsets;
        if (reply)
          for (const auto& topic : reply->response.topics)
            for (const auto& partition : topic.partitions) {
              if (error == ErrorCode::kNone) error = partition.error_code;
              offsets[std::string(topic.name)][partition.partition_index] = {partition.committed_offset, partition.committed_leader_epoch};
            }
        then(error, std::move(offsets));
      },
      kLastOfOneGroup);
}

void commit_offsets(Client& client, Target coordinator, const Committer& committer, const GroupOffsets& offsets,
                    std::function<void(CommitOutcome)> then) {
  struct Kept {
    Committer committer;
    GroupOffsets offsets;
    std::vector<std::vector<wire::OffsetCommitRequest::OffsetCommitRequestPartition>> partitions;
    std::vector<wire::OffsetCommitRequest::OffsetCommitRequestTopic> topics;
  };
  auto kept = std::make_shared<Kept>(Kept{committer, offsets, {}, {}});
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
  request.group_id = kept->committer.group_id;
  request.generation_id_or_member_epoch = kept->committer.generation;
  request.member_id = kept->committer.member_id;
  if (kept->committer.instance_id) request.group_instance_id = std::string_view(*kept->committer.instance_id);
  request.topics = kept->topics;
  client.call<wire::OffsetCommitResponse>(
      coordinator, request,
      [kept, then = std::move(then)](Result<Reply<wire::OffsetCommitResponse>> reply) {
        Errors errors;
        if (reply)
          for (const auto& topic : reply->response.topics)
            for (const auto& partition : topic.partitions)
              errors[std::string(topic.name)][partition.partition_index] = partition.error_code;
        then(outcome_of(kept->offsets, errors, reply ? ErrorCode::kUnknownServerError : ErrorCode::kNetworkException));
      },
      kLastWithNames);
}

}  // namespace barnabas::client
