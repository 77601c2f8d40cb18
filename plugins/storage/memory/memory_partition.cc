#include "memory_partition.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace barnabas::memory {
namespace {

using sdk::Status;

// A lease over several blocks. One over a single block carries the block itself and allocates nothing.
using Blocks = std::array<BlockRef, sdk::Lease::kMaxRegions>;

void release_block(void*, void* token) noexcept { BlockRef::drop(static_cast<Block*>(token)); }
void release_blocks(void*, void* token) noexcept { delete static_cast<Blocks*>(token); }

std::string_view view(sdk::Text text) { return {text.data, text.size}; }

}  // namespace

MemoryPartition::MemoryPartition(sdk::Host& host, std::shared_ptr<Budget> budget, const sdk::PartitionName& name,
                                 const sdk::PartitionSettings& settings)
    : host_(host),
      budget_(std::move(budget)),
      topic_(view(name.topic)),
      number_(name.partition),
      topic_id_(name.topic_id),
      settings_(settings),
      random_(host.random().next()) {
  begin_segment(0);
}

void MemoryPartition::begin_segment(std::int64_t base_offset) {
  segments_.emplace_back(base_offset, host_.clock().wall_ms(), sdk::draw_jitter(settings_, random_));
}

sdk::PartitionState MemoryPartition::state() noexcept {
  sdk::PartitionState state;
  state.log_start = log_start_;
  state.log_end = log_end();
  state.high_watermark = std::min(high_watermark_, state.log_end);
  for (const MemorySegment& segment : segments_) state.size += segment.size();
  return state;
}

Status MemoryPartition::append(const sdk::AppendRequest& request, sdk::AppendOutcome& outcome) noexcept {
  outcome.rolled_at = -1;
  std::uint64_t size = 0;
  if (Status status = sdk::check_append(request, log_end(), settings_, size); !status) return status;
  const std::int64_t now_ms = host_.clock().wall_ms();
  const bool rolls = sdk::must_roll(segments_.back().rolling(), settings_, request, size, now_ms);
  if (rolls) begin_segment(request.batches[0].base_offset);
  if (!segments_.back().append(request, now_ms, budget_)) {
    if (rolls) segments_.pop_back();
    return Status::exhausted("the memory storage is full: raise max_bytes or let retention delete sooner");
  }
  if (rolls) outcome.rolled_at = segments_.back().base_offset();
  return {};
}

Status MemoryPartition::roll() noexcept {
  if (segments_.back().size() != 0) begin_segment(log_end());
  return {};
}

MemoryPartition::Place MemoryPartition::locate(std::int64_t offset) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), offset,
                                      [](std::int64_t wanted, const MemorySegment& segment) { return wanted < segment.base_offset(); });
  const auto segment = after == segments_.begin() ? after : after - 1;
  return {static_cast<std::size_t>(segment - segments_.begin()), segment->first_reaching(offset)};
}

const StoredBatch* MemoryPartition::at(Place& place) const {
  for (; place.segment < segments_.size(); ++place.segment, place.batch = 0) {
    const auto& batches = segments_[place.segment].batches();
    if (place.batch < batches.size()) return &batches[place.batch];
  }
  return nullptr;
}

Status MemoryPartition::read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept {
  lease = {};
  if (request.offset < segments_.front().base_offset() || request.offset > log_end())
    return Status::not_found("the offset is outside of the log");
  Blocks blocks;
  Place place = locate(request.offset);
  for (const StoredBatch* batch; (batch = at(place)) != nullptr; ++place.batch) {
    if (batch->info.last_offset >= request.upper_offset) break;
    const std::uint64_t room = request.max_bytes > lease.size ? request.max_bytes - lease.size : 0;
    std::uint64_t part = std::min<std::uint64_t>(batch->info.size, room);
    if (lease.size == 0 && request.at_least_one_batch) part = batch->info.size;
    if (part == 0) break;

    sdk::Region* last = lease.region_count == 0 ? nullptr : &lease.regions[lease.region_count - 1];
    if (last != nullptr && last->memory.end() == batch->octets().begin()) {
      last->memory.size += part;
      last->size += part;
    } else {
      if (lease.region_count == sdk::Lease::kMaxRegions) break;
      blocks[lease.region_count] = segments_[place.segment].reference(*batch);
      lease.regions[lease.region_count++] = {batch->octets().slice(0, part), nullptr, 0, part};
    }
    lease.size += part;
  }
  if (lease.region_count == 1) {
    lease.release = &release_block;
    lease.token = blocks[0].detach();
  } else if (lease.region_count > 1) {
    lease.release = &release_blocks;
    lease.token = new Blocks(std::move(blocks));
  }
  return {};
}

Status MemoryPartition::copy(std::int64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept {
  count = 0;
  if (offset < segments_.front().base_offset() || offset > log_end()) return Status::not_found("the offset is outside of the log");
  Place place = locate(offset);
  for (const StoredBatch* batch; (batch = at(place)) != nullptr; ++place.batch) {
    if (batch->info.size > into.size - count) {
      if (count != 0) break;
      count = batch->info.size;
      return Status::exhausted("the first batch is larger than the buffer");
    }
    std::memcpy(into.data + count, batch->octets().data, batch->info.size);
    count += batch->info.size;
  }
  return {};
}

Status MemoryPartition::find_by_time(std::int64_t timestamp_ms, sdk::BatchInfo& batch) noexcept {
  for (const MemorySegment& segment : segments_) {
    if (segment.size() == 0 || segment.max_timestamp_ms() < timestamp_ms) continue;
    for (std::size_t i = segment.first_reaching(log_start_); i < segment.batches().size(); ++i) {
      batch = segment.batches()[i].info;
      if (batch.max_timestamp_ms >= timestamp_ms) return {};
    }
  }
  return Status::not_found("no batch is that young");
}

Status MemoryPartition::find_latest_time(sdk::BatchInfo& batch) noexcept {
  const sdk::BatchInfo* latest = nullptr;
  for (const MemorySegment& segment : segments_) {
    for (std::size_t i = segment.first_reaching(log_start_); i < segment.batches().size(); ++i) {
      const sdk::BatchInfo& info = segment.batches()[i].info;
      if (latest == nullptr || info.max_timestamp_ms > latest->max_timestamp_ms) latest = &info;
    }
  }
  if (latest == nullptr) return Status::not_found("the log is empty");
  batch = *latest;
  return {};
}

Status MemoryPartition::add_aborted(const sdk::AbortedTransaction& transaction) noexcept {
  segments_[std::min(locate(transaction.last_offset).segment, segments_.size() - 1)].aborted.push_back(transaction);
  return {};
}

Status MemoryPartition::aborted(std::int64_t from, std::int64_t to, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept {
  for (std::size_t i = locate(from).segment; i < segments_.size(); ++i) {
    for (const sdk::AbortedTransaction& transaction : segments_[i].aborted) {
      if (transaction.last_offset >= from && transaction.first_offset < to && !visitor.visit(transaction)) return {};
      if (transaction.last_stable_offset >= to) return {};
    }
  }
  return {};
}

Status MemoryPartition::truncate(std::int64_t offset) noexcept {
  if (offset >= log_end()) return {};
  if (offset < log_start_) return restart(offset);
  while (segments_.size() > 1 && segments_.back().base_offset() >= offset) segments_.pop_back();
  segments_.back().truncate(offset);
  if (log_end() < log_start_) return restart(log_start_);
  return {};
}

Status MemoryPartition::restart(std::int64_t offset) noexcept {
  segments_.clear();
  begin_segment(offset);
  log_start_ = offset;
  high_watermark_ = std::min(high_watermark_, offset);
  return {};
}

Status MemoryPartition::advance_start(std::int64_t offset) noexcept {
  if (offset > log_end()) return Status::invalid("the log cannot start behind its end: use restart");
  log_start_ = std::max(log_start_, offset);
  while (segments_.size() > 1 && segments_.front().end_offset() <= log_start_) segments_.pop_front();
  return {};
}

Status MemoryPartition::segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept {
  for (const MemorySegment& segment : segments_) {
    sdk::SegmentInfo info;
    info.base_offset = segment.base_offset();
    info.end_offset = segment.end_offset();
    info.size = segment.size();
    info.max_timestamp_ms = segment.max_timestamp_ms();
    info.active = &segment == &segments_.back();
    if (!visitor.visit(info)) break;
  }
  return {};
}

Status MemoryPartition::write_side(sdk::Text name, sdk::Bytes content, bool) noexcept {
  sides_[std::string(view(name))].assign(reinterpret_cast<const char*>(content.data), content.size);
  return {};
}

Status MemoryPartition::read_side(sdk::Text name, sdk::Sink& to) noexcept {
  const auto found = sides_.find(view(name));
  if (found == sides_.end()) return Status::not_found("there is no such side file");
  return to.append(found->second);
}

Status MemoryPartition::remove_side(sdk::Text name) noexcept {
  if (const auto found = sides_.find(view(name)); found != sides_.end()) sides_.erase(found);
  return {};
}

Status MemoryPartition::list_sides(sdk::Visitor<sdk::Text>& visitor) noexcept {
  for (const auto& [name, content] : sides_)
    if (!visitor.visit(name)) break;
  return {};
}

}  // namespace barnabas::memory
