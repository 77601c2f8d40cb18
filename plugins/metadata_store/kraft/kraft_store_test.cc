#include "kraft_store.h"

#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/simulated_disk.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "quorum_state.h"
#include "snapshot_file.h"

namespace barnabas::kraft {
namespace {

using ::testing::ElementsAre;
using testing::Ending;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ManualHost;
using testing::MetadataRecorder;
using testing::SimulatedDisk;

// A NoOpRecord that can be told from others: the store looks at types only.
std::string record(int number) { return std::string("\x01\x14\x00", 3) + std::to_string(number); }

class KraftStoreTest : public ::testing::Test {
 protected:
  KraftStoreTest() {
    options.dir = "/data";
    options.snapshot_bytes = {1000};
    store = std::make_unique<KraftStore>(host, options);
  }
  void format(std::int16_t kraft_version = 0) {
    const std::string one = record(-1);
    const std::string two = record(-2);
    const sdk::Bytes records[] = {sdk::Bytes(one), sdk::Bytes(two)};
    const Status status = store->format({"cluster", 1, records, 2, kraft_version, "CONTROLLER://h:9093"});
    ASSERT_TRUE(status.ok()) << message_of(status);
  }
  void start() {
    Ending started;
    const Status status = store->start({1, "cluster"}, listener, started);
    ASSERT_TRUE(status.ok()) << message_of(status);
    host.run();
    ASSERT_TRUE(started.ok()) << started.message;
  }
  std::string fails_to_start() {
    Ending started;
    if (Status status = store->start({1, "cluster"}, listener, started); !status) return std::string(message_of(status));
    host.run();
    EXPECT_FALSE(started.ok());
    return started.message;
  }
  void stop() {
    Ending stopped;
    ASSERT_TRUE(store->stop(stopped).ok());
    host.run();
    ASSERT_TRUE(stopped.ok());
  }
  void restart() {
    store = std::make_unique<KraftStore>(host, options);
    start();
  }
  Status propose(int number, sdk::Completion& ending, std::int64_t base = -1) {
    const std::string text = record(number);
    const sdk::Bytes view(text);
    return store->propose({listener.leader.term, base, &view, 1}, ending);
  }
  void propose(int number) {
    Ending ending;
    ASSERT_TRUE(propose(number, ending).ok());
    host.run();
    ASSERT_TRUE(ending.ok()) << ending.message;
  }
  QuorumState quorum_state() {
    const auto text = disk.content("/data/__cluster_metadata-0/quorum-state");
    return *parse_quorum_state({reinterpret_cast<const char*>(text.data()), text.size()});
  }

  SimulatedDisk disk;
  ManualHost host{disk};
  KraftOptions options;
  std::unique_ptr<KraftStore> store;
  MetadataRecorder listener;
};

TEST_F(KraftStoreTest, BeginsWithWhatItWasFormattedWith) {
  format();
  start();
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2)));
  EXPECT_THAT(listener.events, ElementsAre("snapshot", "snapshot end", "batch", "leader"));
  EXPECT_TRUE(listener.leader.is_self);
  EXPECT_EQ(listener.leader.term, 1);
  EXPECT_EQ(store->next_offset(), 3);  // leader change, two records (no transaction: no metadata.version was given)
  EXPECT_EQ(quorum_state().leader_id, 1);
  EXPECT_EQ(quorum_state().epoch, 1);
}

TEST_F(KraftStoreTest, RefusesToBeginWithHalfATransaction) {
  const std::string begin("\x01\x17\x00\x00", 4);
  const sdk::Bytes records[] = {sdk::Bytes(begin)};
  ASSERT_TRUE(store->format({"cluster", 1, records, 1, 0, {}}).ok());
  EXPECT_THAT(fails_to_start(), HasSubstr("begins or ends a transaction"));
}

TEST_F(KraftStoreTest, IdentityIsKnownFromTheDirectory) {
  sdk::MetadataIdentity identity;
  ASSERT_TRUE(store->identity(identity).ok());
  EXPECT_FALSE(identity.formatted);
  format();
  ASSERT_TRUE(store->identity(identity).ok());
  EXPECT_TRUE(identity.formatted);
  EXPECT_EQ(identity.cluster_id, sdk::Text("cluster"));
  EXPECT_EQ(identity.node_id, 1);
  EXPECT_EQ(store->format({"cluster", 1, nullptr, 0, 0, {}}).code(), sdk::Code::kExists);
  EXPECT_EQ(store->format({"other", 1, nullptr, 0, 0, {}}).code(), sdk::Code::kInvalid);
  EXPECT_EQ(store->format({"cluster", 2, nullptr, 0, 0, {}}).code(), sdk::Code::kInvalid);
}

TEST_F(KraftStoreTest, FormatKeepsTheDirectoryIdOfTheStorage) {
  const std::string text = "version=1\ncluster.id=cluster\nnode.id=1\ndirectory.id=HDb1WtReTsaGn472LD18IA\n";
  ASSERT_TRUE(disk.make_directory("/data").ok());
  disk.put("/data/meta.properties", {text.begin(), text.end()});
  format(1);
  const auto after = disk.content("/data/meta.properties");
  EXPECT_THAT(std::string(after.begin(), after.end()), HasSubstr("HDb1WtReTsaGn472LD18IA"));
}

TEST_F(KraftStoreTest, RefusesToStartOnForeignOrUnformattedDirectories) {
  EXPECT_THAT(fails_to_start(), HasSubstr("not formatted"));
  format();
  Ending started;
  store = std::make_unique<KraftStore>(host, options);
  ASSERT_TRUE(store->start({2, "cluster"}, listener, started).ok());
  host.run();
  EXPECT_THAT(started.message, HasSubstr("belongs to node 1"));
  store = std::make_unique<KraftStore>(host, options);
  ASSERT_TRUE(store->start({1, "other"}, listener, started).ok());
  host.run();
  EXPECT_THAT(started.message, HasSubstr("belongs to cluster cluster"));
  disk.lock_elsewhere("/data/.lock");
  EXPECT_NE(fails_to_start(), "");
}

TEST_F(KraftStoreTest, AFailedStartMayBeStoppedFromWhereItIsTold) {
  format();
  class StopWhenTold final : public sdk::Completion {
   public:
    explicit StopWhenTold(KraftStore& store) : store_(store) {}
    void done(Status status) noexcept override {
      failed = !status.ok();
      EXPECT_TRUE(store_.stop(stopped).ok());
    }
    bool failed = false;
    Ending stopped;

   private:
    KraftStore& store_;
  } told(*store);
  ASSERT_TRUE(store->start({2, "cluster"}, listener, told).ok());  // the directory is node 1's
  host.run();
  EXPECT_TRUE(told.failed);
  EXPECT_TRUE(told.stopped.ok());
}

TEST_F(KraftStoreTest, RefusesTheLogOfALargerQuorum) {
  format();
  start();
  stop();
  QuorumState state = quorum_state();
  state.voters = {1, 2, 3};
  const std::string text = print_quorum_state(state);
  disk.put("/data/__cluster_metadata-0/quorum-state", {text.begin(), text.end()});
  store = std::make_unique<KraftStore>(host, options);
  EXPECT_THAT(fails_to_start(), HasSubstr("quorum with voters 1, 2, 3"));
}

TEST_F(KraftStoreTest, RefusesAnEpochThatNoneComesBehind) {
  format();
  start();
  stop();
  QuorumState state = quorum_state();
  state.epoch = INT32_MAX;
  const std::string text = print_quorum_state(state);
  disk.put("/data/__cluster_metadata-0/quorum-state", {text.begin(), text.end()});
  store = std::make_unique<KraftStore>(host, options);
  EXPECT_THAT(fails_to_start(), HasSubstr("epoch 2147483647 was reached"));
  EXPECT_EQ(quorum_state(), state) << "what is refused was changed";
}

TEST_F(KraftStoreTest, ProposalsAreToldInOrderThenDone) {
  format();
  start();
  listener.events.clear();
  Ending first, second, refused;
  const std::int64_t base = store->next_offset();
  ASSERT_TRUE(propose(1, first, base).ok());
  ASSERT_TRUE(propose(2, second, base + 1).ok());
  EXPECT_EQ(propose(3, refused, base).code(), sdk::Code::kUnavailable);
  EXPECT_THAT(listener.events, IsEmpty());
  host.run();
  EXPECT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(refused.count, 0);
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(1), record(2)));
  EXPECT_EQ(listener.position, (sdk::MetadataPosition{base + 2, 1}));
}

TEST_F(KraftStoreTest, RefusesOldTermsAndWhatIsTooLarge) {
  format();
  start();
  Ending ending;
  const std::vector<sdk::Bytes> many(10'001, sdk::Bytes(std::string_view("x")));
  EXPECT_EQ(store->propose({listener.leader.term, -1, many.data(), many.size()}, ending).code(), sdk::Code::kExhausted);
  EXPECT_EQ(store->propose({listener.leader.term - 1, -1, many.data(), 1}, ending).code(), sdk::Code::kFenced);
  EXPECT_EQ(ending.count, 0);
}

TEST_F(KraftStoreTest, EveryStartIsANewTermOverTheSameRecords) {
  format();
  start();
  propose(1);
  stop();
  restart();
  EXPECT_EQ(listener.leader.term, 2);
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(1)));
  propose(2);
  stop();
  restart();
  EXPECT_EQ(listener.leader.term, 3);
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(1), record(2)));
}

TEST_F(KraftStoreTest, DynamicVotersComeIntoTheLogOnce) {
  format(1);
  start();
  EXPECT_EQ(listener.leader.kraft_version, 1);
  EXPECT_EQ(store->next_offset(), 5);  // leader change, version, voters, two records
  EXPECT_EQ(quorum_state().version, 1);
  stop();
  restart();
  EXPECT_EQ(listener.leader.kraft_version, 1);
  EXPECT_EQ(store->next_offset(), 6);
}

TEST_F(KraftStoreTest, SnapshotTakesThePlaceOfOlderRecords) {
  format(1);
  start();
  int number = 0;
  while (std::count(listener.events.begin(), listener.events.end(), "snapshot wanted") == 0) propose(number++);
  testing::RecordList state({record(100), record(101)});
  Ending kept;
  ASSERT_TRUE(store->keep_snapshot(listener.position, state, kept).ok());
  host.run();
  ASSERT_TRUE(kept.ok()) << kept.message;
  propose(200);
  stop();
  EXPECT_FALSE(disk.exists("/data/__cluster_metadata-0/00000000000000000000.log"));
  restart();
  EXPECT_THAT(listener.records, ElementsAre(record(100), record(101), record(200)));
  EXPECT_EQ(listener.leader.kraft_version, 1);
  EXPECT_EQ(std::count(listener.events.begin(), listener.events.end(), "snapshot wanted"), 1);
}

TEST_F(KraftStoreTest, ASnapshotThatFindsNoRoomLeavesNoneBehindAndIsNotTriedAtOnce) {
  format(1);
  start();
  const auto wanted = [&] { return std::count(listener.events.begin(), listener.events.end(), "snapshot wanted"); };
  int number = 0;
  while (wanted() == 0) propose(number++);
  const int until_first = number;
  testing::RecordList state({record(100)});
  Ending kept;
  disk.fail_at(3, testing::Fault::kNoSpace);  // the file is made and cut, its first octets find no room
  ASSERT_TRUE(store->keep_snapshot(listener.position, state, kept).ok());
  host.run();
  EXPECT_EQ(kept.code, sdk::Code::kExhausted);
  EXPECT_FALSE(disk.exists("/data/__cluster_metadata-0/" + snapshot_name(listener.position) + ".part"));
  propose(number++);
  EXPECT_EQ(wanted(), 1);
  while (wanted() == 1 && number < 3 * until_first) propose(number++);
  EXPECT_EQ(wanted(), 2);
}

TEST_F(KraftStoreTest, WhatIsWrittenWhileASnapshotIsMadeCountsForTheNextOne) {
  format();
  start();
  const auto wanted = [&] { return std::count(listener.events.begin(), listener.events.end(), "snapshot wanted"); };
  int number = 0;
  while (wanted() == 0) propose(number++);
  const int until_first = number;
  const sdk::MetadataPosition asked = listener.position;
  for (int i = 0; i < until_first / 2; ++i) propose(number++);
  testing::RecordList state({record(100)});
  Ending kept;
  ASSERT_TRUE(store->keep_snapshot(asked, state, kept).ok());
  host.run();
  ASSERT_TRUE(kept.ok()) << kept.message;
  int until_next = 0;
  for (; wanted() == 1 && until_next < 3 * until_first; ++until_next) propose(number++);
  EXPECT_LT(until_next, until_first);
}

TEST_F(KraftStoreTest, AStartRemovesSnapshotsThatWereNotFinished) {
  format();
  start();
  stop();
  const std::string part = "/data/__cluster_metadata-0/00000000000000000003-0000000001.checkpoint.part";
  disk.put(part, {1, 2, 3});
  restart();
  EXPECT_FALSE(disk.exists(part));
}

TEST_F(KraftStoreTest, DamagedSnapshotIsPassedOverWhereTheLogStillHasEverything) {
  format();
  start();
  propose(1);
  stop();
  disk.put("/data/__cluster_metadata-0/00000000000000000004-0000000001.checkpoint", {1, 2, 3});
  restart();
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(1)));
  EXPECT_THAT(host.warnings, ElementsAre(HasSubstr("snapshot that is damaged")));
}

TEST_F(KraftStoreTest, CutsATornTailAndGoesOn) {
  format();
  start();
  propose(1);
  propose(2);
  stop();
  // As a crash leaves it: without the indexes that a stop writes.
  for (const char* suffix : {".index", ".timeindex"})
    ASSERT_TRUE(disk.remove("/data/__cluster_metadata-0/00000000000000000000" + std::string(suffix)).ok());
  const std::string path = "/data/__cluster_metadata-0/00000000000000000000.log";
  auto content = disk.content(path);
  content.resize(content.size() - 5);
  disk.put(path, content);
  restart();
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(1)));
  EXPECT_THAT(host.warnings, ElementsAre(HasSubstr("never acknowledged")));
  propose(3);
  stop();
  restart();
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(1), record(3)));
}

TEST_F(KraftStoreTest, AMissingLogIsNoNewCluster) {
  format();
  start();
  propose(1);
  stop();
  const std::string path = "/data/__cluster_metadata-0/00000000000000000000.log";
  const auto content = disk.content(path);
  ASSERT_TRUE(disk.remove(path).ok());
  EXPECT_THAT(fails_to_start(), HasSubstr("leader-epoch-checkpoint says that epoch 1 began at offset 0"));
  disk.put(path, content);
  restart();
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(1)));
}

TEST_F(KraftStoreTest, ALogWithoutMetaPropertiesIsNoNewOne) {
  format();
  start();
  stop();
  ASSERT_TRUE(disk.remove("/data/meta.properties").ok());
  sdk::MetadataIdentity identity;
  EXPECT_THAT(std::string(message_of(store->identity(identity))), HasSubstr("/data/meta.properties"));
}

TEST_F(KraftStoreTest, ADeviceWithoutRoomRefusesAndGoesOnWhenThereIsSome) {
  format();
  start();
  Ending first, second;
  disk.fail_at(1, testing::Fault::kNoSpace);
  ASSERT_TRUE(propose(1, first).ok());
  host.run();
  EXPECT_EQ(first.code, sdk::Code::kUnavailable);
  EXPECT_FALSE(listener.failure.has_value());
  EXPECT_THAT(host.warnings, ElementsAre(HasSubstr("full")));
  ASSERT_TRUE(propose(2, second).ok());
  host.run();
  EXPECT_TRUE(second.ok()) << second.message;
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(2)));
  stop();
  restart();
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2), record(2)));
}

TEST_F(KraftStoreTest, FailedSyncEndsTheStore) {
  format();
  start();
  disk.fail_at(2, testing::Fault::kIo);  // the write succeeds, its sync does not
  Ending first, second;
  ASSERT_TRUE(propose(1, first).ok());
  host.run();
  EXPECT_EQ(first.code, sdk::Code::kUnknown);
  ASSERT_TRUE(listener.failure.has_value());
  EXPECT_EQ(propose(2, second).code(), sdk::Code::kIo);
  EXPECT_THAT(listener.records, ElementsAre(record(-1), record(-2)));
  stop();
}

TEST_F(KraftStoreTest, StopLeavesWhatIsUnderWayUnknownAndClosesEverything) {
  format();
  start();
  Ending ending, stopped;
  ASSERT_TRUE(propose(1, ending).ok());
  ASSERT_TRUE(store->stop(stopped).ok());
  EXPECT_EQ(stopped.count, 0);
  host.run();
  EXPECT_TRUE(stopped.ok());
  EXPECT_EQ(ending.code, sdk::Code::kUnknown);
  EXPECT_EQ(disk.open_files(), 0u);
}

}  // namespace
}  // namespace barnabas::kraft
