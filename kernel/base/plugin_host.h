// What a plugin gets of the world: the Env's own clock, disk and randomness, one loop as its executor, and log lines that carry its name.
// Any thread.
#pragma once

#include "kernel/base/env.h"

#include <string>
#include <string_view>

namespace barnabas::base {

class PluginHost final : public sdk::Host {
 public:
  // `name` opens its log lines, for example "storage segment".
  PluginHost(Env& env, Loop& loop, std::string_view name) : env_(env), loop_(loop), name_(name) {}

  sdk::Clock& clock() noexcept override { return env_.clock(); }
  sdk::Random& random() noexcept override { return loop_.random(); }
  sdk::Disk& disk() noexcept override { return env_.disk(); }
  sdk::Executor& executor() noexcept override { return loop_; }
  void log(sdk::LogLevel level, sdk::Text message) noexcept override;

 private:
  Env& env_;
  Loop& loop_;
  std::string name_;
};

}  // namespace barnabas::base
