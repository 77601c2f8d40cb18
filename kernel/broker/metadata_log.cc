#include "kernel/broker/metadata_log.h"
#include "kernel/catalog/metadata_topic.h"

#include <algorithm>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using wire::FetchRequest;
using wire::FetchResponse;
using TopicAnswer = ElementOf<&FetchResponse::responses>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

constexpr std::int16_t kFirstById = 13;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int32_t kLongestWaitMs = 5'000;  // brokers wait half a second; who asks and goes is not to be remembered for long

void answer(Call& call, PartitionAnswer partition) {
  const catalog::Image& image = *call.shard.view.image;
  partition.current_leader.leader_id = image.controller_id();
  partition.current_leader.leader_epoch = image.leader().term;
  partition.aborted_transactions.reset();
  TopicAnswer topic;
  topic.topic = catalog::kMetadataTopic;
  topic.topic_id = catalog::kMetadataTopicId;
  topic.partitions = {&partition, 1};
  FetchResponse response;
  response.responses = {&topic, 1};
  call.answer(response);
}

void refuse(Call& call, ErrorCode error) {
  PartitionAnswer partition;
  partition.error_code = error;
  partition.high_watermark = -1;
  partition.records = wire::Records(sdk::Bytes());
  answer(call, partition);
}

void tell(Call& call, const controller::Feed::Answer& told) {
  if (!told.leads) return refuse(call, ErrorCode::kNotLeaderOrFollower);
  PartitionAnswer partition;
  partition.high_watermark = partition.last_stable_offset = told.high_watermark;
  partition.log_start_offset = told.log_start;
  if (told.snapshot) {
    partition.snapshot_id.end_offset = told.snapshot->offset;
    partition.snapshot_id.epoch = told.snapshot->term;
  }
  partition.records = wire::Records(sdk::Bytes(told.batches));
  answer(call, partition);
}

}  // namespace

bool fetches_metadata(const FetchRequest& request, std::int16_t version) {
  if (request.topics.size() != 1 || request.topics[0].partitions.size() != 1 || request.topics[0].partitions[0].partition != 0)
    return false;
  return version >= kFirstById ? request.topics[0].topic_id == catalog::kMetadataTopicId
                               : request.topics[0].topic == catalog::kMetadataTopic;
}

void fetch_metadata(Call& call, const FetchRequest& request) {
  Broker& broker = call.shard.broker;
  const auto& partition = request.topics[0].partitions[0];
  if (request.cluster_id && *request.cluster_id != broker.settings.cluster_id) {
    FetchResponse response;
    response.error_code = ErrorCode::kInconsistentClusterId;
    return call.answer(response);
  }
  const sdk::MetadataLeader& leader = call.shard.view.image->leader();
  if (!leader.is_self) return refuse(call, ErrorCode::kNotLeaderOrFollower);
  if (partition.current_leader_epoch > leader.term) return refuse(call, ErrorCode::kUnknownLeaderEpoch);
  if (partition.current_leader_epoch >= 0 && partition.current_leader_epoch < leader.term)
    return refuse(call, ErrorCode::kFencedLeaderEpoch);
  controller::Feed::Ask ask;
  ask.follower = call.api_version >= 15 ? request.replica_state.replica_id : request.replica_id;
  ask.offset = partition.fetch_offset;
  ask.last_epoch = partition.last_fetched_epoch;
  ask.max_bytes = static_cast<std::size_t>(std::max(std::min(partition.partition_max_bytes, request.max_bytes), 0));
  ask.wait_ns = request.min_bytes <= 0 ? 0 : std::int64_t{std::clamp(request.max_wait_ms, 0, kLongestWaitMs)} * kNsPerMs;
  base::Loop& asker = call.shard.loop;
  base::post(broker.controller_loop(), [&broker, &asker, ref = call.ref(), ask] {
    broker.controller.feed().fetch(ask, [&asker, ref](controller::Feed::Answer told) {
      base::post(asker, [ref, told = std::make_shared<controller::Feed::Answer>(std::move(told))] {
        if (*ref != nullptr) tell(**ref, *told);
      });
    });
  });
}

}  // namespace barnabas::broker
