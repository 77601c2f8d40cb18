// FetchSnapshot: a piece of the snapshot of the metadata that Fetch named (KIP-630).
#include "kernel/wire/messages/59_fetch_snapshot.h"

#include <algorithm>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/catalog/metadata_topic.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::FetchSnapshotRequest;
using Response = wire::FetchSnapshotResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;
using Snapshot = std::shared_ptr<const controller::Octets>;

struct Piece {
  sdk::MetadataPosition snapshot;
  std::int64_t position = 0;
  std::size_t max_bytes = 0;
};

void answer(Call& call, const Piece& piece, ErrorCode error, sdk::Bytes whole) {
  const catalog::Image& image = *call.shard.view.image;
  PartitionAnswer partition;
  partition.error_code = error;
  partition.snapshot_id = {piece.snapshot.offset, piece.snapshot.term};
  partition.current_leader = {image.controller_id(), image.leader().term};
  partition.position = piece.position;
  partition.size = static_cast<std::int64_t>(whole.size);
  const auto begin = static_cast<std::size_t>(piece.position);
  partition.unaligned_records = wire::Records(
      error == ErrorCode::kNone ? sdk::Bytes(whole.data + begin, std::min(whole.size - begin, piece.max_bytes)) : sdk::Bytes());
  TopicAnswer topic;
  topic.name = catalog::kMetadataTopic;
  topic.partitions = {&partition, 1};
  Response response;
  response.topics = {&topic, 1};
  call.answer(response);
}

void give(Call& call, const Piece& piece, const Snapshot& snapshot) {
  if (snapshot == nullptr) return answer(call, piece, ErrorCode::kSnapshotNotFound, {});
  const bool is_inside = piece.position >= 0 && static_cast<std::size_t>(piece.position) < snapshot->size();
  answer(call, piece, is_inside ? ErrorCode::kNone : ErrorCode::kPositionOutOfRange, sdk::Bytes(*snapshot));
}

}  // namespace

void fetch_snapshot(Call& call) {
  Request request;
  if (!call.read(request)) return;
  Broker& broker = call.shard.broker;
  const bool is_other = request.cluster_id && *request.cluster_id != broker.settings.cluster_id;
  if (is_other || request.topics.size() != 1 || request.topics[0].partitions.size() != 1 ||
      request.topics[0].name != catalog::kMetadataTopic) {
    Response response;
    response.error_code = is_other ? ErrorCode::kInconsistentClusterId : ErrorCode::kInvalidRequest;
    return call.answer(response);
  }
  const auto& asked = request.topics[0].partitions[0];
  const Piece piece{
      {asked.snapshot_id.end_offset, asked.snapshot_id.epoch}, asked.position, static_cast<std::size_t>(std::max(request.max_bytes, 1))};
  const sdk::MetadataLeader& leader = call.shard.view.image->leader();
  if (asked.partition != 0) return answer(call, piece, ErrorCode::kUnknownTopicOrPartition, {});
  if (!leader.is_self) return answer(call, piece, ErrorCode::kNotLeaderOrFollower, {});
  if (asked.current_leader_epoch > leader.term) return answer(call, piece, ErrorCode::kUnknownLeaderEpoch, {});
  if (asked.current_leader_epoch < leader.term) return answer(call, piece, ErrorCode::kFencedLeaderEpoch, {});
  base::Loop& asker = call.shard.loop;
  base::post(broker.controller_loop(), [&broker, &asker, ref = call.ref(), piece] {
    base::post(asker, [ref, piece, snapshot = broker.controller.feed().snapshot(piece.snapshot)] {
      if (*ref != nullptr) give(**ref, piece, snapshot);
    });
  });
}

}  // namespace barnabas::broker
