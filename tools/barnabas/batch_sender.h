// Collects records into batches, one for each partition, and sends each to its leader; waits for the answer before the next.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kernel/record/batch_builder.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/line_reader.h"
#include "tools/barnabas/partitioner_loader.h"

namespace barnabas::tools {

struct SenderSettings {
  std::string topic;
  std::int16_t acks = -1;
  std::int32_t timeout_ms = 30'000;
  std::size_t batch_bytes = 16384;
  int retries = 3;
  std::int64_t retry_backoff_ms = 100;
  sdk::Codec* codec = nullptr;
  sdk::Partitioner* partitioner = nullptr;  // nothing: murmur2 of the key, else one partition until its batch is sent
};

class BatchSender {
 public:
  BatchSender(BlockingClient& client, SenderSettings settings) : client_(client), settings_(std::move(settings)) {}

  // Looks the topic up, making it where the broker does that by itself.
  Status open();
  Status add(const LineRecord& record, std::int64_t now_ms);
  // Sends what is collected.
  Status flush();

 private:
  Result<std::int32_t> choose_partition(const LineRecord& record, std::int64_t now_ms);
  Status send(std::int32_t partition, record::BatchBuilder& builder);
  // `message` becomes what the broker says of an error.
  Result<wire::ErrorCode> try_send(std::int32_t partition, sdk::Bytes batch, std::string& message);

  BlockingClient& client_;
  SenderSettings settings_;
  TopicFacts topic_;
  std::map<std::int32_t, record::BatchBuilder> builders_;
  std::int32_t sticky_partition_ = 0;  // for records without a key, until its batch is sent
};

}  // namespace barnabas::tools
