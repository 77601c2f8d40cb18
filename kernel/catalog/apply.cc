#include "kernel/catalog/apply.h"

#include <algorithm>

#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_log.h"
#include "kernel/wire/messages/record_security.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::catalog {
namespace {

template <class M>
constexpr std::uint32_t type_of() {
  return static_cast<std::uint32_t>(M::kSchema.key);
}

// What a kept record is found by: its type's octet, then what identifies it within the type.
template <class M>
std::string key_of(std::string_view identity) {
  return std::string(1, static_cast<char>(type_of<M>())).append(identity);
}
std::string_view view_of(const Uuid& id) { return {reinterpret_cast<const char*>(id.octets), sizeof id.octets}; }
std::string credential(std::int8_t mechanism, std::string_view name) { return std::string(1, static_cast<char>(mechanism)).append(name); }

// Sorts behind every known type.
constexpr char kUnknownType = '\xff';

}  // namespace

UnknownTags copy_tags(wire::UnknownTags tags) {
  UnknownTags copies;
  for (const wire::UnknownTag& tag : tags) copies.emplace_back(tag.tag, std::string(tag.payload.begin(), tag.payload.end()));
  return copies;
}

void Apply::keep_as(const std::string& key) {
  image_.foreign_.set(key, std::make_shared<const std::string>(record_.begin(), record_.end()));
}

Status Apply::run(const Frame& frame) {
  frame_ = frame;
  switch (frame.type) {
    case type_of<wire::RegisterBrokerRecord>():
      return register_broker();
    case type_of<wire::UnregisterBrokerRecord>():
      return unregister_broker();
    case type_of<wire::TopicRecord>():
      return topic();
    case type_of<wire::PartitionRecord>():
      return partition();
    case type_of<wire::ConfigRecord>():
      return config();
    case type_of<wire::PartitionChangeRecord>():
      return partition_change();
    case type_of<wire::FenceBrokerRecord>():
      return set_fenced<wire::FenceBrokerRecord>(true);
    case type_of<wire::UnfenceBrokerRecord>():
      return set_fenced<wire::UnfenceBrokerRecord>(false);
    case type_of<wire::RemoveTopicRecord>():
      return remove_topic();
    case type_of<wire::FeatureLevelRecord>():
      return feature();
    case type_of<wire::ClientQuotaRecord>():
      return quota();
    case type_of<wire::ProducerIdsRecord>():
      return producer_ids();
    case type_of<wire::BrokerRegistrationChangeRecord>():
      return registration_change();
    case type_of<wire::RegisterControllerRecord>():
      return register_controller();
    case type_of<wire::ClearElrRecord>():
      return clear_elr();
    case type_of<wire::NoOpRecord>():
    case type_of<wire::BeginTransactionRecord>():  // the store has joined the transaction into one batch
    case type_of<wire::EndTransactionRecord>():
    case type_of<wire::AbortTransactionRecord>():
      return {};
    default:
      return run_security();
  }
}

Status Apply::run_security() {
  switch (frame_.type) {
    case type_of<wire::AccessControlEntryRecord>(): {
      wire::AccessControlEntryRecord message;
      BARNABAS_TRY(read(message));
      keep_as(key_of<wire::AccessControlEntryRecord>(view_of(message.id)));
      return {};
    }
    case type_of<wire::RemoveAccessControlEntryRecord>(): {
      wire::RemoveAccessControlEntryRecord message;
      BARNABAS_TRY(read(message));
      image_.foreign_.erase(key_of<wire::AccessControlEntryRecord>(view_of(message.id)));
      return {};
    }
    case type_of<wire::UserScramCredentialRecord>(): {
      wire::UserScramCredentialRecord message;
      BARNABAS_TRY(read(message));
      keep_as(key_of<wire::UserScramCredentialRecord>(credential(message.mechanism, message.name)));
      return {};
    }
    case type_of<wire::RemoveUserScramCredentialRecord>(): {
      wire::RemoveUserScramCredentialRecord message;
      BARNABAS_TRY(read(message));
      image_.foreign_.erase(key_of<wire::UserScramCredentialRecord>(credential(message.mechanism, message.name)));
      return {};
    }
    case type_of<wire::DelegationTokenRecord>(): {
      wire::DelegationTokenRecord message;
      BARNABAS_TRY(read(message));
      keep_as(key_of<wire::DelegationTokenRecord>(message.token_id));
      return {};
    }
    case type_of<wire::RemoveDelegationTokenRecord>(): {
      wire::RemoveDelegationTokenRecord message;
      BARNABAS_TRY(read(message));
      image_.foreign_.erase(key_of<wire::DelegationTokenRecord>(message.token_id));
      return {};
    }
    case type_of<wire::ZkMigrationStateRecord>():
      keep_as(key_of<wire::ZkMigrationStateRecord>(""));
      return {};
    default:
      return unknown();
  }
}

Status Apply::unknown() {
  std::string key(1, kUnknownType);
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(image_.unknown_count_ >> shift));
  ++image_.unknown_count_;
  keep_as(key);
  return {};
}

Status Apply::quota() {
  wire::ClientQuotaRecord message;
  BARNABAS_TRY(read(message));
  std::vector<std::string> entity;
  for (const auto& part : message.entity) {
    // A null name is the default entity, which is not the one that is called "".
    std::string text(part.entity_type);
    entity.push_back(text.append(part.entity_name ? "\0=" : "\0*", 2).append(part.entity_name.value_or("")));
  }
  std::sort(entity.begin(), entity.end());
  std::string identity(message.key);
  for (const std::string& part : entity) identity.append("\0", 1).append(part);
  const std::string key = key_of<wire::ClientQuotaRecord>(identity);
  if (message.remove) {
    image_.foreign_.erase(key);
  } else {
    keep_as(key);
  }
  return {};
}

Status Apply::config() {
  wire::ConfigRecord message;
  BARNABAS_TRY(read(message));
  const std::string key = std::string(1, static_cast<char>(message.resource_type)).append(message.resource_name);
  Configs& configs = builder_.own_configs(key);
  if (message.value) {
    configs.insert_or_assign(std::string(message.name), std::string(*message.value));
  } else if (const auto at = configs.find(message.name); at != configs.end()) {
    configs.erase(at);
  }
  if (configs.empty()) builder_.erase_configs(key);
  return {};
}

Status Apply::feature() {
  wire::FeatureLevelRecord message;
  BARNABAS_TRY(read(message));
  auto features = std::make_shared<std::map<std::string, std::int16_t, std::less<>>>(*image_.features_);
  if (message.feature_level == 0) {
    features->erase(std::string(message.name));
  } else {
    features->insert_or_assign(std::string(message.name), message.feature_level);
  }
  image_.features_ = std::move(features);
  return {};
}

Status Apply::producer_ids() {
  wire::ProducerIdsRecord message;
  BARNABAS_TRY(read(message));
  image_.producer_ids_ = {message.broker_id, message.broker_epoch, message.next_producer_id};
  return {};
}

}  // namespace barnabas::catalog
