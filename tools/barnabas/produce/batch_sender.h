// Collects records into batches, one for each partition, and sends each to its leader; waits for the answer before the next.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kernel/record/batch_builder.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/line_reader.h"
#include "tools/barnabas/partitioner_loader.h"
#include "tools/barnabas/produce/producer_sequence.h"
#include "tools/barnabas/produce/sent_records.h"

namespace barnabas::tools {

struct SenderSettings {
  std::string topic;
  std::int16_t acks = -1;
  bool idempotent = false;  // a batch that is sent again is stored once
  std::int32_t timeout_ms = 30'000;
  std::size_t batch_bytes = 16384;
  int retries = 3;
  std::int64_t retry_backoff_ms = 100;
  std::int64_t delivery_timeout_ms = 120'000;  // how long a leader that cannot be reached is waited for
  std::int64_t metadata_max_age_ms = 300'000;  // then new partitions are looked for
  sdk::Codec* codec = nullptr;
  const record::Codecs* codecs = nullptr;   // REQUIRED: `codec` is among them
  sdk::Partitioner* partitioner = nullptr;  // REQUIRED
};

class BatchSender {
 public:
  BatchSender(BlockingClient& client, client::ClientInterceptors& interceptors, SenderSettings settings)
      : client_(client), interceptors_(interceptors), sent_(interceptors), settings_(std::move(settings)) {}
  BatchSender(const BatchSender&) = delete;
  BatchSender& operator=(const BatchSender&) = delete;
  // What was not sent until then never is, and the interceptors hear of it.
  ~BatchSender() { sent_.give_up(view_of(topic_), wire::error_name(wire::ErrorCode::kOperationNotAttempted)); }

  // Looks the topic up, making it where the broker does that by itself.
  Status open();
  // What the interceptors make of the record. kInvalid: one refused it; then it is not to be added.
  Status intercept(LineRecord& record, std::int64_t now_ms);
  Status add(const LineRecord& record, std::int64_t now_ms);
  // Sends what is collected, of each partition whatever happens to the others; the first failure.
  Status flush();

 private:
  struct Answer {
    // What it was sent before is stored: the answer to that got lost.
    bool is_stored() const { return error == wire::ErrorCode::kNone || error == wire::ErrorCode::kDuplicateSequenceNumber; }

    wire::ErrorCode error = wire::ErrorCode::kNone;
    std::string message;            // what the broker says of the error
    std::int64_t base_offset = -1;  // -1: nobody answers
  };

  // What became of a batch: `why` tells what of its failure, and where it was stored.
  struct Outcome {
    Status status;
    wire::ErrorCode why = wire::ErrorCode::kNone;
    std::int64_t base_offset = -1;
  };

  // A topic may get more partitions.
  void look_again();
  // So that the next record goes into a batch that has begun and has room for it.
  Status make_room(std::int32_t partition, record::BatchBuilder& builder, const record::NewRecord& record);
  // Afterwards the builder is empty.
  Status send(std::int32_t partition, record::BatchBuilder& builder, std::int64_t until_ns);
  // A batch that the broker finds too large goes in halves.
  Outcome send_batch(std::int32_t partition, sdk::Bytes batch, std::int32_t count, std::int64_t until_ns);
  Outcome send_halves(std::int32_t partition, sdk::Bytes batch, std::int32_t count, std::int64_t until_ns);
  // Tries until it is stored, or hopeless.
  Outcome deliver(std::int32_t partition, sdk::Bytes batch, std::int64_t until_ns);
  std::int64_t deadline_ns();
  Result<Answer> try_send(std::int32_t partition, sdk::Bytes batch);
  sdk::TopicView partition_view(std::int32_t partition) const;

  BlockingClient& client_;
  client::ClientInterceptors& interceptors_;
  SentRecords sent_;
  ProducerSequence sequence_;
  SenderSettings settings_;
  TopicFacts topic_;
  std::map<std::int32_t, record::BatchBuilder> builders_;
  host::EditedRecord edited_;
  std::vector<sdk::HeaderView> header_views_;
  std::int64_t look_again_ns_ = 0;
  bool patience_is_over_ = false;  // a leader was waited for as long as may be: it is not done for each partition anew
};

}  // namespace barnabas::tools
