#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/offset_store_conformance.h>

#include <gmock/gmock.h>

#include "kernel/base/task.h"
#include "kernel/record/control.h"
#include "kernel/record/record_reader.h"
#include "records.h"
#include "topic_store.h"

namespace barnabas::offsets_topic {
namespace {

using ::testing::ElementsAre;
using testing::record_key;

// Partitions in memory, as a node would have them.
class FakeTopic final : public sdk::InternalTopic {
 public:
  struct Log {
    std::int32_t epoch = 0;
    std::int64_t end = 0;
    std::string octets;
  };

  explicit FakeTopic(testing::ManualHost& host) : host_(host) {}

  sdk::Status append(std::int32_t partition, std::int32_t epoch, sdk::MutableBytes batch, sdk::Completion& completion) noexcept override {
    Log& log = logs[partition];
    if (log.epoch != epoch) return sdk::Status::error(sdk::Code::kFenced, "another epoch");
    if (batch.size > max_batch_bytes()) return sdk::Status::exhausted("too large");
    if (std::exchange(refuses_one, false)) return sdk::Status::unavailable("too few are in sync");
    put(partition, batch);
    base::post(host_.executor(), [&completion] { completion.done({}); });
    return {};
  }
  sdk::Status read(std::int32_t partition, std::int32_t epoch, sdk::BatchSink& sink, sdk::Completion& completion) noexcept override {
    if (logs[partition].epoch != epoch) return sdk::Status::error(sdk::Code::kFenced, "another epoch");
    base::post(host_.executor(), [octets = logs[partition].octets, &sink, &completion] { completion.done(sink.on_batches(octets)); });
    return {};
  }
  std::uint64_t max_batch_bytes() noexcept override { return 1048588; }
  sdk::Durability durability() noexcept override { return sdk::Durability::kPowerLoss; }
  sdk::Codec* codec(std::int8_t) noexcept override { return nullptr; }

  void put(std::int32_t partition, sdk::MutableBytes batch) {
    Log& log = logs[partition];
    record::MutableBatchHeader(batch.data).set_base_offset(log.end);
    log.end = record::BatchView(batch).next_offset();
    log.octets.append(reinterpret_cast<const char*>(batch.data), batch.size);
  }

  std::map<std::int32_t, Log> logs;
  bool refuses_one = false;

 private:
  testing::ManualHost& host_;
};

// A host that has the topic.
class TopicHost final : public sdk::Host {
 public:
  TopicHost(sdk::Host& host, FakeTopic& topic) : host_(host), topic_(topic) {}
  sdk::Clock& clock() noexcept override { return host_.clock(); }
  sdk::Random& random() noexcept override { return host_.random(); }
  sdk::Disk& disk() noexcept override { return host_.disk(); }
  sdk::Executor& executor() noexcept override { return host_.executor(); }
  void log(sdk::LogLevel level, sdk::Text message) noexcept override { host_.log(level, message); }
  void* find(sdk::Text id) noexcept override { return id == sdk::InternalTopic::kId ? static_cast<sdk::InternalTopic*>(&topic_) : nullptr; }

 private:
  sdk::Host& host_;
  FakeTopic& topic_;
};

class TopicWorld final : public testing::OffsetStoreWorld {
 public:
  sdk::OffsetStore& open() override {
    return *stores_.emplace_back(std::make_unique<sdk::OffsetStore::Guarded<TopicStore, Id>>(topic_host_, TopicStore::Options{}));
  }
  void close(sdk::OffsetStore& store) override {
    std::erase_if(stores_, [&](const auto& one) { return one.get() == &store; });
  }
  bool run_until(const std::function<bool()>& ended) override {
    while (!ended())
      if (!host.step()) return false;
    return true;
  }
  void lead(std::int32_t home, std::int32_t epoch) override { topic.logs[home].epoch = epoch; }
  bool is_shared_by_clusters() const override { return false; }

  testing::ManualHost host;
  FakeTopic topic{host};

 private:
  struct Id {
    static constexpr sdk::Text text() { return "internal_topic"; }
  };

  TopicHost topic_host_{host, topic};
  std::vector<std::unique_ptr<sdk::OffsetStore::Guarded<TopicStore, Id>>> stores_;
};

std::string hex(std::string_view octets) {
  std::string text;
  for (const char octet : octets) {
    constexpr char kDigits[] = "0123456789abcdef";
    text.push_back(kDigits[static_cast<unsigned char>(octet) >> 4]);
    text.push_back(kDigits[static_cast<unsigned char>(octet) & 15]);
  }
  return text;
}

class TopicStoreTest : public ::testing::Test {
 protected:
  TopicStoreTest() { world.lead(7, 1); }

  // "key=value" of every record of the partition.
  std::vector<std::string> records() {
    std::vector<std::string> found;
    const record::Codecs codecs;
    record::RecordReader reader(codecs);
    record::BatchReader batches(world.topic.logs[7].octets);
    for (record::BatchView batch; batches.next(batch);) {
      EXPECT_TRUE(reader.open(batch));
      for (record::RecordView record; reader.next(record);)
        found.push_back(hex({reinterpret_cast<const char*>(record.key->data), record.key->size}) + "=" +
                        (record.value ? hex({reinterpret_cast<const char*>(record.value->data), record.value->size}) : "null"));
    }
    return found;
  }
  // An offset as a producer of transactions writes it.
  void put_transactional(std::int64_t producer_id, std::int64_t offset) {
    wire::Buffer key, value;
    ASSERT_TRUE(write_offset_key("g", "t", 0, key));
    ASSERT_TRUE(write_offset_value({.topic = "t", .topic_id = {}, .offset = offset, .metadata = {}}, value));
    builder.start({.producer_id = producer_id, .producer_epoch = 0, .base_sequence = 0, .transactional = true});
    builder.append({.timestamp_ms = 1, .key = key.bytes(), .value = value.bytes(), .headers = {}});
    world.topic.put(7, *builder.finish());
  }
  void put_marker(std::int64_t producer_id, bool commit) {
    world.topic.put(7, record::build_marker(builder, {.producer_id = producer_id, .marker = {.commit = commit}}));
  }
  std::int64_t committed() {
    testing::TestCoordinator coordinator(world);
    testing::Told told;
    EXPECT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
    return told.offsets.empty() ? -1 : told.offsets.begin()->second.offset;
  }

  TopicWorld world;
  record::BatchBuilder builder;
};

TEST_F(TopicStoreTest, RecordsAreKafkasOctetForOctet) {
  testing::TestCoordinator coordinator(world);
  testing::Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  const sdk::Uuid id{{0xcb, 0xe5, 0xa2, 0x40, 0xe4, 0xbc, 0x41, 0xc2, 0xb1, 0x4f, 0x6d, 0x0b, 0x9f, 0x44, 0x3a, 0x98}};
  ASSERT_EQ(coordinator.write({"g-classic",
                               {{.topic = "t1", .partition = 1, .offset = 5, .leader_epoch = 0, .commit_ms = 1795240898587, .topic_id = id},
                                {.topic = "t1", .partition = 2, .offset = 6, .leader_epoch = 3, .commit_ms = 1, .expire_ms = 2}},
                               {{"t1", 3}},
                               {{record_key(2, "g-classic"), "state"}}},
                              7, 1),
            sdk::Code::kOk);
  EXPECT_THAT(records(), ElementsAre("00010009672d636c61737369630002743100000001="
                                     "000400000000000000050000000001000001a1fcb2301b010010cbe5a240e4bc41c2b14f6d0b9f443a98",
                                     "00010009672d636c61737369630002743100000002="
                                     "00010000000000000006000000000000000000010000000000000002",
                                     "00010009672d636c61737369630002743100000003=null", "00020009672d636c6173736963=7374617465"));
  EXPECT_EQ(record::BatchView(sdk::Bytes(world.topic.logs[7].octets)).count(), 4) << "one write is one batch";
}

TEST_F(TopicStoreTest, OffsetsOfTransactionsCountWhenTheyAreCommitted) {
  put_transactional(1, 10);
  EXPECT_EQ(committed(), -1);
  put_marker(1, true);
  EXPECT_EQ(committed(), 10);
  put_transactional(1, 11);
  put_marker(1, false);
  EXPECT_EQ(committed(), 10);
}

TEST_F(TopicStoreTest, WhatWasWrittenSinceIsNewerThanATransaction) {
  put_transactional(1, 10);
  testing::TestCoordinator coordinator(world);
  testing::Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  ASSERT_EQ(coordinator.write({"g", {{.topic = "t", .offset = 20}}, {}, {}}, 7, 1), sdk::Code::kOk);
  put_marker(1, true);
  EXPECT_EQ(committed(), 20);
}

TEST_F(TopicStoreTest, DamageEndsATakeOverAndStrangeRecordsDoNot) {
  builder.start({});
  const std::string without_its_group("\0\2\0\7x", 5);
  for (const std::string& key : {std::string(), std::string("\1"), without_its_group})
    builder.append({.timestamp_ms = 1, .key = sdk::Bytes(key), .value = sdk::Bytes(), .headers = {}});
  builder.append({.timestamp_ms = 1, .key = std::nullopt, .value = sdk::Bytes(std::string_view("x")), .headers = {}});
  world.topic.put(7, *builder.finish());
  EXPECT_EQ(committed(), -1);
  EXPECT_EQ(world.host.warnings.size(), 1u);
  world.topic.logs[7].octets.back() ^= 1;
  testing::TestCoordinator coordinator(world);
  testing::Told told;
  EXPECT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kCorrupt);
}

// Whoever wrote the second one did not know that the first would not be kept.
TEST_F(TopicStoreTest, BehindARefusedWriteNoneOfItsGroupIsKeptUntilItIsTold) {
  testing::TestCoordinator coordinator(world);
  testing::Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  const auto write = [&](const std::string& group, std::int64_t offset) -> testing::Ending& {
    return coordinator.begin_write({group, {{.topic = "t", .offset = offset}}, {}, {}}, 7, 1);
  };
  world.topic.refuses_one = true;
  testing::Ending& refused = write("g", 1);
  testing::Ending& behind = write("g", 2);
  testing::Ending& other = write("h", 3);
  EXPECT_EQ(coordinator.await(refused), sdk::Code::kUnavailable);
  EXPECT_EQ(coordinator.await(behind), sdk::Code::kUnavailable);
  EXPECT_EQ(coordinator.await(other), sdk::Code::kOk);
  EXPECT_EQ(records().size(), 1u);
  EXPECT_EQ(coordinator.await(write("g", 4)), sdk::Code::kOk);
  EXPECT_EQ(records().size(), 2u);
}

TEST_F(TopicStoreTest, AHomeIsToldInSlices) {
  constexpr std::int32_t kPartitions = 5000;
  testing::TestCoordinator coordinator(world);
  testing::Told none;
  ASSERT_EQ(coordinator.take_over(7, 1, none), sdk::Code::kOk);
  for (std::int32_t partition = 0; partition < kPartitions; partition += 1000) {
    testing::TestWrite write{"g", {}, {}, {}};
    for (std::int32_t i = partition; i < partition + 1000; ++i) write.offsets.push_back({.topic = "t", .partition = i, .offset = i});
    ASSERT_EQ(coordinator.write(write, 7, 1), sdk::Code::kOk);
  }
  testing::Told told;
  testing::Ending& ended = coordinator.begin_take_over(7, 1, told);
  for (std::size_t before = 0; ended.count == 0; before = told.offsets.size()) {
    ASSERT_TRUE(world.host.step());
    EXPECT_LE(told.offsets.size() - before, 2048u);
  }
  EXPECT_EQ(ended.code, sdk::Code::kOk);
  EXPECT_EQ(told.offsets.size(), static_cast<std::size_t>(kPartitions));
}

TEST_F(TopicStoreTest, AHostWithoutTheTopicIsRefusedAtTheStart) {
  TopicStore store(world.host, {});
  testing::Ending ending;
  EXPECT_EQ(store.start({}, ending).code(), sdk::Code::kUnsupported);
}

}  // namespace

std::unique_ptr<testing::OffsetStoreWorld> make_topic_world() { return std::make_unique<TopicWorld>(); }

}  // namespace barnabas::offsets_topic

BARNABAS_OFFSET_STORE_CONFORMANCE(internal_topic, [] { return barnabas::offsets_topic::make_topic_world(); })
