#include "kernel/group/group_config.h"

#include <charconv>

#include "kernel/catalog/image.h"

namespace barnabas::group {

std::int32_t group_config(const catalog::Image* image, std::string_view group, std::string_view key, std::int32_t otherwise) {
  const std::string* own = image == nullptr ? nullptr : image->config(catalog::ResourceType::kGroup, group, key);
  if (own == nullptr) return otherwise;
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(own->data(), own->data() + own->size(), value);
  return error == std::errc() && end == own->data() + own->size() ? value : otherwise;
}

}  // namespace barnabas::group
