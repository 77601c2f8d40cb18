// Incremental fetch sessions (KIP-227): the broker remembers which partitions a consumer follows and what it was last told of them, so that
// a request names only changes and an answer only news. One cache per loop; the ids of different loops never meet. Everything on the loop.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/base/uuid.h"

namespace barnabas::broker {

// A partition as a consumer follows it.
struct FollowedPartition {
  std::string topic;  // empty when the session speaks of topics by id
  Uuid topic_id;
  std::int32_t partition = 0;
  std::int32_t current_leader_epoch = -1;
  std::int64_t fetch_offset = 0;
  std::int32_t last_fetched_epoch = -1;
  std::int32_t max_bytes = 0;

  // What the last answer said; -1 forces the partition into the next one.
  std::int64_t told_high_watermark = -1;
  std::int64_t told_log_start = -1;

  bool same_partition(const FollowedPartition& other) const {
    return partition == other.partition && topic_id == other.topic_id && topic == other.topic;
  }
};

struct FetchSession {
  std::int32_t id = 0;
  std::int32_t epoch = 1;  // of the next request
  bool by_id = false;
  std::int64_t created_ns = 0;
  std::int64_t used_ns = 0;
  std::vector<FollowedPartition> partitions;  // in the order of answering: those that gave data last go to the end

  void follow(FollowedPartition partition);
  void forget(const FollowedPartition& partition);
};

class FetchSessions {
 public:
  // Ids are `first`, `first + step`, …: each loop has its own numbers.
  FetchSessions(std::int32_t first, std::int32_t step, std::size_t slots, std::int64_t eviction_ns)
      : next_id_(first), step_(step), slots_(slots), eviction_ns_(eviction_ns) {}

  FetchSession* find(std::int32_t id);
  // Null when every slot holds a session that is in use or larger: the request is then served without one.
  FetchSession* create(std::vector<FollowedPartition> partitions, bool by_id, std::int64_t now_ns);
  void remove(std::int32_t id) { sessions_.erase(id); }
  std::size_t size() const { return sessions_.size(); }

  static std::int32_t next_epoch(std::int32_t epoch) { return epoch == INT32_MAX ? 1 : epoch + 1; }

 private:
  bool make_room(std::size_t partition_count, std::int64_t now_ns);

  std::int32_t next_id_;
  std::int32_t step_;
  std::size_t slots_;
  std::int64_t eviction_ns_;
  std::unordered_map<std::int32_t, std::unique_ptr<FetchSession>> sessions_;
};

}  // namespace barnabas::broker
