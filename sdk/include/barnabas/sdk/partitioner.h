// Kind `partitioner`: chooses, in a producer, the partition of a record.
//
// Threads: one object per producer; never two threads in one object at once.
#pragma once

#include <barnabas/sdk/interceptor.h>
#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

// The partitions of the topic that have a leader now, ascending. Empty where none has one; then all are as good.
struct AvailablePartitions {
  const std::int32_t* data = nullptr;
  std::size_t size = 0;
};

class Partitioner : public Object {
 public:
  static constexpr Text kName = "partitioner";
  static constexpr std::int32_t kRevision = 1;

  // `topic.partition_count` is at least 1. `topic.partition` is the partition that the record's sender named, or -1. Any `partition`
  // outside 0 to partition_count - 1 is the caller's to refuse.
  virtual Status choose(const TopicView& topic, AvailablePartitions available, const RecordView& record,
                        std::int32_t& partition) noexcept = 0;
  // The batch that the partition was filling is closed; for those who stay with one partition until then.
  virtual void batch_full(const TopicView& topic) noexcept = 0;

  // An author's class has: using Options; a constructor (Host&, const Options&); choose(); and where it wants to know, batch_full(). If it
  // is also a PartitionLoad (public base class), find() hands that out.
  template <class T, class Id>
  class Guarded;

 protected:
  ~Partitioner() = default;
};

// An optional power: a producer that knows how many batches wait for each partition says so, and the choice may avoid slow brokers.
class PartitionLoad {
 public:
  static constexpr Text kId = "barnabas.partitioner.load/1";

  // `waiting[i]` batches wait for partition `available.data[i]`. Replaces what was said of the topic before; an empty list forgets it.
  virtual void set_load(const TopicView& topic, AvailablePartitions available, const std::int32_t* waiting) noexcept = 0;

 protected:
  ~PartitionLoad() = default;
};

template <class T, class Id>
class Partitioner::Guarded final : public Partitioner {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  Status choose(const TopicView& topic, AvailablePartitions available, const RecordView& record,
                std::int32_t& partition) noexcept override {
    return detail::guarded(Id::text(), "choose", [&] { return author_.choose(topic, available, record, partition); });
  }
  void batch_full([[maybe_unused]] const TopicView& topic) noexcept override {
    if constexpr (requires { author_.batch_full(topic); })
        // Only a hint: what is thrown here spoils no record, so it is dropped.
        [[maybe_unused]]
      const Status dropped = detail::guarded(Id::text(), "batch_full", [&] {
        author_.batch_full(topic);
        return Status();
      });
  }
  void* find([[maybe_unused]] Text interface_id) noexcept override {
    if constexpr (std::is_base_of_v<PartitionLoad, T>)
      if (interface_id == PartitionLoad::kId) return static_cast<PartitionLoad*>(&author_);
    return nullptr;
  }

 private:
  T author_;
};

}  // namespace barnabas::sdk
