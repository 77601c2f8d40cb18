#include "sim/swarm/committer.h"

#include <fmt/format.h>

#include "kernel/wire/messages/08_offset_commit.h"
#include "kernel/wire/messages/09_offset_fetch.h"
#include "kernel/wire/messages/10_find_coordinator.h"

namespace barnabas::sim {
namespace {

using wire::ErrorCode;

constexpr std::int16_t kLastFindOfOneGroup = 3;
constexpr std::int16_t kLastOfOneGroup = 7;
constexpr std::int16_t kLastWithNames = 9;

struct SentCommit {
  std::string group;
  std::string topic_name;
  wire::OffsetCommitRequest::OffsetCommitRequestPartition partition;
  wire::OffsetCommitRequest::OffsetCommitRequestTopic topic;
};

struct SentLook {
  std::string group;
  std::string topic_name;
  std::int32_t partition = 0;
  wire::OffsetFetchRequest::OffsetFetchRequestTopic topic;
};

// The broker took none of it, and never will.
bool is_refusal(ErrorCode error) { return error == ErrorCode::kCoordinatorLoadInProgress || error == ErrorCode::kNotCoordinator; }

}  // namespace

Committer::Committer(Scene& scene, int number)
    : Actor(scene, "committer " + std::to_string(number), number), group_("solo " + std::to_string(number)) {}

std::int64_t Committer::pause_ns() { return (10 + below(80)) * kMillisecondNs; }

void Committer::act() {
  if (asks_ || scene_.topics.empty() || is_done()) return;
  if (!knows_coordinator_) return find_coordinator();
  if (scene_.settling) return farewell_ == Farewell::kNone ? commit() : look();
  if (one_in(3)) {
    look();
  } else {
    commit();
  }
}

// There is one broker; but the partitions of __consumer_offsets are made when somebody asks for a coordinator first.
void Committer::find_coordinator() {
  asks_ = true;
  auto kept = std::make_shared<std::string>(group_);
  wire::FindCoordinatorRequest request;
  request.key = *kept;
  call<wire::FindCoordinatorResponse>(
      request, kept,
      [this](Result<client::Reply<wire::FindCoordinatorResponse>> reply) {
        asks_ = false;
        knows_coordinator_ = reply && reply->response.error_code == ErrorCode::kNone;
      },
      kLastFindOfOneGroup);
}

void Committer::commit() {
  asks_ = true;
  offset_ += 1 + below(5);
  auto kept = std::make_shared<SentCommit>();
  kept->group = group_;
  kept->topic_name = scene_.topics.front().name;
  kept->partition.committed_offset = offset_;
  kept->topic.name = kept->topic_name;
  kept->topic.partitions = std::span(&kept->partition, 1);
  wire::OffsetCommitRequest request;
  request.group_id = kept->group;
  request.topics = std::span(&kept->topic, 1);
  scene_.history.commit_begins(key(), offset_);
  const bool is_last = scene_.settling;
  call<wire::OffsetCommitResponse>(
      request, kept,
      [this, offset = offset_, is_last, asked = scene_.history.now()](Result<client::Reply<wire::OffsetCommitResponse>> reply) {
        asks_ = false;
        if (!reply) return;  // it may still arrive
        const ErrorCode error = reply->response.topics[0].partitions[0].error_code;
        note(fmt::format("committed {}: {}", offset, wire::error_name(error)));
        if (error == ErrorCode::kNone) {
          scene_.history.commit_ends(key(), offset, true, asked);
          if (is_last) farewell_ = Farewell::kCommitted;
        } else if (is_refusal(error)) {
          knows_coordinator_ = false;
          scene_.history.commit_refused(key(), offset);
        } else if (!wire::is_retriable(error) && error != ErrorCode::kUnknownServerError) {
          scene_.history.wrong("I12", key() + ": a commit was refused with " + std::string(wire::error_name(error)));
        }
      },
      kLastWithNames);
}

void Committer::look() {
  asks_ = true;
  auto kept = std::make_shared<SentLook>();
  kept->group = group_;
  kept->topic_name = scene_.topics.front().name;
  kept->topic.name = kept->topic_name;
  kept->topic.partition_indexes = std::span(&kept->partition, 1);
  wire::OffsetFetchRequest request;
  request.group_id = kept->group;
  request.topics = std::span(&kept->topic, 1);
  call<wire::OffsetFetchResponse>(
      request, kept,
      [this, floor = scene_.history.commit_floor(key())](Result<client::Reply<wire::OffsetFetchResponse>> reply) {
        asks_ = false;
        if (!reply || reply->response.error_code != ErrorCode::kNone) return;
        auto& partition = reply->response.topics[0].partitions[0];
        if (partition.error_code != ErrorCode::kNone) return;
        std::int64_t offset = partition.committed_offset;
        scene_.mischief.on_offset_told(offset, now_ns());
        note(fmt::format("is told {} of at least {}", offset, floor.offset));
        scene_.history.committed_told(key(), floor, offset);
        if (farewell_ == Farewell::kCommitted) farewell_ = Farewell::kTold;
      },
      kLastOfOneGroup);
}

}  // namespace barnabas::sim
