// A loop without connections, by what a test's host has: it stands still until the test moves the host.
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdlib>
#include <memory>

#include "kernel/base/env.h"

namespace barnabas::base {

class HostLoop final : public Loop {
 public:
  explicit HostLoop(sdk::Host& host) : host_(host) {}

  std::size_t index() const override { return 0; }
  sdk::Clock& clock() override { return host_.clock(); }
  sdk::Random& random() override { return host_.random(); }
  void connect(const Address&, std::unique_ptr<StreamHandler>) override { std::abort(); }
  std::int64_t turn_mono_ns() const override { return host_.clock().mono_ns(); }
  std::int64_t turn_wall_ms() const override { return host_.clock().wall_ms(); }
  void post(sdk::Task& task) noexcept override { host_.executor().post(task); }
  sdk::TimerId after(std::int64_t delay_ns, sdk::Task& task) noexcept override { return host_.executor().after(delay_ns, task); }
  void cancel(sdk::TimerId timer) noexcept override { host_.executor().cancel(timer); }
  void offload(sdk::Task& work, sdk::Task& done) noexcept override { host_.executor().offload(work, done); }

 private:
  sdk::Host& host_;
};

}  // namespace barnabas::base
