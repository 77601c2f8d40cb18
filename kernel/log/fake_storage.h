// For tests: a partition's storage in memory whose content outlives the object, with segments, crashes and a device that fails when told
// to.
#pragma once

#include <barnabas/sdk/storage.h>

#include "kernel/record/batch_view.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace barnabas::log {

// What lies on the device.
struct FakeDisk {
  struct Batch {
    sdk::BatchInfo info;
    std::vector<std::uint8_t> octets;
  };
  std::vector<Batch> batches;
  std::vector<std::int64_t> segment_bases{0};
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  std::int64_t high_watermark = 0;
  std::vector<sdk::AbortedTransaction> aborted;
  std::map<std::string, std::string> sides;
  std::set<std::string> unsynced_sides;
  bool clean = true;

  std::size_t flushed_batches = 0;
  int failures_in = -1;           // so many calls that touch the device succeed, then all fail; -1: never
  bool full = false;              // whatever needs room is refused
  bool full_for_batches = false;  // side files are small
  std::size_t leases_out = 0;
  std::function<void()> during_flush = {};

  // The process died: everything written is there, the next opening counts as unclean.
  void kill() { clean = false; }
  // The machine died: only what was flushed is there.
  void power_off() {
    clean = false;
    batches.resize(std::min(batches.size(), flushed_batches));
    log_end = batches.empty() ? std::max<std::int64_t>(log_start, segment_bases.front()) : batches.back().info.last_offset + 1;
    while (segment_bases.size() > 1 && segment_bases.back() > log_end) segment_bases.pop_back();
    std::erase_if(aborted, [&](const auto& transaction) { return transaction.last_offset >= log_end; });
    for (const std::string& name : std::exchange(unsynced_sides, {})) sides.erase(name);
  }
};

class FakePartition final : public sdk::PartitionStorage {
 public:
  explicit FakePartition(FakeDisk& disk, const sdk::PartitionSettings& settings = {}) : disk_(disk), settings_(settings) {}

  sdk::PartitionState state() noexcept override {
    std::uint64_t size = 0;
    for (const auto& batch : disk_.batches) size += batch.octets.size();
    return {.log_start = disk_.log_start,
            .log_end = disk_.log_end,
            .high_watermark = std::min(disk_.high_watermark, disk_.log_end),
            .size = size,
            .recovered = !disk_.clean};
  }
  void configure(const sdk::PartitionSettings& settings) noexcept override { settings_ = settings; }

  sdk::Status append(const sdk::AppendRequest& request, sdk::AppendOutcome& outcome) noexcept override {
    if (sdk::Status status = device(); !status) return status;
    std::vector<std::uint8_t> octets;
    for (std::size_t i = 0; i < request.piece_count; ++i) octets.insert(octets.end(), request.pieces[i].begin(), request.pieces[i].end());
    std::uint64_t in_segment = 0;
    for (const auto& batch : disk_.batches)
      if (batch.info.base_offset >= disk_.segment_bases.back()) in_segment += batch.octets.size();
    if (in_segment != 0 && in_segment + octets.size() > static_cast<std::uint64_t>(settings_.segment_bytes)) {
      outcome.rolled_at = request.batches[0].base_offset;
      disk_.segment_bases.push_back(outcome.rolled_at);
    }
    if (sdk::Status status = room(); !status) return status;
    if (disk_.full_for_batches) return sdk::Status::exhausted("the device is full");
    std::size_t at = 0;
    for (std::size_t i = 0; i < request.batch_count; ++i) {
      const sdk::BatchInfo& info = request.batches[i];
      const auto begin = octets.begin() + static_cast<std::ptrdiff_t>(at);
      disk_.batches.push_back({info, {begin, begin + info.size}});
      at += info.size;
      disk_.log_end = info.last_offset + 1;
    }
    return {};
  }
  sdk::Status flush() noexcept override {
    if (sdk::Status status = device(); !status) return status;
    const std::size_t batches = disk_.batches.size();
    if (disk_.during_flush) disk_.during_flush();
    disk_.flushed_batches = std::min(batches, disk_.batches.size());
    return {};
  }
  sdk::Status roll() noexcept override {
    if (disk_.segment_bases.back() != disk_.log_end) disk_.segment_bases.push_back(disk_.log_end);
    return {};
  }

  sdk::Status read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept override {
    auto* octets = new std::vector<std::uint8_t>();
    for (auto batch = holder(request.offset); batch != disk_.batches.end() && batch->info.base_offset < request.upper_offset; ++batch) {
      if (octets->size() + batch->octets.size() > request.max_bytes && !(octets->empty() && request.at_least_one_batch)) break;
      octets->insert(octets->end(), batch->octets.begin(), batch->octets.end());
    }
    ++disk_.leases_out;
    lease.regions[0] = {.memory = *octets, .file = nullptr, .position = 0, .size = octets->size()};
    lease.region_count = 1;
    lease.size = octets->size();
    lease.owner = &disk_;
    lease.token = octets;
    lease.release = [](void* owner, void* token) noexcept {
      --static_cast<FakeDisk*>(owner)->leases_out;
      delete static_cast<std::vector<std::uint8_t>*>(token);
    };
    return {};
  }
  sdk::Status copy(std::int64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override {
    count = 0;
    if (offset < disk_.segment_bases.front() || offset > disk_.log_end) return sdk::Status::not_found("no such offset");
    for (auto batch = holder(offset); batch != disk_.batches.end(); ++batch) {
      if (count + batch->octets.size() > into.size) {
        if (count != 0) break;
        count = batch->octets.size();
        return sdk::Status::exhausted("the first batch is larger");
      }
      std::copy(batch->octets.begin(), batch->octets.end(), into.data + count);
      count += batch->octets.size();
    }
    return {};
  }

  sdk::Status find_by_time(std::int64_t timestamp_ms, sdk::BatchInfo& found) noexcept override {
    for (const auto& batch : disk_.batches)
      if (batch.info.max_timestamp_ms >= timestamp_ms) return found = batch.info, sdk::Status();
    return sdk::Status::not_found("nothing that late");
  }
  sdk::Status find_latest_time(sdk::BatchInfo& found) noexcept override {
    if (disk_.batches.empty()) return sdk::Status::not_found("empty");
    found = std::max_element(disk_.batches.begin(), disk_.batches.end(), [](const auto& a, const auto& b) {
              return a.info.max_timestamp_ms < b.info.max_timestamp_ms;
            })->info;
    return {};
  }

  sdk::Status add_aborted(const sdk::AbortedTransaction& transaction) noexcept override {
    if (sdk::Status status = device(); !status) return status;
    if (sdk::Status status = room(); !status) return status;
    disk_.aborted.push_back(transaction);
    return {};
  }
  sdk::Status aborted(std::int64_t from, std::int64_t to, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept override {
    for (const auto& transaction : disk_.aborted)
      if (transaction.last_offset >= from && transaction.first_offset < to && !visitor.visit(transaction)) break;
    return {};
  }

  sdk::Status truncate(std::int64_t offset) noexcept override {
    if (sdk::Status status = device(); !status) return status;
    while (!disk_.batches.empty() && disk_.batches.back().info.last_offset >= offset) disk_.batches.pop_back();
    disk_.log_end = std::max(disk_.batches.empty() ? disk_.log_start : disk_.batches.back().info.last_offset + 1, disk_.log_start);
    if (offset > disk_.log_end && disk_.batches.empty()) disk_.log_end = disk_.log_start;
    disk_.flushed_batches = std::min(disk_.flushed_batches, disk_.batches.size());
    while (disk_.segment_bases.size() > 1 && disk_.segment_bases.back() > disk_.log_end) disk_.segment_bases.pop_back();
    std::erase_if(disk_.aborted, [&](const auto& transaction) { return transaction.last_offset >= disk_.log_end; });
    return {};
  }
  sdk::Status restart(std::int64_t offset) noexcept override {
    disk_.batches.clear();
    disk_.aborted.clear();
    disk_.segment_bases = {offset};
    disk_.log_start = disk_.log_end = disk_.high_watermark = offset;
    disk_.flushed_batches = 0;
    return {};
  }
  sdk::Status advance_start(std::int64_t offset) noexcept override {
    disk_.log_start = offset;
    while (disk_.segment_bases.size() > 1 && disk_.segment_bases[1] <= offset) disk_.segment_bases.erase(disk_.segment_bases.begin());
    const std::size_t before = disk_.batches.size();
    std::erase_if(disk_.batches, [&](const auto& batch) { return batch.info.base_offset < disk_.segment_bases.front(); });
    disk_.flushed_batches -= std::min(disk_.flushed_batches, before - disk_.batches.size());
    return {};
  }
  sdk::Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override {
    for (std::size_t i = 0; i < disk_.segment_bases.size(); ++i) {
      const bool active = i + 1 == disk_.segment_bases.size();
      if (!visitor.visit(
              {.base_offset = disk_.segment_bases[i], .end_offset = active ? disk_.log_end : disk_.segment_bases[i + 1], .active = active}))
        break;
    }
    return {};
  }
  void note_high_watermark(std::int64_t offset) noexcept override { disk_.high_watermark = offset; }

  sdk::Status write_side(sdk::Text name, sdk::Bytes content, bool sync) noexcept override {
    if (sdk::Status status = device(); !status) return status;
    if (sdk::Status status = room(); !status) return status;
    disk_.sides[std::string(name)] = std::string(reinterpret_cast<const char*>(content.data), content.size);
    if (sync)
      disk_.unsynced_sides.erase(std::string(name));
    else
      disk_.unsynced_sides.insert(std::string(name));
    return {};
  }
  sdk::Status read_side(sdk::Text name, sdk::Sink& to) noexcept override {
    const auto at = disk_.sides.find(std::string(name));
    return at == disk_.sides.end() ? sdk::Status::not_found("no such side file") : to.append(at->second);
  }
  sdk::Status remove_side(sdk::Text name) noexcept override {
    disk_.sides.erase(std::string(name));
    disk_.unsynced_sides.erase(std::string(name));
    return {};
  }
  sdk::Status list_sides(sdk::Visitor<sdk::Text>& visitor) noexcept override {
    for (const auto& [name, content] : disk_.sides)
      if (!visitor.visit(name)) break;
    return {};
  }

 private:
  sdk::Status device() {
    if (disk_.failures_in == 0) return sdk::Status::io("the device is gone");
    if (disk_.failures_in > 0) --disk_.failures_in;
    return {};
  }
  sdk::Status room() const { return disk_.full ? sdk::Status::exhausted("the device is full") : sdk::Status(); }
  std::vector<FakeDisk::Batch>::iterator holder(std::int64_t offset) {
    return std::find_if(disk_.batches.begin(), disk_.batches.end(), [&](const auto& batch) { return batch.info.last_offset >= offset; });
  }

  FakeDisk& disk_;
  sdk::PartitionSettings settings_;
};

}  // namespace barnabas::log
