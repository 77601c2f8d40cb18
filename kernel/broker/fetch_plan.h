// A fetch request taken apart: which partitions in which order, under which limits, and what reading them gave.
//
// Made from the request (and the session), so it holds no view into the request's octets: a parked fetch keeps it and reads again.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernel/broker/fetch_sessions.h"
#include "kernel/broker/shard.h"

namespace barnabas::broker {

struct FetchPart {
  FollowedPartition asked;
  std::shared_ptr<const LocalTopic> owner;  // keeps the partition; null: not here
  Partition* partition = nullptr;
  wire::ErrorCode refusal{};  // why there is no partition, or none for this client

  log::LogReadOutcome read;
  std::vector<log::AbortedProducer> aborted;
};

class FetchPlan {
 public:
  struct Limits {
    std::int32_t max_bytes = 0;
    std::int32_t min_bytes = 0;
    std::int32_t max_wait_ms = 0;
    bool at_least_one_batch = true;  // from version 3 on: the first batch comes whole, whatever the limits
    log::Isolation isolation = log::Isolation::kHighWatermark;
    std::int32_t replica = -1;  // who asks; negative: a consumer
    bool by_id = false;         // topics are named by id, from version 13 on

    bool is_replica() const { return replica >= 0; }
  };

  explicit FetchPlan(Shard& shard) : shard_(shard) {}
  ~FetchPlan() { release(); }
  FetchPlan(const FetchPlan&) = delete;
  FetchPlan& operator=(const FetchPlan&) = delete;

  Limits limits;
  std::vector<FetchPart> parts;

  // Takes up a request; memory of an earlier one is used again.
  void begin(const Limits& request_limits, std::span<const FollowedPartition> asked);
  // Lets go of what the request held.
  void end();
  // Finds the partitions as the metadata is now.
  void resolve();
  // Reads every part in order within the limits. What an earlier read took is given back first.
  void read();
  // True when the answer need not wait: enough octets, or something that the client should know at once.
  bool ready() const { return ready_ || bytes_ >= static_cast<std::uint64_t>(std::max(limits.min_bytes, 0)); }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t memory_bytes() const;
  // The leases are the caller's from now on.
  void give_away_leases() { owns_leases_ = false; }

 private:
  void release();
  void drop_cut_batch(FetchPart& part);
  bool may_read(const FetchPart& part) const;
  static bool goes_on(const FetchPart& part);
  void read_part(FetchPart& part, std::uint64_t& left);

  Shard& shard_;
  std::uint64_t bytes_ = 0;
  bool ready_ = false;
  bool owns_leases_ = true;
};

}  // namespace barnabas::broker
