#include "kernel/record/dump.h"

#include "kernel/record/record_reader.h"
#include "kernel/record/testing.h"

#include <gtest/gtest.h>

namespace barnabas::record {
namespace {

using testing::golden;
using testing::Octets;

std::vector<std::string> dumped(const Octets& octets, const RecordText& text = {}) {
  std::vector<std::string> lines;
  const Codecs none;
  RecordReader reader(none);
  BatchReader batches(octets);
  std::size_t position = 0;
  for (BatchView batch; batches.next(batch); position = batches.position()) {
    lines.push_back(batch_line(batch, position));
    EXPECT_TRUE(reader.open(batch).ok());
    for (RecordView record; reader.next(record);) lines.push_back(record_line(batch, record, text));
  }
  return lines;
}

TEST(Dump, PrintsAsKafkasTool) {
  const auto lines = dumped(golden("v2 none: "), {.key = "k1", .payload = "v1"});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0],
            "baseOffset: 100 lastOffset: 101 count: 2 baseSequence: -1 lastSequence: -1 producerId: -1 producerEpoch: -1 "
            "partitionLeaderEpoch: 7 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 0 "
            "CreateTime: 1700000000005 size: 85 magic: 2 compresscodec: none crc: 2549367850 isvalid: true");
  EXPECT_EQ(lines[1], "| offset: 100 CreateTime: 1700000000000 keySize: 2 valueSize: 2 sequence: -1 headerKeys: [h] key: k1 payload: v1");
  EXPECT_NE(lines[2].find("keySize: -1 valueSize: 2 sequence: -1 headerKeys: []"), std::string::npos);
}

TEST(Dump, PrintsSequencesAndMarkers) {
  EXPECT_NE(dumped(golden("v2 none idempotent"))[2].find(" sequence: 11 "), std::string::npos);
  EXPECT_EQ(
      dumped(golden("txn marker batch"), {.key = "never", .payload = "printed"})[1],
      "| offset: 5 CreateTime: 1700000000000 keySize: 4 valueSize: 6 sequence: -1 headerKeys: [] endTxnMarker: COMMIT coordinatorEpoch: 9");
  EXPECT_EQ(dumped(golden("__cluster_metadata [{\"control\":\"LeaderChange"), {.control = "LeaderChange: {}"})[1],
            "| offset: 0 CreateTime: 1795240659331 keySize: 4 valueSize: 19 sequence: -1 headerKeys: [] LeaderChange: {}");
}

TEST(Dump, PrintsOldFormats) {
  const auto lines = dumped(golden("v1 none"));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[2],
            "offset: 101 position: 38 CreateTime: 1700000000005 size: 38 magic: 1 compresscodec: none crc: 269783638 isvalid: true");
  EXPECT_EQ(lines[3], "| offset: 101 CreateTime: 1700000000005 keySize: 2 valueSize: 2 isValid: true crc: 269783638}");
  EXPECT_EQ(dumped(golden("v0 none"))[0].substr(0, 45), "offset: 100 position: 0 NoTimestampType: -1 s");
}

TEST(Dump, LeavesOutMetadataOnRequest) {
  EXPECT_EQ(dumped(golden("v1 none"), {.metadata = false, .key = "k", .payload = "v"})[1], "| key: k payload: v");
}

TEST(Dump, SaysWhatIsBroken) {
  Octets octets = golden("v2 none: ");
  octets.back() ^= 1;
  EXPECT_TRUE(dumped(octets)[0].ends_with("isvalid: false"));
}

}  // namespace
}  // namespace barnabas::record
