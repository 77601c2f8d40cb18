// CreateAcls: Adds access rules.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct CreateAclsRequest {
  static constexpr Schema kSchema = request(30).versions(0, 3).flexible(2);

  struct AclCreation {
    std::int8_t resource_type = 0;
    std::string_view resource_name;
    std::int8_t resource_pattern_type = 3;
    std::string_view principal;
    std::string_view host;
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;

    WIRE_FIELDS(AclCreation) {
      WIRE(resource_type, since(0));
      WIRE(resource_name, since(0));
      WIRE(resource_pattern_type, since(1));
      WIRE(principal, since(0));
      WIRE(host, since(0));
      WIRE(operation, since(0));
      WIRE(permission_type, since(0));
    }
  };

  std::span<AclCreation> creations;

  WIRE_FIELDS(CreateAclsRequest) { WIRE(creations, since(0)); }
};

// Says for each rule whether it was added.
struct CreateAclsResponse {
  static constexpr Schema kSchema = response(30).versions(0, 3).flexible(2);

  struct AclCreationResult {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;

    WIRE_FIELDS(AclCreationResult) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<AclCreationResult> results;

  WIRE_FIELDS(CreateAclsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
