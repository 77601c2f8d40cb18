// The keys and values of control records. LeaderChangeMessage and those after it begin with their own version.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ControlRecordTypeSchema {
  static constexpr Schema kSchema = schema(Family::kControlKey, 0).versions(0, 0);

  std::int16_t type = 0;

  WIRE_FIELDS(ControlRecordTypeSchema) { WIRE(type, since(0)); }
};

struct EndTxnMarker {
  static constexpr Schema kSchema = schema(Family::kControlValue, 0).versions(0, 0);

  std::int32_t coordinator_epoch = 0;

  WIRE_FIELDS(EndTxnMarker) { WIRE(coordinator_epoch, since(0)); }
};

struct LeaderChangeMessage {
  static constexpr Schema kSchema = schema(Family::kControlValue, 2).versions(0, 1).flexible(0);

  struct Voter {
    std::int32_t voter_id = 0;
    Uuid voter_directory_id;
    UnknownTags unknown_tags;

    WIRE_FIELDS(Voter) {
      WIRE(voter_id, since(0));
      WIRE(voter_directory_id, since(1));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int16_t version = 0;
  std::int32_t leader_id = 0;
  std::span<Voter> voters;
  std::span<Voter> granting_voters;
  UnknownTags unknown_tags;

  WIRE_FIELDS(LeaderChangeMessage) {
    WIRE(version, since(0));
    WIRE(leader_id, since(0));
    WIRE(voters, since(0));
    WIRE(granting_voters, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct SnapshotHeaderRecord {
  static constexpr Schema kSchema = schema(Family::kControlValue, 3).versions(0, 0).flexible(0);

  std::int16_t version = 0;
  std::int64_t last_contained_log_timestamp = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(SnapshotHeaderRecord) {
    WIRE(version, since(0));
    WIRE(last_contained_log_timestamp, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct SnapshotFooterRecord {
  static constexpr Schema kSchema = schema(Family::kControlValue, 4).versions(0, 0).flexible(0);

  std::int16_t version = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(SnapshotFooterRecord) {
    WIRE(version, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct KRaftVersionRecord {
  static constexpr Schema kSchema = schema(Family::kControlValue, 5).versions(0, 0).flexible(0);

  std::int16_t version = 0;
  std::int16_t kraft_version = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(KRaftVersionRecord) {
    WIRE(version, since(0));
    WIRE(kraft_version, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct VotersRecord {
  static constexpr Schema kSchema = schema(Family::kControlValue, 6).versions(0, 0).flexible(0);

  struct Endpoint {
    std::string_view name;
    std::string_view host;
    std::uint16_t port = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(Endpoint) {
      WIRE(name, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct KRaftVersionFeature {
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(KRaftVersionFeature) {
      WIRE(min_supported_version, since(0));
      WIRE(max_supported_version, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct Voter {
    std::int32_t voter_id = 0;
    Uuid voter_directory_id;
    std::span<Endpoint> endpoints;
    KRaftVersionFeature kraft_version_feature;
    UnknownTags unknown_tags;

    WIRE_FIELDS(Voter) {
      WIRE(voter_id, since(0));
      WIRE(voter_directory_id, since(0));
      WIRE(endpoints, since(0));
      WIRE(kraft_version_feature, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int16_t version = 0;
  std::span<Voter> voters;
  UnknownTags unknown_tags;

  WIRE_FIELDS(VotersRecord) {
    WIRE(version, since(0));
    WIRE(voters, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
