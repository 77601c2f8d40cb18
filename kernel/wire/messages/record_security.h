// Metadata records about access rules, SCRAM credentials and delegation tokens (__cluster_metadata).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AccessControlEntryRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 18).versions(0, 0).flexible(0);

  Uuid id;
  std::int8_t resource_type = 0;
  std::string_view resource_name;
  std::int8_t pattern_type = 0;
  std::string_view principal;
  std::string_view host;
  std::int8_t operation = 0;
  std::int8_t permission_type = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(AccessControlEntryRecord) {
    WIRE(id, since(0));
    WIRE(resource_type, since(0));
    WIRE(resource_name, since(0));
    WIRE(pattern_type, since(0));
    WIRE(principal, since(0));
    WIRE(host, since(0));
    WIRE(operation, since(0));
    WIRE(permission_type, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RemoveAccessControlEntryRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 19).versions(0, 0).flexible(0);

  Uuid id;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemoveAccessControlEntryRecord) {
    WIRE(id, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct UserScramCredentialRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 11).versions(0, 0).flexible(0);

  std::string_view name;
  std::int8_t mechanism = 0;
  Bytes salt;
  Bytes stored_key;
  Bytes server_key;
  std::int32_t iterations = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(UserScramCredentialRecord) {
    WIRE(name, since(0));
    WIRE(mechanism, since(0));
    WIRE(salt, since(0));
    WIRE(stored_key, since(0));
    WIRE(server_key, since(0));
    WIRE(iterations, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RemoveUserScramCredentialRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 22).versions(0, 0).flexible(0);

  std::string_view name;
  std::int8_t mechanism = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemoveUserScramCredentialRecord) {
    WIRE(name, since(0));
    WIRE(mechanism, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct DelegationTokenRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 10).versions(0, 0).flexible(0);

  std::string_view owner;
  std::string_view requester;
  std::span<const std::string_view> renewers;
  std::int64_t issue_timestamp = 0;
  std::int64_t max_timestamp = 0;
  std::int64_t expiration_timestamp = 0;
  std::string_view token_id;
  UnknownTags unknown_tags;

  WIRE_FIELDS(DelegationTokenRecord) {
    WIRE(owner, since(0));
    WIRE(requester, since(0));
    WIRE(renewers, since(0));
    WIRE(issue_timestamp, since(0));
    WIRE(max_timestamp, since(0));
    WIRE(expiration_timestamp, since(0));
    WIRE(token_id, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RemoveDelegationTokenRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 26).versions(0, 0).flexible(0);

  std::string_view token_id;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemoveDelegationTokenRecord) {
    WIRE(token_id, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
