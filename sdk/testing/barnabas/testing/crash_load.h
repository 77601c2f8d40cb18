// A load on a storage that remembers what it was promised, and after a crash says whether the promises were kept. One thread.
#pragma once

#include <barnabas/testing/storage_kit.h>

namespace barnabas::testing {

class CrashLoad {
 public:
  explicit CrashLoad(StorageMachine& machine) : machine_(machine) {}

  // Runs until the machine goes down; true: to the end.
  bool run() {
    return begin() && appends(10) && flush() && appends(6) && roll() && side("one") && appends(3) && flush() && checkpoint() &&
           truncate(35) && appends(5) && other() && truncate(36) && truncate(7) && appends(4) && flush() && advance(8) && appends(8) &&
           checkpoint() && side("two") && advance(20) && flush() && end() && begin() && appends(5) && flush() && checkpoint() &&
           restart(200) && appends(7) && flush() && restart(50) && appends(9) && flush() && truncate(60) && checkpoint() && appends(3) &&
           end() && begin() && appends(2) && end();
  }

  // The machine has come up again with `crash`. Leaves the storage started.
  void check(Crash crash) {
    const Seen first = look();
    if (::testing::Test::HasFailure()) return;
    EXPECT_LE(first.start, start_) << "the log begins behind what was asked for";
    EXPECT_GE(first.end, first.start);
    std::int64_t next = first.start;
    std::uint32_t generation = 0;
    for (const TestBatch& each : first.log) {
      if (&each == &first.log.front()) {
        EXPECT_LE(each.info.base_offset, next);
      } else {
        EXPECT_EQ(each.info.base_offset, next) << "a gap";
      }
      next = each.info.last_offset + 1;
      EXPECT_TRUE(was_appended(each)) << "octets at " << each.info.base_offset << " that nobody wrote";
      EXPECT_GE(each.octets[15], generation) << "old batches behind new ones at " << each.info.base_offset;
      generation = each.octets[15];
    }
    EXPECT_EQ(next, first.end) << "the log does not end with a batch";
    if (restarting_at_ >= 0 && first.log.empty()) {
      EXPECT_EQ(first.start, restarting_at_) << "neither the old log nor the new one";
    }
    expect_all(first, flushed_, "was flushed");
    if (crash == Crash::kKill && !cutting_) expect_all(first, acknowledged_, "was written before the process died");
    EXPECT_TRUE(first.side == side_ || first.side == next_side_) << "side file '" << first.side << "'";

    // Coming up once more changes nothing, nor does a loss of power after a flush.
    switch_off(Crash::kKill);
    expect_same(look(), first, "after a second start");
    EXPECT_TRUE(partition_->flush());
    switch_off(Crash::kLose);
    expect_same(look(), first, "after a flush and a loss of power");
    // And the log goes on.
    start_ = first.start;
    const std::int64_t end_before = partition_->state().log_end;
    EXPECT_TRUE(append(*partition_, {batch(end_before, 1, 1, 20, 5, 255)}));
    machine_.storage().close(partition_);
    // Only what somebody has looked at may count as clean.
    sdk::PartitionStorage* second = nullptr;
    if (machine_.open("other", 3, second, false)) machine_.storage().close(second);
    EXPECT_TRUE(machine_.stop());
    sdk::StartOutcome outcome;
    EXPECT_TRUE(machine_.start(&outcome));
    EXPECT_TRUE(outcome.clean);
    EXPECT_EQ(machine_.open("load", 0).state().log_end, end_before + 1);
  }

 private:
  struct Seen {
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::vector<TestBatch> log;
    std::string side;
  };

  bool begin() {
    if (!machine_.start()) return false;
    return bool(machine_.open("load", 0, partition_));
  }
  bool end() {
    machine_.storage().close(partition_);
    // A close that fails says so by a stop that is not clean.
    const bool stopped = bool(machine_.stop());
    if (stopped && !machine_.disk.crashed()) flushed_ = acknowledged_;
    return stopped && !machine_.disk.crashed();
  }
  bool appends(int count) {
    for (int i = 0; i < count; ++i) {
      const std::int64_t at = partition_->state().log_end;
      std::vector<TestBatch> some{batch(at, 2, 1000 + at, 60, ++salt_, generation_)};
      if (i % 3 == 0) some.push_back(batch(at + 2, 1, 1000 + at, 90, ++salt_, generation_));
      history_.insert(history_.end(), some.begin(), some.end());
      if (!append(*partition_, some)) return false;
      acknowledged_.insert(acknowledged_.end(), some.begin(), some.end());
    }
    return true;
  }
  bool flush() {
    if (!partition_->flush()) return false;
    flushed_ = acknowledged_;
    return true;
  }
  bool roll() { return bool(partition_->roll()); }
  bool checkpoint() {
    partition_->note_high_watermark(partition_->state().log_end);
    return bool(machine_.storage().checkpoint());
  }
  bool truncate(std::int64_t offset) {
    const auto goes = [offset](const TestBatch& each) { return each.info.last_offset >= offset; };
    std::erase_if(flushed_, goes);
    cutting_ = true;
    ++generation_;
    if (!partition_->truncate(offset)) return false;
    cutting_ = false;
    std::erase_if(acknowledged_, goes);
    return true;
  }
  bool advance(std::int64_t offset) {
    start_ = offset;
    return bool(partition_->advance_start(offset));
  }
  bool restart(std::int64_t offset) {
    flushed_.clear();
    restarting_at_ = offset;
    start_ = std::max(start_, offset);
    cutting_ = true;
    ++generation_;
    if (!partition_->restart(offset)) return false;
    cutting_ = false;
    restarting_at_ = -1;
    start_ = offset;
    acknowledged_.clear();
    return true;
  }
  bool side(const std::string& content) {
    next_side_ = content;
    if (!partition_->write_side("leader-epoch-checkpoint", content, true)) return false;
    side_ = content;
    return true;
  }
  // A partition that comes and goes beside.
  bool other() {
    sdk::PartitionStorage* second = nullptr;
    if (!machine_.open("other", 3, second, true, sdk::Uuid{{7}})) return false;
    if (!append(*second, {batch(0, 3)}) || !second->flush()) return false;
    if (!machine_.storage().remove(second)) return false;
    machine_.host.advance(120'000'000'000);
    return !machine_.disk.crashed();
  }

  void switch_off(Crash crash) {
    machine_.switch_off();
    machine_.host.run();
    machine_.disk.restart(crash);
  }

  Seen look() {
    Seen seen;
    sdk::Status status = machine_.start();
    EXPECT_TRUE(status) << text_of(status);
    if (!status) return seen;
    status = machine_.open("load", 0, partition_);
    EXPECT_TRUE(status) << text_of(status);
    if (!status) return seen;
    seen.start = partition_->state().log_start;
    seen.end = partition_->state().log_end;
    EXPECT_LE(partition_->state().high_watermark, seen.end);
    seen.log = read_all(*partition_, seen.start);
    TextSink sink;
    if (partition_->read_side("leader-epoch-checkpoint", sink)) seen.side = sink.text;
    return seen;
  }

  bool was_appended(const TestBatch& batch) const {
    for (const TestBatch& each : history_)
      if (each == batch) return true;
    return false;
  }
  void expect_all(const Seen& seen, const std::vector<TestBatch>& promised, const char* why) const {
    for (const TestBatch& each : promised) {
      if (each.info.last_offset < seen.start) continue;
      bool found = false;
      for (const TestBatch& there : seen.log) found = found || there == each;
      EXPECT_TRUE(found) << "the batch at " << each.info.base_offset << " " << why << ", and is gone; the log is " << seen.start << ".."
                         << seen.end;
    }
  }
  static void expect_same(const Seen& now, const Seen& before, const char* when) {
    EXPECT_EQ(now.start, before.start) << when;
    EXPECT_EQ(now.end, before.end) << when;
    EXPECT_EQ(now.log, before.log) << when;
    EXPECT_EQ(now.side, before.side) << when;
  }

  StorageMachine& machine_;
  sdk::PartitionStorage* partition_ = nullptr;
  std::vector<TestBatch> history_;       // everything ever tried
  std::vector<TestBatch> acknowledged_;  // the log as it should be
  std::vector<TestBatch> flushed_;       // what of it must survive a loss of power
  bool cutting_ = false;                 // a truncation was begun and not acknowledged
  std::int64_t restarting_at_ = -1;      // a restart was begun and not acknowledged
  std::int64_t start_ = 0;
  std::int32_t generation_ = 0;
  std::uint64_t salt_ = 0;
  std::string side_;
  std::string next_side_;
};

}  // namespace barnabas::testing
