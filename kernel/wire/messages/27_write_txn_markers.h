// WriteTxnMarkers: Writes the markers that end transactions into partitions; sent by transaction coordinators.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct WriteTxnMarkersRequest {
  static constexpr Schema kSchema = request(27).versions(0, 2).flexible(1);

  struct WritableTxnMarkerTopic {
    std::string_view name;
    std::span<const std::int32_t> partition_indexes;

    WIRE_FIELDS(WritableTxnMarkerTopic) {
      WIRE(name, since(0));
      WIRE(partition_indexes, since(0));
    }
  };

  struct WritableTxnMarker {
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    bool transaction_result = false;
    std::span<WritableTxnMarkerTopic> topics;
    std::int32_t coordinator_epoch = 0;
    std::int8_t transaction_version = 0;

    WIRE_FIELDS(WritableTxnMarker) {
      WIRE(producer_id, since(0));
      WIRE(producer_epoch, since(0));
      WIRE(transaction_result, since(0));
      WIRE(topics, since(0));
      WIRE(coordinator_epoch, since(0));
      WIRE(transaction_version, since(2).ignorable());
    }
  };

  std::span<WritableTxnMarker> markers;

  WIRE_FIELDS(WriteTxnMarkersRequest) { WIRE(markers, since(0)); }
};

// Says for each partition whether the marker was written.
struct WriteTxnMarkersResponse {
  static constexpr Schema kSchema = response(27).versions(0, 2).flexible(1);

  struct WritableTxnMarkerPartitionResult {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(WritableTxnMarkerPartitionResult) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct WritableTxnMarkerTopicResult {
    std::string_view name;
    std::span<WritableTxnMarkerPartitionResult> partitions;

    WIRE_FIELDS(WritableTxnMarkerTopicResult) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct WritableTxnMarkerResult {
    std::int64_t producer_id = 0;
    std::span<WritableTxnMarkerTopicResult> topics;

    WIRE_FIELDS(WritableTxnMarkerResult) {
      WIRE(producer_id, since(0));
      WIRE(topics, since(0));
    }
  };

  std::span<WritableTxnMarkerResult> markers;

  WIRE_FIELDS(WriteTxnMarkersResponse) { WIRE(markers, since(0)); }
};

}  // namespace barnabas::wire
