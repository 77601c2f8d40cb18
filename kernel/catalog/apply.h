// What each type of metadata record does to an image. Part of ImageBuilder; one object for one record.
#pragma once

#include <string>
#include <vector>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"

namespace barnabas::catalog {

class Apply {
 public:
  Apply(ImageBuilder& builder, sdk::Bytes record) : builder_(builder), image_(*builder.image_), record_(record) {}

  Status run(const Frame& frame);

 private:
  template <class M>
  Status read(M& message) {
    return wire::decode(frame_.body, static_cast<int>(frame_.version), builder_.arena_, message);
  }

  Status run_security();
  Status topic();
  Status partition();
  Status partition_change();
  Status remove_topic();
  Status clear_elr();
  Status clear_elr_of(const Uuid& id);
  Status register_broker();
  Status unregister_broker();
  template <class M>
  Status set_fenced(bool fenced);
  Status registration_change();
  Status register_controller();
  Status config();
  Status feature();
  Status producer_ids();
  Status quota();
  Status unknown();

  void put_broker(std::shared_ptr<const Broker> broker);
  // kCorrupt when no such registration is there.
  Result<std::shared_ptr<Broker>> copy_of_broker(std::int32_t id, std::int64_t epoch) const;
  void keep_as(const std::string& key);

  ImageBuilder& builder_;
  Image& image_;
  sdk::Bytes record_;
  Frame frame_;
};

UnknownTags copy_tags(wire::UnknownTags tags);
template <class T>
std::vector<T> copy_of(std::span<const T> values) {
  return {values.begin(), values.end()};
}

}  // namespace barnabas::catalog
