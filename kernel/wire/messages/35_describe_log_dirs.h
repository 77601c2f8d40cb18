// DescribeLogDirs: Asks for the directories of a broker and the partitions in them.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeLogDirsRequest {
  static constexpr Schema kSchema = request(35).versions(0, 5).flexible(2);

  struct DescribableLogDirTopic {
    std::string_view topic;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(DescribableLogDirTopic) {
      WIRE(topic, since(0));
      WIRE(partitions, since(0));
    }
  };

  Nullable<std::span<DescribableLogDirTopic>> topics = kEmpty;

  WIRE_FIELDS(DescribeLogDirsRequest) { WIRE(topics, since(0).nullable()); }
};

// Lists directories with the sizes and lags of their partitions.
struct DescribeLogDirsResponse {
  static constexpr Schema kSchema = response(35).versions(0, 5).flexible(2);

  struct DescribeLogDirsPartition {
    std::int32_t partition_index = 0;
    std::int64_t partition_size = 0;
    std::int64_t offset_lag = 0;
    bool is_future_key = false;

    WIRE_FIELDS(DescribeLogDirsPartition) {
      WIRE(partition_index, since(0));
      WIRE(partition_size, since(0));
      WIRE(offset_lag, since(0));
      WIRE(is_future_key, since(0));
    }
  };

  struct DescribeLogDirsTopic {
    std::string_view name;
    std::span<DescribeLogDirsPartition> partitions;

    WIRE_FIELDS(DescribeLogDirsTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct DescribeLogDirsResult {
    ErrorCode error_code = ErrorCode::kNone;
    std::string_view log_dir;
    std::span<DescribeLogDirsTopic> topics;
    std::int64_t total_bytes = -1;
    std::int64_t usable_bytes = -1;
    bool is_cordoned = false;

    WIRE_FIELDS(DescribeLogDirsResult) {
      WIRE(error_code, since(0));
      WIRE(log_dir, since(0));
      WIRE(topics, since(0));
      WIRE(total_bytes, since(4).ignorable());
      WIRE(usable_bytes, since(4).ignorable());
      WIRE(is_cordoned, since(5).ignorable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<DescribeLogDirsResult> results;

  WIRE_FIELDS(DescribeLogDirsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(3).ignorable());
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
