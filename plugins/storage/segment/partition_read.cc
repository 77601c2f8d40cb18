// Finding and lending what is stored.
#include "partition.h"

#include <algorithm>

namespace barnabas::segment {

Status Partition::in_range(std::int64_t offset) const {
  if (offset >= segments_.front()->base_offset() && offset <= log_end()) return {};
  return Status::not_found("the offset is outside of the log");
}

std::size_t Partition::segment_of(std::int64_t offset) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), offset,
                                      [](std::int64_t wanted, const auto& segment) { return wanted < segment->base_offset(); });
  return after == segments_.begin() ? 0 : static_cast<std::size_t>(after - segments_.begin()) - 1;
}

Status Partition::locate(std::int64_t offset, Place& place) {
  place = {segments_.size() - 1, std::nullopt};
  if (offset >= log_end()) return {};
  if (const RecentBatches::Entry* recent = recent_.find(offset); recent != nullptr) {
    place = {segment_of(recent->segment_base), recent->batch};
    return {};
  }
  for (std::size_t i = segment_of(offset); i < segments_.size(); ++i) {
    BARNABAS_TRY(segments_[i]->find(offset, place.batch));
    place.segment = i;
    if (place.batch) return {};
  }
  return {};
}

Status Partition::end_of(std::size_t index, std::int64_t upper_offset, std::uint64_t& position) {
  LogSegment& segment = *segments_[index];
  position = segment.size();
  if (upper_offset >= segment.end_offset()) return {};
  if (const RecentBatches::Entry* recent = recent_.find(upper_offset); recent != nullptr) {
    if (recent->segment_base == segment.base_offset()) position = recent->batch.position;
    return {};
  }
  std::optional<PlacedBatch> first_outside;
  BARNABAS_TRY(segment.find(upper_offset, first_outside));
  if (first_outside) position = first_outside->position;
  return {};
}

Status Partition::read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept {
  lease = {};
  if (!directory_.online()) return directory_.offline();
  BARNABAS_TRY(in_range(request.offset));
  Place place;
  BARNABAS_TRY(check(locate(request.offset, place)));
  if (!place.batch || place.batch->info.last_offset >= request.upper_offset) return {};
  std::uint64_t end = 0;
  BARNABAS_TRY(check(end_of(place.segment, request.upper_offset, end)));
  std::uint64_t size = request.max_bytes;
  if (request.at_least_one_batch) size = std::max<std::uint64_t>(size, place.batch->info.size);
  size = std::min(size, end - place.batch->position);
  if (size == 0) return {};

  CachedFile& log = segments_[place.segment]->log();
  sdk::File* file = nullptr;
  BARNABAS_TRY(check(log.lend(file)));
  lease.regions[0] = {{}, file, place.batch->position, size};
  lease.region_count = 1;
  lease.size = size;
  lease.release = &CachedFile::return_lent;
  lease.token = &log;
  return {};
}

Status Partition::copy(std::int64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept {
  count = 0;
  if (!directory_.online()) return directory_.offline();
  BARNABAS_TRY(in_range(offset));
  Place place;
  BARNABAS_TRY(check(locate(offset, place)));
  if (!place.batch) return {};
  if (place.batch->info.size > into.size) {
    count = place.batch->info.size;
    return Status::exhausted("the first batch is larger than the buffer");
  }
  LogSegment& segment = *segments_[place.segment];
  const std::uint64_t left = segment.size() - place.batch->position;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, into.size));
  std::size_t got = 0;
  Pin pin;
  BARNABAS_TRY(check(pin.open(segment.log())));
  BARNABAS_TRY(check(pin->read_at(place.batch->position, {into.data, wanted}, got)));
  while (got - count >= sizeof(std::int64_t)) {
    const std::size_t rest = got - count;
    const auto batch = parse_header({into.data + count, std::min(rest, kHeaderBytes)}, left - count);
    if (!batch || batch->size > rest) break;
    count += batch->size;
  }
  return count != 0
             ? Status()
             : Status::corrupt("there is no batch where offset " + std::to_string(offset) + " should lie in " + segment.log().path());
}

Status Partition::find_by_time(std::int64_t timestamp_ms, sdk::BatchInfo& batch) noexcept {
  if (!directory_.online()) return directory_.offline();
  for (std::size_t i = segment_of(log_start_); i < segments_.size(); ++i) {
    auto youngest = segments_[i]->max_timestamp_ms();
    if (!youngest) return check(std::move(youngest).status());
    if (*youngest < timestamp_ms) continue;
    std::optional<PlacedBatch> found;
    BARNABAS_TRY(check(segments_[i]->find_by_time(timestamp_ms, log_start_, found)));
    if (!found) continue;
    batch = found->info;
    return {};
  }
  return Status::not_found("no batch is that young");
}

Status Partition::find_latest_time(sdk::BatchInfo& batch) noexcept {
  if (!directory_.online()) return directory_.offline();
  std::int64_t latest = INT64_MIN;
  for (std::size_t i = segment_of(log_start_); i < segments_.size(); ++i) {
    if (segments_[i]->size() == 0) continue;
    auto youngest = segments_[i]->max_timestamp_ms();
    if (!youngest) return check(std::move(youngest).status());
    std::optional<PlacedBatch> found;
    if (*youngest <= latest) continue;
    BARNABAS_TRY(check(segments_[i]->find_by_time(*youngest, log_start_, found)));
    if (found) {
      latest = *youngest;
      batch = found->info;
      continue;
    }
    // The youngest lies below the start of the log: what is above it is looked at one by one.
    BARNABAS_TRY(check(segments_[i]->find_youngest(log_start_, latest, found)));
    if (!found) continue;
    latest = found->info.max_timestamp_ms;
    batch = found->info;
  }
  return latest == INT64_MIN ? Status::not_found("the log is empty") : Status();
}

Status Partition::segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept {
  if (!directory_.online()) return directory_.offline();
  for (const auto& segment : segments_) {
    auto youngest = segment->max_timestamp_ms();
    if (!youngest) return check(std::move(youngest).status());
    sdk::SegmentInfo info;
    info.base_offset = segment->base_offset();
    info.end_offset = segment->end_offset();
    info.size = segment->size();
    info.max_timestamp_ms = *youngest >= 0 ? *youngest : segment->written_ms();
    info.active = segment == segments_.back();
    if (!visitor.visit(info)) break;
  }
  return {};
}

Status Partition::aborted(std::int64_t from, std::int64_t to, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept {
  if (!directory_.online()) return directory_.offline();
  for (std::size_t i = segment_of(from); i < segments_.size(); ++i) {
    TransactionIndex& index = segments_[i]->transactions();
    if (!index.exists()) continue;
    BARNABAS_TRY(check(index.load()));
    for (const sdk::AbortedTransaction& transaction : index.transactions()) {
      if (transaction.last_offset >= from && transaction.first_offset < to && !visitor.visit(transaction)) return {};
      if (transaction.last_stable_offset >= to) return {};
    }
  }
  return {};
}

}  // namespace barnabas::segment
