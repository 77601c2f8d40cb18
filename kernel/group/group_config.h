// What was set for one group (the configs of resource type 32), as the coordinator needs it. [any thread]
#pragma once

#include <cstdint>
#include <string_view>

namespace barnabas::catalog {
class Image;
}

namespace barnabas::group {

// The group's own value of `key`, such as "consumer.session.timeout.ms", else `otherwise`, the broker's. A null image has none.
std::int32_t group_config(const catalog::Image* image, std::string_view group, std::string_view key, std::int32_t otherwise);

// What was set of a broker's key while brokers run, for that one or for all, else `otherwise`, the file's.
std::int32_t broker_config(const catalog::Image* image, std::int32_t node_id, std::string_view key, std::int32_t otherwise);

}  // namespace barnabas::group
