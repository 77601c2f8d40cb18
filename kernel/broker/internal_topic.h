// The partitions of __consumer_offsets for the offset stores of one loop: what a plugin reaches by sdk::InternalTopic, over this broker's
// logs.
//
// An append is one short section on the loop; who waits for its high watermark waits in the loop's parking. Reading goes piece by piece on
// a helper thread. Everything on the shard's loop.
#pragma once

#include <barnabas/sdk/internal_topic.h>

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "kernel/broker/shard.h"
#include "kernel/record/codecs.h"

namespace barnabas::broker {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

class InternalTopic final : public sdk::InternalTopic {
 public:
  struct Settings {
    sdk::Durability durability = sdk::Durability::kProcess;  // of what a log calls committed
    std::uint64_t max_batch_bytes = 1048588;                 // until the topic is there and says so itself
  };

  // `view` and `parking` are the loop's. All outlive it, and nothing is under way when it goes.
  InternalTopic(base::Loop& loop, Parking& parking, const View& view, const record::Codecs& codecs, Settings settings);
  ~InternalTopic();

  sdk::Status append(std::int32_t partition, std::int32_t leader_epoch, sdk::MutableBytes batch,
                     sdk::Completion& completion) noexcept override;
  sdk::Status read(std::int32_t partition, std::int32_t leader_epoch, sdk::BatchSink& sink, sdk::Completion& completion) noexcept override;
  std::uint64_t max_batch_bytes() noexcept override;
  sdk::Durability durability() noexcept override { return settings_.durability; }
  sdk::Codec* codec(std::int8_t attribute) noexcept override;

 private:
  class Waits;

  struct Led {
    std::shared_ptr<const LocalTopic> owner;  // keeps the partition
    Partition* partition = nullptr;
  };
  Led find(std::int32_t partition) const;

  base::Loop& loop_;
  Parking& parking_;
  const View& view_;
  const record::Codecs& codecs_;
  Settings settings_;
  std::unordered_map<std::int32_t, std::unique_ptr<Waits>> waits_;  // by partition
};

}  // namespace barnabas::broker
