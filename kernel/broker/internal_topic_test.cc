#include "kernel/broker/internal_topic.h"

#include <barnabas/testing/ending.h>
#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>

#include "kernel/base/testing_host_loop.h"
#include "kernel/log/log_fixture.h"

namespace barnabas::broker {
namespace {

using testing::Ending;

class Collected final : public sdk::BatchSink {
 public:
  Status on_batches(sdk::Bytes batches) noexcept override {
    record::BatchReader reader(batches);
    for (record::BatchView batch; reader.next(batch);) offsets.push_back(batch.base_offset());
    return refuse ? Status::corrupt("refused") : Status();
  }
  std::vector<std::int64_t> offsets;
  bool refuse = false;
};

class InternalTopicTest : public log::LogTest {
 protected:
  // Partition 0, led in epoch 3.
  void serve(log::FlushMode flush = log::FlushMode::kOs) {
    settings.flush = flush;
    open_leader(3);
    partition = std::make_shared<Partition>(parkings);
    partition->attach(log);
    log->set_observer(partition.get());
    auto local = std::make_shared<LocalTopic>();
    local->name = kOffsetsTopic;
    local->rules.max_message_bytes = 10'000;
    local->partitions = {partition};
    auto topics = std::make_shared<LocalTopics>();
    topics->set(std::move(local));
    view.topics = std::move(topics);
  }
  ~InternalTopicTest() override {
    if (log == nullptr) return;
    static_cast<void>(log->close(false));
    log->set_observer(nullptr);
  }
  Status append(Ending& ending, std::int32_t epoch = 3, int records = 1, std::int32_t index = 0) {
    log::Octets batch = log::make_batch({.records = records});
    Status status = topic.append(index, epoch, {batch.data(), batch.size()}, ending);
    EXPECT_EQ(ending.count, 0) << "never from inside the call";
    return status;
  }

  testing::ManualHost host;
  base::HostLoop loop{host};
  Parking parking{loop, 0};
  std::vector<Parking*> parkings{&parking};
  View view{nullptr, std::make_shared<LocalTopics>()};
  std::shared_ptr<Partition> partition;
  InternalTopic topic{loop, parking, view, codecs, {.durability = sdk::Durability::kCrash, .max_batch_bytes = 77}};
};

TEST_F(InternalTopicTest, AnAppendIsDoneWhenItIsCommitted) {
  serve();
  Ending first, second;
  ASSERT_TRUE(append(first));
  ASSERT_TRUE(append(second));
  host.run();
  EXPECT_TRUE(first.ok());
  EXPECT_TRUE(second.ok());
  EXPECT_EQ(log->high_watermark(), 2);
  EXPECT_EQ(parking.size(), 0u);
}

TEST_F(InternalTopicTest, WithFlushAckAnAppendIsDoneWhenItIsOnTheDevice) {
  serve(log::FlushMode::kAck);
  std::size_t ended_before_the_flush = 9;
  Ending first, second;
  disk.during_flush = [&] { ended_before_the_flush = static_cast<std::size_t>(first.count); };
  ASSERT_TRUE(append(first));
  ASSERT_TRUE(append(second));
  host.run();
  EXPECT_EQ(ended_before_the_flush, 0u);
  EXPECT_TRUE(first.ok());
  EXPECT_TRUE(second.ok());
  EXPECT_EQ(disk.flushed_batches, 2u);
}

TEST_F(InternalTopicTest, AnAppendThatWaitsForReplicasIsDoneByTheirFetch) {
  serve();
  const std::int32_t replicas[] = {1, 2};
  ASSERT_TRUE(log->become_leader({.epoch = 4, .replica_id = 1, .replicas = replicas, .in_sync = replicas}));
  Ending ending;
  ASSERT_TRUE(append(ending, 4));
  host.run();
  EXPECT_EQ(ending.count, 0);
  EXPECT_EQ(parking.size(), 1u);
  ASSERT_EQ(log->note_fetch(4, {.replica_id = 2, .offset = 1}), log::ErrorCode::kNone);
  host.run();
  EXPECT_TRUE(ending.ok());
}

TEST_F(InternalTopicTest, LosingTheLeadershipLeavesAnAppendUnknown) {
  serve();
  const std::int32_t replicas[] = {1, 2};
  ASSERT_TRUE(log->become_leader({.epoch = 4, .replica_id = 1, .replicas = replicas, .in_sync = replicas}));
  Ending ending;
  ASSERT_TRUE(append(ending, 4));
  ASSERT_TRUE(log->become_follower(5));
  host.run();
  EXPECT_EQ(ending.count, 1);
  EXPECT_EQ(ending.code, sdk::Code::kUnknown);
  EXPECT_EQ(parking.size(), 0u);
}

TEST_F(InternalTopicTest, RefusesOtherEpochsAndPartitions) {
  serve();
  Ending ending;
  EXPECT_EQ(append(ending, 2).code(), sdk::Code::kFenced);
  EXPECT_EQ(append(ending, 4).code(), sdk::Code::kFenced);
  EXPECT_EQ(append(ending, 3, 1, 9).code(), sdk::Code::kFenced);
  Collected content;
  EXPECT_EQ(topic.read(0, 2, content, ending).code(), sdk::Code::kFenced);
  EXPECT_EQ(topic.read(9, 3, content, ending).code(), sdk::Code::kFenced);
  host.run();
  EXPECT_EQ(ending.count, 0);
  EXPECT_EQ(log->log_end(), 0);
}

TEST_F(InternalTopicTest, RefusesWhatTheTopicDoesNotTake) {
  EXPECT_EQ(topic.max_batch_bytes(), 77u) << "as long as there is no topic";
  serve();
  EXPECT_EQ(topic.max_batch_bytes(), 10'000u);
  Ending ending;
  EXPECT_EQ(append(ending, 3, 1000).code(), sdk::Code::kExhausted);
  EXPECT_EQ(log->log_end(), 0);
}

TEST_F(InternalTopicTest, ReadsFromTheStartOfTheLogToItsEnd) {
  serve();
  std::vector<Ending> endings(300);
  for (Ending& ending : endings) ASSERT_TRUE(append(ending, 3, 200));
  host.run();
  ASSERT_TRUE(log->advance_start(400, log->retention()));
  Collected content;
  Ending read;
  ASSERT_TRUE(topic.read(0, 3, content, read));
  EXPECT_THAT(content.offsets, ::testing::IsEmpty()) << "never from inside the call";
  host.run();
  EXPECT_TRUE(read.ok()) << read.message;
  ASSERT_EQ(content.offsets.size(), 298u);
  for (std::size_t i = 0; i < content.offsets.size(); ++i) EXPECT_EQ(content.offsets[i], static_cast<std::int64_t>(400 + 200 * i));
}

TEST_F(InternalTopicTest, AnEmptyPartitionIsReadAtOnce) {
  serve();
  Collected content;
  Ending read;
  ASSERT_TRUE(topic.read(0, 3, content, read));
  host.run();
  EXPECT_TRUE(read.ok());
}

TEST_F(InternalTopicTest, AReadingEndsWithTheSinksErrorAndWithTheLeadership) {
  serve();
  Ending appended;
  ASSERT_TRUE(append(appended));
  host.run();
  Collected content;
  content.refuse = true;
  Ending refused, fenced;
  ASSERT_TRUE(topic.read(0, 3, content, refused));
  host.run();
  EXPECT_EQ(refused.code, sdk::Code::kCorrupt);
  ASSERT_TRUE(topic.read(0, 3, content, fenced));
  ASSERT_TRUE(log->become_leader({.epoch = 4, .replica_id = 1}));
  host.run();
  EXPECT_EQ(fenced.code, sdk::Code::kFenced);
}

}  // namespace
}  // namespace barnabas::broker
