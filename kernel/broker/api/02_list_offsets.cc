// ListOffsets: the offset that belongs to a time, or to one of the special times that stand for the ends of the log.
#include "kernel/wire/messages/02_list_offsets.h"

#include <algorithm>
#include <set>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using wire::ListOffsetsRequest;
using wire::ListOffsetsResponse;
using Topic = ElementOf<&ListOffsetsRequest::topics>;
using PartitionQuestion = ElementOf<&Topic::partitions>;
using TopicAnswer = ElementOf<&ListOffsetsResponse::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

constexpr std::int32_t kDebugReplica = -2;

// Each special time came with a version; before it, and for every other negative number, the client is told so.
bool understood(std::int64_t timestamp, std::int16_t version) {
  switch (timestamp) {
    case log::kLatestTimestamp:
    case log::kEarliestTimestamp:
      return true;
    case log::kMaxTimestamp:
      return version >= 7;
    case log::kEarliestLocalTimestamp:
      return version >= 8;
    case log::kLatestTieredTimestamp:
      return version >= 9;
    case log::kEarliestPendingUploadTimestamp:
      return version >= 11;
    default:
      return timestamp >= 0;
  }
}

// Version 0 asks for the beginnings of segments before a time, newest first.
void answer_old_style(Call& call, log::PartitionLog& log, const PartitionQuestion& question, PartitionAnswer& answer) {
  class Collect final : public sdk::Visitor<sdk::SegmentInfo> {
   public:
    explicit Collect(std::int64_t timestamp) : timestamp_(timestamp) {}
    bool visit(const sdk::SegmentInfo& segment) noexcept override {
      if (timestamp_ < 0 || segment.max_timestamp_ms <= timestamp_) offsets.push_back(segment.base_offset);
      return true;
    }
    std::vector<std::int64_t> offsets;

   private:
    std::int64_t timestamp_;
  } collect(question.timestamp);
  if (const Status status = log.segments(collect); !status.ok()) {
    answer.error_code = ErrorCode::kKafkaStorageError;
    return;
  }
  std::vector<std::int64_t>& offsets = collect.offsets;
  for (std::int64_t& offset : offsets) offset = std::max(offset, log.log_start());
  if (question.timestamp == log::kEarliestTimestamp) {
    offsets.assign(1, log.log_start());
  } else if (question.timestamp == log::kLatestTimestamp) {
    offsets.push_back(log.high_watermark());
  }
  std::sort(offsets.rbegin(), offsets.rend());
  offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
  const auto count = std::min(offsets.size(), static_cast<std::size_t>(std::max(question.max_num_offsets, 0)));
  const auto kept = call.arena.array<std::int64_t>(count);
  std::copy_n(offsets.begin(), count, kept.begin());
  answer.old_style_offsets = kept;
}

void answer_one(Call& call, const ListOffsetsRequest& request, std::string_view topic, const PartitionQuestion& question,
                PartitionAnswer& answer) {
  answer.partition_index = question.partition_index;
  const Found found = find_partition(call.shard, topic, question.partition_index);
  if (found.partition == nullptr) {
    answer.error_code = found.error;
    return;
  }
  // An isolation that nobody knows is a fault of the server in Apache Kafka, and so here.
  if (request.isolation_level != 0 && request.isolation_level != 1) {
    answer.error_code = ErrorCode::kUnknownServerError;
    return;
  }
  log::PartitionLog& log = found.partition->log();
  if (call.api_version == 0) return answer_old_style(call, log, question, answer);
  if (!understood(question.timestamp, call.api_version)) {
    answer.error_code = ErrorCode::kUnsupportedVersion;
    return;
  }
  const bool is_replica = request.replica_id >= 0;
  const log::OffsetLookup lookup = log.lookup(
      question.timestamp, isolation_of(is_replica, request.isolation_level),
      {.current_epoch = question.current_leader_epoch, .leader_only = request.replica_id != kDebugReplica}, call.shard.broker.codecs);
  answer.error_code = lookup.error;
  if (lookup.error == ErrorCode::kOffsetNotAvailable && call.api_version < 5) answer.error_code = ErrorCode::kLeaderNotAvailable;
  if (lookup.error != ErrorCode::kNone) return;
  answer.timestamp = lookup.timestamp_ms;
  answer.offset = lookup.offset;
  if (call.api_version >= 4) answer.leader_epoch = lookup.leader_epoch;
}

}  // namespace

void list_offsets(Call& call) {
  ListOffsetsRequest request;
  if (!call.read(request)) return;
  ListOffsetsResponse response;
  const auto topics = call.arena.array<TopicAnswer>(request.topics.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    const Topic& topic = request.topics[t];
    topics[t].name = topic.name;
    const auto partitions = call.arena.array<PartitionAnswer>(topic.partitions.size());
    topics[t].partitions = partitions;
    std::set<std::int32_t> seen, twice;
    for (const PartitionQuestion& question : topic.partitions)
      if (!seen.insert(question.partition_index).second) twice.insert(question.partition_index);
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      const PartitionQuestion& question = topic.partitions[p];
      partitions[p].partition_index = question.partition_index;
      if (!authorize(call, Operation::kDescribe, Resource::kTopic, topic.name)) {
        partitions[p].error_code = ErrorCode::kTopicAuthorizationFailed;
      } else if (twice.contains(question.partition_index)) {
        partitions[p].error_code = ErrorCode::kInvalidRequest;
      } else {
        answer_one(call, request, topic.name, question, partitions[p]);
      }
    }
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace barnabas::broker
