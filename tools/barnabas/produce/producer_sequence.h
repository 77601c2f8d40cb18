// What lets a broker tell a batch that it gets again from a new one: the producer's id, and a number for each record of a partition.
//
//   BARNABAS_TRY(sequence.begin(client, …));
//   builder.start(sequence.numbered(partition, {.codec = codec}));
//   … the batch is stored …
//   sequence.stored(partition, builder.count());
//
// Without begin() batches have no numbers. One thread.
#pragma once

#include <cstdint>
#include <map>

#include "kernel/record/batch_builder.h"
#include "tools/barnabas/blocking_client.h"

namespace barnabas::tools {

class ProducerSequence {
 public:
  struct Patience {
    std::int64_t pause_ms = 100;
    std::int64_t timeout_ms = 120'000;
  };

  // Gets an id from any broker, once. What may pass is waited for.
  Status begin(BlockingClient& client, const Patience& patience);
  // The settings of the partition's next batch.
  record::BatchSettings numbered(std::int32_t partition, record::BatchSettings settings) const;
  void stored(std::int32_t partition, std::int32_t count);

 private:
  Status ask(BlockingClient& client);

  std::int64_t producer_id_ = record::kNoProducerId;
  std::int16_t epoch_ = record::kNoProducerEpoch;
  std::map<std::int32_t, std::int32_t> next_;  // of each partition; 0 where there is none
};

}  // namespace barnabas::tools
