#include "fuzz/wire_rows.h"

#include <string>
#include <tuple>
#include <vector>

#include "fuzz/seal.h"
#include "fuzz/wire_ask.h"
#include "kernel/record/batch_builder.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/11_join_group.h"
#include "kernel/wire/messages/12_heartbeat.h"
#include "kernel/wire/messages/13_leave_group.h"
#include "kernel/wire/messages/14_sync_group.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/22_init_producer_id.h"

namespace barnabas::fuzz {
namespace {

using wire::ErrorCode;

constexpr std::string_view kTopic = "table";
constexpr int kFirstById = 13;  // version of Produce and Fetch that names topics by id

class Rows : private Asker {
 public:
  using Asker::Asker;

  Tally run() {
    topic_id_ = make_topic(kTopic);
    produce();
    fetch();
    create_topics();
    groups();
    for (int version = 0; version <= 5; ++version) {
      wire::InitProducerIdRequest request;
      request.transactional_id = std::string_view("");
      request.transaction_timeout_ms = 1000;
      check<wire::InitProducerIdResponse>(request, version, "an empty transactional id", ErrorCode::kInvalidRequest,
                                          [](const auto& r) { return r.error_code; });
    }
    return tally();
  }

 private:
  void produce() {
    const Octets good = batch({});
    const auto changed = [&](std::size_t at, std::uint8_t octet, bool sealed = true) {
      Octets octets = good;
      octets[at] = octet;
      if (sealed) record::MutableBatchHeader(octets.data()).seal();
      return octets;
    };
    const auto cut = Octets(good.begin(), good.end() - 1);
    const auto twice = [&] {
      Octets both = good;
      both.insert(both.end(), good.begin(), good.end());
      return both;
    }();
    // What is said, its octets, and the error.
    const std::tuple<std::string_view, Octets, ErrorCode> batches[] = {
        {"a good batch", good, ErrorCode::kNone},
        {"a batch that is cut", cut, ErrorCode::kCorruptMessage},
        {"a length below the header", changed(record::kLengthAt + 3, 10, false), ErrorCode::kCorruptMessage},
        {"a length beyond the octets", changed(record::kLengthAt + 2, 10, false), ErrorCode::kCorruptMessage},
        {"a wrong checksum", changed(record::kCrcAt, static_cast<std::uint8_t>(good[record::kCrcAt] ^ 1), false),
         ErrorCode::kCorruptMessage},
        {"two batches", twice, ErrorCode::kInvalidRecord},
        {"no batch", {}, ErrorCode::kInvalidRecord},
        {"a last offset that is not the count's", changed(record::kLastOffsetDeltaAt + 3, 5), ErrorCode::kInvalidRecord},
        {"a count of 0", changed(record::kRecordCountAt + 3, 0), ErrorCode::kInvalidRecord},
        {"a negative count", changed(record::kRecordCountAt, 0xff), ErrorCode::kInvalidRecord},
        {"a record more than there is", changed(record::kRecordCountAt + 3, 3), ErrorCode::kInvalidRecord},
        {"a record whose length lies", changed(record::kHeaderBytes, 0x7e), ErrorCode::kInvalidRecord},
        {"a control batch", changed(record::kAttributesAt + 1, 0x20), ErrorCode::kInvalidRecord},
        {"a base offset", changed(record::kBaseOffsetAt + 7, 5, false), ErrorCode::kInvalidRecord},
        {"a codec that there is not", changed(record::kAttributesAt + 1, 5), ErrorCode::kUnsupportedCompressionType},
        {"a producer without a sequence", batch({.producer_id = 7, .producer_epoch = 0}), ErrorCode::kInvalidRecord},
    };
    for (int version = 3; version <= 13; ++version) {
      for (const auto& [what, octets, error] : batches) check_produce(version, what, octets, 1, 0, error);
      check_produce(version, "acks that mean nothing", good, 7, 0, ErrorCode::kInvalidRequiredAcks);
      check_produce(version, "a partition that is not there", good, 1, 77, ErrorCode::kUnknownTopicOrPartition);
      check_produce(version, "a negative partition", good, 1, -1, ErrorCode::kUnknownTopicOrPartition);
    }
  }
  void check_produce(int version, std::string_view what, const Octets& octets, std::int16_t acks, std::int32_t partition, ErrorCode error) {
    wire::ProduceRequest::PartitionProduceData data;
    data.index = partition;
    data.records = sdk::Bytes(octets);
    wire::ProduceRequest::TopicProduceData topic;
    topic.name = kTopic;
    topic.topic_id = topic_id_;
    topic.partition_data = std::span(&data, 1);
    wire::ProduceRequest request;
    request.acks = acks;
    request.timeout_ms = 10'000;
    request.topic_data = std::span(&topic, 1);
    check<wire::ProduceResponse>(request, version, what, error, [](const auto& response) {
      return response.responses.empty() ? kNotThere : response.responses[0].partition_responses[0].error_code;
    });
  }
  static Octets batch(const record::BatchSettings& settings) {
    record::BatchBuilder builder;
    builder.start(settings);
    builder.append({.timestamp_ms = 1'700'000'000'000, .value = sdk::Bytes(std::string_view("one"))});
    builder.append({.timestamp_ms = 1'700'000'000'000, .value = sdk::Bytes(std::string_view("two"))});
    const auto finished = builder.finish();
    return {finished->data, finished->data + finished->size};
  }

  void fetch() {
    for (int version = 4; version <= 18; ++version) {
      const bool by_id = version >= kFirstById;
      const ErrorCode no_topic = by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
      check_fetch(version, "the beginning", kTopic, topic_id_, {.fetch_offset = 0}, ErrorCode::kNone);
      check_fetch(version, "sizes below 0", kTopic, topic_id_, {.fetch_offset = 0, .partition_max_bytes = -1}, ErrorCode::kNone);
      check_fetch(version, "a negative partition", kTopic, topic_id_, {.partition = -1}, ErrorCode::kUnknownTopicOrPartition);
      check_fetch(version, "a partition that is not there", kTopic, topic_id_, {.partition = INT32_MAX},
                  ErrorCode::kUnknownTopicOrPartition);
      check_fetch(version, "a negative offset", kTopic, topic_id_, {.fetch_offset = -5}, ErrorCode::kOffsetOutOfRange);
      check_fetch(version, "an offset far beyond the end", kTopic, topic_id_, {.fetch_offset = INT64_MAX}, ErrorCode::kOffsetOutOfRange);
      check_fetch(version, "a topic that is not there", "nowhere", Uuid{{1, 2, 3}}, {}, no_topic);
      if (version >= 9)
        check_fetch(version, "an epoch to come", kTopic, topic_id_, {.current_leader_epoch = 1000}, ErrorCode::kUnknownLeaderEpoch);
      if (version < 7) continue;
      wire::FetchRequest request;
      request.session_id = 12345;
      request.session_epoch = 3;
      check<wire::FetchResponse>(request, version, "a session that is not there", ErrorCode::kFetchSessionIdNotFound,
                                 [](const auto& r) { return r.error_code; });
    }
  }
  struct Place {
    std::int32_t partition = 0;
    std::int64_t fetch_offset = 0;
    std::int32_t partition_max_bytes = 1 << 20;
    std::int32_t current_leader_epoch = -1;
  };
  void check_fetch(int version, std::string_view what, std::string_view name, const Uuid& id, const Place& place, ErrorCode error) {
    wire::FetchRequest::FetchPartition partition;
    partition.partition = place.partition;
    partition.fetch_offset = place.fetch_offset;
    partition.partition_max_bytes = place.partition_max_bytes;
    partition.current_leader_epoch = place.current_leader_epoch;
    wire::FetchRequest::FetchTopic topic;
    topic.topic = name;
    topic.topic_id = id;
    topic.partitions = std::span(&partition, 1);
    wire::FetchRequest request;
    request.topics = std::span(&topic, 1);
    check<wire::FetchResponse>(request, version, what, error, [](const auto& response) {
      return response.responses.empty() ? kNotThere : response.responses[0].partitions[0].error_code;
    });
  }

  void create_topics() {
    const std::string too_long(250, 'x');
    const std::tuple<std::string_view, std::int32_t, ErrorCode> topics[] = {
        {"..", 1, ErrorCode::kInvalidTopicException},     {".", 1, ErrorCode::kInvalidTopicException},
        {"", 1, ErrorCode::kInvalidTopicException},       {"/", 1, ErrorCode::kInvalidTopicException},
        {"../etc", 1, ErrorCode::kInvalidTopicException}, {std::string_view("nul\0", 4), 1, ErrorCode::kInvalidTopicException},
        {too_long, 1, ErrorCode::kInvalidTopicException}, {kTopic, 1, ErrorCode::kTopicAlreadyExists},
        {"many", 0, ErrorCode::kInvalidPartitions},       {"many", -5, ErrorCode::kInvalidPartitions}};
    for (int version = 2; version <= 7; ++version)
      for (const auto& [name, partitions, error] : topics) {
        wire::CreateTopicsRequest::CreatableTopic topic;
        topic.name = name;
        topic.num_partitions = partitions;
        topic.replication_factor = 1;
        wire::CreateTopicsRequest request;
        request.topics = std::span(&topic, 1);
        check<wire::CreateTopicsResponse>(
            request, version, fmt::format("a topic '{}' of {} partitions", name, partitions), error,
            [](const auto& response) { return response.topics.empty() ? kNotThere : response.topics[0].error_code; });
      }
  }

  void groups() {
    wire::JoinGroupRequest::JoinGroupRequestProtocol protocol;
    protocol.name = "range";
    for (int version = 0; version <= 9; ++version) {
      wire::JoinGroupRequest join;
      join.session_timeout_ms = 10'000;
      join.protocol_type = "consumer";
      join.protocols = std::span(&protocol, 1);
      const auto error_of = [](const auto& response) { return response.error_code; };
      check<wire::JoinGroupResponse>(join, version, "a group without a name", ErrorCode::kInvalidGroupId, error_of);
      join.group_id = "g";
      join.session_timeout_ms = -1;
      check<wire::JoinGroupResponse>(join, version, "a session of -1 ms", ErrorCode::kInvalidSessionTimeout, error_of);
      join.session_timeout_ms = 10'000;
      join.member_id = "stranger";
      check<wire::JoinGroupResponse>(join, version, "a member that nobody knows", ErrorCode::kUnknownMemberId, error_of);
    }
    for (int version = 0; version <= 4; ++version)
      check<wire::HeartbeatResponse>(wire::HeartbeatRequest(), version, "a group without a name", ErrorCode::kInvalidGroupId,
                                     [](const auto& r) { return r.error_code; });
    for (int version = 0; version <= 5; ++version) {
      wire::SyncGroupRequest sync;
      if (version >= 5) sync.protocol_type = std::string_view("consumer"), sync.protocol_name = std::string_view("range");
      check<wire::SyncGroupResponse>(sync, version, "a group without a name", ErrorCode::kInvalidGroupId,
                                     [](const auto& r) { return r.error_code; });
      wire::SyncGroupRequest nameless;
      nameless.group_id = "g";
      check<wire::SyncGroupResponse>(nameless, version, "a group that is not there, without a protocol from version 5 on",
                                     version >= 5 ? ErrorCode::kInconsistentGroupProtocol : ErrorCode::kUnknownMemberId,
                                     [](const auto& r) { return r.error_code; });
      wire::LeaveGroupRequest leave;
      check<wire::LeaveGroupResponse>(leave, version, "a group without a name", ErrorCode::kInvalidGroupId,
                                      [](const auto& r) { return r.error_code; });
    }
  }

  Uuid topic_id_;
};

}  // namespace

Tally ask_every_row(std::uint16_t port) { return Rows(port).run(); }

}  // namespace barnabas::fuzz
