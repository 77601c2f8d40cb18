// Bugs of classes that other systems had, planted around the product one at a time: the checker of the swarm finds each within so many
// seeds. A simulation that does not see them would prove nothing by seeing nothing.
#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

#include "sim/swarm/planted/disks.h"
#include "sim/swarm/planted/wire.h"
#include "sim/swarm/stage.h"

namespace barnabas::sim {
namespace {

struct PlantedBug {
  const char* name;
  const char* bug_class;  // of the notes on reliability, section 2
  std::uint64_t within;   // seeds, from the first
  // The promise that is seen to be broken; any of these.
  std::set<std::string> promises;
  void (*plant)(Stage& stage);
};

void PrintTo(const PlantedBug& bug, std::ostream* to) { *to << bug.name; }

const PlantedBug kBugs[] = {
    // --- the storage ---
    {"StorageForgetsFlush", "B07", 100, {"I1"}, [](Stage& stage) { stage.storage_bug = "forgets-flush"; }},
    {"StorageHidesFailedAppend", "B20", 200, {}, [](Stage& stage) { stage.storage_bug = "hides-failed-append"; }},
    {"StorageEmptiesSnapshots", "B19", 200, {"I4"}, [](Stage& stage) { stage.storage_bug = "empties-snapshots"; }},
    {"StorageDeletesTooMuch", "B15", 100, {}, [](Stage& stage) { stage.storage_bug = "deletes-too-much"; }},
    {"StorageKeepsRemoved", "B41", 100, {}, [](Stage& stage) { stage.storage_bug = "keeps-removed"; }},
    {"StorageShowsUnflushed", "B21", 100, {"I5"}, [](Stage& stage) { stage.storage_bug = "shows-unflushed"; }},
    {"StorageSkipsBatch", "B42", 100, {"I10"}, [](Stage& stage) { stage.storage_bug = "skips-batch"; }},
    // --- the disk ---
    {"DiskWithoutSync", "B07", 100, {}, [](Stage& stage) { stage.disk_before = disk_without_sync; }},
    {"DiskWithoutDirectorySync", "B22", 100, {}, [](Stage& stage) { stage.disk_before = disk_without_directory_sync; }},
    {"DiskKeepsTheMark", "B18", 300, {}, [](Stage& stage) { stage.disk_before = disk_that_keeps_the_mark; }},
    {"DiskHidesFailures", "B20", 200, {}, [](Stage& stage) { stage.disk_before = disk_that_hides_failures; }},
    {"DiskWithoutCuts", "B04", 500, {}, [](Stage& stage) { stage.disk_before = disk_without_cuts; }},
    {"DiskDamages", "B16", 50, {"I1"}, [](Stage& stage) { stage.disk_before = disk_that_damages; }},
    {"DiskBreaks", "B43", 50, {"I19", "I20"}, [](Stage& stage) { stage.disk_before = disk_that_breaks; }},
    // --- the offset store ---
    {"OffsetsLoseCommits", "B38", 100, {"I12"}, [](Stage& stage) { stage.offsets_bug = "loses-commits"; }},
    {"OffsetsExpireEarly", "B37", 100, {"I12"}, [](Stage& stage) { stage.offsets_bug = "expires-early"; }},
    {"OffsetsForgottenAtLoad", "B38", 100, {"I12"}, [](Stage& stage) { stage.offsets_bug = "forgets-at-load"; }},
    {"OffsetsFallSilent", "B39", 100, {"I20"}, [](Stage& stage) { stage.offsets_bug = "falls-silent"; }},
    // --- what the broker says ---
    {"NoTopicsAtFirst", "B34", 50, {"I1"}, [](Stage& stage) { stage.mischief = broker_without_topics_at_first; }},
    {"NoSequences", "B30", 50, {"I4"}, [](Stage& stage) { stage.mischief = broker_without_sequences; }},
    {"OldHighWatermark", "B31", 50, {"I5"}, [](Stage& stage) { stage.mischief = broker_with_an_old_high_watermark; }},
    {"FetchSkips", "B42", 50, {"I10"}, [](Stage& stage) { stage.mischief = broker_that_skips; }},
    {"FetchRepeats", "B42", 50, {}, [](Stage& stage) { stage.mischief = broker_that_repeats; }},
    {"OldCommits", "B38", 100, {"I12", "I13"}, [](Stage& stage) { stage.mischief = broker_with_old_commits; }},
    {"NoCommits", "B37", 100, {"I12"}, [](Stage& stage) { stage.mischief = broker_without_commits; }},
    {"AcknowledgesFailures", "B20", 200, {}, [](Stage& stage) { stage.mischief = broker_that_acknowledges_failures; }},
};

class PlantedBugs : public ::testing::TestWithParam<PlantedBug> {};

TEST_P(PlantedBugs, AreFound) {
  const PlantedBug& bug = GetParam();
  SharedStage shared;
  shared.registry().scan(BARNABAS_BINARY_DIR "/tests/plugins/planted", true);
  Stage stage = shared.stage();
  bug.plant(stage);
  for (std::uint64_t seed = 1; seed <= bug.within; ++seed) {
    SwarmRun run(draw_swarm(seed), stage);
    run.play();
    if (run.wrong().empty()) continue;
    std::printf("%s (%s): found by seed %llu of %llu: %s\n", bug.name, bug.bug_class, static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(bug.within), run.wrong().c_str());
    const std::string promise = run.wrong().substr(0, run.wrong().find(':'));
    EXPECT_TRUE(bug.promises.empty() || bug.promises.contains(promise)) << run.wrong();
    return;
  }
  ADD_FAILURE() << bug.name << " (" << bug.bug_class << ") is not found by " << bug.within << " seeds";
}

INSTANTIATE_TEST_SUITE_P(One, PlantedBugs, ::testing::ValuesIn(kBugs), [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace barnabas::sim
