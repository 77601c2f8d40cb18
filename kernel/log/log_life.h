// For tests: random lives of a log on any storage, against a model that knows every batch ever appended.
#pragma once

#include "kernel/log/log_fixture.h"

#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <tuple>
#include <vector>

namespace barnabas::log {

struct ModelBatch {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int32_t leader_epoch = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t sequence = -1;
  bool transactional = false;
  bool marker = false;
};

struct ModelProducer {
  std::int16_t epoch = -1;
  std::int32_t last_sequence = -1;
  std::int64_t transaction_start = -1;
  std::int64_t last_seen = -1;  // offset of its last batch or marker
  std::int64_t last_data = -1;
  std::vector<ModelBatch> window = {};  // of this epoch, the last five
  std::size_t certain = 0;              // so many of the window must be known: a restart may forget all but the last
};

// What a log lives on, across its ends.
class Machine {
 public:
  virtual ~Machine() = default;
  virtual sdk::PartitionStorage& start() = 0;
  virtual void stop(bool clean) = 0;
};

class LogLife {
 public:
  explicit LogLife(Machine& machine) : machine_(machine) { begin(); }
  ~LogLife() { stop(false); }

  // The settings of every log in here.
  static LogSettings settings() {
    LogSettings settings;
    settings.storage.segment_bytes = 400;
    settings.storage.segment_index_bytes = 1200;
    return settings;
  }

  void step(int kind, int a, int b) {
    const std::int64_t id = 1 + a % 3;
    switch (kind % 12) {
      case 0:
        return write({.records = 1 + b % 4});
      case 1:
      case 2:
        return write(next(id, 1 + b % 3));
      case 3:
        return repeat(id, static_cast<std::size_t>(b % 7));
      case 4:
        return gap(id, b);
      case 5:
        return transact(id, 1 + b % 2);
      case 6:
        return end(id, b % 2 == 0, b % 3 == 0);
      case 7:
        if (producers_[id].transaction_start < 0) bump(id);
        return;
      case 8:
        RC_ASSERT(log_->become_leader({.epoch = ++epoch_, .replica_id = 1}).ok());
        return;
      case 9:
        return restart(true);
      case 10:
        return restart(false);
      default:
        return b % 2 == 0 ? cut(a) : remove(a);
    }
  }

  void check() {
    const LogPositions at = log_->positions();
    RC_ASSERT(at.log_start == start_);
    RC_ASSERT(at.log_end == end_);
    RC_ASSERT(at.high_watermark == end_);
    std::int64_t stable = end_;
    for (const auto& [id, producer] : producers_)
      if (producer.transaction_start >= 0) stable = std::min(stable, producer.transaction_start);
    RC_ASSERT(at.last_stable == std::max(stable, start_));
    std::vector<std::int64_t> expected;
    for (const auto& batch : batches_)
      if (batch.last >= start_) expected.push_back(batch.first);
    RC_ASSERT(stored() == expected);
    check_epochs();
    check_producers();
  }

 private:
  void begin() {
    OpenReport report;
    storage_ = &machine_.start();
    auto opened = PartitionLog::open("topic", 0, {}, *storage_, settings(), 2000, report);
    RC_ASSERT(opened.ok());
    RC_ASSERT(report.notes.empty());
    log_ = *opened;
    RC_ASSERT(log_->become_leader({.epoch = ++epoch_, .replica_id = 1}).ok());
  }
  void stop(bool clean) {
    if (log_ == nullptr) return;
    const bool closed = log_->close(clean).ok();
    log_.reset();
    machine_.stop(clean);
    if (clean) RC_ASSERT(closed);
  }

  AppendOutcome append(Octets octets, Origin origin = Origin::kClient) {
    return log_->append_as_leader({.batches = {octets.data(), octets.size()}, .origin = origin});
  }
  AppendOutcome produce(const Produced& produced) { return append(make_batch(produced)); }
  AppendOutcome mark(std::int64_t producer_id, std::int16_t epoch, bool commit) {
    return append(make_marker(producer_id, epoch, commit), Origin::kCoordinator);
  }

  // First offsets of the batches from the start to the end, as readers get them: a few octets at a time, batches cut at the end left out.
  std::vector<std::int64_t> stored() {
    std::vector<std::int64_t> offsets;
    std::vector<AbortedProducer> aborted;
    for (std::int64_t next = start_; next < end_;) {
      LogReadOutcome outcome = log_->read({.offset = next, .max_bytes = 250}, aborted);
      RC_ASSERT(outcome.error == ErrorCode::kNone);
      const Octets octets = octets_of(outcome.lease);
      give_back(outcome.lease);
      record::BatchReader batches{sdk::Bytes(octets)};
      const std::int64_t before = next;
      for (record::BatchView batch; batches.next(batch); next = batch.next_offset()) {
        RC_ASSERT(batch.crc_valid());
        offsets.push_back(batch.base_offset());
      }
      RC_ASSERT(next > before);
    }
    return offsets;
  }
  static Octets octets_of(const sdk::Lease& lease) {
    Octets octets;
    for (std::size_t i = 0; i < lease.region_count; ++i) {
      const sdk::Region& region = lease.regions[i];
      const std::size_t at = octets.size();
      octets.resize(at + static_cast<std::size_t>(region.size));
      std::size_t count = static_cast<std::size_t>(region.size);
      if (region.file == nullptr)
        std::copy_n(region.memory.data, count, octets.data() + at);
      else
        RC_ASSERT(region.file->read_at(region.position, {octets.data() + at, count}, count).ok());
      RC_ASSERT(count == region.size);
    }
    return octets;
  }

  Produced next(std::int64_t id, int records) {
    const ModelProducer& producer = producers_[id];
    return {.records = records,
            .producer_id = id,
            .epoch = std::max<std::int16_t>(producer.epoch, 0),
            .sequence = producer.last_sequence + 1,
            .transactional = producer.transaction_start >= 0};
  }
  void write(const Produced& produced) {
    const AppendOutcome outcome = produce(produced);
    RC_ASSERT(outcome.error == ErrorCode::kNone);
    RC_ASSERT(!outcome.duplicate);
    RC_ASSERT(outcome.base_offset == end_);
    note({.first = end_,
          .last = end_ + produced.records - 1,
          .leader_epoch = epoch_,
          .producer_id = produced.producer_id,
          .producer_epoch = produced.epoch,
          .sequence = produced.sequence,
          .transactional = produced.transactional});
  }
  void note(const ModelBatch& batch) {
    batches_.push_back(batch);
    end_ = batch.last + 1;
    if (batch.producer_id >= 0) apply(batch);
  }
  void apply(const ModelBatch& batch) {
    ModelProducer& producer = producers_[batch.producer_id];
    if (batch.producer_epoch != producer.epoch) producer = {.epoch = batch.producer_epoch, .transaction_start = producer.transaction_start};
    producer.last_seen = batch.last;
    if (batch.marker) {
      producer.transaction_start = -1;
      return;
    }
    producer.last_data = batch.last;
    producer.last_sequence = batch.sequence + static_cast<std::int32_t>(batch.last - batch.first);
    if (batch.transactional && producer.transaction_start < 0) producer.transaction_start = batch.first;
    producer.window.push_back(batch);
    if (producer.window.size() > 5) producer.window.erase(producer.window.begin());
    producer.certain = std::min<std::size_t>(producer.certain + 1, 5);
  }

  void repeat(std::int64_t id, std::size_t back) {
    std::vector<ModelBatch> all;
    for (const auto& batch : batches_)
      if (batch.producer_id == id && !batch.marker && batch.producer_epoch == producers_[id].epoch) all.push_back(batch);
    if (back >= all.size() || producers_[id].epoch < 0 || producers_[id].last_sequence < 0) return;
    const ModelBatch& old = all[all.size() - 1 - back];
    const AppendOutcome outcome = produce({.records = static_cast<int>(old.last - old.first) + 1,
                                           .producer_id = id,
                                           .epoch = old.producer_epoch,
                                           .sequence = old.sequence,
                                           .transactional = old.transactional});
    if (back < producers_[id].certain) RC_ASSERT(outcome.duplicate);
    if (back >= 5) RC_ASSERT(!outcome.duplicate);
    if (outcome.duplicate) {
      RC_ASSERT(outcome.base_offset == old.first);
      RC_ASSERT(outcome.last_offset == old.last);
    } else {
      RC_ASSERT(outcome.error == ErrorCode::kOutOfOrderSequenceNumber);
    }
  }
  void gap(std::int64_t id, int b) {
    const ModelProducer& producer = producers_[id];
    if (producer.epoch < 0) return;
    Produced produced = next(id, 1);
    produced.sequence += 1 + b % 5;
    RC_ASSERT(produce(produced).error == ErrorCode::kOutOfOrderSequenceNumber);
    produced.epoch = static_cast<std::int16_t>(producer.epoch - 1);
    if (produced.epoch >= 0) RC_ASSERT(produce(produced).error == ErrorCode::kInvalidProducerEpoch);
  }
  void transact(std::int64_t id, int records) {
    Produced produced = next(id, records);
    produced.transactional = true;
    write(produced);
  }
  void end(std::int64_t id, bool commit, bool bumps) {
    const auto epoch = static_cast<std::int16_t>(std::max<std::int16_t>(producers_[id].epoch, 0) + (bumps ? 1 : 0));
    RC_ASSERT(mark(id, epoch, commit).error == ErrorCode::kNone);
    note({.first = end_,
          .last = end_,
          .leader_epoch = epoch_,
          .producer_id = id,
          .producer_epoch = epoch,
          .transactional = true,
          .marker = true});
  }
  void bump(std::int64_t id) {
    Produced produced = next(id, 1);
    produced.epoch = static_cast<std::int16_t>(produced.epoch + 1);
    produced.sequence = 0;
    write(produced);
  }

  void restart(bool clean) {
    stop(clean);
    begin();
    forget();
  }
  void cut(int a) {
    RC_ASSERT(log_->become_follower(++epoch_).ok());
    const std::int64_t offset = start_ + a % (end_ - start_ + 1);
    RC_ASSERT(log_->truncate_to(offset).ok());
    if (offset < end_) {
      while (!batches_.empty() && batches_.back().last >= offset) batches_.pop_back();
      end_ = std::max(start_, batches_.empty() ? start_ : batches_.back().last + 1);
      producers_.clear();
      for (const auto& batch : batches_)
        if (batch.producer_id >= 0) apply(batch);
      forget();
    }
    RC_ASSERT(log_->become_leader({.epoch = ++epoch_, .replica_id = 1}).ok());
  }
  // Up to the last stable offset: of an open transaction nothing is lost.
  void remove(int a) {
    const std::int64_t stable = log_->last_stable();
    const std::int64_t offset = start_ + a % (stable - start_ + 1);
    Status status;
    RC_ASSERT(log_->delete_records(offset, status) == ErrorCode::kNone);
    start_ = offset;
  }
  // What may be unknown after a restart: all but the last batch, who wrote nothing that is stored still, and what a transaction wrote
  // before that.
  void forget() {
    const std::int64_t stored_from = oldest_base();
    std::map<std::int64_t, ProducerInfo> known;
    for (const ProducerInfo& info : log_->producers()) known[info.producer_id] = info;
    for (auto at = producers_.begin(); at != producers_.end();) {
      ModelProducer& producer = at->second;
      producer.certain = std::min<std::size_t>(producer.certain, 1);
      if (producer.last_seen < stored_from && !known.contains(at->first)) {
        at = producers_.erase(at);
        continue;
      }
      if (producer.transaction_start >= 0 && producer.transaction_start < stored_from)
        producer.transaction_start = known[at->first].transaction_start;
      if (producer.last_data < stored_from && known.contains(at->first) && known[at->first].last_sequence == -1)
        producer = {.epoch = producer.epoch, .transaction_start = producer.transaction_start, .last_seen = producer.last_seen};
      ++at;
    }
  }

  std::int64_t oldest_base() {
    struct First final : sdk::Visitor<sdk::SegmentInfo> {
      bool visit(const sdk::SegmentInfo& segment) noexcept override {
        base = segment.base_offset;
        return false;
      }
      std::int64_t base = 0;
    } first;
    RC_ASSERT(storage_->segments(first).ok());
    return first.base;
  }

  void check_epochs() {
    std::map<std::int32_t, std::int64_t> starts;
    for (const auto& batch : batches_) starts.try_emplace(batch.leader_epoch, batch.first);
    starts.try_emplace(epoch_, end_);
    while (starts.size() > 1 && std::next(starts.begin())->second <= start_) starts.erase(starts.begin());
    if (starts.begin()->second < start_) starts.begin()->second = start_;
    for (std::int32_t asked = 0; asked <= epoch_ + 1; ++asked) {
      EpochEnd expected{asked, end_};
      const auto higher = starts.upper_bound(asked);
      if (asked > epoch_)
        expected = {};
      else if (higher != starts.end())
        expected = {higher == starts.begin() ? asked : std::prev(higher)->first, higher->second};
      EpochEnd end;
      RC_ASSERT(log_->end_offset_for_epoch(asked, {}, end) == ErrorCode::kNone);
      RC_ASSERT(end.epoch == expected.epoch);
      RC_ASSERT(end.end_offset == expected.end_offset);
    }
  }
  void check_producers() {
    std::map<std::int64_t, ModelProducer> expected;
    for (const auto& [id, producer] : producers_)
      if (producer.epoch >= 0) expected.emplace(id, producer);
    const std::vector<ProducerInfo> known = log_->producers();
    RC_ASSERT(known.size() == expected.size());
    for (const ProducerInfo& info : known) {
      const ModelProducer& producer = expected.at(info.producer_id);
      RC_ASSERT(info.producer_epoch == producer.epoch);
      RC_ASSERT(info.last_sequence == producer.last_sequence);
      RC_ASSERT(info.transaction_start == producer.transaction_start);
    }
  }

  Machine& machine_;
  sdk::PartitionStorage* storage_ = nullptr;
  std::shared_ptr<PartitionLog> log_;
  std::vector<ModelBatch> batches_;
  std::map<std::int64_t, ModelProducer> producers_;
  std::int64_t start_ = 0;
  std::int64_t end_ = 0;
  std::int32_t epoch_ = -1;
};

// Runs one random life.
inline void live(Machine& machine) {
  const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(
      rc::gen::tuple(rc::gen::inRange(0, 12), rc::gen::inRange(0, 1000), rc::gen::inRange(0, 1000)));
  LogLife life(machine);
  for (const auto& [kind, a, b] : steps) {
    life.step(kind, a, b);
    life.check();
  }
}

}  // namespace barnabas::log
