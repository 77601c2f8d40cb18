// Which names a topic may have. [any thread]
#pragma once

#include <string>
#include <string_view>

namespace barnabas::controller {

// Empty when the name is good; otherwise Kafka's sentence about it.
std::string topic_name_problem(std::string_view name);

// Metrics write "." as "_": names that differ in nothing else are taken for one.
std::string collision_key(std::string_view name);

}  // namespace barnabas::controller
