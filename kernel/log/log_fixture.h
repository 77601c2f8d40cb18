// For tests: one partition log over a fake storage, and batches as producers, coordinators and leaders send them.
#pragma once

#include "kernel/log/fake_storage.h"
#include "kernel/log/lease_walk.h"
#include "kernel/log/partition_log.h"
#include "kernel/record/batch_builder.h"
#include "kernel/record/control.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace barnabas::log {

using Octets = std::vector<std::uint8_t>;

struct Produced {
  int records = 1;
  std::int64_t producer_id = -1;
  std::int16_t epoch = -1;
  std::int32_t sequence = -1;
  bool transactional = false;
  std::int64_t timestamp_ms = 1000;  // of the first record; each later one is 1 ms later
  // As a leader sends it to a follower:
  std::int64_t base_offset = 0;
  std::int32_t leader_epoch = -1;
};

inline Octets make_batch(const Produced& produced) {
  record::BatchBuilder builder;
  builder.start({.base_offset = produced.base_offset,
                 .leader_epoch = produced.leader_epoch,
                 .producer_id = produced.producer_id,
                 .producer_epoch = produced.epoch,
                 .base_sequence = produced.sequence,
                 .transactional = produced.transactional});
  for (int i = 0; i < produced.records; ++i)
    builder.append({.timestamp_ms = produced.timestamp_ms + i, .value = sdk::Bytes(std::string_view("some value"))});
  const sdk::Bytes octets = *builder.finish();
  return {octets.begin(), octets.end()};
}

inline Octets make_marker(std::int64_t producer_id, std::int16_t epoch, bool commit, std::int32_t coordinator_epoch = 0) {
  record::BatchBuilder builder;
  const sdk::Bytes octets = record::build_marker(builder, {.producer_id = producer_id,
                                                           .producer_epoch = epoch,
                                                           .marker = {.commit = commit, .coordinator_epoch = coordinator_epoch},
                                                           .timestamp_ms = 1000});
  return {octets.begin(), octets.end()};
}

class LogTest : public ::testing::Test {
 protected:
  LogTest() { settings.storage.segment_bytes = 1 << 20; }
  ~LogTest() override { EXPECT_EQ(disk.leases_out, 0u); }

  void open() {
    storage = std::make_unique<FakePartition>(disk, settings.storage);
    report = {};
    auto opened = PartitionLog::open("topic", 0, {}, *storage, settings, now_ms, report);
    ASSERT_TRUE(opened.ok()) << message_of(opened.status());
    log = *opened;
    disk.clean = true;
  }
  void open_leader(std::int32_t epoch = 0) {
    open();
    ASSERT_TRUE(log->become_leader({.epoch = epoch, .replica_id = 1}).ok());
  }
  void stop_cleanly() {
    ASSERT_TRUE(log->close(true).ok());
    log.reset();
  }
  void kill() {
    static_cast<void>(log->close(false));
    log.reset();
    disk.kill();
  }

  AppendOutcome append(Octets octets, LeaderAppend how = {}) {
    how.batches = {octets.data(), octets.size()};
    AppendOutcome outcome = log->append_as_leader(how);
    sent = std::move(octets);
    return outcome;
  }
  AppendOutcome produce(const Produced& produced) { return append(make_batch(produced)); }
  AppendOutcome mark(std::int64_t producer_id, std::int16_t epoch, bool commit, std::int32_t coordinator_epoch = 0) {
    return append(make_marker(producer_id, epoch, commit, coordinator_epoch), {.origin = Origin::kCoordinator});
  }
  AppendOutcome replicate(const std::vector<Produced>& batches, std::int32_t epoch, std::int64_t high_watermark = 0) {
    Octets octets;
    for (const Produced& batch : batches) {
      const Octets one = make_batch(batch);
      octets.insert(octets.end(), one.begin(), one.end());
    }
    return log->append_as_follower({.batches = octets, .leader_epoch = epoch, .leader_high_watermark = high_watermark});
  }

  FakeDisk disk;
  LogSettings settings;
  std::int64_t now_ms = 2000;
  OpenReport report;
  std::unique_ptr<FakePartition> storage;
  std::shared_ptr<PartitionLog> log;
  Octets sent;
  std::vector<AbortedProducer> aborted;
  record::Codecs codecs;
};

}  // namespace barnabas::log
