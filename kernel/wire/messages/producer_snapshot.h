// The body of a .snapshot file: the producers of a partition at an offset.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ProducerSnapshot {
  static constexpr Schema kSchema = data().versions(1, 1);

  struct ProducerEntry {
    std::int64_t producer_id = 0;
    std::int16_t epoch = 0;
    std::int32_t last_sequence = 0;
    std::int64_t last_offset = 0;
    std::int32_t offset_delta = 0;
    std::int64_t timestamp = 0;
    std::int32_t coordinator_epoch = 0;
    std::int64_t current_txn_first_offset = 0;

    WIRE_FIELDS(ProducerEntry) {
      WIRE(producer_id, since(1).until(1));
      WIRE(epoch, since(1).until(1));
      WIRE(last_sequence, since(1).until(1));
      WIRE(last_offset, since(1).until(1));
      WIRE(offset_delta, since(1).until(1));
      WIRE(timestamp, since(1).until(1));
      WIRE(coordinator_epoch, since(1).until(1));
      WIRE(current_txn_first_offset, since(1).until(1));
    }
  };

  std::uint32_t crc = 0;
  std::span<ProducerEntry> producer_entries;

  WIRE_FIELDS(ProducerSnapshot) {
    WIRE(crc, since(1).until(1));
    WIRE(producer_entries, since(1).until(1));
  }
};

}  // namespace barnabas::wire
