// What goes into a partition log and what comes out: plain values, each for one thread at a time.
//
// A refusal that Kafka's rules name is an `error`; the sentence of a storage that failed comes along in `status`. Success: error 0.
#pragma once

#include <barnabas/sdk/retention.h>
#include <barnabas/sdk/storage.h>

#include "kernel/base/result.h"
#include "kernel/wire/errors.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace barnabas::log {

using wire::ErrorCode;

// When an append counts as written.
enum class FlushMode : std::uint8_t {
  kOs,   // the operating system writes when it likes: an append is this replica's position at once
  kAck,  // only what is on the device counts: flush() raises the position
};

// What retentions go by.
struct RetentionRules {
  bool deletes = true;  // cleanup.policy names delete
  sdk::RetentionBounds bounds = {};

  bool operator==(const RetentionRules& other) const {
    return deletes == other.deletes && bounds.retention_ms == other.bounds.retention_ms &&
           bounds.retention_bytes == other.bounds.retention_bytes;
  }
};

struct LogSettings {
  sdk::PartitionSettings storage = {};
  FlushMode flush = FlushMode::kOs;
  RetentionRules retention = {};
  std::int64_t producer_id_expiration_ms = 86'400'000;
  std::int64_t replica_lag_time_max_ms = 30'000;
  bool verify_transactions = false;  // transactional batches of clients need a verification (KIP-890) when they begin a transaction here
};

// Up to where a reader sees.
enum class Isolation : std::uint8_t {
  kLogEnd,         // replicas
  kHighWatermark,  // read_uncommitted
  kLastStable,     // read_committed
};

// Who wrote a batch: decides which checks apply.
enum class Origin : std::uint8_t {
  kClient,       // everything: duplicates, sequences, epochs, verification
  kCoordinator,  // offsets of transactions, transaction markers: epochs only
};

// Octets of whole batches, back to back; base offset and leader epoch are written into them where they lie.
struct LeaderAppend {
  sdk::MutableBytes batches = {};  // v2, accepted by kernel/record's validation
  Origin origin = Origin::kClient;
  std::int32_t leader_epoch = -1;        // the epoch in which the caller decided; another one by now: NOT_LEADER_OR_FOLLOWER. -1: any
  bool require_min_in_sync = false;      // acks=-1: NOT_ENOUGH_REPLICAS when too few are in sync
  std::int64_t log_append_time_ms = -1;  // set by validation in the octets; comes back in the outcome
  std::uint64_t verification = 0;        // from begin_verification()
};

struct AppendOutcome {
  ErrorCode error{};
  Status status = {};
  std::int64_t base_offset = -1;
  std::int64_t last_offset = -1;  // acknowledged with acks=-1 when high_watermark > last_offset
  std::int64_t log_append_time_ms = -1;
  std::int64_t log_start = -1;
  std::int32_t leader_epoch = -1;
  bool duplicate = false;  // nothing was appended: these are the offsets and the timestamp of the first time
};

// What the leader's answer to a follower's fetch brings.
struct FollowerAppend {
  sdk::Bytes batches = {};  // may end in the middle of a batch, which is left out
  std::int32_t leader_epoch = -1;
  std::int64_t leader_high_watermark = -1;
  std::int64_t leader_log_start = -1;
};

// The checks that Fetch, ListOffsets and OffsetForLeaderEpoch share.
struct LeaderCheck {
  std::int32_t current_epoch = -1;  // the client's: older FENCED_LEADER_EPOCH, newer UNKNOWN_LEADER_EPOCH; -1: not checked
  bool leader_only = true;          // NOT_LEADER_OR_FOLLOWER from any other replica
};

// The end of a leader epoch; -1 and -1: not known here.
struct EpochEnd {
  std::int32_t epoch = -1;
  std::int64_t end_offset = -1;
};

struct LogRead {
  std::int64_t offset = 0;
  std::uint32_t max_bytes = 0;
  Isolation isolation = Isolation::kHighWatermark;
  bool at_least_one_batch = true;
  LeaderCheck check = {};
  std::int32_t last_fetched_epoch = -1;  // -1: not checked
};

struct LogReadOutcome {
  ErrorCode error{};
  Status status = {};
  sdk::Lease lease = {};  // the caller's to release; empty (size 0) beside an error, and when there is nothing up to the bound
  std::int64_t high_watermark = -1;
  std::int64_t last_stable = -1;
  std::int64_t log_start = -1;
  std::int64_t log_end = -1;
  std::int64_t bound = -1;  // where what this reader sees ends
  bool diverging = false;   // no octets: the reader's log parts from this one at `divergence`
  EpochEnd divergence = {};
};

struct AbortedProducer {
  std::int64_t producer_id = 0;
  std::int64_t first_offset = 0;
};

// ListOffsets' special timestamps.
inline constexpr std::int64_t kLatestTimestamp = -1;
inline constexpr std::int64_t kEarliestTimestamp = -2;
inline constexpr std::int64_t kMaxTimestamp = -3;
inline constexpr std::int64_t kEarliestLocalTimestamp = -4;
inline constexpr std::int64_t kLatestTieredTimestamp = -5;
inline constexpr std::int64_t kEarliestPendingUploadTimestamp = -6;

struct OffsetLookup {
  ErrorCode error{};
  Status status = {};
  std::int64_t timestamp_ms = -1;
  std::int64_t offset = -1;  // -1: none
  std::int32_t leader_epoch = -1;
};

struct LogPositions {
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  std::int64_t high_watermark = 0;
  std::int64_t last_stable = 0;
  std::int64_t flushed_end = 0;  // below it everything is on the device; only kept in FlushMode::kAck, else log_end
  std::int32_t leader_epoch = -1;
  bool is_leader = false;
};

// One row of DescribeProducers.
struct ProducerInfo {
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = -1;
  std::int32_t last_sequence = -1;
  std::int64_t last_timestamp_ms = -1;
  std::int32_t coordinator_epoch = -1;
  std::int64_t transaction_start = -1;  // -1: no open transaction
};

// Told when this broker becomes the leader, and when replicas in sync change.
struct LeaderRole {
  std::int32_t epoch = 0;
  std::int32_t replica_id = -1;                 // this broker
  std::span<const std::int32_t> replicas = {};  // all of the assignment; this one alone when empty
  std::span<const std::int32_t> in_sync = {};   // the largest set that may be in sync (KIP-497); all of `replicas` when empty
  std::int32_t min_in_sync = 1;
};

// A follower's fetch, as its leader takes note of it.
struct FollowerFetch {
  std::int32_t replica_id = -1;
  std::int64_t offset = 0;  // everything below it is in the follower's log
  std::int64_t log_start = 0;
  std::int64_t now_ms = 0;
};

// What a leader knows of one follower.
struct FollowerPosition {
  std::int32_t replica_id = -1;
  std::int64_t log_end = -1;  // -1: has not fetched in this epoch
  std::int64_t log_start = -1;
  std::int64_t last_fetch_ms = -1;
  std::int64_t last_caught_up_ms = -1;
  std::int64_t leader_end_at_last_fetch = -1;
  bool in_sync = false;
};

// What opening a log had to do.
struct OpenReport {
  bool unclean = false;                 // the storage checked the log batch by batch
  std::int64_t snapshot_offset = -1;    // of the producer snapshot it began with; -1: none
  std::uint64_t replayed_batches = 0;   // read again after it
  std::int64_t open_transaction = -1;   // where the first one begins that has no end yet; -1: none
  std::vector<std::string> notes = {};  // side files that were of no use, one sentence each
};

}  // namespace barnabas::log
