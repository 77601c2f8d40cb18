#include "kernel/broker/retention_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernel/broker/broker.h"
#include "kernel/log/retained_log.h"

namespace barnabas::broker {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kInitialDelayNs = 30'000'000'000;  // as Kafka's: whatever a start has to do comes first
constexpr std::int64_t kLargestStepMs = 60'000;           // that is no jump

}  // namespace

std::int64_t RetentionClock::ask(std::int64_t wall_ms, std::int64_t mono_ns) {
  const std::int64_t expected_ms = wall_ms_ + (mono_ns - mono_ns_) / kNsPerMs;
  const bool jumped = asked_ && wall_ms > expected_ms + kLargestStepMs;
  asked_ = true;
  wall_ms_ = wall_ms;
  mono_ns_ = mono_ns;
  return jumped ? expected_ms : wall_ms;
}

// What a round takes along, so that nothing it looks at goes away under it.
struct RetentionRounds::Round {
  base::Env& env;
  sdk::Retention& retention;
  std::string name;
  std::shared_ptr<const LocalTopics> topics;
  std::shared_ptr<std::atomic<bool>> stopped;
  std::int64_t now_ms;

  void run() {
    topics->each([this](const LocalTopic& topic) {
      if (!topic.rules.deletes) return;
      for (const auto& partition : topic.partitions)
        if (partition != nullptr && !stopped->load(std::memory_order_relaxed)) visit(topic, partition->log());
    });
  }
  void visit(const LocalTopic& topic, log::PartitionLog& log) {
    if (!log.in_service()) return;
    log::RetainedLog retained(log);
    const sdk::Status status = retention.visit({topic.name, log.partition(), topic.rules.retention, now_ms}, retained);
    if (!status.ok() && log.in_service() && !stopped->load(std::memory_order_relaxed))
      env.log(sdk::LogLevel::kError, fmt::format("retention '{}' of {}-{}: {}", name, topic.name, log.partition(), message_of(status)));
  }
};

RetentionRounds::RetentionRounds(Shard& shard, sdk::Retention& retention, std::string name, std::int64_t interval_ns)
    : shard_(shard), retention_(retention), name_(std::move(name)), interval_ns_(interval_ns), timer_(shard.loop, [this] { begin(); }) {}

void RetentionRounds::start() {
  clock_.ask(shard_.loop.clock().wall_ms(), shard_.loop.clock().mono_ns());
  timer_.start(std::min(kInitialDelayNs, interval_ns_));
}

void RetentionRounds::stop() {
  timer_.cancel();
  stopped_->store(true);
}

void RetentionRounds::begin() {
  sdk::Clock& clock = shard_.loop.clock();
  auto round = std::make_shared<Round>(
      Round{shard_.broker.env, retention_, name_, shard_.view.topics, stopped_, clock_.ask(clock.wall_ms(), clock.mono_ns())});
  base::offload(
      shard_.loop, [round] { round->run(); },
      [this, stopped = stopped_] {
        if (!stopped->load()) timer_.start(interval_ns_);
      });
}

}  // namespace barnabas::broker
