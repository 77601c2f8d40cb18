// Incremental fetch sessions (KIP-227): the broker remembers which partitions a consumer follows and what it was last told of them, so that
// a request names only changes and an answer only news. One cache per loop; the ids of different loops never meet. Everything on the loop.
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "kernel/base/uuid.h"

namespace barnabas::broker {

// Which partition, as a request names it. A view.
struct PartitionKey {
  std::string_view topic;  // empty where topics are named by id
  Uuid topic_id;
  std::int32_t partition = 0;

  const PartitionKey& key() const { return *this; }
  bool same_partition(const PartitionKey& other) const {
    return partition == other.partition && topic_id == other.topic_id && topic == other.topic;
  }
  // Some order in which the same partitions are neighbours.
  bool before(const PartitionKey& other) const {
    return std::tie(partition, topic_id, topic) < std::tie(other.partition, other.topic_id, other.topic);
  }
};

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

  PartitionKey key() const { return {topic, topic_id, partition}; }
  bool same_partition(const FollowedPartition& other) const { return key().same_partition(other.key()); }
};

struct FetchSession {
  std::int32_t id = 0;
  std::int32_t epoch = 1;  // of the next request
  bool by_id = false;
  std::int64_t created_ns = 0;
  std::int64_t used_ns = 0;
  std::vector<FollowedPartition> partitions;  // in the order of answering: those that gave data last go to the end
};

class FetchSessions {
 public:
  static constexpr std::size_t kMostFollowed = 500'000;  // some 60 MB; a partition costs as much as in named_partitions.h

  // Ids are `first` and any number of steps: each loop has its own numbers. Which, is drawn: a client that comes with a session of a broker
  // that was here before must not meet the session of somebody else.
  FetchSessions(sdk::Random& random, std::int32_t first, std::int32_t step, std::size_t slots, std::int64_t eviction_ns)
      : random_(random), first_id_(first), step_(step), slots_(slots), eviction_ns_(eviction_ns) {}

  FetchSession* find(std::int32_t id);
  // Whether partitions of this cost more may be followed; together all sessions of a loop follow no more than kMostFollowed. Sessions that
  // nobody uses any more give way to them.
  bool make_room(std::size_t cost, std::int64_t now_ns);
  // Null when every slot holds a session that is in use or larger, or too much is followed: the request is then served without one.
  FetchSession* create(std::vector<FollowedPartition> partitions, bool by_id, std::int64_t now_ns);
  void remove(std::int32_t id);
  std::size_t size() const { return sessions_.size(); }

  // What a request names more than once counts once: as it is named last, where it is named first.
  void drop_repeats(std::vector<FollowedPartition>& named);
  // Takes time for what the session has and for what is named, not for one times the other. `named` has no repeats, and is used up.
  void follow(FetchSession& session, std::vector<FollowedPartition>& named);
  void forget(FetchSession& session, const std::vector<PartitionKey>& named);

  static std::int32_t next_epoch(std::int32_t epoch) { return epoch == INT32_MAX ? 1 : epoch + 1; }

 private:
  using Sessions = std::unordered_map<std::int32_t, std::unique_ptr<FetchSession>>;

  std::int32_t draw_id();
  void erase(Sessions::iterator at);
  bool has_room(std::size_t cost) const { return cost == 0 || followed_ + cost <= kMostFollowed; }
  bool free_slot(std::size_t partition_count, std::int64_t now_ns);
  Sessions::iterator longest_unused(std::int64_t now_ns);

  template <class Named>
  void sort(const std::vector<Named>& named);
  template <class Named>
  std::size_t place_of(const PartitionKey& partition, const std::vector<Named>& named) const;

  // Scratch of the functions above, kept so that a request that changes something takes no memory for it: the places in `named`, sorted,
  // and which of them were met.
  std::vector<std::uint32_t> sorted_;
  std::vector<bool> met_;

  sdk::Random& random_;
  std::int32_t first_id_;
  std::int32_t step_;
  std::size_t slots_;
  std::int64_t eviction_ns_;
  Sessions sessions_;
  std::size_t followed_ = 0;  // the cost of all that sessions follow
};

}  // namespace barnabas::broker
