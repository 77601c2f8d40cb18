// A cut of the log for which the device has no room, at any of its steps: the log stays as it was, or is known to have failed. It does not
// go on with a hole in it.
#include "segment_storage.h"

#include <barnabas/testing/storage_kit.h>

#include <algorithm>

namespace barnabas::testing {
namespace {

constexpr sdk::Text kDirs[] = {"/data"};
constexpr std::int64_t kCut = 5;
constexpr std::int64_t kEnd = 20;

enum class Ended { kWell, kAsItWas, kFailed };

// `lent`: then the cut moves what is left to another file.
Ended cut_without_room(std::uint64_t nth, bool lent) {
  std::vector<TestBatch> log;
  StorageMachine machine({{"dirs", {}, {kDirs, 1}}});
  EXPECT_TRUE(machine.start());
  sdk::PartitionStorage* partition = &machine.open();
  for (std::int64_t offset = 0; offset < kEnd; ++offset) {
    log.push_back(batch(offset));
    EXPECT_TRUE(append(*partition, {log.back()}));
  }
  EXPECT_TRUE(partition->flush());
  EXPECT_TRUE(machine.storage().checkpoint());
  sdk::Lease lease;
  if (lent) {
    EXPECT_TRUE(partition->read({3, kEnd, 500, true}, lease));
  }
  machine.disk.fail_at(nth, Fault::kNoSpace);
  const sdk::Status status = partition->truncate(kCut);
  give_back(lease);
  if (status || status.code() == sdk::Code::kExhausted) {
    if (status) log.resize(kCut);
    EXPECT_EQ(partition->state().log_end, static_cast<std::int64_t>(log.size()));
    EXPECT_EQ(read_all(*partition, 0), log);
    return status ? Ended::kWell : Ended::kAsItWas;
  }
  EXPECT_EQ(status.code(), sdk::Code::kIo);
  EXPECT_EQ(append(*partition, {batch(kEnd)}).code(), sdk::Code::kIo);
  machine.switch_off();
  EXPECT_TRUE(machine.start());
  const std::vector<TestBatch> left = read_all(machine.open(), 0);
  EXPECT_GE(left.size(), static_cast<std::size_t>(kCut));
  EXPECT_LE(left.size(), log.size());
  EXPECT_TRUE(std::equal(left.begin(), left.end(), log.begin())) << "whole up to its end";
  return Ended::kFailed;
}

TEST(CutWithoutRoom, LeavesNoHole) {
  for (const bool lent : {false, true}) {
    int as_it_was = 0, failed = 0;
    for (std::uint64_t nth = 1; !::testing::Test::HasFailure(); ++nth) {
      SCOPED_TRACE((lent ? "lent, operation " : "operation ") + std::to_string(nth));
      const Ended ended = cut_without_room(nth, lent);
      if (ended == Ended::kWell) break;
      ++(ended == Ended::kFailed ? failed : as_it_was);
    }
    EXPECT_GT(as_it_was, 0);
    EXPECT_GT(failed, 0);
  }
}

}  // namespace
}  // namespace barnabas::testing
