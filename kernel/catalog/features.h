// Kafka's features: the levels that this program understands, what they are called, and which records they allow.
//
// Constant tables; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::catalog {

inline constexpr std::string_view kMetadataVersion = "metadata.version";
inline constexpr std::string_view kKraftVersion = "kraft.version";
inline constexpr std::string_view kGroupVersion = "group.version";
inline constexpr std::string_view kElrVersion = "eligible.leader.replicas.version";

struct SupportedFeature {
  std::string_view name;
  std::int16_t min_level;
  std::int16_t max_level;
};
// In the order of their names. What ApiVersions announces.
std::span<const SupportedFeature> supported_features();
// What registrations announce: a feature that no broker of this program has yet is at level 0, so that a controller of Apache Kafka keeps
// the broker out of a cluster that counts on it.
std::span<const SupportedFeature> served_features();

struct MetadataLevel {
  std::int16_t level;
  std::string_view name;  // "4.3-IV0"
};
std::span<const MetadataLevel> metadata_levels();  // ascending
// Whether records of the higher one of two levels mean nothing to the lower one: who goes back would lose metadata.
bool changes_records(std::int16_t lower, std::int16_t higher);
std::string_view metadata_level_name(std::int16_t level);
inline constexpr std::int16_t kLatestMetadataLevel = 30;
inline constexpr std::int16_t kOldestMetadataLevel = 7;

// "4.3", "4.3.1" or "4.3-IV0" -> the level of its metadata.version.
Result<std::int16_t> metadata_level_of_release(std::string_view release);

using FeatureLevel = std::pair<std::string, std::int16_t>;
// What a new cluster of this metadata.version gets by itself, in the order in which Kafka writes it; metadata.version first, level 0 left
// out, kraft.version not among them.
std::vector<FeatureLevel> default_features(std::int16_t metadata_version);

struct Requirement {
  std::string_view feature;
  std::int16_t level;
};
// What must be at least at that level before `feature` may be at `level`.
std::vector<Requirement> requirements(std::string_view feature, std::int16_t level);

// One sentence when a level is not supported or misses what it requires.
Status check_features(std::span<const FeatureLevel> all, std::int16_t metadata_version);

// The version of a record that the finalized metadata.version allows.
std::int16_t register_broker_version(std::int16_t metadata_version);
std::int16_t partition_record_version(std::int16_t metadata_version);
inline bool allows_directories(std::int16_t metadata_version) { return metadata_version >= 17; }
inline bool allows_registration_change(std::int16_t metadata_version) { return metadata_version >= 6; }
inline bool allows_controlled_shutdown_state(std::int16_t metadata_version) { return metadata_version >= 7; }
inline bool allows_transactions(std::int16_t metadata_version) { return metadata_version >= 13; }
inline bool allows_elr(std::int16_t metadata_version) { return metadata_version >= 23; }

}  // namespace barnabas::catalog
