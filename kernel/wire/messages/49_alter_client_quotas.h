// AlterClientQuotas: Sets and removes quotas of users, clients and addresses.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AlterClientQuotasRequest {
  static constexpr Schema kSchema = request(49).versions(0, 1).flexible(1);

  struct EntityData {
    std::string_view entity_type;
    Nullable<std::string_view> entity_name = kEmpty;

    WIRE_FIELDS(EntityData) {
      WIRE(entity_type, since(0));
      WIRE(entity_name, since(0).nullable());
    }
  };

  struct OpData {
    std::string_view key;
    double value = 0;
    bool remove = false;

    WIRE_FIELDS(OpData) {
      WIRE(key, since(0));
      WIRE(value, since(0));
      WIRE(remove, since(0));
    }
  };

  struct EntryData {
    std::span<EntityData> entity;
    std::span<OpData> ops;

    WIRE_FIELDS(EntryData) {
      WIRE(entity, since(0));
      WIRE(ops, since(0));
    }
  };

  std::span<EntryData> entries;
  bool validate_only = false;

  WIRE_FIELDS(AlterClientQuotasRequest) {
    WIRE(entries, since(0));
    WIRE(validate_only, since(0));
  }
};

// Says for each entity whether its quotas were changed.
struct AlterClientQuotasResponse {
  static constexpr Schema kSchema = response(49).versions(0, 1).flexible(1);

  struct EntityData {
    std::string_view entity_type;
    Nullable<std::string_view> entity_name = kEmpty;

    WIRE_FIELDS(EntityData) {
      WIRE(entity_type, since(0));
      WIRE(entity_name, since(0).nullable());
    }
  };

  struct EntryData {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    std::span<EntityData> entity;

    WIRE_FIELDS(EntryData) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(entity, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<EntryData> entries;

  WIRE_FIELDS(AlterClientQuotasResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(entries, since(0));
  }
};

}  // namespace barnabas::wire
