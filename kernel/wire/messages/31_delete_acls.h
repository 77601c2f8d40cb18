// DeleteAcls: Removes the access rules that match filters.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DeleteAclsRequest {
  static constexpr Schema kSchema = request(31).versions(0, 3).flexible(2);

  struct DeleteAclsFilter {
    std::int8_t resource_type_filter = 0;
    Nullable<std::string_view> resource_name_filter = kEmpty;
    std::int8_t pattern_type_filter = 3;
    Nullable<std::string_view> principal_filter = kEmpty;
    Nullable<std::string_view> host_filter = kEmpty;
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;

    WIRE_FIELDS(DeleteAclsFilter) {
      WIRE(resource_type_filter, since(0));
      WIRE(resource_name_filter, since(0).nullable());
      WIRE(pattern_type_filter, since(1));
      WIRE(principal_filter, since(0).nullable());
      WIRE(host_filter, since(0).nullable());
      WIRE(operation, since(0));
      WIRE(permission_type, since(0));
    }
  };

  std::span<DeleteAclsFilter> filters;

  WIRE_FIELDS(DeleteAclsRequest) { WIRE(filters, since(0)); }
};

// Lists for each filter what was removed.
struct DeleteAclsResponse {
  static constexpr Schema kSchema = response(31).versions(0, 3).flexible(2);

  struct DeleteAclsMatchingAcl {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    std::int8_t resource_type = 0;
    std::string_view resource_name;
    std::int8_t pattern_type = 3;
    std::string_view principal;
    std::string_view host;
    std::int8_t operation = 0;
    std::int8_t permission_type = 0;

    WIRE_FIELDS(DeleteAclsMatchingAcl) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(resource_type, since(0));
      WIRE(resource_name, since(0));
      WIRE(pattern_type, since(1));
      WIRE(principal, since(0));
      WIRE(host, since(0));
      WIRE(operation, since(0));
      WIRE(permission_type, since(0));
    }
  };

  struct DeleteAclsFilterResult {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    std::span<DeleteAclsMatchingAcl> matching_acls;

    WIRE_FIELDS(DeleteAclsFilterResult) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(matching_acls, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DeleteAclsFilterResult> filter_results;

  WIRE_FIELDS(DeleteAclsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(filter_results, since(0));
  }
};

}  // namespace barnabas::wire
