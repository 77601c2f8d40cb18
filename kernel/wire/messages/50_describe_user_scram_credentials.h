// DescribeUserScramCredentials: Lists for which SCRAM mechanisms users have credentials.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeUserScramCredentialsRequest {
  static constexpr Schema kSchema = request(50).versions(0, 0).flexible(0);

  struct UserName {
    std::string_view name;

    WIRE_FIELDS(UserName) { WIRE(name, since(0)); }
  };

  Nullable<std::span<UserName>> users = kEmpty;

  WIRE_FIELDS(DescribeUserScramCredentialsRequest) { WIRE(users, since(0).nullable()); }
};

// Lists mechanisms and iteration counts, never secrets.
struct DescribeUserScramCredentialsResponse {
  static constexpr Schema kSchema = response(50).versions(0, 0).flexible(0);

  struct CredentialInfo {
    std::int8_t mechanism = 0;
    std::int32_t iterations = 0;

    WIRE_FIELDS(CredentialInfo) {
      WIRE(mechanism, since(0));
      WIRE(iterations, since(0));
    }
  };

  struct DescribeUserScramCredentialsResult {
    std::string_view user;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    std::span<CredentialInfo> credential_infos;

    WIRE_FIELDS(DescribeUserScramCredentialsResult) {
      WIRE(user, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(credential_infos, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  std::span<DescribeUserScramCredentialsResult> results;

  WIRE_FIELDS(DescribeUserScramCredentialsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
