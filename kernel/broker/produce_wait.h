// The answer of a produce request that waits: with acks=-1 until the high watermark has passed what was appended, and with `flush: ack`
// until it is on the device.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/task.h"
#include "kernel/broker/api/answers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/call.h"
#include "kernel/wire/messages/00_produce.h"

namespace barnabas::broker {

class ProduceWait {
 public:
  using TopicAnswer = ElementOf<&wire::ProduceResponse::responses>;
  using PartitionAnswer = ElementOf<&TopicAnswer::partition_responses>;

  // `response` is in the call's arena.
  ProduceWait(Call& call, wire::ProduceResponse& response, std::int16_t acks) : call_(call), response_(response), acks_(acks) {}

  // `answer` is part of the response.
  void expect(Partition& partition, std::int64_t last_offset, PartitionAnswer& answer);
  // Nothing is left to wait for.
  bool complete() const { return pending_.empty(); }
  // Answers later: when all is there, or after `timeout_ms` with what is missing as REQUEST_TIMED_OUT. The object itself may go.
  void park(std::int32_t timeout_ms);

 private:
  struct Pending {
    Partition* partition;
    std::shared_ptr<const LocalTopic> owner;  // keeps the partition
    std::int64_t last_offset;
    PartitionAnswer* answer;
  };
  class Parked;

  static bool is_there(const Pending& pending, std::int16_t acks);

  Call& call_;
  wire::ProduceResponse& response_;
  std::int16_t acks_;
  std::vector<Pending> pending_;  // empty, and so without memory of its own, for all that is there at once
};

}  // namespace barnabas::broker
