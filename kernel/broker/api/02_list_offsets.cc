// ListOffsets: the offset that belongs to a time, or to one of the special times that stand for the ends of the log.
#include "kernel/wire/messages/02_list_offsets.h"

#include <algorithm>

#include "kernel/base/piece.h"
#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/repeated_partitions.h"

namespace barnabas::broker {
namespace {

using base::Piece;
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

std::size_t count_partitions(const ListOffsetsRequest& request) {
  std::size_t count = 0;
  for (const Topic& topic : request.topics) count += topic.partitions.size();
  return count;
}

// A request on its way through its partitions: each may have to be read for its time. `request` is in the arena.
class Listing {
 public:
  Listing(Call& call, const ListOffsetsRequest& request)
      : call_(call),
        request_(request),
        answers_(call.arena.array<TopicAnswer>(request.topics.size())),
        numbers_(call.arena.array<std::uint32_t>(request.topics.size())),
        repeated_(call.arena, count_partitions(request)) {}

  // False: the piece is over, and something is left to do. True: the call is answered, or closed.
  bool advance(const Piece& piece) {
    while (noted_ < answers_.size()) {
      note(noted_++);
      if (piece.is_over()) return false;
    }
    if (!repeated_.settle(piece)) return false;
    for (; topic_ < answers_.size(); ++topic_, partition_ = 0) {
      const Topic& topic = request_.topics[topic_];
      while (partition_ < topic.partitions.size()) {
        answer(topic, topic.partitions[partition_], answers_[topic_].partitions[partition_]);
        if (outgrows_its_memory(call_)) return true;
        ++partition_;
        if (piece.is_over()) return false;
      }
    }
    ListOffsetsResponse response;
    response.topics = answers_;
    call_.answer(response);
    return true;
  }

  // REQUIRES: the call keeps its body.
  static void advance_in_pieces(const std::shared_ptr<Listing>& work) {
    if (!work->advance(Piece(work->call_.shard.loop.clock()))) work->call_.go_on_later([work] { advance_in_pieces(work); });
  }

 private:
  void note(std::size_t at) {
    const Topic& topic = request_.topics[at];
    answers_[at].name = topic.name;
    answers_[at].partitions = call_.arena.array<PartitionAnswer>(topic.partitions.size());
    numbers_[at] = repeated_.number_of(topic.name);
    for (const PartitionQuestion& question : topic.partitions) repeated_.note(numbers_[at], question.partition_index);
  }

  void answer(const Topic& topic, const PartitionQuestion& question, PartitionAnswer& answer) {
    answer.partition_index = question.partition_index;
    if (!authorize(call_, Operation::kDescribe, Resource::kTopic, topic.name)) {
      answer.error_code = ErrorCode::kTopicAuthorizationFailed;
    } else if (repeated_.contains(numbers_[topic_], question.partition_index)) {
      answer.error_code = ErrorCode::kInvalidRequest;
    } else {
      answer_one(call_, request_, topic.name, question, answer);
    }
  }

  Call& call_;
  const ListOffsetsRequest& request_;
  std::span<TopicAnswer> answers_;
  std::span<std::uint32_t> numbers_;  // of the topics, as `repeated_` knows them
  RepeatedPartitions repeated_;
  std::size_t noted_ = 0;  // topics
  std::size_t topic_ = 0;  // the next to be answered, and its next partition
  std::size_t partition_ = 0;
};

}  // namespace

void list_offsets(Call& call) {
  // Before it is read, which is then done once.
  const bool may_pause = call.keep_body();
  auto& request = call.arena.make<ListOffsetsRequest>();
  if (!call.read(request) || names_too_many(call, cost_of_partitions(request.topics))) return;
  if (may_pause) return Listing::advance_in_pieces(std::make_shared<Listing>(call, request));
  Listing(call, request).advance(Piece::whole());
}

}  // namespace barnabas::broker
