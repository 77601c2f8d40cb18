#include "tools/barnabas/produce/producer_sequence.h"

#include <fmt/format.h>

#include <limits>

#include "kernel/base/times.h"
#include "kernel/wire/messages/22_init_producer_id.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/waiting.h"

namespace barnabas::tools {

Status ProducerSequence::begin(BlockingClient& client, const Patience& patience) {
  sdk::Clock& clock = client.env().clock();
  const std::int64_t until_ns = clock.mono_ns() + base::ns_of_ms(patience.timeout_ms);
  Waiting waiting;
  while (producer_id_ == record::kNoProducerId) {
    Status asked = ask(client);
    if (asked.ok()) break;
    if (!may_pass(asked) || clock.mono_ns() >= until_ns) return asked;
    waiting.on(message_of(asked), clock.mono_ns());
    client.pause(patience.pause_ms);
  }
  return {};
}

Status ProducerSequence::ask(BlockingClient& client) {
  constexpr const char* kWithoutOne =
      "without a producer id a record could be stored twice, and there is none: {}; enable.idempotence=false does without";
  wire::InitProducerIdRequest request;
  request.transactional_id = wire::kNull;
  request.transaction_timeout_ms = std::numeric_limits<std::int32_t>::max();  // as Kafka's producer says: there are no transactions
  auto reply = client.call<wire::InitProducerIdResponse>(client::Target::any(), request);
  if (!reply && may_pass(reply.status())) return std::move(reply).status();
  if (!reply) return Status::unsupported(fmt::format(kWithoutOne, message_of(reply.status())));
  const wire::InitProducerIdResponse& answer = reply->response;
  if (answer.error_code != wire::ErrorCode::kNone) {
    const std::string why = describe_error(answer.error_code);
    return wire::is_retriable(answer.error_code) ? Status::unavailable(why) : Status::invalid(fmt::format(kWithoutOne, why));
  }
  producer_id_ = answer.producer_id;
  epoch_ = answer.producer_epoch;
  return {};
}

record::BatchSettings ProducerSequence::numbered(std::int32_t partition, record::BatchSettings settings) const {
  if (producer_id_ == record::kNoProducerId) return settings;
  const auto next = next_.find(partition);
  settings.producer_id = producer_id_;
  settings.producer_epoch = epoch_;
  settings.base_sequence = next == next_.end() ? 0 : next->second;
  return settings;
}

void ProducerSequence::stored(std::int32_t partition, std::int32_t count) {
  std::int32_t& next = next_[partition];
  next = record::add_sequence(next, count);
}

}  // namespace barnabas::tools
