#include "kernel/broker/shard.h"

#include "kernel/broker/broker.h"
#include "kernel/broker/fetch_scratch.h"

namespace barnabas::broker {
namespace {

constexpr std::int64_t kRefusalLogIntervalNs = 1'000'000'000;

}  // namespace

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
      fetch_sessions(static_cast<std::int32_t>(loop.index() + 1), static_cast<std::int32_t>(loop_count),
                     (broker.settings.fetch_session_slots + loop_count - 1) / loop_count, broker.settings.fetch_session_eviction_ns),
      fetch_scratch(std::make_unique<FetchScratch>()),
      validator(broker.codecs) {}

Shard::~Shard() = default;

void Shard::log_refusal(const Client& client, std::string_view reason) {
  // A client in a loop of bad requests must not fill the log.
  const std::int64_t now = loop.turn_mono_ns();
  ++refusals_unlogged_;
  if (refusals_logged_at_ns_ != 0 && now - refusals_logged_at_ns_ < kRefusalLogIntervalNs) return;
  refusals_logged_at_ns_ = now;
  broker.env.log(sdk::LogLevel::kWarn,
                 "closed the connection of " + client.address + ": " + std::string(reason) +
                     (refusals_unlogged_ > 1 ? " (and " + std::to_string(refusals_unlogged_ - 1) + " more like it)" : ""));
  refusals_unlogged_ = 0;
}

}  // namespace barnabas::broker
