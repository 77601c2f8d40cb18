// Metadata records about configuration, features, quotas and producer ids (__cluster_metadata).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ConfigRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 4).versions(0, 0).flexible(0);

  std::int8_t resource_type = 0;
  std::string_view resource_name;
  std::string_view name;
  Nullable<std::string_view> value = kEmpty;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ConfigRecord) {
    WIRE(resource_type, since(0));
    WIRE(resource_name, since(0));
    WIRE(name, since(0));
    WIRE(value, since(0).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct FeatureLevelRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 12).versions(0, 0).flexible(0);

  std::string_view name;
  std::int16_t feature_level = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(FeatureLevelRecord) {
    WIRE(name, since(0));
    WIRE(feature_level, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ClientQuotaRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 14).versions(0, 0).flexible(0);

  struct EntityData {
    std::string_view entity_type;
    Nullable<std::string_view> entity_name = kEmpty;
    UnknownTags unknown_tags;

    WIRE_FIELDS(EntityData) {
      WIRE(entity_type, since(0));
      WIRE(entity_name, since(0).nullable());
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::span<EntityData> entity;
  std::string_view key;
  double value = 0;
  bool remove = false;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ClientQuotaRecord) {
    WIRE(entity, since(0));
    WIRE(key, since(0));
    WIRE(value, since(0));
    WIRE(remove, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ProducerIdsRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 15).versions(0, 0).flexible(0);

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;
  std::int64_t next_producer_id = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ProducerIdsRecord) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(0));
    WIRE(next_producer_id, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
