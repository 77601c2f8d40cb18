// The machine stops at every single operation of the disk, in every way: what was acknowledged is there afterwards, and the log can be used
// again.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/simulated_disk.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kraft_store.h"

namespace barnabas::kraft {
namespace {

using testing::Crash;
using testing::Ending;
using testing::ManualHost;
using testing::MetadataRecorder;
using testing::SimulatedDisk;

std::string record(int number) { return std::string("\x01\x14\x00", 3) + std::to_string(number); }

// One life of a broker: format, start, propose, keep a snapshot now and then, stop.
class Life {
 public:
  explicit Life(SimulatedDisk& disk) : host_(disk) {
    options_.dir = "/data";
    options_.snapshot_bytes = {300};
    store_ = std::make_unique<KraftStore>(host_, options_);
  }

  bool begin() {
    const std::string feature = record(0);
    const sdk::Bytes view(feature);
    const Status formatted = store_->format({"cluster", 1, &view, 1, 1, "CONTROLLER://h:1"});
    if (!formatted.ok() && formatted.code() != sdk::Code::kExists) return false;
    Ending started;
    if (!store_->start({1, "cluster"}, listener, started).ok()) return false;
    host_.run();
    return started.ok();
  }
  // The numbers that were acknowledged; ends early when something fails.
  std::vector<int> propose(int from, int count) {
    std::vector<int> acknowledged;
    for (int i = from; i < from + count; ++i) {
      const std::string text = record(i);
      const sdk::Bytes view(text);
      Ending ending;
      if (!store_->propose({listener.leader.term, -1, &view, 1}, ending).ok()) break;
      host_.run();
      if (!ending.ok()) break;
      acknowledged.push_back(i);
      if (listener.events.back() == "snapshot wanted" && !keep_snapshot()) break;
    }
    return acknowledged;
  }
  void end() {
    Ending stopped;
    if (store_->stop(stopped).ok()) host_.run();
  }

  MetadataRecorder listener;

 private:
  bool keep_snapshot() {
    testing::RecordList records(listener.records);
    Ending kept;
    if (!store_->keep_snapshot(listener.position, records, kept).ok()) return false;
    host_.run();
    return kept.ok();
  }

  ManualHost host_;
  KraftOptions options_;
  std::unique_ptr<KraftStore> store_;
};

// Runs until the crash at operation `nth`; false when the run ended before it.
bool crash_once(std::uint64_t nth, Crash crash, std::uint64_t seed) {
  SimulatedDisk disk(seed);
  disk.crash_at(nth);
  std::vector<int> acknowledged;
  {
    Life life(disk);
    if (life.begin()) acknowledged = life.propose(1, 12);
    life.end();
  }
  const bool crashed = disk.crashed();
  disk.restart(crash);
  std::int32_t term = 0;
  {
    Life life(disk);
    EXPECT_TRUE(life.begin()) << "after a crash at operation " << nth;
    if (::testing::Test::HasFailure()) return false;
    for (const int number : acknowledged) EXPECT_THAT(life.listener.records, ::testing::Contains(record(number))) << "crash at " << nth;
    EXPECT_EQ(life.listener.records.front(), record(0));
    EXPECT_EQ(life.listener.leader.kraft_version, 1);
    term = life.listener.leader.term;
    EXPECT_EQ(life.propose(100, 3).size(), 3u);
    life.end();
  }
  Life life(disk);
  EXPECT_TRUE(life.begin());
  EXPECT_GT(life.listener.leader.term, term);
  EXPECT_THAT(life.listener.records, ::testing::IsSupersetOf({record(100), record(101), record(102)}));
  life.end();
  return crashed;
}

class CrashTest : public ::testing::TestWithParam<Crash> {};

TEST_P(CrashTest, AcknowledgedRecordsSurviveACrashAtEveryOperation) {
  std::uint64_t nth = 1;
  while (crash_once(nth, GetParam(), nth) && !HasFailure()) ++nth;
  EXPECT_GT(nth, 60u);  // it did crash in between
}

TEST(CrashTermTest, NoTermIsBegunTwice) {
  for (std::uint64_t nth = 1; nth < 40; ++nth) {
    SimulatedDisk disk(nth);
    std::int32_t term = 0;
    {
      Life life(disk);
      ASSERT_TRUE(life.begin());
      term = life.listener.leader.term;
      life.end();
    }
    disk.crash_at(nth);
    {
      Life life(disk);
      if (life.begin()) {
        term = life.listener.leader.term;
        life.propose(1, 2);
      }
      life.end();
    }
    disk.restart(Crash::kTear);
    Life life(disk);
    ASSERT_TRUE(life.begin());
    EXPECT_GT(life.listener.leader.term, term);
    life.end();
  }
}

INSTANTIATE_TEST_SUITE_P(EveryWay, CrashTest, ::testing::Values(Crash::kKill, Crash::kLose, Crash::kTear), [](const auto& info) {
  return info.param == Crash::kKill ? "kill" : info.param == Crash::kLose ? "lose" : "tear";
});

}  // namespace
}  // namespace barnabas::kraft
