// Rows M17 to M20 of wire_rows.h.
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "fuzz/bombs.h"
#include "fuzz/seal.h"
#include "fuzz/wire_ask.h"
#include "kernel/record/batch_builder.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/11_join_group.h"
#include "kernel/wire/messages/14_sync_group.h"
#include "kernel/wire/messages/18_api_versions.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/37_create_partitions.h"
#include "kernel/wire/messages/44_incremental_alter_configs.h"

namespace barnabas::fuzz {
namespace {

using wire::ErrorCode;

constexpr std::string_view kTopic = "large";
constexpr std::int32_t kSelf[] = {1};
constexpr std::int32_t kTwice[] = {1, 1};

class TooMuch : private Asker {
 public:
  using Asker::Asker;

  Tally run() {
    topic_id_ = make_topic(kTopic);
    for (int version = 2; version <= 7; ++version) topics(version);
    for (int version = 0; version <= 3; ++version) partitions(version);
    for (int version = 0; version <= 1; ++version) configs(version);
    for (int version = 0; version <= 9; ++version) members(version);
    for (int version = 3; version <= 13; ++version) bombs(version);
    readers_that_do_not_read();
    return tally();
  }

 private:
  using NewTopic = wire::CreateTopicsRequest::CreatableTopic;
  using Assignment = wire::CreateTopicsRequest::CreatableReplicaAssignment;
  using NewPartitions = wire::CreatePartitionsRequest::CreatePartitionsTopic;

  // --- M17 ---

  void check_topics(int version, std::string_view what, std::span<NewTopic> topics, ErrorCode error) {
    wire::CreateTopicsRequest request;
    request.topics = topics;
    request.timeout_ms = 10'000;
    check<wire::CreateTopicsResponse>(request, version, what, error,
                                      [](const auto& r) { return r.topics.empty() ? kNotThere : r.topics[0].error_code; });
  }
  static NewTopic topic_of(std::string_view name, std::int32_t partitions, std::int16_t replication) {
    NewTopic topic;
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replication;
    return topic;
  }
  void topics(int version) {
    const auto one = [&](std::string_view what, NewTopic topic, ErrorCode error) { check_topics(version, what, {&topic, 1}, error); };
    one("most partitions", topic_of("much", INT32_MAX, 1), ErrorCode::kPolicyViolation);
    one("more partitions than one request may make", topic_of("much", 10'001, 1), ErrorCode::kPolicyViolation);
    one("most replicas", topic_of("much", 1, INT16_MAX), ErrorCode::kInvalidReplicationFactor);

    const std::string letters(INT16_MAX, 'x');
    one("a name of 32,767 letters", topic_of(letters, 1, 1), ErrorCode::kInvalidTopicException);

    std::vector<Assignment> assigned(20'000);
    for (std::size_t i = 0; i < assigned.size(); ++i)
      assigned[i].partition_index = static_cast<std::int32_t>(i), assigned[i].broker_ids = kSelf;
    const auto with = [&](std::span<Assignment> assignments) {
      NewTopic topic = topic_of("much", -1, -1);
      topic.assignments = assignments;
      return topic;
    };
    one("20,000 assigned partitions", with(assigned), ErrorCode::kPolicyViolation);
    assigned[1].partition_index = 0;
    one("a partition that is assigned twice", with(std::span(assigned).first(2)), ErrorCode::kInvalidReplicaAssignment);
    assigned[0].broker_ids = kTwice;
    one("a replica that is there twice", with(std::span(assigned).first(1)), ErrorCode::kInvalidReplicaAssignment);

    std::vector<std::string> keys;
    for (int i = 0; i < 50'000; ++i) keys.push_back("no.such.key." + std::to_string(i));
    std::vector<wire::CreateTopicsRequest::CreatableTopicConfig> settings(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) settings[i].name = keys[i], settings[i].value = std::string_view("1");
    NewTopic configured = topic_of("much", 1, 1);
    configured.configs = settings;
    one("50,000 configs that there are not", configured, ErrorCode::kInvalidConfig);

    std::vector<std::string> names;
    for (int i = 0; i < 100'000; ++i) names.push_back("much-" + std::to_string(i));
    std::vector<NewTopic> many;
    for (const std::string& name : names) many.push_back(topic_of(name, 1, 1));
    check_topics(version, "100,000 topics", many, ErrorCode::kPolicyViolation);
  }

  void partitions(int version) {
    const std::string text = "more partitions: ";
    const std::tuple<std::int32_t, ErrorCode> counts[] = {{INT32_MAX, ErrorCode::kPolicyViolation},
                                                          {10'100, ErrorCode::kPolicyViolation},
                                                          {1, ErrorCode::kInvalidPartitions},
                                                          {0, ErrorCode::kInvalidPartitions},
                                                          {INT32_MIN, ErrorCode::kInvalidPartitions}};
    const auto check_one = [&](const std::string& what, NewPartitions topic, ErrorCode error) {
      wire::CreatePartitionsRequest request;
      request.topics = std::span(&topic, 1);
      request.timeout_ms = 10'000;
      check<wire::CreatePartitionsResponse>(request, version, what, error,
                                            [](const auto& r) { return r.results.empty() ? kNotThere : r.results[0].error_code; });
    };
    NewPartitions topic;
    topic.assignments = wire::kNull;
    for (const auto& [count, error] : counts) {
      topic.name = kTopic;
      topic.count = count;
      check_one(text + std::to_string(count), topic, error);
    }
    topic.name = "nowhere";
    check_one("partitions of a topic that is not there", topic, ErrorCode::kUnknownTopicOrPartition);
    wire::CreatePartitionsRequest::CreatePartitionsAssignment twice;
    twice.broker_ids = kTwice;
    topic.name = kTopic;
    topic.count = 2;
    topic.assignments = std::span(&twice, 1);
    check_one("a replica that is there twice", topic, ErrorCode::kInvalidReplicaAssignment);
  }

  void configs(int version) {
    const std::string large(INT16_MAX, '7');
    const std::tuple<std::string_view, std::string_view, std::string_view> settings[] = {
        {"a number of 32,767 digits", "retention.ms", large},
        {"a name of 32,767 letters", large, "1"},
        {"a value that is no text", "cleanup.policy", "\xff\xfe"}};
    for (const auto& [what, name, value] : settings) {
      wire::IncrementalAlterConfigsRequest::AlterableConfig config;
      config.name = name;
      config.value = value;
      wire::IncrementalAlterConfigsRequest::AlterConfigsResource resource;
      resource.resource_type = 2;
      resource.resource_name = kTopic;
      resource.configs = std::span(&config, 1);
      wire::IncrementalAlterConfigsRequest request;
      request.resources = std::span(&resource, 1);
      check<wire::IncrementalAlterConfigsResponse>(request, version, what, ErrorCode::kInvalidConfig, [](const auto& r) {
        return r.responses.empty() ? kNotThere : r.responses[0].error_code;
      });
    }
  }

  // --- M18 ---

  // A member joins, as leader, with such a subscription, and hands out as much.
  void members(int version) {
    static const Octets kLies{0, 3, 0x7f, 0xff, 0xff, 0xff, 0, 1, 't', 0xff, 0xff, 0xff, 0xfe};
    member(version, "a subscription that lies", kLies, ErrorCode::kNone);
    member(version, "a subscription of 2 MiB", Octets(2 << 20, 1), ErrorCode::kUnknownServerError);
  }
  void member(int version, std::string_view what, const Octets& blob, ErrorCode error) {
    const std::string group = "much-" + std::to_string(version) + "-" + std::to_string(blob.size());
    wire::JoinGroupRequest::JoinGroupRequestProtocol protocol;
    protocol.name = "range";
    protocol.metadata = sdk::Bytes(blob);
    wire::JoinGroupRequest join;
    join.group_id = group;
    join.session_timeout_ms = 6'000;
    join.rebalance_timeout_ms = 6'000;
    join.protocol_type = "consumer";
    join.protocols = std::span(&protocol, 1);
    base::Arena arena;
    Octets octets;
    wire::JoinGroupResponse joined;
    bool answered = ask(join, version, arena, octets, joined);
    const std::string id(joined.member_id);
    join.member_id = id;
    if (answered && joined.error_code == ErrorCode::kMemberIdRequired) answered = ask(join, version, arena, octets, joined);
    const bool member = answered && joined.error_code == ErrorCode::kNone;
    ++(member ? tally_.passed : tally_.failed);
    if (!member)
      return fmt::print("api key 11 version {}: {} is error {}\n", version, what, answered ? static_cast<int>(joined.error_code) : -1000);
    wire::SyncGroupRequest::SyncGroupRequestAssignment assignment;
    assignment.member_id = id;
    assignment.assignment = sdk::Bytes(blob);
    wire::SyncGroupRequest sync;
    sync.group_id = group;
    sync.generation_id = joined.generation_id;
    sync.member_id = id;
    sync.assignments = std::span(&assignment, 1);
    const int sync_version = std::min(version, 5);
    if (sync_version == 5) sync.protocol_type = std::string_view("consumer"), sync.protocol_name = std::string_view("range");
    check<wire::SyncGroupResponse>(sync, sync_version, what, error, [](const auto& r) { return r.error_code; });
  }

  // --- M19 ---

  void bombs(int version) {
    static const Octets kHead{0x80, 0x80, 0x80, 0x80, 0x08, 0, 0, 0, 1};  // a record of 1 GiB, without a key
    using Make = Octets (*)(const Octets&);
    static constexpr std::tuple<std::string_view, std::uint8_t, Make> kBombs[] = {
        {"gzip", 1, gzip_bomb}, {"snappy", 2, snappy_bomb}, {"lz4", 3, lz4_bomb}, {"zstd", 4, zstd_bomb}};
    for (const auto& [what, codec, make] : kBombs)
      for (const bool is_large : {true, false}) {
        Octets batch = make(is_large ? kHead : Octets{0});
        batch.insert(batch.begin(), record::kHeaderBytes, 0);
        batch[record::kAttributesAt + 1] = codec;
        record::store(batch.data() + record::kRecordCountAt, std::int32_t{1});
        record::store(batch.data() + record::kProducerIdAt, std::int64_t{-1});
        seal(batch);
        const bool is_early = codec == 4 && version < 7;
        const ErrorCode error = is_early   ? ErrorCode::kUnsupportedCompressionType
                                : is_large ? ErrorCode::kMessageTooLarge
                                           : ErrorCode::kInvalidRecord;
        check_produce(version, fmt::format("a bomb of {}{}", what, is_large ? "" : " without a record"), batch, error);
      }
  }
  void check_produce(int version, std::string_view what, const Octets& octets, ErrorCode error) {
    wire::ProduceRequest::PartitionProduceData data;
    data.records = sdk::Bytes(octets);
    wire::ProduceRequest::TopicProduceData topic;
    topic.name = kTopic;
    topic.topic_id = topic_id_;
    topic.partition_data = std::span(&data, 1);
    wire::ProduceRequest request;
    request.acks = 1;
    request.timeout_ms = 10'000;
    request.topic_data = std::span(&topic, 1);
    check<wire::ProduceResponse>(request, version, what, error, [](const auto& response) {
      return response.responses.empty() ? kNotThere : response.responses[0].partition_responses[0].error_code;
    });
  }

  // --- M20 ---

  // In every version, 200 times all that there is, at once, and none of it is read. Somebody else is answered all the same.
  void readers_that_do_not_read() {
    const Octets value(800'000);
    record::BatchBuilder builder;
    builder.start({});
    builder.append({.timestamp_ms = 1'700'000'000'000, .value = sdk::Bytes(value)});
    const auto large = builder.finish();
    const Octets batch(large->data, large->data + large->size);
    for (int i = 0; i < 20; ++i) check_produce(13, "a large batch", batch, ErrorCode::kNone);
    wire::FetchRequest::FetchPartition partition;
    partition.partition_max_bytes = INT32_MAX;
    wire::FetchRequest::FetchTopic topic;
    topic.topic = kTopic;
    topic.topic_id = topic_id_;
    topic.partitions = std::span(&partition, 1);
    wire::FetchRequest all;
    all.max_bytes = INT32_MAX;
    all.topics = std::span(&topic, 1);
    std::vector<std::unique_ptr<WirePeer>> readers;
    for (int version = 4; version <= 18; ++version) {
      const Octets frame = with_length(frame_of(all, version));
      readers.push_back(std::make_unique<WirePeer>(port_));
      for (int i = 0; i < 200; ++i) readers.back()->send(frame);
      check<wire::ApiVersionsResponse>(wire::ApiVersionsRequest(), 0, "another, beside readers that do not read", ErrorCode::kNone,
                                       [](const auto& r) { return r.error_code; });
      check<wire::FetchResponse>(all, version, "another's fetch, beside readers that do not read", ErrorCode::kNone,
                                 [](const auto& r) { return r.responses.empty() ? kNotThere : r.responses[0].partitions[0].error_code; });
    }
    for (const auto& reader : readers) reader->reset();
  }

  Uuid topic_id_;
};

}  // namespace

Tally ask_too_much(std::uint16_t port) { return TooMuch(port).run(); }

}  // namespace barnabas::fuzz
