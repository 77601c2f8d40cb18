// The cluster's metadata at one place of the stream. Handlers read it and nothing else.
//
// Immutable: a later state is another image, which shares with this one whatever did not change. Hold the shared_ptr as long as anything
// found in it is used. Read from any thread. Images are made by ImageBuilder.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kernel/catalog/shared_map.h"
#include "kernel/catalog/types.h"

namespace barnabas::catalog {

class Image {
 public:
  // Null where there is none.
  const Topic* topic(std::string_view name) const {
    const auto* found = topics_.find(name);
    return found == nullptr ? nullptr : found->get();
  }
  const Topic* topic(const Uuid& id) const {
    const auto* found = topics_by_id_.find(id);
    return found == nullptr ? nullptr : found->get();
  }
  const Partition* partition(std::string_view name, std::int32_t index) const {
    const Topic* found = topic(name);
    return found == nullptr ? nullptr : found->partition(index);
  }
  std::size_t topic_count() const { return topics_.size(); }
  // call(const Topic&) for each; the order says nothing.
  template <class Call>
  void each_topic(Call&& call) const {
    topics_.each([&](const std::string&, const std::shared_ptr<const Topic>& topic) { call(*topic); });
  }
  // call(const Topic&) for each topic of this image whose object is not the one that `earlier` has; those that are gone, gone(const
  // Topic&).
  template <class Call, class Gone>
  void each_changed_topic(const Image& earlier, Call&& call, Gone&& gone) const {
    topics_by_id_.each_changed(
        earlier.topics_by_id_, [&](const Uuid&, const std::shared_ptr<const Topic>& topic) { call(*topic); },
        [&](const Uuid&, const std::shared_ptr<const Topic>& topic) { gone(*topic); });
  }

  const std::map<std::int32_t, std::shared_ptr<const Broker>>& brokers() const { return *brokers_; }
  const Broker* broker(std::int32_t id) const {
    const auto found = brokers_->find(id);
    return found == brokers_->end() ? nullptr : found->second.get();
  }
  const std::map<std::int32_t, std::shared_ptr<const ControllerNode>>& controllers() const { return *controllers_; }

  // What was set for the resource; empty where nothing was. The name "" of kBroker is the default of all brokers.
  const Configs& configs(ResourceType type, std::string_view name) const;
  // Null where the key was not set for the resource.
  const std::string* config(ResourceType type, std::string_view name, std::string_view key) const;
  // call(ResourceType, std::string_view name, const Configs&) for each resource that has settings.
  template <class Call>
  void each_configured(Call&& call) const {
    configs_.each([&](const std::string& key, const std::shared_ptr<const Configs>& configs) {
      call(static_cast<ResourceType>(key[0]), std::string_view(key).substr(1), *configs);
    });
  }

  // call(ResourceType, std::string_view name) for each resource whose settings are not the ones that `earlier` has, those that have none
  // any more too.
  template <class Call>
  void each_changed_config(const Image& earlier, Call&& call) const {
    const auto told = [&](const std::string& key, const std::shared_ptr<const Configs>&) {
      call(static_cast<ResourceType>(key[0]), std::string_view(key).substr(1));
    };
    configs_.each_changed(earlier.configs_, told, told);
  }

  // Finalized levels by name; a feature that is not there has level 0. kraft.version is among them when it is not 0.
  const std::map<std::string, std::int16_t, std::less<>>& features() const { return *features_; }
  std::int16_t feature(std::string_view name) const;
  std::int16_t metadata_version() const { return feature("metadata.version"); }

  const ProducerIds& producer_ids() const { return producer_ids_; }
  std::string_view cluster_id() const { return cluster_id_; }
  std::int32_t controller_id() const { return leader_.node_id; }  // -1: none is known
  const sdk::MetadataLeader& leader() const { return leader_; }
  const sdk::MetadataPosition& end() const { return end_; }
  std::int64_t position() const { return end_.offset - 1; }  // of the last record in it

 private:
  friend class Apply;
  friend class ImageBuilder;
  friend class SnapshotWriter;

  SharedMap<std::string, std::string_view, std::shared_ptr<const Topic>> topics_;
  SharedMap<Uuid, Uuid, std::shared_ptr<const Topic>> topics_by_id_;
  SharedMap<std::string, std::string_view, std::shared_ptr<const Configs>> configs_;  // the type's octet and the name
  // Records of types that this program does nothing with yet, framed: what identifies them -> the record. They come back in snapshots.
  SharedMap<std::string, std::string_view, std::shared_ptr<const std::string>> foreign_;
  std::shared_ptr<const std::map<std::int32_t, std::shared_ptr<const Broker>>> brokers_ =
      std::make_shared<std::map<std::int32_t, std::shared_ptr<const Broker>>>();
  std::shared_ptr<const std::map<std::int32_t, std::shared_ptr<const ControllerNode>>> controllers_ =
      std::make_shared<std::map<std::int32_t, std::shared_ptr<const ControllerNode>>>();
  std::shared_ptr<const std::map<std::string, std::int16_t, std::less<>>> features_ =
      std::make_shared<std::map<std::string, std::int16_t, std::less<>>>();
  ProducerIds producer_ids_;
  std::uint64_t unknown_count_ = 0;  // records of unknown types that came so far: they are kept in this order
  std::string cluster_id_;
  sdk::MetadataLeader leader_;
  sdk::MetadataPosition end_;
};

}  // namespace barnabas::catalog
