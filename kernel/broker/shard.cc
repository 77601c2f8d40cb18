#include "kernel/broker/shard.h"

#include "kernel/broker/broker.h"
#include "kernel/broker/fetch_scratch.h"

namespace barnabas::broker {
void LocalTopics::set(std::shared_ptr<const LocalTopic> topic) {
  by_id_.set(topic->id, topic);
  const std::string_view name = topic->name;
  by_name_.set(name, topic);
}

void LocalTopics::remove(const LocalTopic& topic) {
  // The name may belong to a younger topic by now.
  if (const auto& named = share(topic.name); named != nullptr && named->id == topic.id) by_name_.erase(topic.name);
  by_id_.erase(topic.id);
}

const std::shared_ptr<const LocalTopic>& LocalTopics::share(std::string_view name) const {
  static const std::shared_ptr<const LocalTopic> kNone;
  const auto* found = by_name_.find(name);
  return found == nullptr ? kNone : *found;
}

const std::shared_ptr<const LocalTopic>& LocalTopics::share(const Uuid& id) const {
  static const std::shared_ptr<const LocalTopic> kNone;
  const auto* found = by_id_.find(id);
  return found == nullptr ? kNone : *found;
}

wire::ErrorCode NamedTopic::absence(std::int32_t index) const {
  const catalog::Image& image = *shard_.view.image;
  const catalog::Topic* topic = id_ != nullptr ? image.topic(*id_) : image.topic(name_);
  if (topic == nullptr) return id_ != nullptr ? wire::ErrorCode::kUnknownTopicId : wire::ErrorCode::kUnknownTopicOrPartition;
  return topic->partition(index) != nullptr ? wire::ErrorCode::kNotLeaderOrFollower : wire::ErrorCode::kUnknownTopicOrPartition;
}

Shard::Shard(Broker& broker, base::Loop& loop, std::size_t loop_count)
    : broker(broker),
      loop(loop),
      parking(loop, loop.index()),
      fetch_sessions(loop.random(), static_cast<std::int32_t>(loop.index() + 1), static_cast<std::int32_t>(loop_count),
                     (broker.settings.fetch_session_slots + loop_count - 1) / loop_count, broker.settings.fetch_session_eviction_ns),
      fetch_scratch(std::make_unique<FetchScratch>()),
      validator(broker.codecs) {}

Shard::~Shard() = default;

OwnValidator Shard::own_validator() {
  if (spare_validator_ == nullptr) spare_validator_ = std::make_unique<record::Validator>(broker.codecs);
  return {spare_validator_.release(), {this}};
}

void GiveBackValidator::operator()(record::Validator* validator) const { shard->spare_validator_.reset(validator); }

void Shard::log_refusal(const Client& client, std::string_view reason) {
  const auto before = refusals_.note(client.address, loop.turn_mono_ns());
  if (!before) return;
  broker.env.log(sdk::LogLevel::kWarn, "closed the connection of " + client.address + ": " + std::string(reason) +
                                           (*before > 0 ? " (and " + std::to_string(*before) + " of it before this one)" : ""));
}

}  // namespace barnabas::broker
