// ApiVersions: Asks which requests, in which versions, the other side serves; the first request on every connection.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ApiVersionsRequest {
  static constexpr Schema kSchema = request(18).versions(0, 4).flexible(3);

  std::string_view client_software_name;
  std::string_view client_software_version;

  WIRE_FIELDS(ApiVersionsRequest) {
    WIRE(client_software_name, since(3).ignorable());
    WIRE(client_software_version, since(3).ignorable());
  }
};

// Lists the served versions and the features of the cluster. Its header is always version 0, because the asker does not know better yet.
struct ApiVersionsResponse {
  static constexpr Schema kSchema = response(18).versions(0, 4).flexible(3);

  struct ApiVersion {
    std::int16_t api_key = 0;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;

    WIRE_FIELDS(ApiVersion) {
      WIRE(api_key, since(0));
      WIRE(min_version, since(0));
      WIRE(max_version, since(0));
    }
  };

  struct SupportedFeatureKey {
    std::string_view name;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;

    WIRE_FIELDS(SupportedFeatureKey) {
      WIRE(name, since(3));
      WIRE(min_version, since(3));
      WIRE(max_version, since(3));
    }
  };

  struct FinalizedFeatureKey {
    std::string_view name;
    std::int16_t max_version_level = 0;
    std::int16_t min_version_level = 0;

    WIRE_FIELDS(FinalizedFeatureKey) {
      WIRE(name, since(3));
      WIRE(max_version_level, since(3));
      WIRE(min_version_level, since(3));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  std::span<ApiVersion> api_keys;
  std::int32_t throttle_time_ms = 0;
  std::span<SupportedFeatureKey> supported_features;
  std::int64_t finalized_features_epoch = -1;
  std::span<FinalizedFeatureKey> finalized_features;
  bool zk_migration_ready = false;

  WIRE_FIELDS(ApiVersionsResponse) {
    WIRE(error_code, since(0));
    WIRE(api_keys, since(0));
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE_TAG(0, supported_features, since(3).ignorable());
    WIRE_TAG(1, finalized_features_epoch, since(3).ignorable());
    WIRE_TAG(2, finalized_features, since(3).ignorable());
    WIRE_TAG(3, zk_migration_ready, since(3).ignorable());
  }
};

}  // namespace barnabas::wire
