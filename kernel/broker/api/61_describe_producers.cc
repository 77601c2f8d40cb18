// DescribeProducers: the producers that a partition remembers.
#include "kernel/wire/messages/61_describe_producers.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::DescribeProducersRequest;
using Response = wire::DescribeProducersResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;
using ProducerAnswer = ElementOf<&PartitionAnswer::active_producers>;

void describe(Call& call, log::PartitionLog& log, PartitionAnswer& answer) {
  const std::vector<log::ProducerInfo> known = log.producers();
  const auto producers = call.arena.array<ProducerAnswer>(known.size());
  for (std::size_t i = 0; i < producers.size(); ++i) {
    producers[i].producer_id = known[i].producer_id;
    producers[i].producer_epoch = known[i].producer_epoch;
    producers[i].last_sequence = known[i].last_sequence;
    producers[i].last_timestamp = known[i].last_timestamp_ms;
    producers[i].coordinator_epoch = known[i].coordinator_epoch;
    producers[i].current_txn_start_offset = known[i].transaction_start;
  }
  answer.active_producers = producers;
}

}  // namespace

void describe_producers(Call& call) {
  Request request;
  if (!call.read(request) || names_too_many(call, cost_of_partitions(request.topics))) return;
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(request.topics.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    const auto& topic = request.topics[t];
    topics[t].name = topic.name;
    const auto partitions = call.arena.array<PartitionAnswer>(topic.partition_indexes.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = topic.partition_indexes[p];
      const Found found = find_partition(call.shard, topic.name, topic.partition_indexes[p]);
      if (!authorize(call, Operation::kRead, Resource::kTopic, topic.name)) {
        partitions[p].error_code = ErrorCode::kTopicAuthorizationFailed;
      } else if (found.partition == nullptr) {
        partitions[p].error_code = found.error;
      } else {
        describe(call, found.partition->log(), partitions[p]);
      }
      if (outgrows_its_memory(call)) return;
    }
    topics[t].partitions = partitions;
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace barnabas::broker
