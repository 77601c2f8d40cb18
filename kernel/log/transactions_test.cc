// What readers of committed data see, and when.
#include "kernel/log/log_fixture.h"

namespace barnabas::log {
namespace {

class CommittedReads : public LogTest {
 protected:
  CommittedReads() { open_leader(); }

  void write(std::int64_t producer_id, int records = 1) {
    ASSERT_EQ(
        produce({.records = records, .producer_id = producer_id, .epoch = 0, .sequence = sequences_[producer_id], .transactional = true})
            .error,
        ErrorCode::kNone);
    sequences_[producer_id] += records;
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> aborted_at(std::int64_t offset) {
    LogReadOutcome outcome = log->read({.offset = offset, .max_bytes = 1 << 20, .isolation = Isolation::kLastStable}, aborted);
    EXPECT_EQ(outcome.error, ErrorCode::kNone);
    give_back(outcome.lease);
    std::vector<std::pair<std::int64_t, std::int64_t>> list;
    for (const auto& producer : aborted) list.emplace_back(producer.producer_id, producer.first_offset);
    return list;
  }
  std::map<std::int64_t, std::int32_t> sequences_;
};

TEST_F(CommittedReads, EndBeforeTheFirstOpenTransaction) {
  produce({});
  write(7);
  write(8);
  produce({});
  EXPECT_EQ(log->last_stable(), 1);
  EXPECT_EQ(log->high_watermark(), 4);
  mark(7, 0, true);
  EXPECT_EQ(log->last_stable(), 2);
  mark(8, 0, true);
  EXPECT_EQ(log->last_stable(), 6);
}

TEST_F(CommittedReads, AreGivenTheAbortedTransactionsOfTheirRange) {
  write(7);           // 0
  write(8);           // 1
  mark(7, 0, false);  // 2
  write(7);           // 3
  mark(8, 0, true);   // 4
  mark(7, 0, false);  // 5
  produce({});        // 6
  using List = std::vector<std::pair<std::int64_t, std::int64_t>>;
  EXPECT_EQ(aborted_at(0), (List{{7, 0}, {7, 3}}));
  EXPECT_EQ(aborted_at(3), (List{{7, 3}}));
  EXPECT_EQ(aborted_at(6), List{});
  ASSERT_EQ(disk.aborted.size(), 2u);
  EXPECT_EQ(disk.aborted[0].last_stable_offset, 1);  // 8 was open
  EXPECT_EQ(disk.aborted[1].last_stable_offset, 6);
}

TEST_F(CommittedReads, AreNotGivenWhatComesLongAfterTheirOctets) {
  for (int i = 0; i < 100; ++i) {
    write(7);
    mark(7, 0, false);
  }
  const auto aborted_of = [&](std::uint32_t max_bytes) {
    LogReadOutcome outcome = log->read({.offset = 20, .max_bytes = max_bytes, .isolation = Isolation::kLastStable}, aborted);
    EXPECT_EQ(outcome.error, ErrorCode::kNone);
    give_back(outcome.lease);
    return aborted.size();
  };
  const auto batch = static_cast<std::uint32_t>(disk.batches[20].octets.size());
  const auto marker = static_cast<std::uint32_t>(disk.batches[21].octets.size());
  EXPECT_EQ(aborted_of(batch), 1u);
  EXPECT_EQ(aborted_of(3 * (batch + marker)), 3u);
  EXPECT_EQ(aborted_of(1 << 20), 90u);
  EXPECT_EQ(aborted.front().first_offset, 20);
}

TEST_F(CommittedReads, WaitUntilTheMarkerIsReplicated) {
  const std::int32_t replicas[] = {1, 2};
  ASSERT_TRUE(log->become_leader({.epoch = 1, .replica_id = 1, .replicas = replicas}).ok());
  write(7);
  ASSERT_EQ(log->note_fetch(1, {.replica_id = 2, .offset = 1}), ErrorCode::kNone);
  mark(7, 0, true);
  produce({});
  EXPECT_EQ(log->high_watermark(), 1);
  EXPECT_EQ(log->last_stable(), 0);
  ASSERT_EQ(log->note_fetch(1, {.replica_id = 2, .offset = 2}), ErrorCode::kNone);
  EXPECT_EQ(log->last_stable(), 2);
}

TEST_F(CommittedReads, AMarkerWithoutDataHoldsNobody) {
  mark(7, 0, false);
  EXPECT_EQ(log->last_stable(), 1);
  EXPECT_TRUE(disk.aborted.empty());
}

TEST_F(CommittedReads, OpenAndAbortedTransactionsSurviveAnyEnd) {
  write(7);
  write(8);
  mark(7, 0, false);
  std::int32_t epoch = 0;
  for (const bool clean : {false, true, false}) {
    if (clean)
      stop_cleanly();
    else
      kill();
    open_leader(++epoch);
    EXPECT_EQ(log->last_stable(), 1);
    ASSERT_EQ(disk.aborted.size(), 1u);
  }
  disk.aborted.clear();  // as if the machine died between the marker and its entry
  disk.sides.erase("00000000000000000003.snapshot");
  kill();
  open_leader(++epoch);
  ASSERT_EQ(disk.aborted.size(), 1u);
  EXPECT_EQ(disk.aborted[0].first_offset, 0);
  EXPECT_EQ(disk.aborted[0].last_offset, 2);
  EXPECT_EQ(disk.aborted[0].last_stable_offset, 1);
  mark(8, 0, true);
  EXPECT_EQ(log->last_stable(), 4);
}

TEST_F(CommittedReads, DeletedRecordsHoldNobody) {
  write(7);
  produce({});
  Status status;
  ASSERT_EQ(log->delete_records(1, status), ErrorCode::kNone);
  EXPECT_EQ(log->last_stable(), 1);
  EXPECT_GE(log->last_stable(), log->log_start());
}

}  // namespace
}  // namespace barnabas::log
