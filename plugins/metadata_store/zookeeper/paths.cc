#include "paths.h"

#include <array>
#include <charconv>

namespace barnabas::metadata_zookeeper {
namespace {

constexpr std::string_view kDefault = "<default>";

struct Folder {
  Resource type;
  std::string_view name;
  bool is_encoded;  // its names may hold anything
};
constexpr std::array<Folder, 4> kFolders{{
    {Resource::kTopic, "topics", false},
    {Resource::kBroker, "brokers", false},
    {Resource::kClientMetrics, "client-metrics", true},
    {Resource::kGroup, "groups", true},
}};

const Folder* folder_of(Resource type) {
  for (const Folder& folder : kFolders)
    if (folder.type == type) return &folder;
  return nullptr;
}

// The part up to the next slash; `path` is left behind it.
std::string_view next_part(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view part = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return part;
}

bool read_number(std::string_view text, std::int32_t& number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  return end.ec == std::errc() && end.ptr == text.data() + text.size() && number >= 0;
}

Place topic_place(std::string_view rest) {
  Place place;
  place.name = next_part(rest);
  if (rest.empty()) {
    place.kind = Place::Kind::kTopic;
    return place;
  }
  if (next_part(rest) != "partitions") return {};
  if (rest.empty()) {
    place.kind = Place::Kind::kPartitions;
    return place;
  }
  if (!read_number(next_part(rest), place.number)) return {};
  if (rest.empty()) place.kind = Place::Kind::kPartition;
  if (rest == "state") place.kind = Place::Kind::kState;
  return place;
}

Place config_place(std::string_view rest) {
  const std::string_view type = next_part(rest);
  for (const Folder& folder : kFolders) {
    if (folder.name != type || rest.empty() || rest.find('/') != std::string_view::npos) continue;
    Place place;
    place.kind = Place::Kind::kConfig;
    place.resource = folder.type;
    place.name = folder.type == Resource::kBroker && rest == kDefault ? "" : rest;
    if (!folder.is_encoded) return place;
    const auto name = url_decoded(rest);
    if (!name) return {};
    place.name = *name;
    return place;
  }
  return {};
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string broker_path(std::int32_t id) { return std::string(kBrokers) + '/' + std::to_string(id); }
std::string topic_path(std::string_view topic) { return std::string(kTopics).append("/").append(topic); }
std::string partitions_path(std::string_view topic) { return topic_path(topic) + "/partitions"; }
std::string partition_path(std::string_view topic, std::int32_t partition) {
  return partitions_path(topic) + '/' + std::to_string(partition);
}
std::string state_path(std::string_view topic, std::int32_t partition) { return partition_path(topic, partition) + "/state"; }
std::string deletion_path(std::string_view topic) { return std::string(kDeletions).append("/").append(topic); }

std::string entity_path(Resource type, std::string_view name) {
  const Folder* folder = folder_of(type);
  if (folder == nullptr) return {};
  const std::string path = std::string(folder->name) + '/';
  if (folder->is_encoded) return path + url_encoded(name);
  return path + std::string(type == Resource::kBroker && name.empty() ? kDefault : name);
}

std::string config_path(Resource type, std::string_view name) { return std::string(kConfigs) + '/' + entity_path(type, name); }

std::string config_folder(Resource type) {
  const Folder* folder = folder_of(type);
  return folder == nullptr ? std::string() : std::string(kConfigs) + '/' + std::string(folder->name);
}

bool announces_changes(Resource type) { return type == Resource::kTopic || type == Resource::kBroker; }

Place place_of(std::string_view path) {
  const auto below = [&](std::string_view folder) {
    return path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/';
  };
  Place place;
  if (path == kClusterId) place.kind = Place::Kind::kClusterId;
  if (path == kProducerBlock) place.kind = Place::Kind::kProducerBlock;
  if (path == kFeature) place.kind = Place::Kind::kFeature;
  if (path == kControllerEpoch) place.kind = Place::Kind::kControllerEpoch;
  if (below(kBrokers) && read_number(path.substr(std::string_view(kBrokers).size() + 1), place.number)) place.kind = Place::Kind::kBroker;
  if (below(kTopics)) return topic_place(path.substr(std::string_view(kTopics).size() + 1));
  if (below(kConfigs)) return config_place(path.substr(std::string_view(kConfigs).size() + 1));
  if (below(kDeletions)) {
    place.kind = Place::Kind::kDeletion;
    place.name = path.substr(std::string_view(kDeletions).size() + 1);
  }
  return place;
}

std::string url_encoded(std::string_view name) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string text;
  const bool is_dots = name == "." || name == "..";  // which no node may be called
  for (const char c : name) {
    if (is_plain(c) && !is_dots) {
      text.push_back(c);
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    text.push_back('%');
    text.push_back(kHex[octet >> 4]);
    text.push_back(kHex[octet & 15]);
  }
  return text;
}

std::optional<std::string> url_decoded(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) return std::nullopt;
    name.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
    i += 2;
  }
  return name;
}

}  // namespace barnabas::metadata_zookeeper
