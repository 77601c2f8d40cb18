// DeleteRecords: moves the beginning of a partition's log up; -1 means up to the high watermark.
#include "kernel/wire/messages/21_delete_records.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/topic_name.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::DeleteRecordsRequest;
using Response = wire::DeleteRecordsResponse;
using Topic = ElementOf<&Request::topics>;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

void delete_from(Call& call, std::string_view topic, const ElementOf<&Topic::partitions>& question, PartitionAnswer& answer) {
  answer.partition_index = question.partition_index;
  answer.low_watermark = -1;
  if (is_internal_topic(topic)) {
    answer.error_code = ErrorCode::kInvalidTopicException;
    return;
  }
  const Found found = find_partition(call.shard, topic, question.partition_index);
  if (found.partition == nullptr) {
    answer.error_code = found.error;
    return;
  }
  // Kafka's: where the youngest of each key is to be kept, nobody takes it away.
  const LocalTopic& local = *call.shard.view.topics->find(topic);
  if (local.rules.compacted && !local.rules.log.retention.deletes) {
    answer.error_code = ErrorCode::kPolicyViolation;
    return;
  }
  Status status;
  answer.error_code = found.partition->log().delete_records(question.offset, status);
  if (answer.error_code == ErrorCode::kNone) answer.low_watermark = found.partition->log().low_watermark();
}

}  // namespace

void delete_records(Call& call) {
  Request request;
  if (!call.read(request) || names_too_many(call, cost_of_partitions(request.topics))) return;
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(request.topics.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    const Topic& topic = request.topics[t];
    topics[t].name = topic.name;
    const auto partitions = call.arena.array<PartitionAnswer>(topic.partitions.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      if (authorize(call, Operation::kDelete, Resource::kTopic, topic.name)) {
        delete_from(call, topic.name, topic.partitions[p], partitions[p]);
      } else {
        partitions[p].partition_index = topic.partitions[p].partition_index;
        partitions[p].error_code = ErrorCode::kTopicAuthorizationFailed;
      }
    }
    topics[t].partitions = partitions;
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace barnabas::broker
