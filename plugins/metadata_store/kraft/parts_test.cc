#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/simulated_disk.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <fstream>

#include "control_batches.h"
#include "kernel/catalog/framed.h"
#include "kernel/record/metadata_batch.h"
#include "kernel/record/transaction_joiner.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/record_settings.h"
#include "metadata_log.h"
#include "quorum_state.h"
#include "snapshot_file.h"

namespace barnabas::kraft {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Octets from_hex(std::string_view text) {
  const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  Octets octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
  return octets;
}

// The metadata batches of a 4.3.1 broker among the golden ones: description and octets.
std::vector<std::pair<std::string, Octets>> golden_batches() {
  std::ifstream file(std::string(BARNABAS_SOURCE_DIR) + "/tests/golden/record/vectors.tsv");
  std::vector<std::pair<std::string, Octets>> batches;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("log\t__cluster_metadata")) continue;
    const std::size_t tab = line.rfind('\t');
    batches.emplace_back(line.substr(4, tab - 4), from_hex(std::string_view(line).substr(tab + 1)));
  }
  return batches;
}

TEST(GoldenBatches, AreBuiltAgainOctetForOctet) {
  std::size_t data = 0;
  std::size_t leader_changes = 0;
  for (const auto& [name, octets] : golden_batches()) {
    const record::BatchView batch{sdk::Bytes(octets)};
    ASSERT_TRUE(batch.crc_valid());
    const auto header = batch.header();
    if (!batch.control()) {
      const auto records = record::metadata_records(batch);
      ASSERT_TRUE(records.ok());
      EXPECT_EQ(record::metadata_batch(header.base_offset(), header.leader_epoch(), header.max_timestamp_ms(), *records), octets) << name;
      ++data;
    } else if (name.find("LeaderChangeMessage") != std::string::npos) {
      QuorumFacts facts;
      ASSERT_TRUE(read_control(batch, facts).ok());
      EXPECT_THAT(facts.leader_change_voters, ElementsAre(1));
      EXPECT_EQ(leader_change_batch(header.base_offset(), header.leader_epoch(), header.max_timestamp_ms(), {1, {}}, &facts), octets)
          << name;
      ++leader_changes;
    }
  }
  EXPECT_GE(data, 8u);
  EXPECT_GE(leader_changes, 3u);
}

TEST(GoldenBatches, SnapshotHeaderAndFooterAreKafkas) {
  QuorumFacts facts;
  for (const auto& [name, octets] : golden_batches()) {
    const record::BatchView batch{sdk::Bytes(octets)};
    const auto header = batch.header();
    if (name.find("SnapshotHeaderRecord") != std::string::npos) {
      ASSERT_TRUE(read_control(batch, facts).ok());
      EXPECT_EQ(facts.kraft_version, 1);
      ASSERT_EQ(facts.voters.size(), 1u);
      EXPECT_EQ(facts.voters[0].id, 1);
      EXPECT_EQ(snapshot_header_batch(header.leader_epoch(), header.max_timestamp_ms(), facts.last_timestamp_ms, facts), octets);
    } else if (name.find("SnapshotFooterRecord") != std::string::npos) {
      EXPECT_EQ(record::snapshot_footer(header.base_offset(), header.leader_epoch(), header.max_timestamp_ms()), octets);
    }
  }
  EXPECT_FALSE(facts.voters.empty());
}

TEST(Voters, AreSaidByListener) {
  const auto facts = facts_of_voter({3, {}}, "CONTROLLER://[::1]:9093");
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->voters[0].id, 3);
  for (const char* wrong : {"", "host:9093", "CONTROLLER://host", "CONTROLLER://host:port", "CONTROLLER://:9093"})
    EXPECT_FALSE(facts_of_voter({3, {}}, wrong).ok()) << wrong;
}

TEST(QuorumStateFile, IsKafkasLine) {
  QuorumState state;
  state.leader_id = 1;
  state.epoch = 2;
  state.voters = {1};
  const std::string text =
      R"({"clusterId":"","leaderId":1,"leaderEpoch":2,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0})";
  EXPECT_EQ(print_quorum_state(state), text);
  EXPECT_EQ(*parse_quorum_state(text), state);
  QuorumState dynamic;
  dynamic.version = 1;
  dynamic.leader_id = 1;
  dynamic.epoch = 1;
  const std::string second = R"({"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1})";
  EXPECT_EQ(print_quorum_state(dynamic), second);
  EXPECT_EQ(*parse_quorum_state(second), dynamic);
}

TEST(QuorumStateFile, RefusesWhatItCannotRead) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"data_version":0})", R"({"leaderId":"x","leaderEpoch":1,"votedId":-1,"data_version":0})",
        R"({"leaderId":4294967297,"leaderEpoch":1,"votedId":-1,"data_version":0})",
        R"({"leaderId":1,"leaderEpoch":1,"votedId":-1,"data_version":65536})",
        R"({"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"?","data_version":1})"})
    EXPECT_EQ(parse_quorum_state(text).status().code(), sdk::Code::kCorrupt) << text;
  EXPECT_EQ(parse_quorum_state(R"({"leaderId":1,"leaderEpoch":1,"votedId":-1,"data_version":7})").status().code(), sdk::Code::kUnsupported);
}

TEST(QuorumStateFile, FieldsOfTheOtherVersionSayNothing) {
  const std::string rest =
      R"("leaderId":1,"leaderEpoch":2,"votedId":3,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAQ","currentVoters":[{"voterId":1}])";
  const auto first = parse_quorum_state("{" + rest + R"(,"data_version":0})");
  EXPECT_EQ(first->voters, std::vector{1});
  EXPECT_EQ(first->voted_directory, Uuid());
  const auto second = parse_quorum_state("{" + rest + R"(,"data_version":1})");
  EXPECT_TRUE(second->voters.empty());
  EXPECT_EQ(base::to_string(second->voted_directory), "AAAAAAAAAAAAAAAAAAAAAQ");
}

class JoinerTest : public ::testing::Test {
 protected:
  static std::string frame(char type, std::string_view body = "") {
    return std::string("\x01") + type + std::string("\x00", 1) + std::string(body);
  }
  Status add(std::vector<std::string> records) {
    const std::vector<sdk::Bytes> views(records.begin(), records.end());
    offset += static_cast<std::int64_t>(records.size());
    return joiner.add(views, {offset, 1}, 5, [this](record::ToldBatch batch) { told.push_back(std::move(batch)); });
  }
  const std::string begin = frame(23);
  const std::string end = frame(24);
  const std::string abort = frame(25);
  const std::string a = frame(2, "a");
  const std::string b = frame(2, "b");
  record::TransactionJoiner joiner;
  std::vector<record::ToldBatch> told;
  std::int64_t offset = 0;
};

TEST_F(JoinerTest, PlainBatchesPassThrough) {
  ASSERT_TRUE(add({a, b}).ok());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0].records, ElementsAre(a, b));
  EXPECT_EQ(told[0].end.offset, 2);
}

TEST_F(JoinerTest, TransactionBecomesOneBatchAtItsEnd) {
  ASSERT_TRUE(add({begin, a}).ok());
  EXPECT_THAT(told, IsEmpty());
  EXPECT_TRUE(joiner.open());
  ASSERT_TRUE(add({b}).ok());
  EXPECT_THAT(told, IsEmpty());
  ASSERT_TRUE(add({end}).ok());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0].records, ElementsAre(a, b));
  EXPECT_EQ(told[0].end.offset, 4);
}

TEST_F(JoinerTest, AbortedTransactionLeavesNothing) {
  ASSERT_TRUE(add({begin, a, abort}).ok());
  EXPECT_THAT(told, IsEmpty());
  EXPECT_FALSE(joiner.open());
  ASSERT_TRUE(add({b}).ok());
  EXPECT_THAT(told[0].records, ElementsAre(b));
}

TEST_F(JoinerTest, RefusesNestingAndLooseEnds) {
  EXPECT_EQ(add({end}).code(), sdk::Code::kCorrupt);
  ASSERT_TRUE(add({begin}).ok());
  EXPECT_EQ(add({begin}).code(), sdk::Code::kCorrupt);
}

class LogTest : public ::testing::Test {
 protected:
  Octets batch(std::int64_t offset, std::int32_t epoch = 1, std::size_t size = 100) {
    const std::string value(size, 'x');
    const sdk::Bytes record(value);
    return record::metadata_batch(offset, epoch, 5, {&record, 1});
  }
  Status append(MetadataLog& log, std::int32_t epoch = 1) {
    return log.append(record::BatchView{sdk::Bytes(batch(log.end_offset(), epoch))});
  }
  std::int64_t count(MetadataLog& log, std::int32_t term = 0) {
    std::int64_t batches = 0;
    const auto each = [&](const record::BatchView&) {
      ++batches;
      return Status();
    };
    Status status = log.read(each, term);
    if (status.ok()) status = log.open();
    problem = std::string(message_of(status));
    return status.ok() ? batches : -1;
  }
  testing::SimulatedDisk disk;
  std::string problem;
};

TEST_F(LogTest, RollsAndReadsAllSegmentsAgain) {
  {
    MetadataLog log(disk, "/log", 500);
    ASSERT_EQ(count(log), 0);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(append(log, i < 10 ? 1 : 4).ok());
    ASSERT_TRUE(log.close().ok());
  }
  MetadataLog log(disk, "/log", 500);
  EXPECT_EQ(count(log), 20);
  EXPECT_EQ(log.end_offset(), 20);
  EXPECT_EQ(log.last_epoch(), 4);
  const auto epochs = disk.content("/log/leader-epoch-checkpoint");
  EXPECT_EQ(std::string(epochs.begin(), epochs.end()), "0\n2\n1 0\n4 10\n");
  EXPECT_TRUE(disk.exists("/log/00000000000000000000.timeindex"));
}

TEST_F(LogTest, DamageInAFinishedSegmentIsNotCutOff) {
  {
    MetadataLog log(disk, "/log", 500);
    ASSERT_EQ(count(log), 0);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(append(log).ok());
    ASSERT_TRUE(log.close().ok());
  }
  auto content = disk.content("/log/00000000000000000000.log");
  content[200] ^= 1;
  disk.put("/log/00000000000000000000.log", content);
  MetadataLog log(disk, "/log", 500);
  EXPECT_EQ(count(log), -1);
  EXPECT_THAT(problem, HasSubstr("00000000000000000000.log is damaged"));
}

TEST_F(LogTest, NothingIsCutOffAClosedLog) {
  {
    MetadataLog log(disk, "/log", 5000);
    ASSERT_EQ(count(log), 0);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(log).ok());
    ASSERT_TRUE(log.close().ok());
  }
  auto content = disk.content("/log/00000000000000000000.log");
  content.back() ^= 1;
  disk.put("/log/00000000000000000000.log", content);
  MetadataLog log(disk, "/log", 5000);
  EXPECT_EQ(count(log), -1);
  EXPECT_THAT(problem, HasSubstr("closed in good order"));
}

// A start syncs what it reads before it begins its term: batches of earlier terms cannot be torn, those of the last one can.
TEST_F(LogTest, WhatAnEarlierTermWroteIsNotCutOff) {
  std::uint64_t first_size = 0;
  {
    MetadataLog log(disk, "/log", 5000);
    ASSERT_EQ(count(log), 0);
    ASSERT_TRUE(append(log, 1).ok());
    first_size = log.size_bytes();
    for (const std::int32_t epoch : {1, 2, 2}) ASSERT_TRUE(append(log, epoch).ok());
    ASSERT_TRUE(log.sync().ok());
  }
  const auto whole = disk.content("/log/00000000000000000000.log");
  const auto read_with = [&](std::size_t wrong) {
    auto content = whole;
    content[wrong] ^= 1;
    disk.put("/log/00000000000000000000.log", content);
    MetadataLog log(disk, "/log", 5000);
    return count(log, 2);
  };
  EXPECT_EQ(read_with(100), -1) << "the first batch of term 1, with another one of it behind";
  EXPECT_THAT(problem, HasSubstr("an earlier start had read"));
  EXPECT_EQ(read_with(2 * first_size + 100), 2) << "the first one of term 2";
}

// The system takes what a sync failed to write for written: a start builds upon it only after it has written it once more.
TEST_F(LogTest, WhatASyncFailedToWriteIsWrittenAgain) {
  {
    MetadataLog log(disk, "/log", 5000);
    ASSERT_EQ(count(log), 0);
    ASSERT_TRUE(append(log).ok());
    ASSERT_TRUE(log.sync().ok());
    ASSERT_TRUE(append(log).ok());
    disk.fail_at(1, testing::Fault::kIo);
    ASSERT_FALSE(log.sync().ok());
  }
  {
    MetadataLog log(disk, "/log", 5000);
    ASSERT_EQ(count(log), 2);
    ASSERT_TRUE(append(log, 2).ok());
    ASSERT_TRUE(log.sync().ok());
  }
  disk.restart(testing::Crash::kLose);
  MetadataLog log(disk, "/log", 5000);
  EXPECT_EQ(count(log), 3);
}

TEST_F(LogTest, WithoutRoomForASegmentThePresentOneGoesOn) {
  for (std::uint64_t nth = 2; nth <= 12; ++nth) {  // the first is the sync of the present one: a log whose sync has failed is at its end
    const std::string folder = "/log" + std::to_string(nth);
    std::int64_t end = 0;
    {
      MetadataLog log(disk, folder, 500);
      ASSERT_EQ(count(log), 0);
      while (log.size_bytes() + 200 < 500) ASSERT_TRUE(append(log).ok());
      disk.fail_at(nth, testing::Fault::kNoSpace);
      Status status;
      for (int i = 0; i < 6 && status.code() != sdk::Code::kIo; ++i) {
        status = append(log);
        ASSERT_TRUE(status.ok() || status.code() == sdk::Code::kExhausted || status.code() == sdk::Code::kIo) << message_of(status);
      }
      if (status.code() == sdk::Code::kIo) continue;  // it was a sync, and such a log is at its end
      if (!log.sync().ok()) continue;
      end = log.end_offset();
    }
    MetadataLog log(disk, folder, 500);
    EXPECT_EQ(count(log), end) << nth << ": " << problem;
  }
}

TEST_F(LogTest, MissingSegmentIsFound) {
  {
    MetadataLog log(disk, "/log", 500);
    ASSERT_EQ(count(log), 0);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(append(log).ok());
    ASSERT_TRUE(log.close().ok());
  }
  ASSERT_TRUE(disk.remove("/log/00000000000000000002.log").ok());
  MetadataLog log(disk, "/log", 500);
  EXPECT_EQ(count(log), -1);
  EXPECT_THAT(problem, HasSubstr("missing or damaged"));
}

TEST_F(LogTest, TrimKeepsWhatIsNotBelow) {
  MetadataLog log(disk, "/log", 500);
  ASSERT_EQ(count(log), 0);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(append(log).ok());
  ASSERT_TRUE(log.trim(7).ok());
  EXPECT_LE(log.start_offset(), 7);
  EXPECT_GT(log.start_offset(), 0);
  ASSERT_TRUE(append(log).ok());
  ASSERT_TRUE(log.close().ok());
  MetadataLog again(disk, "/log", 500);
  const std::int64_t batches = count(again);
  EXPECT_EQ(batches, 21 - again.start_offset());
}

RC_GTEST_PROP(QuorumStateFile, ReadsBackWhatItPrints, ()) {
  QuorumState state;
  state.version = *rc::gen::inRange<std::int16_t>(0, 2);
  state.leader_id = *rc::gen::arbitrary<std::int32_t>();
  state.epoch = *rc::gen::arbitrary<std::int32_t>();
  state.voted_id = *rc::gen::arbitrary<std::int32_t>();
  if (state.version == 1) {
    for (auto& octet : state.voted_directory.octets) octet = *rc::gen::arbitrary<std::uint8_t>();
  } else {
    state.voters = *rc::gen::arbitrary<std::vector<std::int32_t>>();
  }
  RC_ASSERT(*parse_quorum_state(print_quorum_state(state)) == state);
}

}  // namespace
}  // namespace barnabas::kraft
