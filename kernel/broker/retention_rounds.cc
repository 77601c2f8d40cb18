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

}  // namespace

// What a round takes along, so that nothing it looks at goes away under it.
struct RetentionRounds::Round {
  base::Env& env;
  sdk::Retention& retention;
  std::string name;
  std::shared_ptr<const LocalTopics> topics;
  std::shared_ptr<std::atomic<bool>> stopped;
  std::shared_ptr<RetentionFailures> failures;
  std::int64_t now_ms;

  void run() {
    topics->each([this](const LocalTopic& topic) {
      for (const auto& partition : topic.partitions)
        if (partition != nullptr && !stopped->load(std::memory_order_relaxed)) visit(topic, partition->log());
    });
    if (stopped->load(std::memory_order_relaxed)) return;
    for (const std::string& line : failures->end_round()) env.log(sdk::LogLevel::kError, fmt::format("retention '{}' of {}", name, line));
  }
  // By the rules of this moment: those of the round's beginning may have been replaced long ago.
  void visit(const LocalTopic& topic, log::PartitionLog& log) {
    if (!log.in_service()) return;
    log::RetainedLog retained(log);
    if (!retained.rules().deletes) return;
    const sdk::Status status = retention.visit({topic.name, log.partition(), retained.rules().bounds, now_ms}, retained);
    if (!status.ok() && log.in_service() && !stopped->load(std::memory_order_relaxed))
      failures->note(fmt::format("{}-{}", topic.name, log.partition()), message_of(status));
  }
};

RetentionRounds::RetentionRounds(Shard& shard, sdk::Retention& retention, std::string name, std::int64_t interval_ns)
    : shard_(shard), retention_(retention), name_(std::move(name)), interval_ns_(interval_ns), timer_(shard.loop, [this] { begin(); }) {}

void RetentionRounds::start() {
  now_ms();  // what later answers are judged by
  timer_.start(std::min(kInitialDelayNs, interval_ns_));
}

void RetentionRounds::stop() {
  timer_.cancel();
  stopped_->store(true);
}

std::int64_t RetentionRounds::now_ms() {
  sdk::Clock& clock = shard_.loop.clock();
  return calendar_.deleting_ms(clock.mono_ns() / kNsPerMs, clock.wall_ms());
}

void RetentionRounds::begin() {
  auto round = std::make_shared<Round>(Round{shard_.broker.env, retention_, name_, shard_.view.topics, stopped_, failures_, now_ms()});
  base::offload(
      shard_.loop, [round] { round->run(); },
      [this, stopped = stopped_] {
        if (!stopped->load()) timer_.start(interval_ns_);
      });
}

}  // namespace barnabas::broker
