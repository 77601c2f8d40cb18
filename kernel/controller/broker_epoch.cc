#include "kernel/controller/broker_epoch.h"

#include <fmt/format.h>

#include "kernel/wire/errors.h"

namespace barnabas::controller {

Outcome check_broker_epoch(const catalog::Image& image, std::int32_t id, std::int64_t epoch) {
  const catalog::Broker* broker = image.broker(id);
  if (broker == nullptr) return {ErrorCode::kStaleBrokerEpoch, fmt::format("No broker registration found for broker id {}", id)};
  if (broker->epoch != epoch)
    return {ErrorCode::kStaleBrokerEpoch, fmt::format("Expected broker epoch {}, but got broker epoch {}", broker->epoch, epoch)};
  return {};
}

}  // namespace barnabas::controller
