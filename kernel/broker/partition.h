// A partition that this broker holds a replica of: its log, and who waits for it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/env.h"
#include "kernel/base/uuid.h"
#include "kernel/broker/topic_rules.h"
#include "kernel/log/partition_log.h"

namespace barnabas::broker {

class Parking;

class Partition final : public log::LogObserver, public std::enable_shared_from_this<Partition> {
 public:
  // `parkings`: one a loop, by index; they outlive the partition.
  explicit Partition(const std::vector<Parking*>& parkings) : parkings_(parkings) {}

  // Before any other thread knows it.
  void attach(std::shared_ptr<log::PartitionLog> log) { log_ = std::move(log); }

  log::PartitionLog& log() { return *log_; }
  std::int32_t index() const { return log_->partition(); }

  // Keeps one flush under way as long as the log needs one; everything appended meanwhile is covered by the next one. `loop` is the
  // caller's.
  void ensure_flush(base::Loop& loop);

  void on_change(log::PartitionLog& log, std::uint32_t changes) noexcept override;

  // A bit for each loop on which somebody waits.
  std::atomic<std::uint64_t> waiting_loops{0};
  // The topic is deleted; set before the log closes, so that who is woken by that can tell it from another leader. Views hear of it later.
  std::atomic<bool> deleted{false};

 private:
  std::shared_ptr<log::PartitionLog> log_;
  const std::vector<Parking*>& parkings_;
  std::atomic<bool> flushing_{false};
};

// The partitions of one topic that this broker holds; by index, null where it holds none.
struct LocalTopic {
  std::string name;
  Uuid id;
  TopicRules rules;
  std::vector<std::shared_ptr<Partition>> partitions;

  Partition* partition(std::int32_t index) const {
    return index >= 0 && static_cast<std::size_t>(index) < partitions.size() ? partitions[static_cast<std::size_t>(index)].get() : nullptr;
  }
};

}  // namespace barnabas::broker
