// Directories that Apache Kafka left behind (tests/golden/metadata): the store starts on them, and what it tells makes the metadata that
// Kafka had.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/simulated_disk.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/catalog/image_builder.h"
#include "kernel/record/metadata_batch.h"
#include "kraft_store.h"
#include "snapshot_file.h"

namespace barnabas::kraft {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::filesystem::path kGolden = std::filesystem::path(BARNABAS_SOURCE_DIR) / "tests/golden/metadata";

std::shared_ptr<const catalog::Image> image_of(const std::vector<std::string>& records) {
  catalog::ImageBuilder builder;
  for (const std::string& record : records) {
    const Status status = builder.apply(sdk::Bytes(record));
    EXPECT_TRUE(status.ok()) << message_of(status);
  }
  return builder.build();
}

std::vector<std::string> records_of(const catalog::Image& image) {
  std::vector<std::string> records;
  EXPECT_TRUE(catalog::each_record(image, [&](sdk::Bytes record) {
                records.emplace_back(record.begin(), record.end());
                return Status();
              }).ok());
  return records;
}

class KafkaDirectoriesTest : public ::testing::Test {
 protected:
  // Copies a golden directory to /data.
  void copy(const std::string& name) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kGolden / name)) {
      if (!entry.is_regular_file()) continue;
      const std::string path = "/data/" + std::filesystem::relative(entry.path(), kGolden / name).string();
      ASSERT_TRUE(disk.make_directory(path.substr(0, path.find_last_of('/'))).ok());
      std::ifstream file(entry.path(), std::ios::binary);
      disk.put(path, {std::istreambuf_iterator<char>(file), {}});
    }
  }
  std::shared_ptr<const catalog::Image> start() {
    options.dir = "/data";
    store = std::make_unique<KraftStore>(host, options);
    testing::Ending started;
    EXPECT_TRUE(store->start({1, {}}, listener, started).ok());
    host.run();
    EXPECT_TRUE(started.ok()) << started.message;
    EXPECT_THAT(host.warnings, IsEmpty());
    return image_of(listener.records);
  }
  void stop() {
    testing::Ending stopped;
    ASSERT_TRUE(store->stop(stopped).ok());
    host.run();
    ASSERT_TRUE(stopped.ok());
  }

  testing::SimulatedDisk disk;
  testing::ManualHost host{disk};
  KraftOptions options;
  std::unique_ptr<KraftStore> store;
  testing::MetadataRecorder listener;
};

TEST_F(KafkaDirectoriesTest, Kafka431WithStaticVoters) {
  copy("kafka_4_3_1");
  const auto image = start();
  EXPECT_EQ(listener.leader.term, 2);
  EXPECT_EQ(listener.leader.kraft_version, 0);
  EXPECT_EQ(image->metadata_version(), 30);
  EXPECT_EQ(image->feature("transaction.version"), 2);
  EXPECT_EQ(image->topic("gone"), nullptr);
  ASSERT_NE(image->topic("alpha"), nullptr);
  EXPECT_EQ(image->topic("alpha")->partition_count(), 3);
  // A clean stop of its only broker: no leader, nothing in sync, the broker eligible.
  const catalog::Partition& partition = *image->partition("beta.b", 0);
  EXPECT_EQ(partition.leader, catalog::kNoLeader);
  EXPECT_THAT(partition.isr, IsEmpty());
  EXPECT_THAT(partition.elr, ElementsAre(1));
  EXPECT_THAT(partition.directories, ElementsAre(image->broker(1)->directories.at(0)));
  EXPECT_EQ(*image->config(catalog::ResourceType::kTopic, "alpha", "retention.ms"), "3600000");
  EXPECT_EQ(*image->config(catalog::ResourceType::kBroker, "", "log.retention.ms"), "7000000");
  EXPECT_TRUE(image->broker(1)->fenced);
  EXPECT_EQ(image->controllers().size(), 1u);
}

TEST_F(KafkaDirectoriesTest, Kafka431WithDynamicVoters) {
  copy("kafka_4_3_1_dynamic");
  const auto image = start();
  EXPECT_EQ(listener.leader.kraft_version, 1);
  EXPECT_EQ(image->topic("delta")->partition_count(), 2);
  stop();
  start();
  EXPECT_EQ(listener.leader.kraft_version, 1);
}

TEST_F(KafkaDirectoriesTest, Kafka392) {
  copy("kafka_3_9_2");
  const auto image = start();
  EXPECT_EQ(image->metadata_version(), 21);
  const catalog::Partition& partition = *image->partition("alpha", 2);
  EXPECT_EQ(partition.leader, catalog::kNoLeader);
  EXPECT_THAT(partition.isr, ElementsAre(1));
  EXPECT_THAT(partition.elr, IsEmpty());
}

TEST_F(KafkaDirectoriesTest, OurSnapshotsSayWhatKafkasSay) {
  copy("kafka_4_3_1_snapshots");
  const auto snapshots = find_snapshots(disk, "/data/__cluster_metadata-0");
  ASSERT_TRUE(snapshots.ok());
  ASSERT_EQ(snapshots->size(), 3u);
  for (const sdk::MetadataPosition end : *snapshots) {
    QuorumFacts facts;
    std::vector<std::string> kafkas;
    ASSERT_TRUE(read_snapshot(disk, "/data/__cluster_metadata-0/" + snapshot_name(end), facts, [&](sdk::Bytes record) {
                  kafkas.emplace_back(record.begin(), record.end());
                }).ok());
    // The same state, once from Kafka's snapshot and once from the log up to that place.
    std::vector<std::string> replayed;
    MetadataLog log(disk, "/data/__cluster_metadata-0", 1 << 30);
    record::TransactionJoiner joiner;
    ASSERT_TRUE(log.read([&](const record::BatchView& batch) -> Status {
                     if (batch.control() || batch.next_offset() > end.offset) return {};
                     const auto records = record::metadata_records(batch);
                     return joiner.add(*records, {batch.next_offset(), 0}, 0, [&](record::ToldBatch told) {
                       replayed.insert(replayed.end(), told.records.begin(), told.records.end());
                     });
                   })
                    .ok());
    auto ours = records_of(*image_of(replayed));
    EXPECT_EQ(ours.front(), kafkas.front());  // the level of metadata.version
    // Kafka shuffles the features of registrations, and forgets who got the last producer ids.
    const auto is_shuffled = [](const std::string& record) { return record[1] == '\x00' || record[1] == '\x1b' || record[1] == '\x0f'; };
    ASSERT_EQ(ours.size(), kafkas.size());
    EXPECT_EQ(std::erase_if(ours, is_shuffled), std::erase_if(kafkas, is_shuffled));
    std::sort(ours.begin(), ours.end());
    std::sort(kafkas.begin(), kafkas.end());
    EXPECT_EQ(ours, kafkas) << "at offset " << end.offset;
  }
}

TEST_F(KafkaDirectoriesTest, StartsFromTheNewestSnapshot) {
  copy("kafka_4_3_1_snapshots");
  const auto image = start();
  EXPECT_EQ(image->topic("alpha")->partition_count(), 3);
  EXPECT_THAT(image->partition("alpha", 0)->elr, ElementsAre(1));
  EXPECT_EQ(records_of(*image_of(records_of(*image))), records_of(*image));
}

}  // namespace
}  // namespace barnabas::kraft
