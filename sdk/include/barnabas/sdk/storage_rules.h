// Rules that every storage keeps, whatever it stores in: which appends it takes, and when a new segment begins. Pure functions.
#pragma once

#include <barnabas/sdk/storage.h>

namespace barnabas::sdk {

// Whether `request` may follow a log that ends at `log_end`; `size` becomes the octets of its batches.
inline Status check_append(const AppendRequest& request, std::int64_t log_end, const PartitionSettings& settings,
                           std::uint64_t& size) noexcept {
  size = 0;
  if (request.batch_count == 0) return Status::invalid("an append without batches: give at least one");
  std::int64_t next = log_end;
  for (std::size_t i = 0; i < request.batch_count; ++i) {
    const BatchInfo& batch = request.batches[i];
    if (batch.base_offset < next || batch.last_offset < batch.base_offset)
      return Status::invalid("the offsets of an append do not ascend from the end of the log: assign offsets before storing");
    next = batch.last_offset + 1;
    size += batch.size;
  }
  if (request.batches[request.batch_count - 1].last_offset - request.batches[0].base_offset > INT32_MAX)
    return Status::invalid("an append goes over more offsets than a segment has numbers for: append its batches one by one");
  std::uint64_t given = 0;
  for (std::size_t i = 0; i < request.piece_count; ++i) given += request.pieces[i].size;
  if (given != size) return Status::invalid("the octets of an append are not as many as its batches say: give every batch whole");
  if (size > static_cast<std::uint64_t>(settings.segment_bytes))
    return Status::invalid("an append is larger than segment.bytes: send smaller batches or raise segment.bytes");
  return {};
}

// The segment that an append would go to, as far as rolling is concerned.
struct RollingSegment {
  std::int64_t base_offset = 0;
  std::uint64_t size = 0;
  std::int64_t first_timestamp_ms = -1;  // the largest timestamp of its first batch
  std::int64_t created_ms = 0;
  std::int64_t jitter_ms = 0;  // drawn once per segment by draw_jitter
  bool index_full = false;
};

// Kafka's rule for beginning a new segment before `request` is written. REQUIRES: at least one batch.
inline bool must_roll(const RollingSegment& segment, const PartitionSettings& settings, const AppendRequest& request,
                      std::uint64_t request_size, std::int64_t now_ms) noexcept {
  if (segment.size + request_size > static_cast<std::uint64_t>(settings.segment_bytes)) return segment.size > 0;
  if (request.batches[request.batch_count - 1].last_offset - segment.base_offset > INT32_MAX) return true;
  // One that is empty would be followed by one of the same offset, and so of the same name: also where an index is full with no entry.
  if (segment.size == 0) return false;
  if (segment.index_full) return true;
  std::int64_t newest = -1;
  for (std::size_t i = 0; i < request.batch_count; ++i)
    if (request.batches[i].max_timestamp_ms > newest) newest = request.batches[i].max_timestamp_ms;
  const std::int64_t waited = segment.first_timestamp_ms >= 0 ? newest - segment.first_timestamp_ms : now_ms - segment.created_ms;
  return waited > settings.segment_ms - segment.jitter_ms;
}

// How much earlier than segment.ms a segment rolls, so that many partitions made at once do not roll at once.
inline std::int64_t draw_jitter(const PartitionSettings& settings, Random& random) noexcept {
  const std::int64_t limit = settings.segment_jitter_ms < settings.segment_ms ? settings.segment_jitter_ms : settings.segment_ms;
  return limit <= 0 ? 0 : static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(limit));
}

}  // namespace barnabas::sdk
