// DescribeDelegationToken: Lists the tokens of owners.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeDelegationTokenRequest {
  static constexpr Schema kSchema = request(41).versions(0, 3).flexible(2);

  struct DescribeDelegationTokenOwner {
    std::string_view principal_type;
    std::string_view principal_name;

    WIRE_FIELDS(DescribeDelegationTokenOwner) {
      WIRE(principal_type, since(0));
      WIRE(principal_name, since(0));
    }
  };

  Nullable<std::span<DescribeDelegationTokenOwner>> owners = kEmpty;

  WIRE_FIELDS(DescribeDelegationTokenRequest) { WIRE(owners, since(0).nullable()); }
};

// Describes each token, its secret included.
struct DescribeDelegationTokenResponse {
  static constexpr Schema kSchema = response(41).versions(0, 3).flexible(2);

  struct DescribedDelegationTokenRenewer {
    std::string_view principal_type;
    std::string_view principal_name;

    WIRE_FIELDS(DescribedDelegationTokenRenewer) {
      WIRE(principal_type, since(0));
      WIRE(principal_name, since(0));
    }
  };

  struct DescribedDelegationToken {
    std::string_view principal_type;
    std::string_view principal_name;
    std::string_view token_requester_principal_type;
    std::string_view token_requester_principal_name;
    std::int64_t issue_timestamp = 0;
    std::int64_t expiry_timestamp = 0;
    std::int64_t max_timestamp = 0;
    std::string_view token_id;
    Bytes hmac;
    std::span<DescribedDelegationTokenRenewer> renewers;

    WIRE_FIELDS(DescribedDelegationToken) {
      WIRE(principal_type, since(0));
      WIRE(principal_name, since(0));
      WIRE(token_requester_principal_type, since(3));
      WIRE(token_requester_principal_name, since(3));
      WIRE(issue_timestamp, since(0));
      WIRE(expiry_timestamp, since(0));
      WIRE(max_timestamp, since(0));
      WIRE(token_id, since(0));
      WIRE(hmac, since(0));
      WIRE(renewers, since(0));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  std::span<DescribedDelegationToken> tokens;
  std::int32_t throttle_time_ms = 0;

  WIRE_FIELDS(DescribeDelegationTokenResponse) {
    WIRE(error_code, since(0));
    WIRE(tokens, since(0));
    WIRE(throttle_time_ms, since(0));
  }
};

}  // namespace barnabas::wire
