// What a user of the codec sees: defaults, refusals on encoding, views instead of copies, records that lie elsewhere.
#include "kernel/wire/codec.h"

#include <gmock/gmock.h>

#include "kernel/wire/golden.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/20_delete_topics.h"
#include "kernel/wire/messages/78_share_fetch.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::wire {
namespace {

using testing::HasSubstr;

class Codec : public testing::Test {
 protected:
  template <class M>
  std::string refused(const M& message, int version) {
    buffer_.append_octet(7);
    const std::size_t size = buffer_.size();
    const Status status = encode(message, version, buffer_);
    EXPECT_EQ(status.code(), Code::kUnsupported);
    EXPECT_EQ(buffer_.size(), size) << "nothing of a refused message stays in the buffer";
    EXPECT_TRUE(buffer_.cuts().empty());
    return std::string(message_of(status));
  }

  base::Arena arena_;
  Buffer buffer_;
};

TEST_F(Codec, AbsentFieldsGetTheirDefaults) {
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.include_topic_authorized_operations = true;
  ASSERT_TRUE(decode(Bytes(golden::from_hex("00000000")), 1, arena_, request).ok());
  EXPECT_TRUE(request.allow_auto_topic_creation);
  EXPECT_FALSE(request.include_topic_authorized_operations);
  EXPECT_TRUE(request.topics.has_value());
}

TEST_F(Codec, ValuesThatAVersionCannotCarryAreRefusedByName) {
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  EXPECT_THAT(refused(request, 3),
              HasSubstr("MetadataRequest v3 allow_auto_topic_creation: set, but version 3 does not have it: it came with version 4"));
  EXPECT_TRUE(encode(request, 4, buffer_).ok());

  request.allow_auto_topic_creation = true;
  request.include_cluster_authorized_operations = true;
  EXPECT_THAT(refused(request, 11),
              HasSubstr("include_cluster_authorized_operations: set, but version 11 does not have it: version 10 was the last with it"));

  FetchRequest fetch;
  fetch.replica_state.replica_id = 5;
  EXPECT_THAT(refused(fetch, 14), HasSubstr("replica_state"));
  EXPECT_TRUE(encode(fetch, 15, buffer_).ok());

  // Deep inside, with its path.
  MetadataResponse response;
  response.topics = arena_.array<MetadataResponse::MetadataResponseTopic>(2);
  for (auto& topic : response.topics) topic.name = "t";
  response.topics[1].name = kNull;
  EXPECT_THAT(refused(response, 9), HasSubstr("MetadataResponse v9 topics[1].name: null, which version 9 does not allow here"));
}

TEST_F(Codec, IgnorableValuesAreDropped) {
  ProduceResponse response;
  response.throttle_time_ms = 100;
  ASSERT_TRUE(encode(response, 0, buffer_).ok());
  EXPECT_EQ(golden::to_hex(buffer_.bytes()), "00000000");
}

TEST_F(Codec, NullRecordsAreRefusedWhereTheVersionHasNone) {
  ShareFetchResponse response;
  response.responses = arena_.array<ShareFetchResponse::ShareFetchableTopicResponse>(1);
  response.responses[0].partitions = arena_.array<ShareFetchResponse::PartitionData>(1);
  EXPECT_TRUE(encode(response, 0, buffer_).ok());
  EXPECT_THAT(refused(response, 1), HasSubstr("responses[0].partitions[0].records: null"));
}

TEST_F(Codec, TextThatIsTooLongIsRefused) {
  const std::string text(32'768, 'x');
  MetadataRequest request;
  request.topics = arena_.array<MetadataRequest::MetadataRequestTopic>(1);
  (*request.topics)[0].name = text;
  EXPECT_THAT(refused(request, 9), HasSubstr("a string of 32768 octets"));
  (*request.topics)[0].name = std::string_view(text).substr(1);
  EXPECT_TRUE(encode(request, 9, buffer_).ok());
}

TEST_F(Codec, DecodedMessagesViewTheFrame) {
  ProduceRequest request;
  request.topic_data = arena_.array<ProduceRequest::TopicProduceData>(1);
  request.topic_data[0].name = "orders";
  request.topic_data[0].partition_data = arena_.array<ProduceRequest::PartitionProduceData>(1);
  request.topic_data[0].partition_data[0].records = Records(Bytes(std::string_view("a batch")));
  ASSERT_TRUE(encode(request, 9, buffer_).ok());

  ProduceRequest decoded;
  ASSERT_TRUE(decode(buffer_.bytes(), 9, arena_, decoded).ok());
  const auto inside = [&](const void* at) { return at >= buffer_.bytes().begin() && at < buffer_.bytes().end(); };
  EXPECT_TRUE(inside(decoded.topic_data[0].name.data()));
  EXPECT_TRUE(inside(decoded.topic_data[0].partition_data[0].records.bytes.data));
  EXPECT_EQ(decoded.topic_data[0].name, "orders");
  EXPECT_TRUE(decoded.topic_data[0].partition_data[0].records.bytes == Bytes(std::string_view("a batch")));
}

// Two partitions whose records lie in files, one with records at hand.
FetchResponse fetched(base::Arena& arena, std::string_view inline_records) {
  FetchResponse response;
  response.responses = arena.array<FetchResponse::FetchableTopicResponse>(1);
  response.responses[0].topic = "t";
  response.responses[0].partitions = arena.array<FetchResponse::PartitionData>(3);
  auto partitions = response.responses[0].partitions;
  for (std::int32_t i = 0; i < 3; ++i) partitions[static_cast<std::size_t>(i)].partition_index = i;
  partitions[0].records = Records::chunk(0, 1000);
  partitions[1].records = Records(Bytes(inline_records));
  partitions[2].records = Records::chunk(1, 70'000);
  return response;
}

// What the receiver gets, external chunks as so many 'x'.
std::string sent(const Buffer& buffer) {
  std::string all;
  std::size_t at = 0;
  for (const Buffer::Cut& cut : buffer.cuts()) {
    all.append(reinterpret_cast<const char*>(buffer.bytes().data) + at, cut.position - at);
    at = cut.position;
    if (cut.is_external()) {
      all.append(cut.size, 'x');
    } else {
      all.append(reinterpret_cast<const char*>(cut.bytes.data), cut.bytes.size);
    }
  }
  return all.append(reinterpret_cast<const char*>(buffer.bytes().data) + at, buffer.size() - at);
}

TEST_F(Codec, RecordsElsewhereBecomeCuts) {
  const std::string large(5000, 'y');
  for (const int version : {4, 12}) {
    FetchResponse response = fetched(arena_, large);
    Buffer buffer;
    const auto frame = buffer.begin_frame();
    ASSERT_TRUE(encode(response, version, buffer).ok());
    buffer.end_frame(frame);
    ASSERT_EQ(buffer.cuts().size(), 2u);
    EXPECT_EQ(buffer.cuts()[0].external, 0u);
    EXPECT_EQ(buffer.cuts()[1].external, 1u);
    EXPECT_EQ(buffer.cuts()[1].size, 70'000u);
    EXPECT_EQ(buffer.total_size(), buffer.size() + 71'000);

    // With everything at hand the octets are the same.
    const std::string first(1000, 'x'), third(70'000, 'x');
    response.responses[0].partitions[0].records = Records(Bytes(first));
    response.responses[0].partitions[2].records = Records(Bytes(third));
    Buffer plain;
    const auto plain_frame = plain.begin_frame();
    ASSERT_TRUE(encode(response, version, plain).ok());
    plain.end_frame(plain_frame);
    EXPECT_TRUE(plain.cuts().empty());
    EXPECT_EQ(sent(buffer), sent(plain));

    // Told to gather, the writer leaves large views where they are; the table codec does the same.
    for (const bool by_table : {false, true}) {
      Message message = description<FetchResponse>();
      if (by_table) message.fast_encode = nullptr;
      Buffer gathered;
      gathered.gather_from(4096);
      const auto gathered_frame = gathered.begin_frame();
      ASSERT_TRUE(encode(message, &response, version, gathered).ok());
      gathered.end_frame(gathered_frame);
      ASSERT_EQ(gathered.cuts().size(), 2u);
      EXPECT_EQ(gathered.cuts()[0].bytes.data, reinterpret_cast<const std::uint8_t*>(large.data()));
      EXPECT_EQ(sent(gathered), sent(plain));
      EXPECT_LT(gathered.size(), 2000u);
    }
  }
}

TEST_F(Codec, StoredRecordsCarryWhatTheyDoNotKnow) {
  // Tags 0 to 2 are known to version 2, 3 came with version 3, 77 and 200 are nobody's.
  BrokerRegistrationChangeRecord record;
  record.broker_id = 1;
  record.fenced = 1;
  const std::uint8_t payload[] = {9};
  const UnknownTag unknown[] = {{77, Bytes(payload, 1)}, {200, Bytes()}};
  record.unknown_tags = unknown;
  ASSERT_TRUE(encode(record, 2, buffer_).ok());
  BrokerRegistrationChangeRecord again;
  ASSERT_TRUE(decode(buffer_.bytes(), 2, arena_, again).ok());
  ASSERT_EQ(again.unknown_tags.size(), 2u);
  EXPECT_EQ(again.unknown_tags[0].tag, 77u);
  EXPECT_EQ(again.unknown_tags[0].payload[0], 9);
  EXPECT_EQ(again.unknown_tags[1].tag, 200u);
  EXPECT_EQ(again.fenced, 1);

  // What a later version wrote goes through an older one's eyes unharmed.
  const Uuid directories[] = {Uuid(), Uuid()};
  record.cordoned_log_dirs = directories;
  Buffer newer;
  ASSERT_TRUE(encode(record, 3, newer).ok());
  ASSERT_TRUE(decode(newer.bytes(), 2, arena_, again).ok());
  EXPECT_EQ(again.unknown_tags.size(), 3u);
  Buffer copied;
  ASSERT_TRUE(encode(again, 2, copied).ok());
  EXPECT_TRUE(copied.bytes() == newer.bytes());
}

TEST_F(Codec, UnknownTagsKeepTheirPlaceAmongTheKnown) {
  // Tags 6 and 7 came with version 2; 5 and 8 are known before.
  static const std::int32_t kReplicas[] = {1, 2};
  PartitionChangeRecord record;
  record.leader_recovery_state = 1;
  record.directories = arena_.array<Uuid>(2);
  record.eligible_leader_replicas = kReplicas;
  record.last_known_elr = kReplicas;
  Buffer newer;
  ASSERT_TRUE(encode(record, 2, newer).ok());
  PartitionChangeRecord older;
  ASSERT_TRUE(decode(newer.bytes(), 1, arena_, older).ok());
  EXPECT_EQ(older.unknown_tags.size(), 2u);
  ASSERT_TRUE(encode(older, 1, buffer_).ok());
  EXPECT_TRUE(buffer_.bytes() == newer.bytes());

  // What is unknown to one version and set by the author in another would be there twice.
  older.eligible_leader_replicas = kReplicas;
  EXPECT_THAT(refused(older, 2), HasSubstr("tag 6 twice or out of order"));
  const UnknownTag disorder[] = {{90, Bytes()}, {80, Bytes()}};
  record.unknown_tags = disorder;
  EXPECT_THAT(refused(record, 2), HasSubstr("tag 80 twice or out of order"));
}

// A tagged field is preceded by its size, whose own length depends on it.
TEST_F(Codec, TaggedFieldsOfEverySize) {
  for (const std::size_t count : {0u, 1u, 7u, 8u, 40u, 1100u, 140'000u}) {
    PartitionChangeRecord record;
    record.directories = arena_.array<Uuid>(count);
    Buffer buffer;
    ASSERT_TRUE(encode(record, 1, buffer).ok());
    PartitionChangeRecord again;
    ASSERT_TRUE(decode(buffer.bytes(), 1, arena_, again).ok());
    ASSERT_TRUE(again.directories.has_value());
    EXPECT_EQ(again.directories->size(), count);
  }
}

TEST_F(Codec, SpansAreAPointerAndACount) {
  std::int32_t numbers[3] = {};
  const std::span<const std::int32_t> span(numbers);
  RawArray raw;
  std::memcpy(static_cast<void*>(&raw), static_cast<const void*>(&span), sizeof raw);
  EXPECT_EQ(raw.data, numbers);
  EXPECT_EQ(raw.size, 3u);
}

TEST_F(Codec, NullableIsSmallAndPlain) {
  Nullable<std::string_view> text;
  EXPECT_TRUE(text == kNull);
  text = "x";
  EXPECT_TRUE(text == "x");
  EXPECT_EQ(text.value_or("y"), "x");
  text = kEmpty;
  EXPECT_TRUE(text == "");
  EXPECT_FALSE(text == Nullable<std::string_view>());
  text.reset();
  EXPECT_EQ(text.value_or("y"), "y");
  Nullable<std::span<const std::int32_t>> numbers = arena_.array<std::int32_t>(2);
  EXPECT_EQ(numbers->size(), 2u);
  static_assert(std::is_trivially_copyable_v<Nullable<std::string_view>> && std::is_trivially_destructible_v<FetchResponse>);
}

}  // namespace
}  // namespace barnabas::wire
