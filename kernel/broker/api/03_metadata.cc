// Metadata: which brokers there are, which topics, and who leads what. Makes topics that are asked for and not there, where the deployment
// allows it.
#include "kernel/wire/messages/03_metadata.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/api/offsets_topic.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/forward.h"
#include "kernel/broker/internal_topic.h"
#include "kernel/broker/topic_name.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using wire::MetadataRequest;
using wire::MetadataResponse;
using BrokerAnswer = ElementOf<&MetadataResponse::brokers>;
using TopicAnswer = ElementOf<&MetadataResponse::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

constexpr std::int16_t kFirstById = 12;  // versions 10 and 11 have the field, but an id there is a mistake

// What was asked, in memory that outlives the request's octets.
struct Question {
  std::optional<std::string> name;
  Uuid id;
  bool by_id = false;
};
struct Questions {
  bool all = false;
  bool may_create = false;
  bool cluster_operations = false;
  bool topic_operations = false;
  std::vector<Question> topics;
};

void describe_brokers(Call& call, MetadataResponse& response) {
  const auto& known = call.shard.view.image->brokers();
  const auto brokers = call.arena.array<BrokerAnswer>(known.size());
  std::size_t count = 0;
  for (const auto& [id, broker] : known) {
    const catalog::Endpoint* endpoint = broker->endpoint(call.client.listener);
    if (broker->fenced || endpoint == nullptr) continue;
    brokers[count].node_id = id;
    brokers[count].host = endpoint->host;
    brokers[count].port = endpoint->port;
    if (broker->rack) brokers[count].rack = std::string_view(*broker->rack);
    ++count;
  }
  response.brokers = brokers.first(count);
  response.cluster_id = std::string_view(call.shard.broker.settings.cluster_id);
  response.controller_id = told_controller(call);
}

void describe_partition(Call& call, const catalog::Partition& partition, std::int32_t index, PartitionAnswer& answer) {
  const catalog::Image& image = *call.shard.view.image;
  const auto is_online = [&](std::int32_t id) {
    const catalog::Broker* broker = image.broker(id);
    return broker != nullptr && !broker->fenced;
  };
  answer.partition_index = index;
  const bool led = partition.leader >= 0 && is_online(partition.leader);
  answer.leader_id = led ? partition.leader : -1;
  answer.leader_epoch = partition.leader_epoch;
  answer.error_code = led ? ErrorCode::kNone : ErrorCode::kLeaderNotAvailable;
  answer.replica_nodes = copy_of(call.arena, partition.replicas);
  answer.isr_nodes = copy_of(call.arena, partition.isr);
  const auto offline = call.arena.array<std::int32_t>(partition.replicas.size());
  std::size_t count = 0;
  for (std::int32_t replica : partition.replicas)
    if (!is_online(replica)) offline[count++] = replica;
  answer.offline_replicas = offline.first(count);
}

void describe_topic(Call& call, const catalog::Topic& topic, const Questions& questions, TopicAnswer& answer) {
  answer.name = std::string_view(topic.name);
  answer.topic_id = topic.id;
  answer.is_internal = is_internal_topic(topic.name);
  const auto partitions = call.arena.array<PartitionAnswer>(topic.partitions.size());
  for (std::int32_t i = 0; i < topic.partition_count(); ++i)
    describe_partition(call, *topic.partition(i), i, partitions[static_cast<std::size_t>(i)]);
  answer.partitions = partitions;
  if (questions.topic_operations) answer.topic_authorized_operations = authorized_operations(call, Resource::kTopic, topic.name);
}

// Why there is nothing to tell about a topic.
ErrorCode absence(const Call& call, const Question& question) {
  if (question.by_id) return call.api_version < kFirstById ? ErrorCode::kInvalidRequest : ErrorCode::kUnknownTopicId;
  return is_valid_topic_name(*question.name) ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kInvalidTopicException;
}

// Why topics that were asked for could not be made. That somebody else was faster is no reason.
std::unordered_map<std::string_view, ErrorCode> refusals_of(const std::vector<controller::TopicCreated>& created) {
  std::unordered_map<std::string_view, ErrorCode> refusals;
  for (const controller::TopicCreated& one : created)
    if (!one.ok() && one.error != ErrorCode::kTopicAlreadyExists) refusals.insert_or_assign(one.name, one.error);
  return refusals;
}

// False: the connection was closed instead.
bool describe_topics(Call& call, const Questions& questions, const std::vector<controller::TopicCreated>& created,
                     MetadataResponse& response) {
  const catalog::Image& image = *call.shard.view.image;
  if (questions.all) {
    const auto topics = call.arena.array<TopicAnswer>(image.topic_count());
    std::size_t count = 0;
    image.each_topic([&](const catalog::Topic& topic) { describe_topic(call, topic, questions, topics[count++]); });
    response.topics = topics.first(count);
    return true;
  }
  const std::unordered_map<std::string_view, ErrorCode> refusals = refusals_of(created);
  const auto topics = call.arena.array<TopicAnswer>(questions.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    const Question& question = questions.topics[i];
    if (outgrows_its_memory(call)) return false;
    const bool may_find = !question.by_id || call.api_version >= kFirstById;
    const catalog::Topic* topic = !may_find ? nullptr : question.by_id ? image.topic(question.id) : image.topic(*question.name);
    if (topic != nullptr) {
      describe_topic(call, *topic, questions, topics[i]);
      continue;
    }
    // An id that nobody knows has no name; only versions before ids mattered cannot say so.
    topics[i].name.reset();
    if (question.name && !(question.by_id && may_find)) topics[i].name = call.arena.copy(*question.name);
    if (!topics[i].name && call.api_version < kFirstById) topics[i].name = std::string_view();
    topics[i].topic_id = question.id;
    topics[i].error_code = absence(call, question);
    if (const auto refusal = question.name ? refusals.find(*question.name) : refusals.end(); refusal != refusals.end())
      topics[i].error_code = refusal->second;
  }
  response.topics = topics;
  return true;
}

// What everybody who asks gets: without operations, which depend on the principal.
bool is_common(const Questions& questions) { return questions.all && !questions.cluster_operations && !questions.topic_operations; }

void answer_common(Call& call, const Questions& questions) {
  const auto& image = call.shard.view.image;
  MetadataAnswers& kept = call.shard.metadata_answers;
  MetadataAnswers::Body body = kept.find(image, call.api_version, call.client.listener);
  if (body == nullptr) {
    MetadataResponse response;
    describe_brokers(call, response);
    if (!describe_topics(call, questions, {}, response)) return;
    wire::Buffer buffer;
    if (Status status = wire::encode(response, call.api_version, buffer); !status.ok()) return call.close(message_of(status));
    body = std::make_shared<const wire::Buffer::Block>(buffer.release());
    kept.keep(image, call.api_version, call.client.listener, body);
  }
  call.answer_encoded(body);
}

void answer(Call& call, const Questions& questions, const std::vector<controller::TopicCreated>& created) {
  if (is_common(questions)) return answer_common(call, questions);
  MetadataResponse response;
  describe_brokers(call, response);
  if (!describe_topics(call, questions, created, response)) return;
  if (questions.cluster_operations) response.cluster_authorized_operations = authorized_operations(call, Resource::kCluster, kClusterName);
  call.answer(response);
}

Questions questions_of(const Call& call, const MetadataRequest& request) {
  Questions questions;
  // Version 0 has no null, so there an empty list asks for all.
  questions.all = !request.topics.has_value() || (call.api_version == 0 && request.topics->empty());
  questions.may_create = call.api_version < 4 || request.allow_auto_topic_creation;
  questions.cluster_operations = request.include_cluster_authorized_operations;
  questions.topic_operations = request.include_topic_authorized_operations;
  if (questions.all) return questions;
  for (const auto& topic : *request.topics) {
    Question& question = questions.topics.emplace_back();
    question.by_id = !topic.name.has_value() || !topic.topic_id.is_zero();  // an id counts for more than a name
    if (topic.name) question.name = *topic.name;
    question.id = topic.topic_id;
  }
  return questions;
}

// librdkafka asks for all topics with an empty array of four octets where one octet says null. Kafka reads that as null and overlooks the
// rest; here the rest means what the client meant.
void mend_null_of_four_octets(Call& call) {
  constexpr std::int16_t kFirstFlexible = 9;
  constexpr std::size_t kTooMany = 3;
  const std::size_t sent = call.api_version <= 10 ? 8 : 7;  // the array, three or two flags, no tags
  if (call.api_version < kFirstFlexible || call.body.size != sent || call.body.data[sent - 1] != 0) return;
  if (std::all_of(call.body.data, call.body.data + kTooMany + 1, [](std::uint8_t octet) { return octet == 0; }))
    call.body = {call.body.data + kTooMany, sent - kTooMany};
}

controller::TopicSpec missing_topic(const Call& call, std::string_view name) {
  if (name == kOffsetsTopic) return offsets_topic(call);
  controller::TopicSpec spec;
  spec.name = name;
  return spec;
}

}  // namespace

void metadata(Call& call) {
  MetadataRequest request;
  mend_null_of_four_octets(call);
  if (!call.read(request)) return;
  Questions questions = questions_of(call, request);
  controller::CreateTopicsRequest missing;
  std::set<std::string_view> asked;  // a request may name a topic twice
  if (questions.may_create && call.shard.broker.settings.auto_create_topics)
    for (const Question& question : questions.topics)
      if (!question.by_id && is_valid_topic_name(*question.name) && call.shard.view.image->topic(*question.name) == nullptr &&
          asked.insert(*question.name).second)
        missing.topics.push_back(missing_topic(call, *question.name));
  if (missing.topics.empty()) return answer(call, questions, {});
  call.shard.broker.ask_channel<controller::CreateTopicsReply>(
      call, [missing = std::move(missing)](controller::Channel& channel, auto reply) { channel.create_topics(missing, std::move(reply)); },
      [questions = std::move(questions)](Call& waiting, const controller::CreateTopicsReply& reply) {
        answer(waiting, questions, reply.topics);
      });
}

}  // namespace barnabas::broker
