// What must not be believed: lengths, counts, markers and tags that contradict the octets. Each is refused with a sentence that names the
// field, the place and what would be right, and no memory is taken for what was only announced.
#include <gmock/gmock.h>

#include "kernel/wire/api.h"
#include "kernel/wire/golden.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/12_heartbeat.h"
#include "kernel/wire/messages/18_api_versions.h"
#include "kernel/wire/messages/75_describe_topic_partitions.h"
#include "kernel/wire/messages/group_consumer.h"

namespace barnabas::wire {
namespace {

using testing::HasSubstr;

class Malformed : public testing::Test {
 protected:
  // The refusal of `hex` as that message.
  template <class M>
  std::string refused(std::string_view hex, int version) {
    const golden::Octets octets = golden::from_hex(hex);
    M message;
    const Status status = decode(Bytes(octets), version, arena_, message);
    EXPECT_EQ(status.code(), Code::kCorrupt) << hex;
    return std::string(message_of(status));
  }

  base::Arena arena_;
};

TEST_F(Malformed, CountsBeyondTheFrameTakeNoMemory) {
  // Metadata v1: an array of names, the count in the first four octets.
  EXPECT_THAT(refused<MetadataRequest>("40000000", 1),
              HasSubstr("MetadataRequest v1 topics: 1073741824 elements announced, each takes at least 2 octets, 0 are left (at octet 4)"));
  EXPECT_THAT(refused<MetadataRequest>("7fffffff000000", 1), HasSubstr("2147483647 elements announced"));
  EXPECT_THAT(refused<MetadataRequest>("fffffffe", 1), HasSubstr("the number of elements is -2, it can be -1 for null or more"));
  EXPECT_THAT(refused<MetadataRequest>("00000002000161", 1), HasSubstr("2 elements announced, each takes at least 2 octets, 3 are left"));
  // v9, compact: 2^32 - 1 in a varint says 2^32 - 2 elements.
  EXPECT_THAT(refused<MetadataRequest>("ffffffff0f", 9), HasSubstr("4294967294 elements announced"));
  // A partition of a Produce v9 request takes at least 6 octets; 200 of them do not fit into 200.
  std::string produce = "00ffff00000000 02 0261 c901";
  produce.append(400, '0');
  EXPECT_THAT(refused<ProduceRequest>(produce, 9),
              HasSubstr("topic_data[0].partition_data: 200 elements announced, each takes at least 6 octets, 200 are left"));
  EXPECT_LT(arena_.reserved_bytes(), 16'384u);
}

// A name takes three octets on the way and more than ten times as many in memory.
TEST_F(Malformed, ARequestMayNotGrowBeyondItsMemory) {
  constexpr std::uint32_t kNames = 4'000'000;
  golden::Octets octets(4 + std::size_t{3} * kNames);
  for (int i = 0; i < 4; ++i) octets[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(kNames >> (24 - 8 * i));
  for (std::size_t at = 4; at < octets.size(); at += 3) octets[at + 1] = 1;
  MetadataRequest request;
  const Status status = decode(Bytes(octets), 1, arena_, request, Trailing::kAllow);
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_THAT(std::string(message_of(status)), HasSubstr("a request may take 67108864 in all"));
  EXPECT_EQ(arena_.reserved_bytes(), 0u);
}

TEST_F(Malformed, NullOnlyWhereTheVersionAllowsIt) {
  EXPECT_THAT(refused<MetadataRequest>("ffffffff", 0), HasSubstr("topics: null, which version 0 does not allow here"));
  EXPECT_THAT(refused<MetadataRequest>("00000001ffff", 1), HasSubstr("topics[0].name: null"));
  EXPECT_THAT(refused<HeartbeatRequest>("ffff", 0), HasSubstr("group_id: null"));
  EXPECT_THAT(refused<HeartbeatRequest>("00", 4), HasSubstr("group_id: null"));
  // An element of an array of strings.
  EXPECT_THAT(refused<ConsumerGroupMemberMetadataValue>("010101010200", 0),
              HasSubstr("subscribed_topic_names[0]: null, which an element cannot be"));
  MetadataRequest request;
  EXPECT_TRUE(decode(Bytes(golden::from_hex("ffffffff")), 1, arena_, request).ok());
  EXPECT_TRUE(request.topics == kNull);
}

TEST_F(Malformed, LengthsOfTextAndOctets) {
  EXPECT_THAT(refused<HeartbeatRequest>("fffe", 0), HasSubstr("the length of a string is -2, it can be -1 for null or more"));
  EXPECT_THAT(refused<HeartbeatRequest>("000561", 0), HasSubstr("group_id: 5 octets announced, 1 are left (at octet 2)"));
  EXPECT_THAT(refused<HeartbeatRequest>("ff7f61", 4), HasSubstr("16382 octets announced, 1 are left"));
  std::string long_text = "8180 02";  // 32768 octets in compact form, and they are there
  long_text.append(80'000, '1');
  EXPECT_THAT(refused<HeartbeatRequest>(long_text, 4), HasSubstr("a string of 32768 octets, Kafka's strings have at most 32767"));
  EXPECT_THAT(refused<HeartbeatRequest>("00016100", 0), HasSubstr("generation_id: a number takes 4 octets, 1 are left (at octet 3)"));
}

TEST_F(Malformed, Varints) {
  EXPECT_THAT(refused<HeartbeatRequest>("8080808080", 4), HasSubstr("more than 32 bits"));
  EXPECT_THAT(refused<HeartbeatRequest>("ffffffff10", 4), HasSubstr("more than 32 bits"));
  EXPECT_THAT(refused<HeartbeatRequest>("8000", 4), HasSubstr("longer than its value needs"));
  EXPECT_THAT(refused<HeartbeatRequest>("81", 4), HasSubstr("the octets end inside the length of a string"));
}

TEST_F(Malformed, TaggedFields) {
  // Heartbeat v4 with everything before its tagged fields.
  const std::string body = "0261 00000001 0262 00";
  HeartbeatRequest request;
  const auto accepts = [&](const std::string& tags) { return decode(Bytes(golden::from_hex(body + tags)), 4, arena_, request).ok(); };
  EXPECT_TRUE(accepts("00"));
  EXPECT_TRUE(accepts("01 05 02 cafe"));  // unknown, well-formed: skipped
  EXPECT_TRUE(accepts("02 05 00 07 01ff"));
  EXPECT_THAT(refused<HeartbeatRequest>(body + "01 05 03 cafe", 4), HasSubstr("tag 5 announces 3 octets, 2 are left"));
  EXPECT_THAT(refused<HeartbeatRequest>(body + "02 05 00 05 00", 4), HasSubstr("tag 5 follows tag 5, tags must ascend"));
  EXPECT_THAT(refused<HeartbeatRequest>(body + "02 05 00 03 00", 4), HasSubstr("tag 3 follows tag 5, tags must ascend"));
  EXPECT_THAT(refused<HeartbeatRequest>(body + "ffffffff0f 0500", 4), HasSubstr("4294967295 tagged fields announced"));
  // ApiVersions v3 response: tag 1 is an int64 and must take 8 octets.
  const std::string versions = "0000 01 00000000";
  EXPECT_THAT(refused<ApiVersionsResponse>(versions + "01 01 04 00000001", 3),
              HasSubstr("finalized_features_epoch: a number takes 8 octets, 4 are left"));
  EXPECT_THAT(refused<ApiVersionsResponse>(versions + "01 01 09 000000000000000100", 3),
              HasSubstr("finalized_features_epoch: 1 octets are left of its 9"));
}

TEST_F(Malformed, MarkersOfNullableStructs) {
  // DescribeTopicPartitions v0: no topics, a limit, then the cursor.
  EXPECT_THAT(refused<DescribeTopicPartitionsRequest>("01 00000001 02", 0),
              HasSubstr("cursor: the marker of null or not is 2, it can be -1 or 1"));
  // ClassicMemberMetadata as a tagged field has another marker.
  EXPECT_THAT(refused<ConsumerGroupMemberMetadataValue>("010101010101ffffffff01 01 00 01 02", 0),
              HasSubstr("classic_member_metadata: the marker of null or not is 2, it can be 0 or 1"));
}

TEST_F(Malformed, OctetsBehindTheMessage) {
  const golden::Octets octets = golden::from_hex("000161000000010001620000");
  HeartbeatRequest request;
  const Status status = decode(Bytes(octets), 0, arena_, request);
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_THAT(std::string(message_of(status)), HasSubstr("HeartbeatRequest v0: ends at octet 10, but 2 octets follow"));
  EXPECT_TRUE(decode(Bytes(octets), 0, arena_, request, Trailing::kAllow).ok());
  Bytes rest = octets;
  EXPECT_TRUE(decode_front(rest, 0, arena_, request).ok());
  EXPECT_EQ(rest.size, 2u);
}

TEST_F(Malformed, VersionsThatDoNotExist) {
  HeartbeatRequest request;
  for (int version : {-1, 5, 32767}) {
    EXPECT_EQ(decode(Bytes(), version, arena_, request).code(), Code::kUnsupported);
    Buffer buffer;
    EXPECT_EQ(encode(request, version, buffer).code(), Code::kUnsupported);
  }
  EXPECT_THAT(std::string(message_of(decode(Bytes(), 5, arena_, request))), HasSubstr("HeartbeatRequest has versions 0 to 4, not 5"));
}

}  // namespace
}  // namespace barnabas::wire
