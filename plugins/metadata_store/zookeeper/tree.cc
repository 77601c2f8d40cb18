#include "tree.h"

namespace barnabas::metadata_zookeeper {
namespace {

template <class T>
Status take(std::string_view path, Result<T> read, T& to) {
  if (!read) return Status::corrupt("znode " + std::string(path) + ": " + std::string(message_of(read.status())));
  to = *std::move(read);
  return {};
}

}  // namespace

Status Tree::put(std::string_view path, std::string_view data, std::int32_t version, std::int64_t created) {
  const Place place = place_of(path);
  switch (place.kind) {
    case Place::Kind::kClusterId:
      return take(path, parse_cluster_id(data), cluster_id_);
    case Place::Kind::kBroker: {
      Broker broker;
      BARNABAS_TRY(take(path, parse_broker(data), broker.node));
      broker.epoch = created;
      brokers_.insert_or_assign(place.number, std::move(broker));
      return {};
    }
    case Place::Kind::kTopic:
      return put_topic(place, data, version);
    case Place::Kind::kPartitions:
      topics_[place.name].has_folder = true;
      return {};
    case Place::Kind::kPartition:
      topics_[place.name].partitions[place.number].is_there = true;
      return {};
    case Place::Kind::kState: {
      State state;
      BARNABAS_TRY(take(path, parse_state(data), state.node));
      state.version = version;
      topics_[place.name].partitions[place.number] = {true, std::move(state)};
      return {};
    }
    case Place::Kind::kDeletion:
      deletions_.insert(place.name);
      return {};
    case Place::Kind::kConfig: {
      Config config;
      BARNABAS_TRY(take(path, parse_config(data), config.node));
      config.version = version;
      configs_.insert_or_assign({place.resource, place.name}, std::move(config));
      return {};
    }
    case Place::Kind::kProducerBlock: {
      producer_block_version_ = version;
      producer_block_.reset();
      if (data.empty()) return {};  // as it is made at a start
      ProducerBlock block;
      BARNABAS_TRY(take(path, parse_producer_block(data), block));
      producer_block_ = block;
      return {};
    }
    case Place::Kind::kFeature:
      return take(path, parse_feature(data), feature_);
    case Place::Kind::kControllerEpoch:
    case Place::Kind::kOther:
      return {};
  }
  return {};
}

Status Tree::put_topic(const Place& place, std::string_view data, std::int32_t version) {
  TopicNode node;
  BARNABAS_TRY(take(topic_path(place.name), parse_topic(data), node));
  Topic& topic = topics_[place.name];
  if (topic.node.id) names_.erase(*topic.node.id);
  if (node.id) {
    const auto [at, is_new] = names_.emplace(*node.id, place.name);
    if (!is_new) return Status::corrupt("znodes " + topic_path(at->second) + " and " + topic_path(place.name) + " have one topic id");
  }
  topic.node = std::move(node);
  topic.version = version;
  return {};
}

void Tree::erase_topic(const std::string& name) {
  const auto found = topics_.find(name);
  if (found == topics_.end()) return;
  if (found->second.node.id) names_.erase(*found->second.node.id);
  topics_.erase(found);
}

void Tree::erase(std::string_view path) {
  const Place place = place_of(path);
  const auto topic = topics_.find(place.name);
  switch (place.kind) {
    case Place::Kind::kBroker:
      brokers_.erase(place.number);
      break;
    case Place::Kind::kTopic:
      erase_topic(place.name);
      break;
    case Place::Kind::kPartitions:
      if (topic != topics_.end()) topic->second.has_folder = false;
      break;
    case Place::Kind::kPartition:
      if (topic != topics_.end()) topic->second.partitions.erase(place.number);
      break;
    case Place::Kind::kState:
      if (topic != topics_.end()) topic->second.partitions[place.number].state.reset();
      break;
    case Place::Kind::kDeletion:
      deletions_.erase(place.name);
      break;
    case Place::Kind::kConfig:
      configs_.erase({place.resource, place.name});
      break;
    default:
      break;
  }
}

const Tree::Topic* Tree::topic(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

const Tree::Topic* Tree::topic(const Uuid& id, std::string& name) const {
  const auto found = names_.find(id);
  if (found == names_.end()) return nullptr;
  name = found->second;
  return topic(name);
}

const Tree::Config* Tree::config(Resource type, std::string_view name) const {
  const auto found = configs_.find({type, std::string(name)});
  return found == configs_.end() ? nullptr : &found->second;
}

}  // namespace barnabas::metadata_zookeeper
