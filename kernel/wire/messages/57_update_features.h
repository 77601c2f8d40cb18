// UpdateFeatures: Changes the finalized levels of features.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct UpdateFeaturesRequest {
  static constexpr Schema kSchema = request(57).versions(0, 2).flexible(0);

  struct FeatureUpdateKey {
    std::string_view feature;
    std::int16_t max_version_level = 0;
    bool allow_downgrade = false;
    std::int8_t upgrade_type = 1;

    WIRE_FIELDS(FeatureUpdateKey) {
      WIRE(feature, since(0));
      WIRE(max_version_level, since(0));
      WIRE(allow_downgrade, since(0).until(0));
      WIRE(upgrade_type, since(1));
    }
  };

  std::int32_t timeout_ms = 60000;
  std::span<FeatureUpdateKey> feature_updates;
  bool validate_only = false;

  WIRE_FIELDS(UpdateFeaturesRequest) {
    WIRE(timeout_ms, since(0));
    WIRE(feature_updates, since(0));
    WIRE(validate_only, since(1));
  }
};

// Says for each feature whether it was changed.
struct UpdateFeaturesResponse {
  static constexpr Schema kSchema = response(57).versions(0, 2).flexible(0);

  struct UpdatableFeatureResult {
    std::string_view feature;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;

    WIRE_FIELDS(UpdatableFeatureResult) {
      WIRE(feature, since(0).until(1));
      WIRE(error_code, since(0).until(1));
      WIRE(error_message, since(0).until(1).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  std::span<UpdatableFeatureResult> results;

  WIRE_FIELDS(UpdateFeaturesResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(results, since(0).until(1).ignorable());
  }
};

}  // namespace barnabas::wire
