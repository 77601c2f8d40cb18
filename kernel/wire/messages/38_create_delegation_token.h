// CreateDelegationToken: Creates a token that stands for a principal.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct CreateDelegationTokenRequest {
  static constexpr Schema kSchema = request(38).versions(0, 3).flexible(2);

  struct CreatableRenewers {
    std::string_view principal_type;
    std::string_view principal_name;

    WIRE_FIELDS(CreatableRenewers) {
      WIRE(principal_type, since(0));
      WIRE(principal_name, since(0));
    }
  };

  Nullable<std::string_view> owner_principal_type = kEmpty;
  Nullable<std::string_view> owner_principal_name = kEmpty;
  std::span<CreatableRenewers> renewers;
  std::int64_t max_lifetime_ms = 0;

  WIRE_FIELDS(CreateDelegationTokenRequest) {
    WIRE(owner_principal_type, since(3).nullable());
    WIRE(owner_principal_name, since(3).nullable());
    WIRE(renewers, since(0));
    WIRE(max_lifetime_ms, since(0));
  }
};

// Carries the token and its secret.
struct CreateDelegationTokenResponse {
  static constexpr Schema kSchema = response(38).versions(0, 3).flexible(2);

  ErrorCode error_code = ErrorCode::kNone;
  std::string_view principal_type;
  std::string_view principal_name;
  std::string_view token_requester_principal_type;
  std::string_view token_requester_principal_name;
  std::int64_t issue_timestamp_ms = 0;
  std::int64_t expiry_timestamp_ms = 0;
  std::int64_t max_timestamp_ms = 0;
  std::string_view token_id;
  Bytes hmac;
  std::int32_t throttle_time_ms = 0;

  WIRE_FIELDS(CreateDelegationTokenResponse) {
    WIRE(error_code, since(0));
    WIRE(principal_type, since(0));
    WIRE(principal_name, since(0));
    WIRE(token_requester_principal_type, since(3));
    WIRE(token_requester_principal_name, since(3));
    WIRE(issue_timestamp_ms, since(0));
    WIRE(expiry_timestamp_ms, since(0));
    WIRE(max_timestamp_ms, since(0));
    WIRE(token_id, since(0));
    WIRE(hmac, since(0));
    WIRE(throttle_time_ms, since(0));
  }
};

}  // namespace barnabas::wire
