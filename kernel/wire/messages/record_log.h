// Metadata records about the metadata log itself (__cluster_metadata).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct NoOpRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 20).versions(0, 0).flexible(0);

  UnknownTags unknown_tags;

  WIRE_FIELDS(NoOpRecord) { WIRE_UNKNOWN_TAGS(unknown_tags); }
};

struct BeginTransactionRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 23).versions(0, 0).flexible(0);

  Nullable<std::string_view> name;
  UnknownTags unknown_tags;

  WIRE_FIELDS(BeginTransactionRecord) {
    WIRE_TAG(0, name, since(0).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct EndTransactionRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 24).versions(0, 0).flexible(0);

  UnknownTags unknown_tags;

  WIRE_FIELDS(EndTransactionRecord) { WIRE_UNKNOWN_TAGS(unknown_tags); }
};

struct AbortTransactionRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 25).versions(0, 0).flexible(0);

  Nullable<std::string_view> reason;
  UnknownTags unknown_tags;

  WIRE_FIELDS(AbortTransactionRecord) {
    WIRE_TAG(0, reason, since(0).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ZkMigrationStateRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 21).versions(0, 0).flexible(0);

  std::int8_t zk_migration_state = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ZkMigrationStateRecord) {
    WIRE(zk_migration_state, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
