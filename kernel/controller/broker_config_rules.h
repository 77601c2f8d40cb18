// What may be set for a broker, or for all of them, while they run.
//
// Pure. [any thread]
#pragma once

#include <string_view>

#include "kernel/catalog/image.h"
#include "kernel/controller/requests.h"

namespace barnabas::controller {

// What is set before the change, strongest first. What a broker's own file says is not known here.
struct BrokerConfigs {
  const catalog::Configs& own;
  const catalog::Configs& of_all;
};

// Keys that nobody knows are kept: a plugin may read them. `broker` is empty for all brokers.
Outcome check_broker_config(std::string_view broker, std::string_view name, std::string_view value, const BrokerConfigs& now);

}  // namespace barnabas::controller
