// The hash of the topics that a consumer group is subscribed to, as Kafka computes and stores it: when it changes, so does the group.
//
// It covers names, ids, counts of partitions and the racks of replicas. Hashes of topics are kept until the topic, or any broker, changes.
// One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kernel/base/uuid.h"
#include "kernel/catalog/image.h"

namespace barnabas::group {

std::int64_t topic_hash(const catalog::Image& image, const catalog::Topic& topic);

class MetadataHashes {
 public:
  void on_image(std::shared_ptr<const catalog::Image> image);
  const std::shared_ptr<const catalog::Image>& image() const { return image_; }  // null before the first

  // Of the topics of these names that there are; 0: of none.
  std::int64_t of(const std::set<std::string, std::less<>>& names);

 private:
  std::int64_t of(const catalog::Topic& topic);

  std::shared_ptr<const catalog::Image> image_;
  std::unordered_map<Uuid, std::int64_t> hashes_;
};

}  // namespace barnabas::group
