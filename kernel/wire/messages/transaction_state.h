// The state of transactions (__transaction_state).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct TransactionLogKey {
  static constexpr Schema kSchema = schema(Family::kTransactionKey, 0).versions(0, 0);

  std::string_view transactional_id;

  WIRE_FIELDS(TransactionLogKey) { WIRE(transactional_id, since(0).until(0)); }
};

struct TransactionLogValue {
  static constexpr Schema kSchema = schema(Family::kTransactionValue, 0).versions(0, 1).flexible(1);

  struct PartitionsSchema {
    std::string_view topic;
    std::span<const std::int32_t> partition_ids;
    UnknownTags unknown_tags;

    WIRE_FIELDS(PartitionsSchema) {
      WIRE(topic, since(0));
      WIRE(partition_ids, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int64_t producer_id = 0;
  std::int64_t previous_producer_id = -1;
  std::int64_t next_producer_id = -1;
  std::int16_t producer_epoch = 0;
  std::int16_t next_producer_epoch = -1;
  std::int32_t transaction_timeout_ms = 0;
  std::int8_t transaction_status = 0;
  Nullable<std::span<PartitionsSchema>> transaction_partitions = kEmpty;
  std::int64_t transaction_last_update_timestamp_ms = 0;
  std::int64_t transaction_start_timestamp_ms = 0;
  std::int16_t client_transaction_version = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(TransactionLogValue) {
    WIRE(producer_id, since(0));
    WIRE_TAG(0, previous_producer_id, since(1));
    WIRE_TAG(1, next_producer_id, since(1));
    WIRE(producer_epoch, since(0));
    WIRE_TAG(3, next_producer_epoch, since(1));
    WIRE(transaction_timeout_ms, since(0));
    WIRE(transaction_status, since(0));
    WIRE(transaction_partitions, since(0).nullable());
    WIRE(transaction_last_update_timestamp_ms, since(0));
    WIRE(transaction_start_timestamp_ms, since(0));
    WIRE_TAG(2, client_transaction_version, since(1));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
