// A new segment for which the device has no room, at any step of its making: the log goes on in the old one, or in the new one where only
// an index found none, and no start, after a stop that was clean or one that was not, takes what it finds for a loss.
#include "segment_storage.h"

#include <barnabas/testing/storage_kit.h>

namespace barnabas::testing {
namespace {

constexpr sdk::Text kDirs[] = {"/data"};
constexpr std::int64_t kRoom = 3;  // batches that a segment has room for

enum class Ended { kWell, kAsItWas, kFailed };

class RollWithoutRoom : public ::testing::TestWithParam<bool> {
 protected:
  void keep(std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      log_.push_back(batch(static_cast<std::int64_t>(log_.size())));
      ASSERT_TRUE(append(*partition_, {log_.back()}));
      ASSERT_TRUE(partition_->flush());
    }
  }
  void set_room(std::int64_t batches) {
    machine_->partition_settings.segment_bytes = static_cast<std::int32_t>(batches) * static_cast<std::int32_t>(batch(0).octets.size());
    if (partition_ != nullptr) partition_->configure(machine_->partition_settings);
  }
  void start_again() {
    if (GetParam()) {
      ASSERT_TRUE(machine_->stop());
    } else {
      machine_->switch_off();
    }
    ASSERT_TRUE(machine_->start());
    partition_ = &machine_->open();
  }

  Ended roll_without_room(std::uint64_t nth, std::uint64_t times) {
    partition_ = nullptr;
    log_.clear();
    machine_.emplace(std::vector<sdk::Setting>{{"dirs", {}, {kDirs, 1}}, {"flush", "ack", {}}});
    set_room(kRoom);
    EXPECT_TRUE(machine_->start());
    partition_ = &machine_->open();
    keep(kRoom);
    const std::uint64_t before = machine_->disk.operations();
    machine_->disk.fail_at(nth, Fault::kNoSpace, times);
    const sdk::Status status = append(*partition_, {batch(kRoom)});
    failed_at_all_ = machine_->disk.operations() - before >= nth;
    machine_->disk.fail_at(0, Fault::kNoSpace, 0);
    if (status) log_.push_back(batch(kRoom));
    if (status.code() == sdk::Code::kIo) {
      machine_->switch_off();
      EXPECT_TRUE(machine_->start());
      partition_ = &machine_->open();
    }
    set_room(2 * kRoom);  // so that the next ones do not ask for a segment
    keep(kRoom);
    set_room(kRoom);
    keep(2 * kRoom);  // and these do
    start_again();
    EXPECT_EQ(read_all(*partition_, 0), log_);
    sdk::BatchInfo found;
    EXPECT_TRUE(partition_->find_by_time(log_[0].info.max_timestamp_ms, found));
    EXPECT_EQ(found.base_offset, 0) << "an index that is half written would say that there is nothing so old";
    keep(1);
    return status ? Ended::kWell : status.code() == sdk::Code::kIo ? Ended::kFailed : Ended::kAsItWas;
  }

  // In how many of the steps it came to what end.
  std::map<Ended, int> roll_without_room(std::uint64_t times) {
    std::map<Ended, int> ends;
    failed_at_all_ = true;
    for (std::uint64_t nth = 1; failed_at_all_ && !HasFailure(); ++nth) {
      SCOPED_TRACE("operation " + std::to_string(nth));
      ++ends[roll_without_room(nth, times)];
    }
    return ends;
  }

  bool failed_at_all_ = false;
  std::vector<TestBatch> log_;
  std::optional<StorageMachine> machine_;
  sdk::PartitionStorage* partition_ = nullptr;
};

TEST_P(RollWithoutRoom, LeavesNothingInTheWay) {
  auto ends = roll_without_room(1);
  EXPECT_GT(ends[Ended::kWell], 1) << "an index that finds no room is no reason to refuse";
  EXPECT_GT(ends[Ended::kAsItWas], 0);
  EXPECT_EQ(ends[Ended::kFailed], 0);
}

TEST_P(RollWithoutRoom, FailsWhereItCannotClearTheWay) {
  auto ends = roll_without_room(2);
  EXPECT_GT(ends[Ended::kAsItWas], 0);
  EXPECT_GT(ends[Ended::kFailed], 0);
}

TEST_P(RollWithoutRoom, AMissingIndexKeepsNoLogFromBeingOpened) {
  machine_.emplace(std::vector<sdk::Setting>{{"dirs", {}, {kDirs, 1}}});
  set_room(kRoom);
  ASSERT_TRUE(machine_->start());
  partition_ = &machine_->open();
  keep(2 * kRoom);
  if (GetParam()) {
    ASSERT_TRUE(machine_->stop());
  } else {
    machine_->switch_off();
  }
  ASSERT_TRUE(machine_->start());
  const std::string name = "/data/orders-0/0000000000000000000";
  for (const char* index : {"0.index", "0.timeindex", "3.index", "3.timeindex"}) {
    if (!machine_->disk.exists(name + index)) continue;
    ASSERT_TRUE(machine_->disk.remove(name + index));
  }
  machine_->disk.fail_at(1, Fault::kNoSpace, 1000);
  partition_ = &machine_->open();
  ASSERT_FALSE(HasFailure());
  EXPECT_EQ(read_all(*partition_, 0), log_);
  EXPECT_FALSE(machine_->disk.exists(name + "3.index"));
  machine_->disk.fail_at(0, Fault::kNoSpace, 0);
  keep(2 * kRoom);
  start_again();
  EXPECT_EQ(read_all(*partition_, 0), log_);
}

INSTANTIATE_TEST_SUITE_P(AStopThatIs, RollWithoutRoom, ::testing::Bool(),
                         [](const auto& info) { return std::string(info.param ? "Clean" : "NotClean"); });

}  // namespace
}  // namespace barnabas::testing
