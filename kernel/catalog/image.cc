#include "kernel/catalog/image.h"

namespace barnabas::catalog {
namespace {

std::string config_key(ResourceType type, std::string_view name) {
  std::string key(1, static_cast<char>(type));
  return key.append(name);
}

}  // namespace

const Configs& Image::configs(ResourceType type, std::string_view name) const {
  static const Configs none;
  const auto* found = configs_.find(config_key(type, name));
  return found == nullptr ? none : **found;
}

const std::string* Image::config(ResourceType type, std::string_view name, std::string_view key) const {
  const Configs& all = configs(type, name);
  const auto found = all.find(key);
  return found == all.end() ? nullptr : &found->second;
}

std::int16_t Image::feature(std::string_view name) const {
  const auto found = features_->find(name);
  return found == features_->end() ? std::int16_t{0} : found->second;
}

}  // namespace barnabas::catalog
