#include "kernel/log/leader_epochs.h"

#include <gtest/gtest.h>

namespace barnabas::log {
namespace {

LeaderEpochs epochs_of(std::initializer_list<LeaderEpochs::Entry> entries) {
  LeaderEpochs epochs;
  for (const auto& entry : entries) epochs.assign(entry.epoch, entry.start_offset);
  return epochs;
}

void expect_end(const LeaderEpochs& epochs, std::int32_t asked, std::int32_t epoch, std::int64_t end) {
  const EpochEnd found = epochs.end_of(asked, 100);
  EXPECT_EQ(found.epoch, epoch) << asked;
  EXPECT_EQ(found.end_offset, end) << asked;
}

TEST(LeaderEpochs, EndOfAnEpochIsWhereTheNextBegins) {
  const LeaderEpochs epochs = epochs_of({{2, 0}, {3, 10}, {7, 40}});
  expect_end(epochs, 2, 2, 10);
  expect_end(epochs, 3, 3, 40);
  expect_end(epochs, 7, 7, 100);
  // Never led here: what was before it ends where it would have begun (KIP-279).
  expect_end(epochs, 5, 3, 40);
  expect_end(epochs, 1, 1, 0);
  expect_end(epochs, 8, -1, -1);
  expect_end(epochs, -1, -1, -1);
  expect_end(LeaderEpochs(), 3, -1, -1);
}

TEST(LeaderEpochs, AssignKeepsTheFirstOffsetAndDropsWhatContradicts) {
  LeaderEpochs epochs = epochs_of({{2, 0}, {3, 10}});
  EXPECT_FALSE(epochs.assign(3, 25));
  EXPECT_EQ(epochs.entries().back(), (LeaderEpochs::Entry{3, 10}));
  EXPECT_TRUE(epochs.assign(4, 10));  // epoch 3 never appended
  EXPECT_EQ(epochs.entries(), (std::vector<LeaderEpochs::Entry>{{2, 0}, {4, 10}}));
}

TEST(LeaderEpochs, IsCutWithTheLog) {
  LeaderEpochs epochs = epochs_of({{2, 0}, {3, 10}, {7, 40}});
  EXPECT_FALSE(epochs.remove_from(41));
  EXPECT_TRUE(epochs.remove_from(40));
  EXPECT_EQ(epochs.latest(), 3);
  EXPECT_TRUE(epochs.remove_below(12));
  EXPECT_EQ(epochs.entries(), (std::vector<LeaderEpochs::Entry>{{3, 12}}));
  EXPECT_FALSE(epochs.remove_below(12));
  EXPECT_FALSE(epochs.epoch_of(11));
  EXPECT_EQ(epochs.epoch_of(12), 3);
}

TEST(LeaderEpochs, FileIsKafkas) {
  const LeaderEpochs epochs = epochs_of({{0, 0}, {5, 1234567890123}});
  EXPECT_EQ(epochs.to_text(), "0\n2\n0 0\n5 1234567890123\n");
  const auto parsed = LeaderEpochs::parse(epochs.to_text());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->entries(), epochs.entries());
  EXPECT_TRUE(LeaderEpochs::parse("0\n0\n").ok());
}

TEST(LeaderEpochs, BrokenFilesAreNamedByLine) {
  const auto message = [](std::string_view text) { return std::string(message_of(LeaderEpochs::parse(text).status())); };
  EXPECT_EQ(message(""), "line 1 of leader-epoch-checkpoint is '', expected the version 0");
  EXPECT_EQ(message("1\n0\n"), "line 1 of leader-epoch-checkpoint is '1', expected the version 0");
  EXPECT_EQ(message("0\n2\n1 0\n"), "leader-epoch-checkpoint has 1 entries, its second line says 2");
  EXPECT_EQ(message("0\n1\n1 x\n"), "line 3 of leader-epoch-checkpoint is '1 x', expected an epoch and its start offset");
  EXPECT_EQ(message("0\n2\n4 0\n3 5\n"), "line 4 of leader-epoch-checkpoint is '3 5', expected a later epoch than the line before");
}

}  // namespace
}  // namespace barnabas::log
