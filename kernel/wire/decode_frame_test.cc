#include "kernel/wire/decode_frame.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "kernel/wire/golden.h"
#include "kernel/wire/head.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/12_heartbeat.h"
#include "kernel/wire/messages/18_api_versions.h"

namespace barnabas::wire {
namespace {

using testing::HasSubstr;

template <class Text>
std::string text_of(const Text& result) {
  return result.ok() ? *result : "refused: " + std::string(message_of(result.status()));
}

constexpr const char* kHeartbeat =
    "{\n"
    "  \"groupId\": \"g\",\n"
    "  \"generationId\": 1,\n"
    "  \"memberId\": \"m\\\"\\u0001\"\n"
    "}";

TEST(DecodeFrame, RequestsWithAndWithoutTheirSize) {
  const std::string frame = "000c 0000 00000007 0002 6d65 0001 67 00000001 0003 6d2201";
  EXPECT_EQ(text_of(describe_request(golden::from_hex(frame + "00"))), "HeartbeatRequest v0, correlation 7, client 'me', 25 octets\n" +
                                                                           std::string(kHeartbeat) +
                                                                           "\n1 octets follow that do not belong to it");
  EXPECT_THAT(text_of(describe_request(golden::from_hex("00000018" + frame))), HasSubstr("24 octets\n{"));
  EXPECT_THAT(text_of(describe_request(golden::from_hex(frame.substr(0, 48)))), HasSubstr("HeartbeatRequest v0 member_id"));
  EXPECT_THAT(text_of(describe_request(golden::from_hex("00ff 0000 00000007"))), HasSubstr("api key 255 does not exist"));
}

TEST(DecodeFrame, ResponsesNeedToBeTold) {
  Buffer buffer;
  const auto frame = buffer.begin_frame();
  write_response_head(buffer, ApiKey::kMetadata, 9, 12);
  MetadataResponse response;
  response.cluster_id = kNull;
  ASSERT_TRUE(encode(response, 9, buffer).ok());
  buffer.end_frame(frame);
  EXPECT_EQ(text_of(describe_response(buffer.bytes(), ApiKey::kMetadata, 9)),
            "MetadataResponse v9, correlation 12, 21 octets\n"
            "{\n"
            "  \"throttleTimeMs\": 0,\n"
            "  \"brokers\": [],\n"
            "  \"clusterId\": null,\n"
            "  \"controllerId\": -1,\n"
            "  \"topics\": [],\n"
            "  \"clusterAuthorizedOperations\": -2147483648\n"
            "}");
  EXPECT_THAT(text_of(describe_response(buffer.bytes(), static_cast<ApiKey>(100), 0)), HasSubstr("refused"));
}

TEST(DecodeFrame, ApiVersionsOfAnUnknownVersionIsAnsweredWithVersion0) {
  Buffer buffer;
  write_response_head(buffer, ApiKey::kApiVersions, 99, 1);
  ApiVersionsResponse response;
  response.error_code = ErrorCode::kUnsupportedVersion;
  ASSERT_TRUE(encode(response, 0, buffer).ok());
  EXPECT_THAT(text_of(describe_response(buffer.bytes(), ApiKey::kApiVersions, 99)), HasSubstr("\"errorCode\": 35"));
}

// What a broker of Apache Kafka wrote into its own topics.
TEST(Json, StoredRecordsSayWhatKafkaReadInThem) {
  const auto rows = golden::rows("stored-records.tsv");
  EXPECT_EQ(rows.size(), 130u);
  for (const auto& row : rows) {
    const Message* message = find_message(row.at(0));
    ASSERT_NE(message, nullptr) << row[0];
    const int version = std::stoi(row.at(1));
    const golden::Octets octets = golden::from_hex(row.at(2));
    base::Arena arena;
    void* object = golden::make(*message, arena);
    Bytes rest = octets;
    const Status status = decode(*message, rest, version, arena, object);
    ASSERT_TRUE(status.ok()) << message_of(status);
    EXPECT_EQ(rest.size, 0u) << row[0];
    EXPECT_EQ(boost::json::parse(to_json(*message, object, version)), boost::json::parse(row.at(3))) << row[0];
    EXPECT_EQ(golden::encoded(*message, object, version), row[2]) << row[0];
  }
}

TEST(Json, NamesAreKafkas) {
  EXPECT_EQ(camel_case("topic"), "topic");
  EXPECT_EQ(camel_case("enable_2pc"), "enable2Pc");
  EXPECT_EQ(camel_case("is_kraft_controller"), "isKRaftController");
  EXPECT_EQ(camel_case("kraft_version"), "kRaftVersion");
  EXPECT_EQ(camel_case("v3_and_below_topics"), "v3AndBelowTopics");
  EXPECT_EQ(record_type_name("NoOpRecord"), "NO_OP_RECORD");
  EXPECT_EQ(record_type_name("PartitionChangeRecord"), "PARTITION_CHANGE_RECORD");
}

TEST(Json, TextThatIsNotUtf8IsReplaced) {
  HeartbeatRequest request;
  request.group_id = "a\xff\xc3\xa9\xed\xa0\x80\n";
  EXPECT_EQ(to_json(request, 0),
            "{\"groupId\":\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\n\",\"generationId\":0,\"memberId\":\"\"}");
}

}  // namespace
}  // namespace barnabas::wire
