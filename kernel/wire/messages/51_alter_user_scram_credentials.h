// AlterUserScramCredentials: Sets and removes SCRAM credentials of users.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AlterUserScramCredentialsRequest {
  static constexpr Schema kSchema = request(51).versions(0, 0).flexible(0);

  struct ScramCredentialDeletion {
    std::string_view name;
    std::int8_t mechanism = 0;

    WIRE_FIELDS(ScramCredentialDeletion) {
      WIRE(name, since(0));
      WIRE(mechanism, since(0));
    }
  };

  struct ScramCredentialUpsertion {
    std::string_view name;
    std::int8_t mechanism = 0;
    std::int32_t iterations = 0;
    Bytes salt;
    Bytes salted_password;

    WIRE_FIELDS(ScramCredentialUpsertion) {
      WIRE(name, since(0));
      WIRE(mechanism, since(0));
      WIRE(iterations, since(0));
      WIRE(salt, since(0));
      WIRE(salted_password, since(0));
    }
  };

  std::span<ScramCredentialDeletion> deletions;
  std::span<ScramCredentialUpsertion> upsertions;

  WIRE_FIELDS(AlterUserScramCredentialsRequest) {
    WIRE(deletions, since(0));
    WIRE(upsertions, since(0));
  }
};

// Says for each user whether the credentials were changed.
struct AlterUserScramCredentialsResponse {
  static constexpr Schema kSchema = response(51).versions(0, 0).flexible(0);

  struct AlterUserScramCredentialsResult {
    std::string_view user;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;

    WIRE_FIELDS(AlterUserScramCredentialsResult) {
      WIRE(user, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<AlterUserScramCredentialsResult> results;

  WIRE_FIELDS(AlterUserScramCredentialsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
