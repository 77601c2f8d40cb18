#include "kernel/group/group_config.h"

#include "kernel/catalog/image.h"
#include "kernel/config/kafka_keys.h"

namespace barnabas::group {

std::int32_t group_config(const catalog::Image* image, std::string_view group, std::string_view key, std::int32_t otherwise) {
  const std::string* own = image == nullptr ? nullptr : image->config(catalog::ResourceType::kGroup, group, key);
  if (own == nullptr) return otherwise;
  return static_cast<std::int32_t>(config::integer_of(*own).value_or(otherwise));  // its range was checked when it was set
}

std::int32_t broker_config(const catalog::Image* image, std::int32_t node_id, std::string_view key, std::int32_t otherwise) {
  if (image == nullptr) return otherwise;
  const std::string* set = image->config(catalog::ResourceType::kBroker, std::to_string(node_id), key);
  if (set == nullptr) set = image->config(catalog::ResourceType::kBroker, "", key);
  return set == nullptr ? otherwise : static_cast<std::int32_t>(config::integer_of(*set).value_or(otherwise));
}

}  // namespace barnabas::group
