// Metadata records about brokers and controllers (__cluster_metadata).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct RegisterBrokerRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 0).versions(0, 4).flexible(0);

  struct BrokerEndpoint {
    std::string_view name;
    std::string_view host;
    std::uint16_t port = 0;
    std::int16_t security_protocol = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(BrokerEndpoint) {
      WIRE(name, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE(security_protocol, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct BrokerFeature {
    std::string_view name;
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(BrokerFeature) {
      WIRE(name, since(0));
      WIRE(min_supported_version, since(0));
      WIRE(max_supported_version, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t broker_id = 0;
  bool is_migrating_zk_broker = false;
  Uuid incarnation_id;
  std::int64_t broker_epoch = 0;
  std::span<BrokerEndpoint> end_points;
  std::span<BrokerFeature> features;
  Nullable<std::string_view> rack = kEmpty;
  bool fenced = true;
  bool in_controlled_shutdown = false;
  std::span<const Uuid> log_dirs;
  Nullable<std::span<const Uuid>> cordoned_log_dirs;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RegisterBrokerRecord) {
    WIRE(broker_id, since(0));
    WIRE(is_migrating_zk_broker, since(2));
    WIRE(incarnation_id, since(0));
    WIRE(broker_epoch, since(0));
    WIRE(end_points, since(0));
    WIRE(features, since(0));
    WIRE(rack, since(0).nullable());
    WIRE(fenced, since(0));
    WIRE(in_controlled_shutdown, since(1));
    WIRE_TAG(0, log_dirs, since(3));
    WIRE_TAG(1, cordoned_log_dirs, since(4).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct UnregisterBrokerRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 1).versions(0, 0).flexible(0);

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(UnregisterBrokerRecord) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct FenceBrokerRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 7).versions(0, 0).flexible(0);

  std::int32_t id = 0;
  std::int64_t epoch = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(FenceBrokerRecord) {
    WIRE(id, since(0));
    WIRE(epoch, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct UnfenceBrokerRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 8).versions(0, 0).flexible(0);

  std::int32_t id = 0;
  std::int64_t epoch = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(UnfenceBrokerRecord) {
    WIRE(id, since(0));
    WIRE(epoch, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct BrokerRegistrationChangeRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 17).versions(0, 3).flexible(0);

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = 0;
  std::int8_t fenced = 0;
  std::int8_t in_controlled_shutdown = 0;
  std::span<const Uuid> log_dirs;
  Nullable<std::span<const Uuid>> cordoned_log_dirs;
  UnknownTags unknown_tags;

  WIRE_FIELDS(BrokerRegistrationChangeRecord) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(0));
    WIRE_TAG(0, fenced, since(0));
    WIRE_TAG(1, in_controlled_shutdown, since(1));
    WIRE_TAG(2, log_dirs, since(2));
    WIRE_TAG(3, cordoned_log_dirs, since(3).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RegisterControllerRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 27).versions(0, 0).flexible(0);

  struct ControllerEndpoint {
    std::string_view name;
    std::string_view host;
    std::uint16_t port = 0;
    std::int16_t security_protocol = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(ControllerEndpoint) {
      WIRE(name, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE(security_protocol, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct ControllerFeature {
    std::string_view name;
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(ControllerFeature) {
      WIRE(name, since(0));
      WIRE(min_supported_version, since(0));
      WIRE(max_supported_version, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t controller_id = 0;
  Uuid incarnation_id;
  bool zk_migration_ready = false;
  std::span<ControllerEndpoint> end_points;
  std::span<ControllerFeature> features;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RegisterControllerRecord) {
    WIRE(controller_id, since(0));
    WIRE(incarnation_id, since(0));
    WIRE(zk_migration_ready, since(0));
    WIRE(end_points, since(0));
    WIRE(features, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
