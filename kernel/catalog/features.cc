#include "kernel/catalog/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace barnabas::catalog {
namespace {

constexpr std::array<SupportedFeature, 7> kSupported{{
    {kElrVersion, 0, 1},
    {"group.version", 0, 1},
    {kKraftVersion, 0, 1},
    {kMetadataVersion, kOldestMetadataLevel, kLatestMetadataLevel},
    {"share.version", 0, 1},
    {"streams.version", 0, 1},
    {"transaction.version", 0, 2},
}};

constexpr std::array<std::string_view, 3> kOnlyWritten{"share.version", "streams.version", "transaction.version"};

constexpr auto kServed = [] {
  auto served = kSupported;
  for (SupportedFeature& feature : served)
    if (std::ranges::find(kOnlyWritten, feature.name) != kOnlyWritten.end()) feature.max_level = 0;
  return served;
}();

constexpr std::array<MetadataLevel, 31> kLevels{{
    {1, "3.0-IV1"},  {2, "3.1-IV0"},  {3, "3.2-IV0"},  {4, "3.3-IV0"},  {5, "3.3-IV1"},  {6, "3.3-IV2"},  {7, "3.3-IV3"},  {8, "3.4-IV0"},
    {9, "3.5-IV0"},  {10, "3.5-IV1"}, {11, "3.5-IV2"}, {12, "3.6-IV0"}, {13, "3.6-IV1"}, {14, "3.6-IV2"}, {15, "3.7-IV0"}, {16, "3.7-IV1"},
    {17, "3.7-IV2"}, {18, "3.7-IV3"}, {19, "3.7-IV4"}, {20, "3.8-IV0"}, {21, "3.9-IV0"}, {22, "4.0-IV0"}, {23, "4.0-IV1"}, {24, "4.0-IV2"},
    {25, "4.0-IV3"}, {26, "4.1-IV0"}, {27, "4.1-IV1"}, {28, "4.2-IV0"}, {29, "4.2-IV1"}, {30, "4.3-IV0"}, {31, "4.4-IV0"},
}};

// The levels that brought records, or fields of records.
constexpr std::array<std::int16_t, 13> kNewRecords{{1, 3, 5, 6, 7, 8, 11, 13, 14, 15, 17, 23, 30}};

// From which metadata.version a new cluster has a feature by itself, and at what level.
struct Default {
  std::string_view feature;
  std::int16_t from;
  std::int16_t level;
};
constexpr std::array<Default, 5> kDefaults{{
    {kElrVersion, 26, 1},
    {"group.version", 22, 1},
    {"share.version", 28, 1},
    {"streams.version", 29, 1},
    {"transaction.version", 24, 2},
}};

// "4.3.1" and "4.3" -> "4.3"; anything else stays as it is.
std::string_view two_parts(std::string_view release) {
  const std::size_t first = release.find('.');
  const std::size_t second = first == std::string_view::npos ? first : release.find('.', first + 1);
  return release.substr(0, second);
}

}  // namespace

std::span<const SupportedFeature> supported_features() { return kSupported; }
std::span<const SupportedFeature> served_features() { return kServed; }
std::span<const MetadataLevel> metadata_levels() { return kLevels; }

bool changes_records(std::int16_t lower, std::int16_t higher) {
  return std::any_of(kNewRecords.begin(), kNewRecords.end(), [&](std::int16_t level) { return level > lower && level <= higher; });
}

std::string_view metadata_level_name(std::int16_t level) {
  return level >= 1 && static_cast<std::size_t>(level) <= kLevels.size() ? kLevels[static_cast<std::size_t>(level) - 1].name : "unknown";
}

Result<std::int16_t> metadata_level_of_release(std::string_view release) {
  const std::string_view line = release.find('-') == std::string_view::npos ? two_parts(release) : release;
  for (auto level = kLevels.rbegin(); level != kLevels.rend(); ++level) {
    if (level->level > kLatestMetadataLevel || level->level < kOldestMetadataLevel) continue;
    if (level->name == line || (level->name.starts_with(line) && level->name[line.size()] == '-')) return level->level;
  }
  return Status::invalid(fmt::format("'{}' is no release with a supported metadata.version: the oldest is {}, the latest {}", release,
                                     metadata_level_name(kOldestMetadataLevel), metadata_level_name(kLatestMetadataLevel)));
}

std::vector<FeatureLevel> default_features(std::int16_t metadata_version) {
  std::vector<FeatureLevel> levels{{std::string(kMetadataVersion), metadata_version}};
  for (const Default& entry : kDefaults)
    if (metadata_version >= entry.from) levels.emplace_back(entry.feature, entry.level);
  return levels;
}

std::vector<Requirement> requirements(std::string_view feature, std::int16_t level) {
  if (feature == kElrVersion && level >= 1) return {{kMetadataVersion, 23}};
  return {};
}

Status check_features(std::span<const FeatureLevel> all, std::int16_t metadata_version) {
  const auto level_of = [&](std::string_view name) -> std::int16_t {
    if (name == kMetadataVersion) return metadata_version;
    const auto found = std::find_if(all.begin(), all.end(), [&](const FeatureLevel& f) { return f.first == name; });
    return found == all.end() ? std::int16_t{0} : found->second;
  };
  for (const auto& [name, level] : all) {
    const auto known =
        std::find_if(kSupported.begin(), kSupported.end(), [&, &n = name](const SupportedFeature& f) { return f.name == n; });
    if (known == kSupported.end()) {
      std::string names;
      for (const SupportedFeature& feature : kSupported) names += (names.empty() ? "" : ", ") + std::string(feature.name);
      return Status::invalid(fmt::format("unsupported feature '{}': the features are {}", name, names));
    }
    if (level < known->min_level || level > known->max_level)
      return Status::invalid(
          fmt::format("feature {} cannot be at level {}: the levels are {} to {}", name, level, known->min_level, known->max_level));
    for (const Requirement& needed : requirements(name, level))
      if (level_of(needed.feature) < needed.level)
        return Status::invalid(fmt::format("{}={} requires {} to be at least {}, but it is {}", name, level, needed.feature, needed.level,
                                           level_of(needed.feature)));
  }
  return {};
}

std::int16_t register_broker_version(std::int16_t metadata_version) {
  if (metadata_version >= 30) return 4;
  if (allows_directories(metadata_version)) return 3;
  if (metadata_version >= 8) return 2;
  return allows_controlled_shutdown_state(metadata_version) ? 1 : 0;
}

std::int16_t partition_record_version(std::int16_t metadata_version) {
  if (allows_elr(metadata_version)) return 2;
  return allows_directories(metadata_version) ? 1 : 0;
}

}  // namespace barnabas::catalog
