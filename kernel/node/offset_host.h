// The host of an offset store: that of every plugin, and the partitions of __consumer_offsets.
#pragma once

#include <barnabas/sdk/internal_topic.h>

#include "kernel/base/plugin_host.h"

namespace barnabas::node {

class OffsetHost final : public sdk::Host {
 public:
  OffsetHost(sdk::Host& host, sdk::InternalTopic& topic) : host_(host), topic_(topic) {}

  sdk::Clock& clock() noexcept override { return host_.clock(); }
  sdk::Random& random() noexcept override { return host_.random(); }
  sdk::Disk& disk() noexcept override { return host_.disk(); }
  sdk::Executor& executor() noexcept override { return host_.executor(); }
  void log(sdk::LogLevel level, sdk::Text message) noexcept override { host_.log(level, message); }
  void* find(sdk::Text interface_id) noexcept override { return interface_id == sdk::InternalTopic::kId ? &topic_ : nullptr; }

 private:
  sdk::Host& host_;
  sdk::InternalTopic& topic_;
};

}  // namespace barnabas::node
