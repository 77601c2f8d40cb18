#include "kernel/log/log_manager.h"

#include "kernel/log/fake_storage.h"
#include "kernel/log/log_fixture.h"

#include <gtest/gtest.h>

namespace barnabas::log {
namespace {

struct FakeClock final : sdk::Clock {
  std::int64_t mono_ns() noexcept override { return now_ms * 1'000'000; }
  std::int64_t wall_ms() noexcept override { return now_ms; }
  std::int64_t now_ms = 2000;
};

class FakeStorage final : public sdk::Storage {
 public:
  Status identity(sdk::StorageIdentity&) noexcept override { return {}; }
  Status format(const sdk::StorageFormat&) noexcept override { return {}; }
  Status start(sdk::StartOutcome&) noexcept override { return {}; }
  Status stop(std::int64_t broker_epoch) noexcept override {
    stopped_with = broker_epoch;
    return {};
  }
  Status directories(sdk::Visitor<sdk::DirectoryInfo>&) noexcept override { return {}; }
  Status partitions(sdk::Visitor<sdk::StoredPartition>& visitor) noexcept override {
    ++listings;
    for (const auto& [name, disk] : disks) visitor.visit({.name = {name.first, name.second, {}}, .directory = 0});
    return {};
  }
  Status open(const sdk::PartitionName& name, const sdk::Uuid&, bool create, const sdk::PartitionSettings& settings,
              sdk::PartitionStorage*& made) noexcept override {
    if (full) return Status::exhausted("no room to open it");
    const auto key = std::pair(std::string(name.topic), name.partition);
    if (!create && !disks.contains(key)) return Status::not_found("no such partition");
    made = open_.emplace_back(std::make_unique<FakePartition>(disks[key], settings)).get();
    names_[made] = key;
    return {};
  }
  void close(sdk::PartitionStorage* partition) noexcept override {
    std::erase_if(open_, [&](const auto& one) { return one.get() == partition; });
  }
  Status remove(sdk::PartitionStorage* partition) noexcept override {
    disks.erase(names_[partition]);
    close(partition);
    return {};
  }
  Status set_aside(const sdk::StoredPartition& partition) noexcept override {
    disks.erase({std::string(partition.name.topic), partition.name.partition});
    return {};
  }
  Status checkpoint() noexcept override {
    ++checkpoints;
    return {};
  }

  std::size_t open_count() const { return open_.size(); }

  std::map<std::pair<std::string, std::int32_t>, FakeDisk> disks;
  std::int64_t stopped_with = -2;
  int checkpoints = 0;
  int listings = 0;
  bool full = false;

 private:
  std::vector<std::unique_ptr<FakePartition>> open_;
  std::map<sdk::PartitionStorage*, std::pair<std::string, std::int32_t>> names_;
};

class LogManagerTest : public ::testing::Test {
 protected:
  std::shared_ptr<PartitionLog> open(std::string_view topic, std::int32_t partition, const sdk::Uuid& id = {}) {
    auto log = manager->open({.topic = topic, .partition = partition, .topic_id = id});
    EXPECT_TRUE(log.ok());
    EXPECT_TRUE((*log)->become_leader({.epoch = 0, .replica_id = 1}).ok());
    return *log;
  }
  void produce(PartitionLog& log) {
    Octets octets = make_batch({.producer_id = 7, .epoch = 0, .sequence = 0});
    ASSERT_EQ(log.append_as_leader({.batches = {octets.data(), octets.size()}}).error, ErrorCode::kNone);
  }
  FakeClock clock;
  FakeStorage storage;
  std::unique_ptr<LogManager> manager = std::make_unique<LogManager>(storage, clock);
};

constexpr sdk::Uuid kId{{1, 2, 3}};

TEST_F(LogManagerTest, FindsByNameAndId) {
  const auto one = open("orders", 1, kId);
  const auto other = open("bills", 1);
  EXPECT_EQ(manager->find("orders", 1), one);
  EXPECT_EQ(manager->find(kId, 1), one);
  EXPECT_EQ(manager->find("bills", 1), other);
  EXPECT_EQ(manager->find("orders", 2), nullptr);
  EXPECT_EQ(manager->find("none", 0), nullptr);
  EXPECT_EQ(manager->find(sdk::Uuid{{9}}, 1), nullptr);
  EXPECT_EQ(open("orders", 1, kId), one);
  EXPECT_EQ(manager->size(), 2u);
  EXPECT_EQ(manager->all().size(), 2u);
}

TEST_F(LogManagerTest, PreparesBeforeOthersCanFind) {
  bool prepared = false;
  ASSERT_TRUE(manager
                  ->open({.topic = "orders"},
                         [&](PartitionLog& log, const OpenReport& report) {
                           prepared = true;
                           EXPECT_EQ(manager->find("orders", 0), nullptr);
                           EXPECT_FALSE(report.unclean);
                           EXPECT_EQ(log.topic(), "orders");
                         })
                  .ok());
  EXPECT_TRUE(prepared);
}

TEST_F(LogManagerTest, DoesNotMakeWhatItWasNotAskedTo) {
  EXPECT_EQ(manager->open({.topic = "orders", .create = false}).status().code(), Code::kNotFound);
  EXPECT_EQ(manager->size(), 0u);
}

TEST_F(LogManagerTest, RemovedLogsAreGoneButHarmless) {
  const auto held = open("orders", 0, kId);
  open("orders", 1, kId);
  ASSERT_TRUE(manager->remove("orders", 0).ok());
  EXPECT_EQ(manager->find("orders", 0), nullptr);
  EXPECT_EQ(manager->find(kId, 0), nullptr);
  EXPECT_NE(manager->find(kId, 1), nullptr);
  EXPECT_EQ(storage.disks.size(), 1u);
  std::vector<AbortedProducer> aborted;
  EXPECT_EQ(held->read({}, aborted).error, ErrorCode::kNotLeaderOrFollower);
  EXPECT_EQ(manager->remove("orders", 0).code(), Code::kNotFound);
  ASSERT_TRUE(manager->remove("orders", 1).ok());
  EXPECT_EQ(manager->find(kId, 1), nullptr);
}

TEST_F(LogManagerTest, ATopicMadeAgainHasItsNewIdOnly) {
  open("orders", 0, kId);
  constexpr sdk::Uuid kNewId{{5}};
  EXPECT_EQ(manager->open({.topic = "orders", .topic_id = kNewId}).status().code(), Code::kExists);
  ASSERT_TRUE(manager->remove("orders", 0).ok());
  open("orders", 0, kNewId);
  EXPECT_EQ(manager->find(kId, 0), nullptr);
  EXPECT_NE(manager->find(kNewId, 0), nullptr);
}

TEST_F(LogManagerTest, StopIsClean) {
  produce(*open("orders", 0));
  ASSERT_TRUE(manager->stop(42).ok());
  EXPECT_EQ(storage.stopped_with, 42);
  EXPECT_EQ(storage.open_count(), 0u);
  const FakeDisk& disk = storage.disks.at({"orders", 0});
  EXPECT_TRUE(disk.sides.contains("00000000000000000001.snapshot"));
  EXPECT_EQ(disk.high_watermark, 1);
}

TEST_F(LogManagerTest, EndingWithoutStopIsACrash) {
  produce(*open("orders", 0));
  manager.reset();
  EXPECT_EQ(storage.stopped_with, -2);
  EXPECT_EQ(storage.open_count(), 0u);
  EXPECT_FALSE(storage.disks.at({"orders", 0}).sides.contains("00000000000000000001.snapshot"));
}

TEST_F(LogManagerTest, CheckpointKeepsHighWatermarksAndForgetsIdleProducers) {
  const auto log = open("orders", 0);
  produce(*log);
  ASSERT_TRUE(manager->checkpoint().ok());
  EXPECT_EQ(storage.disks.at({"orders", 0}).high_watermark, 1);
  EXPECT_EQ(storage.checkpoints, 1);
  EXPECT_EQ(log->producers().size(), 1u);
  clock.now_ms += LogSettings().producer_id_expiration_ms;
  ASSERT_TRUE(manager->checkpoint().ok());
  EXPECT_TRUE(log->producers().empty());
}

TEST_F(LogManagerTest, ListsWhatIsStoredAndSetsAside) {
  open("orders", 3);
  auto stored = manager->stored();
  ASSERT_TRUE(stored.ok());
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ((*stored)[0].topic, "orders");
  EXPECT_EQ((*stored)[0].partition, 3);
  ASSERT_TRUE(manager->close("orders", 3).ok());
  ASSERT_TRUE(manager->set_aside((*stored)[0]).ok());
  EXPECT_TRUE(manager->stored()->empty());
}

TEST_F(LogManagerTest, WhatIsStoredIsListedOnceForATopicThatCannotBeOpened) {
  for (const std::int32_t partition : {0, 1, 2}) {
    open("orders", partition);
    ASSERT_TRUE(manager->close("orders", partition).ok());
  }
  storage.full = true;
  std::optional<std::vector<StoredLog>> listed;
  for (const std::int32_t partition : {0, 1, 2, 3})
    EXPECT_TRUE(manager->remove_closed({.topic = "orders", .partition = partition}, listed));
  EXPECT_TRUE(storage.disks.empty()) << "set aside";
  EXPECT_EQ(storage.listings, 1);
}

}  // namespace
}  // namespace barnabas::log
