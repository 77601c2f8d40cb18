#include "kernel/controller/feed.h"

#include <barnabas/testing/manual_host.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/catalog/features.h"
#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/record/batch_view.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kSecondNs = 1'000'000'000;

class FeedTest : public ::testing::Test {
 protected:
  FeedTest() { feed.begin(builder.build(), {10, 3}); }

  void write(std::int64_t end, std::int32_t term = 3, std::size_t count = 1) {
    catalog::FramedRecords records;
    for (std::size_t i = 0; i < count; ++i) {
      wire::FeatureLevelRecord record;
      record.name = "group.version";
      record.feature_level = 1;
      records.add(record);
      ASSERT_TRUE(builder.apply(records[i]).ok());
    }
    const auto views = records.views();
    const sdk::MetadataBatch batch{views.data(), views.size(), {end, term}, 5};
    builder.set_end(batch.end);
    feed.add(batch, builder.build());
  }
  // Nothing while it waits.
  std::optional<Feed::Answer>& ask(std::int64_t offset, std::int32_t epoch, std::int64_t wait_ns = 0, std::size_t max_bytes = 1 << 20) {
    answer.reset();
    feed.fetch({7, offset, epoch, max_bytes, wait_ns}, [this](Feed::Answer told) { answer.emplace(std::move(told)); });
    host.run();
    return answer;
  }
  static std::vector<std::int64_t> offsets(const Feed::Answer& answer) {
    std::vector<std::int64_t> found;
    record::BatchReader batches{sdk::Bytes(answer.batches)};
    for (record::BatchView batch; batches.next(batch);) found.push_back(batch.base_offset());
    return found;
  }

  testing::ManualHost host;
  catalog::ImageBuilder builder;
  Feed feed{host, 600};
  std::optional<Feed::Answer> answer;
};

TEST_F(FeedTest, GivesWhatIsNewerThanTheFollowerHas) {
  write(11);
  write(13, 3, 2);
  ASSERT_TRUE(ask(10, 3));
  EXPECT_THAT(offsets(*answer), ElementsAre(10, 11));
  EXPECT_EQ(answer->high_watermark, 13);
  EXPECT_THAT(offsets(*ask(11, 3)), ElementsAre(11));
}

TEST_F(FeedTest, OffsetsThatTheStoreKeptForItselfAreLeftOut) {
  write(14);  // 10 to 12 are control records of the log
  EXPECT_THAT(offsets(*ask(10, 3)), ElementsAre(13));
}

TEST_F(FeedTest, AStoreThatCountsOtherwiseGetsNumbersForEachRecord) {
  write(11, 3, 5);
  write(12, 3, 2);
  EXPECT_THAT(offsets(*ask(10, 3)), ElementsAre(10, 15));
  EXPECT_EQ(answer->high_watermark, 17);
}

TEST_F(FeedTest, AFollowerOfAnotherLineTakesASnapshotFirst) {
  write(11);
  for (const auto& [offset, epoch] : {std::pair{0, 0}, {9, 3}, {10, 2}, {11, 2}, {12, 3}}) {
    ASSERT_TRUE(ask(offset, epoch));
    EXPECT_EQ(answer->snapshot, (sdk::MetadataPosition{11, 3})) << offset << " in epoch " << epoch;
    EXPECT_TRUE(answer->batches.empty());
  }
  const auto snapshot = feed.snapshot({11, 3});
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(feed.snapshot({10, 3}), nullptr);
  ASSERT_TRUE(ask(11, 3));
  EXPECT_FALSE(answer->snapshot) << "who took it goes on behind it";
}

// A follower would take what is missing in it for removed.
TEST_F(FeedTest, NoSnapshotIsGivenOfWhatCannotBeWritten) {
  const auto set_level = [this](std::int16_t level, std::int64_t end) {
    catalog::FramedRecords records;
    wire::FeatureLevelRecord record;
    record.name = catalog::kMetadataVersion;
    record.feature_level = level;
    records.add(record);
    ASSERT_TRUE(builder.apply(records[0]).ok());
    const auto views = records.views();
    feed.add({views.data(), views.size(), {end, 3}, 5}, builder.build());
  };
  catalog::FramedRecords records;
  wire::RegisterBrokerRecord broker;
  broker.broker_id = 7;
  broker.is_migrating_zk_broker = true;  // which a record of the first level cannot say
  records.add(broker, 3);
  ASSERT_TRUE(builder.apply(records[0]).ok());
  set_level(1, 11);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(ask(0, 0, kSecondNs));
    EXPECT_FALSE(answer->leads);
    EXPECT_FALSE(answer->snapshot);
    EXPECT_EQ(feed.snapshot({11, 3}), nullptr);
  }
  EXPECT_EQ(host.warnings.size(), 1u) << "said once of each state";
  EXPECT_TRUE(ask(10, 3)->leads) << "who needs none goes on";
  set_level(catalog::kLatestMetadataLevel, 12);
  EXPECT_EQ(ask(0, 0)->snapshot, (sdk::MetadataPosition{12, 3}));
  EXPECT_TRUE(answer->leads);
}

TEST_F(FeedTest, OldBatchesAreForgottenAndTheSnapshotWithThem) {
  write(11);
  EXPECT_EQ(ask(0, 0)->snapshot, (sdk::MetadataPosition{11, 3}));
  for (std::int64_t end = 12; end < 40; ++end) write(end);
  EXPECT_TRUE(ask(11, 3)->snapshot) << "what followed it is not kept any more";
  EXPECT_EQ(answer->snapshot->offset, 39);
  EXPECT_GT(answer->log_start, 11);
}

TEST_F(FeedTest, AQuestionWaitsForNews) {
  EXPECT_FALSE(ask(10, 3, kSecondNs));
  write(11);
  host.run();
  ASSERT_TRUE(answer);
  EXPECT_THAT(offsets(*answer), ElementsAre(10));
}

TEST_F(FeedTest, AQuestionDoesNotWaitForEver) {
  EXPECT_FALSE(ask(10, 3, kSecondNs));
  host.advance(kSecondNs);
  host.run();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->leads);
  EXPECT_TRUE(answer->batches.empty());
}

TEST_F(FeedTest, WhoWaitsHearsThatTheLeaderIsNoneAnyMore) {
  EXPECT_FALSE(ask(10, 3, kSecondNs));
  feed.end();
  host.run();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->leads);
}

TEST_F(FeedTest, AtLeastOneBatchIsGivenAndNoMoreThanAskedFor) {
  write(11);
  write(12);
  EXPECT_THAT(offsets(*ask(10, 3, 0, 1)), ElementsAre(10));
}

TEST_F(FeedTest, KnowsHowFarEachFollowerIs) {
  write(11);
  ask(10, 3);
  EXPECT_EQ(feed.followers().at(7).offset, 10);
  EXPECT_EQ(feed.followers().at(7).caught_up_ms, -1);
  ask(11, 3);
  EXPECT_GE(feed.followers().at(7).caught_up_ms, 0);
}

}  // namespace
}  // namespace barnabas::controller
