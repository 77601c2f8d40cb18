// Against a directory that Apache Kafka wrote: what it says is read, and what we write is the same, octet for octet.
#include <barnabas/testing/storage_kit.h>

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace barnabas::testing {
namespace {

constexpr sdk::Text kGoldenDirs[] = {"/data"};

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class GoldenDirectory : public ::testing::Test {
 protected:
  GoldenDirectory() : machine(std::vector<sdk::Setting>{{"dirs", {}, {kGoldenDirs, 1}}}) {
    const std::filesystem::path golden = BARNABAS_SOURCE_DIR "/tests/golden/storage";
    for (const auto& entry : std::filesystem::directory_iterator(golden / "golden-0"))
      files[entry.path().filename()] = read_file(entry.path());
    for (const auto& [name, octets] : files) machine.disk.put("/data/golden-0/" + name, octets);
    for (const char* name :
         {"meta.properties", ".kafka_cleanshutdown", "recovery-point-offset-checkpoint", "replication-offset-checkpoint"})
      machine.disk.put(std::string("/data/") + name, read_file(golden / name));
    machine.cluster_id = "YmFybmFiYXMtcGVlci0wMQ";
    machine.partition_settings = {};
    machine.partition_settings.index_interval_bytes = 300;
    machine.partition_settings.segment_ms = 100000;
    machine.partition_settings.segment_index_bytes = 4096;
    for (const char* base : {"00000000000000000000", "00000000000000000024"}) {
      const auto& log = files.at(std::string(base) + ".log");
      octets.insert(octets.end(), log.begin(), log.end());
    }
  }

  sdk::PartitionStorage& open() { return machine.open("golden", 0); }
  std::vector<std::uint8_t> now(const std::string& name) { return machine.disk.content("/data/golden-0/" + name); }
  void expect_unchanged() {
    for (const auto& [name, before] : files) EXPECT_EQ(now(name), before) << name;
  }
  void leave(sdk::PartitionStorage& partition) {
    machine.storage().close(&partition);
    ASSERT_TRUE(machine.stop());
  }

  StorageMachine machine;
  std::map<std::string, std::vector<std::uint8_t>> files;
  std::vector<std::uint8_t> octets;  // of the whole log
};

TEST_F(GoldenDirectory, IsReadAsItStands) {
  sdk::StartOutcome outcome;
  ASSERT_TRUE(machine.start(&outcome));
  EXPECT_TRUE(outcome.clean);
  EXPECT_EQ(outcome.previous_broker_epoch, 12);
  auto& partition = open();
  EXPECT_FALSE(partition.state().recovered);
  EXPECT_EQ(partition.state().log_end, 125);
  EXPECT_EQ(partition.state().high_watermark, 125);
  EXPECT_EQ(read_all(partition, 0), split(octets));
  Collect<sdk::AbortedTransaction> aborted;
  ASSERT_TRUE(partition.aborted(0, 125, aborted));
  EXPECT_EQ(aborted.items.size(), 3u);
  Collect<sdk::Text> sides;
  ASSERT_TRUE(partition.list_sides(sides));
  EXPECT_THAT(sides.items,
              ::testing::ElementsAre("00000000000000000024.snapshot", "00000000000000000125.snapshot", "leader-epoch-checkpoint"));
  leave(partition);
  expect_unchanged();
}

TEST_F(GoldenDirectory, EveryTimeIsFoundWhereTheBatchesSay) {
  ASSERT_TRUE(machine.start());
  auto& partition = open();
  const auto log = split(octets);
  for (const TestBatch& wanted : log) {
    sdk::BatchInfo found;
    ASSERT_TRUE(partition.find_by_time(wanted.info.max_timestamp_ms, found));
    const auto first = std::find_if(log.begin(), log.end(),
                                    [&](const TestBatch& each) { return each.info.max_timestamp_ms >= wanted.info.max_timestamp_ms; });
    EXPECT_EQ(found.base_offset, first->info.base_offset);
  }
}

TEST_F(GoldenDirectory, RecoveryMakesTheSameIndexes) {
  machine.disk.put("/data/recovery-point-offset-checkpoint", {});
  ASSERT_TRUE(machine.disk.remove("/data/.kafka_cleanshutdown"));
  for (auto& [name, before] : files)
    if (name.ends_with("index") && !name.ends_with(".txnindex"))
      machine.disk.put("/data/golden-0/" + name, std::vector<std::uint8_t>(24, 0xee));
  ASSERT_TRUE(machine.start());
  auto& partition = open();
  EXPECT_TRUE(partition.state().recovered);
  EXPECT_EQ(read_all(partition, 0), split(octets));
  leave(partition);
  expect_unchanged();
}

TEST_F(GoldenDirectory, MissingAndBrokenIndexesAreMadeAnewWhenTheyAreNeeded) {
  ASSERT_TRUE(machine.disk.remove("/data/golden-0/00000000000000000000.index"));
  machine.disk.put("/data/golden-0/00000000000000000024.timeindex", std::vector<std::uint8_t>(13, 1));
  ASSERT_TRUE(machine.start());
  auto& partition = open();
  EXPECT_FALSE(partition.state().recovered);
  EXPECT_EQ(read_all(partition, 0), split(octets));
  leave(partition);
  expect_unchanged();
}

TEST_F(GoldenDirectory, AnIndexWhoseEntriesLeadAstrayIsMadeAnew) {
  const std::uint8_t past_the_end[] = {0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff};
  const std::uint8_t amid_a_batch[] = {0x80, 0, 0, 0, 0, 0, 0, 1};
  for (auto& [name, before] : files) {
    if (!name.ends_with(".index")) continue;
    auto damaged = before;
    ASSERT_GT(damaged.size(), 16u);
    const auto& entry = name.starts_with("00000000000000000000") ? past_the_end : amid_a_batch;
    for (std::size_t at = 0; at + 8 < damaged.size(); at += 8) std::copy_n(entry, 8, damaged.begin() + static_cast<std::ptrdiff_t>(at));
    machine.disk.put("/data/golden-0/" + name, damaged);
  }
  ASSERT_TRUE(machine.start());
  auto& partition = open();
  EXPECT_EQ(read_all(partition, 0), split(octets));
  EXPECT_THAT(machine.host.warnings, ::testing::SizeIs(2));
  leave(partition);
  expect_unchanged();
}

TEST_F(GoldenDirectory, PreallocatedTailsOfIndexesAreNoEntries) {
  for (auto& [name, before] : files) {
    if (!name.ends_with("index") || name.ends_with(".txnindex")) continue;
    auto longer = before;
    longer.resize(name.ends_with(".timeindex") ? 4092 : 4096);
    machine.disk.put("/data/golden-0/" + name, longer);
  }
  ASSERT_TRUE(machine.start());
  auto& partition = open();
  EXPECT_EQ(partition.state().log_end, 125);
  EXPECT_EQ(read_all(partition, 0), split(octets));
  leave(partition);
  expect_unchanged();
}

TEST_F(GoldenDirectory, TheSameBatchesMakeTheSameFiles) {
  ASSERT_TRUE(machine.start());
  auto& golden = open();
  Collect<sdk::AbortedTransaction> aborted;
  ASSERT_TRUE(golden.aborted(0, 125, aborted));
  auto& copy = machine.open("copy", 0);
  std::int64_t rolled_at = -1;
  for (const TestBatch& each : split(octets)) {
    std::int64_t rolled = -1;
    ASSERT_TRUE(append(copy, {each}, &rolled));
    if (rolled >= 0) rolled_at = rolled;
    for (const auto& transaction : aborted.items) {
      if (transaction.last_offset == each.info.last_offset) {
        ASSERT_TRUE(copy.add_aborted(transaction));
      }
    }
  }
  EXPECT_EQ(rolled_at, 24);
  machine.storage().close(&copy);
  for (const auto& [name, content] : files) {
    if (!name.ends_with(".log") && !name.ends_with("index")) continue;
    EXPECT_EQ(machine.disk.content("/data/copy-0/" + name), content) << name;
  }
}

}  // namespace
}  // namespace barnabas::testing
