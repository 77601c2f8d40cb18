// DescribeClientQuotas: Lists quotas of users, clients and addresses that match.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeClientQuotasRequest {
  static constexpr Schema kSchema = request(48).versions(0, 1).flexible(1);

  struct ComponentData {
    std::string_view entity_type;
    std::int8_t match_type = 0;
    Nullable<std::string_view> match = kEmpty;

    WIRE_FIELDS(ComponentData) {
      WIRE(entity_type, since(0));
      WIRE(match_type, since(0));
      WIRE(match, since(0).nullable());
    }
  };

  std::span<ComponentData> components;
  bool strict = false;

  WIRE_FIELDS(DescribeClientQuotasRequest) {
    WIRE(components, since(0));
    WIRE(strict, since(0));
  }
};

// Lists the quotas by entity.
struct DescribeClientQuotasResponse {
  static constexpr Schema kSchema = response(48).versions(0, 1).flexible(1);

  struct EntityData {
    std::string_view entity_type;
    Nullable<std::string_view> entity_name = kEmpty;

    WIRE_FIELDS(EntityData) {
      WIRE(entity_type, since(0));
      WIRE(entity_name, since(0).nullable());
    }
  };

  struct ValueData {
    std::string_view key;
    double value = 0;

    WIRE_FIELDS(ValueData) {
      WIRE(key, since(0));
      WIRE(value, since(0));
    }
  };

  struct EntryData {
    std::span<EntityData> entity;
    std::span<ValueData> values;

    WIRE_FIELDS(EntryData) {
      WIRE(entity, since(0));
      WIRE(values, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  Nullable<std::span<EntryData>> entries = kEmpty;

  WIRE_FIELDS(DescribeClientQuotasResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(entries, since(0).nullable());
  }
};

}  // namespace barnabas::wire
