#include "kernel/catalog/image_builder.h"

#include "kernel/catalog/apply.h"
#include "kernel/catalog/features.h"

namespace barnabas::catalog {

ImageBuilder::ImageBuilder() : image_(std::make_shared<Image>()) {}
ImageBuilder::ImageBuilder(const Image& from) : image_(std::make_shared<Image>(from)) {}
ImageBuilder::~ImageBuilder() = default;

Image& ImageBuilder::image() {
  if (shared_) {
    image_ = std::make_shared<Image>(*image_);
    own_topics_.clear();
    own_configs_.clear();
    shared_ = false;
  }
  return *image_;
}

Topic* ImageBuilder::own_topic(const Uuid& id) {
  if (const auto found = own_topics_.find(id); found != own_topics_.end()) return found->second.get();
  const auto* topic = image_->topics_by_id_.find(id);
  if (topic == nullptr) return nullptr;
  return put_topic(std::make_shared<Topic>(**topic));
}

Topic* ImageBuilder::put_topic(const std::shared_ptr<Topic>& topic) {
  own_topics_[topic->id] = topic;
  image_->topics_.set(topic->name, topic);
  image_->topics_by_id_.set(topic->id, topic);
  return topic.get();
}

Configs& ImageBuilder::own_configs(const std::string& key) {
  std::shared_ptr<Configs>& own = own_configs_[key];
  if (own == nullptr) {
    const auto* found = image_->configs_.find(key);
    own = found == nullptr ? std::make_shared<Configs>() : std::make_shared<Configs>(**found);
    image_->configs_.set(key, own);
  }
  return *own;
}

void ImageBuilder::erase_configs(const std::string& key) {
  own_configs_.erase(key);
  image_->configs_.erase(key);
}

Status ImageBuilder::apply(sdk::Bytes record) {
  image();
  const auto frame = parse_frame(record);
  if (!frame) return frame.status().copy();
  arena_.reset();
  return Apply(*this, record).run(*frame);
}

void ImageBuilder::set_end(sdk::MetadataPosition end) { image().end_ = end; }

void ImageBuilder::set_leader(const sdk::MetadataLeader& leader) {
  image().leader_ = leader;
  if (image_->feature(kKraftVersion) == leader.kraft_version) return;
  auto features = std::make_shared<std::map<std::string, std::int16_t, std::less<>>>(*image_->features_);
  features->erase(std::string(kKraftVersion));
  if (leader.kraft_version != 0) features->emplace(kKraftVersion, leader.kraft_version);
  image_->features_ = std::move(features);
}

void ImageBuilder::set_cluster_id(std::string_view cluster_id) { image().cluster_id_ = cluster_id; }

std::shared_ptr<const Image> ImageBuilder::build() {
  shared_ = true;
  return image_;
}

}  // namespace barnabas::catalog
