// A change that is being decided: records so far, and the metadata as it will be with them.
//
// What decides reads image() and adds records; each record takes effect at once, so the second topic of a request sees the first. Pure:
// time and randomness come in. One thread.
#pragma once

#include <barnabas/sdk/placement.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/catalog/features.h"
#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/config/kafka_configs.h"
#include "kernel/controller/sessions.h"

namespace barnabas::controller {

// What decisions depend on besides the metadata.
struct Surroundings {
  std::int32_t node_id = -1;
  std::string cluster_id;
  const config::KafkaConfigs& configs;
  Sessions& sessions;
  sdk::Random& random;
  std::size_t max_records = 10'000;  // of one request
  std::int64_t now_ns = 0;
  bool fixed_features = false;  // the store's own
  std::int16_t max_replication = INT16_MAX;
  bool keeps_sessions = false;          // the store notices itself who is gone
  sdk::Placement* placement = nullptr;  // never null where topics are made
  std::string_view placement_name = {};
};

class Draft {
 public:
  Draft(std::shared_ptr<const catalog::Image> image, std::int64_t base_offset, const Surroundings& around)
      : around(around), image_(std::move(image)), base_offset_(base_offset) {}

  const Surroundings& around;

  const catalog::Image& image();
  // The same for a short look: valid until the next record.
  const catalog::Image& now() const { return builder_ != nullptr ? builder_->now() : *image_; }
  std::int16_t level() const { return now().metadata_version(); }
  // The offset that the next record will have.
  std::int64_t next_offset() const { return base_offset_ + static_cast<std::int64_t>(records_.count()); }

  template <class M>
  void add(const M& record, int version = 0) {
    records_.add(record, version);
    ++made_;
    take_last();
  }

  // A place to go back to.
  struct Mark {
    std::size_t count;
    std::shared_ptr<const catalog::Image> image;
  };
  Mark mark();
  void back_to(const Mark& mark);
  // The same, and what failed since then did not happen. REQUIRES: status() was ok at the mark.
  void forget_failure(const Mark& mark);

  // A broker may hold more partitions than one proposal may change: what decides then stops where there is no room, says so, and is asked
  // again when this part is written, before anybody else. `rest`: records that must still have a place behind the next one.
  bool has_room(std::size_t rest) const { return records_.count() + rest < around.max_records; }
  void leave_rest() { has_rest_ = true; }
  bool has_rest() const { return has_rest_; }

  const catalog::FramedRecords& records() const { return records_; }
  // How many were made, those that were taken back among them: that is what deciding has cost.
  std::size_t made() const { return made_; }
  // A record could not be made: a mistake of this program, whose sentence this is.
  const Status& status() const { return status_; }

  Uuid random_uuid();

  // The value that counts for a topic: its own, else the cluster's, else this node's own configuration, else the default.
  std::string topic_value(std::string_view topic, std::string_view key);
  bool elr_enabled() const { return now().feature(catalog::kElrVersion) >= 1; }

 private:
  void take_last();

  std::shared_ptr<const catalog::Image> image_;
  std::unique_ptr<catalog::ImageBuilder> builder_;  // ahead of image_ when there is one
  catalog::FramedRecords records_;
  std::int64_t base_offset_;
  std::size_t made_ = 0;
  bool has_rest_ = false;
  Status status_;
};

}  // namespace barnabas::controller
