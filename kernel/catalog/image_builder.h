// Makes the next image from one image and the records behind it; and the records of a snapshot from an image.
//
// A builder is for one thread. The image that it began with stays as it was; within one builder a topic is copied at most once, however
// many of its partitions change, and so are the settings of a resource.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "kernel/base/arena.h"
#include "kernel/base/result.h"
#include "kernel/catalog/image.h"

namespace barnabas::catalog {

class ImageBuilder {
 public:
  // From nothing.
  ImageBuilder();
  explicit ImageBuilder(const Image& from);
  ~ImageBuilder();
  ImageBuilder(const ImageBuilder&) = delete;
  ImageBuilder& operator=(const ImageBuilder&) = delete;

  // One framed record. kCorrupt: it contradicts the format or what was applied before (a partition of no topic); kUnsupported: a version of
  // a known record that a later Kafka wrote. Records of unknown types are kept.
  Status apply(sdk::Bytes record);

  void set_end(sdk::MetadataPosition end);
  void set_leader(const sdk::MetadataLeader& leader);
  void set_cluster_id(std::string_view cluster_id);

  // What was built so far, valid until the next change: a look that costs nothing, where an image of which a builder goes on is copied.
  const Image& now() const { return *image_; }
  // The image as it is now; the builder may go on afterwards.
  std::shared_ptr<const Image> build();

 private:
  friend class Apply;

  Image& image();                    // one that nobody else has yet
  Topic* own_topic(const Uuid& id);  // null: there is none
  Topic* put_topic(const std::shared_ptr<Topic>& topic);
  // By the key of Image::configs_; empty where nothing was set yet.
  Configs& own_configs(const std::string& key);
  void erase_configs(const std::string& key);

  std::shared_ptr<Image> image_;
  bool shared_ = false;                                          // build() gave it away: the next change begins with a copy
  std::unordered_map<Uuid, std::shared_ptr<Topic>> own_topics_;  // copies that no other image has
  std::unordered_map<std::string, std::shared_ptr<Configs>> own_configs_;
  base::Arena arena_;
};

// call(Bytes framed record) for each record of a snapshot of the image: applied to nothing, they make an equal image. Features come first,
// then what they may decide the version of, at the record versions that the finalized metadata.version allows. Stops at the first failure
// of `call`.
Status each_record(const Image& image, const std::function<Status(sdk::Bytes)>& call);

}  // namespace barnabas::catalog
