#include "kernel/node/checkpoints.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace barnabas::node {

Checkpoints::Checkpoints(base::Env& env, log::LogManager& logs, std::int64_t interval_ns)
    : env_(env), logs_(logs), interval_ns_(interval_ns), timer_(env.loop(0), [this] { begin(); }) {
  timer_.start(interval_ns_);
}

void Checkpoints::stop(std::function<void()> then) {
  timer_.cancel();
  if (!under_way_) return then();
  stopped_ = std::move(then);
}

void Checkpoints::begin() {
  under_way_ = true;
  auto status = std::make_shared<Status>();
  base::offload(
      env_.loop(0), [this, status] { *status = logs_.checkpoint(); }, [this, status] { ended(*status); });
}

void Checkpoints::ended(const Status& status) {
  under_way_ = false;
  if (!status.ok()) env_.log(sdk::LogLevel::kError, fmt::format("checkpoint: {}", message_of(status)));
  if (stopped_) return std::exchange(stopped_, nullptr)();
  timer_.start(interval_ns_);
}

}  // namespace barnabas::node
