#include "kernel/base/plugin_host.h"

namespace barnabas::base {

void PluginHost::log(sdk::LogLevel level, sdk::Text message) noexcept {
  std::string line = name_ + ": ";
  line.append(message.data, message.size);
  env_.log(level, line);
}

}  // namespace barnabas::base
