// Appends what a produce request has for its partitions, one after the other. Each batch is accepted once, gets its offsets where it lies
// in the receive buffer (or where the call keeps its body), and is handed to the log from there; a new batch is made only by interceptors,
// for another codec than the producer's, and where the records are not numbered one after the other. On the loop of the call.
#pragma once

#include "kernel/base/piece.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/call.h"
#include "kernel/broker/produce_wait.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace barnabas::broker {

// `message` outlives the answer.
void refuse(ProduceWait::PartitionAnswer& answer, wire::ErrorCode error, std::string_view message = {});

// What it knows from one partition of a request to the next is how much its batches have inflated to, and of which some is validated.
class ProduceAppend {
 public:
  using PartitionAnswer = ProduceWait::PartitionAnswer;

  ProduceAppend(Call& call, std::int16_t acks);

  // Judged partition by partition: what is not there is told of first.
  bool acks_are_valid() const { return acks_ >= -1 && acks_ <= 1; }

  enum class Step : std::uint8_t {
    kAppended,
    kRefused,  // the answer says why
    kPaused,   // the piece is over amid the batch; to be called again with the same
  };
  struct Outcome {
    Step step;
    std::int64_t last_offset = -1;
  };
  Outcome append(const std::shared_ptr<const LocalTopic>& topic, Partition& partition, const wire::Records& records,
                 PartitionAnswer& answer, const base::Piece& piece);
  // From here on the request is alone among those that take long.
  void take_turn() { has_turn_ = true; }

 private:
  record::ValidationRules rules_of(const LocalTopic& topic, std::string_view topic_partition) const;
  record::Validator& validator();
  bool validate(const std::shared_ptr<const LocalTopic>& topic, Partition& partition, sdk::Bytes records, record::Outcome& outcome,
                const base::Piece& piece);
  bool intercept(const sdk::TopicView& view, const TopicRules& rules, record::Outcome& outcome, PartitionAnswer& answer);
  void report(const sdk::TopicView& view, const record::Outcome& outcome, const log::AppendOutcome& appended);
  void refuse_batch(PartitionAnswer& answer, const record::Outcome& outcome);

  Call& call_;
  Shard& shard_;
  Broker& broker_;
  std::int16_t acks_;
  std::uint64_t inflated_bytes_ = 0;  // by the batches before
  bool has_turn_;
  OwnValidator own_validator_{nullptr, {&shard_}};
  const std::uint8_t* amid_ = nullptr;            // the batch of which some is validated,
  std::shared_ptr<const LocalTopic> amid_topic_;  // by the rules of this one
};

}  // namespace barnabas::broker
