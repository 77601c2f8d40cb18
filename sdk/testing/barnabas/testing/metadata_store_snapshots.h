// Rules of metadata stores that want snapshots. Included by metadata_store_conformance.h.
#pragma once

#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/metadata_store_suite.h>

namespace barnabas::testing {

TEST_P(MetadataStoreConformance, SnapshotsTakeThePlaceOfRecords) {
  TestNode node(*world);
  node.start();
  if (!node.store().abilities().wants_snapshots) {
    RecordList none({});
    EXPECT_EQ(node.await(node.begin_keep_snapshot(node.position(), none)), sdk::Code::kUnsupported);
    GTEST_SKIP() << "no snapshots are wanted";
  }
  for (int round = 0; round < 3; ++round) {
    write(node, numbered(round));
    // One that is older than what is under way: that counts on top of it.
    const sdk::MetadataPosition end = node.position();
    RecordList state(node.records());
    Ending& before = node.begin_propose(numbered(100 + round));
    Ending& kept = node.begin_keep_snapshot(end, state);
    Ending& after = node.begin_propose(numbered(200 + round));
    for (Ending* ending : {&before, &kept, &after}) EXPECT_EQ(node.await(*ending), sdk::Code::kOk) << node.message();
    expected.apply_all(numbered(100 + round));
    expected.apply_all(numbered(200 + round));
    expect_state(node);
    // An older one comes too late, and takes nothing away.
    RecordList nothing({});
    EXPECT_EQ(node.await(node.begin_keep_snapshot({end.offset - 1, end.term}, nothing)), sdk::Code::kInvalid);
    node.restart();
    expect_state(node);
  }
}

TEST_P(MetadataStoreConformance, SnapshotsAreWantedAgainAndAgain) {
  TestNode node(*world);
  node.start();
  if (!node.store().abilities().wants_snapshots) GTEST_SKIP() << "no snapshots are wanted";
  const auto write_until_wanted = [&] {
    for (int i = 0; i < 100 && node.count("snapshot wanted") == 0; ++i)
      write(node, large_records(1 << 20, static_cast<char>('a' + i % 26)));
    EXPECT_EQ(node.count("snapshot wanted"), 1u) << "asked once, and not again before it is kept";
  };
  for (int round = 0; round < 3; ++round) {
    write_until_wanted();
    node.restart();  // nobody kept one, so it is wanted still
    write(node, numbered(round));
    write_until_wanted();
    RecordList state(numbered(round));
    expected = {};
    expected.apply_all(numbered(round));
    EXPECT_EQ(node.await(node.begin_keep_snapshot(node.position(), state)), sdk::Code::kOk) << node.message();
    node.restart();
    expect_state(node);
    EXPECT_EQ(node.count("snapshot wanted"), 0u) << "just kept";
  }
}

}  // namespace barnabas::testing
