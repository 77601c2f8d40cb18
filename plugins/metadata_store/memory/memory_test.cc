#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/metadata_manual_world.h>
#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/metadata_store_conformance.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_store.h"

namespace barnabas::metadata_memory {
namespace {

using ::testing::ElementsAre;
using testing::Ending;
using testing::ManualHost;
using testing::MetadataRecorder;

// Each object has a cluster of its own.
class MemoryWorld final : public testing::ManualMetadataWorld<MemoryStore> {
 public:
  bool is_durable() const override { return false; }
};

class MemoryStoreTest : public ::testing::Test {
 protected:
  void format() {
    const sdk::Bytes records[] = {sdk::Bytes(std::string_view("a")), sdk::Bytes(std::string_view("b"))};
    ASSERT_TRUE(store.format({"cluster", 7, records, 2, 0, {}}).ok());
  }
  void start() {
    Ending started;
    ASSERT_TRUE(store.start({7, "cluster"}, listener, started).ok());
    EXPECT_EQ(started.count, 0);  // never from inside the call
    host.run();
    ASSERT_TRUE(started.ok());
  }
  sdk::Status propose(std::string_view record, sdk::Completion& ending, std::int32_t term, std::int64_t base = -1) {
    const sdk::Bytes view(record);
    return store.propose({term, base, &view, 1}, ending);
  }

  ManualHost host;
  MemoryStore store{host, {}};
  MetadataRecorder listener;
};

TEST_F(MemoryStoreTest, TellsWhatItWasFormattedWithThenThatItLeads) {
  format();
  start();
  EXPECT_THAT(listener.events, ElementsAre("snapshot", "snapshot end", "batch", "leader"));
  EXPECT_THAT(listener.records, ElementsAre("a", "b"));
  EXPECT_TRUE(listener.leader.is_self);
  EXPECT_EQ(listener.leader.node_id, 7);
  EXPECT_EQ(store.next_offset(), 2);
}

TEST_F(MemoryStoreTest, RefusesToBecomeAnotherCluster) {
  format();
  EXPECT_EQ(store.format({"cluster", 7, nullptr, 0, 0, {}}).code(), sdk::Code::kExists);
  EXPECT_EQ(store.format({"other", 7, nullptr, 0, 0, {}}).code(), sdk::Code::kInvalid);
  Ending ending;
  EXPECT_EQ(store.start({7, "other"}, listener, ending).code(), sdk::Code::kInvalid);
}

TEST_F(MemoryStoreTest, ProposalIsToldBeforeItIsDone) {
  format();
  start();
  Ending first, second;
  ASSERT_TRUE(propose("c", first, listener.leader.term, 2).ok());
  ASSERT_TRUE(propose("d", second, listener.leader.term, 3).ok());
  ASSERT_TRUE(host.step());
  EXPECT_TRUE(first.ok());
  EXPECT_THAT(listener.records, ElementsAre("a", "b", "c"));
  EXPECT_EQ(second.count, 0);
  host.run();
  EXPECT_TRUE(second.ok());
  EXPECT_EQ(listener.position.offset, 4);
}

TEST_F(MemoryStoreTest, RefusesAnOldTermAndAPlaceThatIsTaken) {
  format();
  start();
  Ending ending;
  EXPECT_EQ(propose("c", ending, listener.leader.term - 1).code(), sdk::Code::kFenced);
  EXPECT_EQ(propose("c", ending, listener.leader.term, 5).code(), sdk::Code::kUnavailable);
  host.run();
  EXPECT_EQ(ending.count, 0);
  EXPECT_THAT(listener.records, ElementsAre("a", "b"));
}

TEST_F(MemoryStoreTest, StopLeavesProposalsUnknownAndTellsNobody) {
  format();
  start();
  Ending proposed, stopped;
  ASSERT_TRUE(propose("c", proposed, listener.leader.term).ok());
  ASSERT_TRUE(store.stop(stopped).ok());
  host.run();
  EXPECT_EQ(proposed.code, sdk::Code::kUnknown);
  EXPECT_TRUE(stopped.ok());
  EXPECT_THAT(listener.records, ElementsAre("a", "b"));
}

TEST_F(MemoryStoreTest, StartsAgainFromItsSnapshotUnderALaterTerm) {
  format();
  start();
  Ending proposed, kept, stopped;
  ASSERT_TRUE(propose("c", proposed, listener.leader.term).ok());
  host.run();
  testing::RecordList state({"abc"});
  ASSERT_TRUE(store.keep_snapshot(listener.position, state, kept).ok());
  ASSERT_TRUE(propose("d", proposed, listener.leader.term).ok());
  host.run();
  const std::int32_t term = listener.leader.term;
  ASSERT_TRUE(store.stop(stopped).ok());
  host.run();
  start();
  EXPECT_THAT(listener.records, ElementsAre("abc", "d"));
  EXPECT_GT(listener.leader.term, term);
}

}  // namespace
}  // namespace barnabas::metadata_memory

BARNABAS_METADATA_STORE_CONFORMANCE(memory, [] { return std::make_unique<barnabas::metadata_memory::MemoryWorld>(); })
