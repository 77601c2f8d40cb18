// What a producer has taken and not yet told of: each record of each partition, until its batch was answered or will never be. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kernel/client/client_interceptors.h"

namespace barnabas::tools {

class SentRecords {
 public:
  explicit SentRecords(client::ClientInterceptors& interceptors) : interceptors_(interceptors) {}
  SentRecords(const SentRecords&) = delete;
  SentRecords& operator=(const SentRecords&) = delete;

  // A record of `bytes` octets in key and value is in the batch of the partition.
  void add(std::int32_t partition, std::uint64_t bytes) {
    if (interceptors_.wants(sdk::kProducerOutcome)) waiting_[partition].push_back(bytes);
  }
  // One that is in no batch and never will be.
  void refuse(const sdk::TopicView& topic, std::uint64_t bytes, std::string_view error);

  // The next `count` of `topic.partition` were stored from `base_offset` on (-1: nobody said where), or are given up.
  void stored(const sdk::TopicView& topic, std::int64_t base_offset, std::int32_t count);
  void failed(const sdk::TopicView& topic, std::string_view error, std::int32_t count);
  // All that still wait are given up.
  void give_up(sdk::TopicView topic, std::string_view error);

 private:
  // The sizes of the next `count`, or of as many as there are.
  std::vector<std::uint64_t> take(std::int32_t partition, std::int32_t count);

  client::ClientInterceptors& interceptors_;
  std::map<std::int32_t, std::vector<std::uint64_t>> waiting_;  // the sizes, in the order of the batch
};

}  // namespace barnabas::tools
