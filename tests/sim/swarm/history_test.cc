// The checker itself: stories that are right, and each promise broken by hand.
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "sim/swarm/history.h"

namespace barnabas::sim {
namespace {

constexpr bool kTailMayBeLost = true;

// One partition, and one producer that has sent ten records.
class HistoryTest : public ::testing::Test {
 protected:
  void begin(bool tail_may_be_lost = false) {
    history.emplace(tail_may_be_lost);
    place = history->add_place("t-0");
    for (std::uint32_t number = 0; number < 10; ++number) history->sent(id(number));
  }
  RecordId id(std::uint32_t number, std::size_t producer = 1) const { return record_id(place, producer, number); }
  void read(std::int64_t offset, std::uint32_t number) { read(offset, number, history->now()); }
  void read(std::int64_t offset, std::uint32_t number, Moment asked) { history->read(place, offset, payload_of(id(number)), asked); }
  void look_again(std::int64_t end, const std::vector<std::uint32_t>& numbers) {
    history->begin_last_look();
    for (std::size_t offset = 0; offset < numbers.size(); ++offset) read(static_cast<std::int64_t>(offset), numbers[offset]);
    history->end_last_look(place, 0, end);
  }
  std::string promise() const { return history->wrong().substr(0, history->wrong().find(':')); }

  std::optional<History> history;
  std::size_t place = 0;
};

TEST_F(HistoryTest, WhatIsAcknowledgedAndReadIsRight) {
  begin();
  history->acknowledged(id(0), 3, 0, history->now());
  look_again(3, {0, 1, 2});
  EXPECT_EQ(history->wrong(), "");
}

TEST_F(HistoryTest, WhatIsAcknowledgedAndGoneIsSeen) {
  begin();
  history->acknowledged(id(0), 3, 0, history->now());
  look_again(2, {0, 1});
  EXPECT_EQ(promise(), "I1");
}

TEST_F(HistoryTest, DamagedOctetsAreSeen) {
  begin();
  auto payload = payload_of(id(1));
  payload.back() ^= 1;
  history->read(place, 0, payload, history->now());
  EXPECT_EQ(promise(), "I1");
}

TEST_F(HistoryTest, AnotherRecordAtTheSameOffsetIsSeen) {
  begin();
  history->acknowledged(id(0), 1, 0, history->now());
  read(0, 1);
  EXPECT_EQ(promise(), "I2");
}

TEST_F(HistoryTest, ARecordThatNobodySentIsSeen) {
  begin();
  read(0, 10);
  EXPECT_EQ(promise(), "I2");
}

TEST_F(HistoryTest, ARecordOfAnotherPartitionIsSeen) {
  begin();
  const std::size_t other = history->add_place("t-1");
  history->read(other, 0, payload_of(id(0)), history->now());
  EXPECT_EQ(promise(), "I2");
}

TEST_F(HistoryTest, RecordsOutOfOrderAreSeen) {
  begin();
  look_again(2, {1, 0});
  EXPECT_EQ(promise(), "I3");
}

TEST_F(HistoryTest, ABatchThatWasGivenUpMayComeLate) {
  begin();
  history->given_up(id(0), 3);
  look_again(6, {3, 4, 0, 1, 2, 5});
  EXPECT_EQ(history->wrong(), "");
}

TEST_F(HistoryTest, OnlyWhatWasGivenUpMayComeLate) {
  begin();
  history->given_up(id(0), 2);
  look_again(5, {3, 4, 0, 1, 2});
  EXPECT_EQ(promise(), "I3");
}

TEST_F(HistoryTest, ABatchThatComesLateInPartsIsSeen) {
  begin();
  history->given_up(id(0), 3);
  look_again(5, {3, 0, 1, 4, 2});
  EXPECT_EQ(promise(), "I3");
}

TEST_F(HistoryTest, ABatchThatComesLateToTheNextLifeOfTheBrokerIsSeen) {
  begin();
  history->given_up(id(8), 2);
  history->broker_began();
  history->sent(id(10));
  look_again(3, {10, 8, 9});
  EXPECT_EQ(promise(), "I3");
}

TEST_F(HistoryTest, ARecordThatIsThereTwiceIsSeen) {
  begin();
  history->acknowledged(id(0), 1, 0, history->now());
  read(1, 0);
  EXPECT_EQ(promise(), "I4");
}

TEST_F(HistoryTest, AHighWatermarkThatGoesBackIsSeen) {
  begin();
  Watch watch;
  history->told(place, 5, 0, history->now(), watch);
  history->told(place, 5, 0, history->now(), watch);
  EXPECT_EQ(history->wrong(), "");
  history->told(place, 4, 0, history->now(), watch);
  EXPECT_EQ(promise(), "I5");
}

TEST_F(HistoryTest, ALogThatBeginsLaterThanAnybodyAskedForIsSeen) {
  begin();
  Watch watch;
  history->will_delete_below(place, 2);
  history->told(place, 5, 2, history->now(), watch);
  EXPECT_EQ(history->wrong(), "");
  history->told(place, 5, 3, history->now(), watch);
  EXPECT_EQ(promise(), "I1");
}

TEST_F(HistoryTest, ATailThatMayBeLostMayBeLost) {
  begin(kTailMayBeLost);
  history->acknowledged(id(0), 5, 0, history->now());
  history->lost_power();
  history->acknowledged(id(5), 1, 3, history->now());
  look_again(4, {0, 1, 2, 5});
  EXPECT_EQ(history->wrong(), "");
}

TEST_F(HistoryTest, ARecordMayBeSentAgainWhenItWasLost) {
  begin(kTailMayBeLost);
  history->acknowledged(id(0), 5, 0, history->now());
  history->lost_power();
  history->acknowledged(id(4), 1, 2, history->now());
  look_again(3, {0, 1, 4});
  EXPECT_EQ(history->wrong(), "");
}

TEST_F(HistoryTest, AHoleInWhatOutlivedTheLossIsSeen) {
  begin(kTailMayBeLost);
  history->acknowledged(id(0), 5, 0, history->now());
  history->lost_power();
  read(4, 4);
  read(2, 6);
  EXPECT_EQ(promise(), "I1");
}

TEST_F(HistoryTest, WithoutALossOfPowerNothingMayBeLost) {
  begin(kTailMayBeLost);
  history->acknowledged(id(0), 5, 0, history->now());
  look_again(3, {0, 1, 2});
  EXPECT_EQ(promise(), "I1");
}

TEST_F(HistoryTest, WhatOutlivedACleanStopIsNotLost) {
  begin(kTailMayBeLost);
  history->acknowledged(id(0), 5, 0, history->now());
  history->stopped_cleanly();
  history->lost_power();
  look_again(3, {0, 1, 2});
  EXPECT_EQ(promise(), "I1");
}

TEST_F(HistoryTest, AnAnswerOfBeforeALossIsNoSignOfIt) {
  begin(kTailMayBeLost);
  const Moment asked = history->now();
  history->acknowledged(id(0), 5, 0, asked);
  history->stopped_cleanly();
  history->lost_power();
  Watch watch;
  history->told(place, 3, 0, asked, watch);
  EXPECT_EQ(history->wrong(), "") << "when it was given, the log ended there";
  history->told(place, 3, 0, history->now(), watch);
  EXPECT_EQ(promise(), "I1") << "and now it does not";
}

TEST_F(HistoryTest, WhatAnAnswerOfBeforeALossHoldsMayBeLost) {
  begin(kTailMayBeLost);
  const Moment asked = history->now();
  history->lost_power();
  Watch watch;
  history->told(place, 3, 0, asked, watch);
  read(0, 0, asked);
  history->acknowledged(id(1), 2, 1, asked);
  read(0, 3);
  history->told(place, 1, 0, history->now(), watch);
  read(0, 0, asked);
  read(1, 3, asked);
  look_again(1, {3});
  EXPECT_EQ(history->wrong(), "");
  EXPECT_EQ(history->end(place), 1);
}

TEST_F(HistoryTest, ACommitThatWasAskedForBeforeALossMayBeLost) {
  begin(kTailMayBeLost);
  const Moment asked = history->now();
  history->commit_begins("g", 5);
  history->lost_power();
  history->commit_ends("g", 5, true, asked);
  history->committed_told("g", history->commit_floor("g"), -1);
  EXPECT_EQ(history->wrong(), "");
}

TEST_F(HistoryTest, ACommitThatGoesBackIsSeen) {
  begin();
  history->commit_begins("g", 5);
  history->commit_ends("g", 5, true, history->now());
  history->committed_told("g", history->commit_floor("g"), 5);
  EXPECT_EQ(history->wrong(), "");
  history->commit_begins("g", 4);
  history->commit_ends("g", 4, false, history->now());
  const History::Floor floor = history->commit_floor("g");
  history->committed_told("g", floor, 4);
  EXPECT_EQ(history->wrong(), "") << "its answer was lost, and it may have arrived last";
  history->committed_told("g", floor, -1);
  EXPECT_EQ(promise(), "I12");
}

TEST_F(HistoryTest, ACommitThatNobodyMadeIsSeen) {
  begin();
  history->committed_told("g", history->commit_floor("g"), 0);
  EXPECT_EQ(promise(), "I13");
}

TEST_F(HistoryTest, ABrokerThatForgetsAProducerIsSeen) {
  begin();
  history->forgotten(id(3));
  EXPECT_EQ(promise(), "I4");
}

}  // namespace
}  // namespace barnabas::sim
