#include "kernel/record/control.h"

namespace barnabas::record {
namespace {

constexpr std::size_t kKeyBytes = 4;     // version, type
constexpr std::size_t kMarkerBytes = 6;  // version, coordinator epoch

struct Key {
  explicit Key(ControlType type) {
    store(octets, std::int16_t{0});
    store(octets + 2, static_cast<std::int16_t>(type));
  }
  std::uint8_t octets[kKeyBytes];
};

// An uncompressed batch can not fail.
sdk::MutableBytes finished(BatchBuilder& builder) { return *builder.finish(); }

}  // namespace

std::optional<ControlType> control_type(const RecordView& record) {
  if (!record.key || record.key->size < kKeyBytes || load<std::int16_t>(record.key->data) < 0) return std::nullopt;
  return static_cast<ControlType>(load<std::int16_t>(record.key->data + 2));
}

std::optional<TransactionMarker> parse_marker(const RecordView& record) {
  const auto type = control_type(record);
  if (type != ControlType::kAbort && type != ControlType::kCommit) return std::nullopt;
  if (!record.value || record.value->size < kMarkerBytes || load<std::int16_t>(record.value->data) < 0) return std::nullopt;
  return TransactionMarker{*type == ControlType::kCommit, load<std::int32_t>(record.value->data + 2)};
}

sdk::MutableBytes build_marker(BatchBuilder& builder, const MarkerBatch& batch) {
  builder.start({.base_offset = batch.base_offset,
                 .leader_epoch = batch.leader_epoch,
                 .producer_id = batch.producer_id,
                 .producer_epoch = batch.producer_epoch,
                 .transactional = true,
                 .control = true});
  const Key key(batch.marker.commit ? ControlType::kCommit : ControlType::kAbort);
  std::uint8_t value[kMarkerBytes];
  store(value, std::int16_t{0});
  store(value + 2, batch.marker.coordinator_epoch);
  builder.append({.timestamp_ms = batch.timestamp_ms, .key = sdk::Bytes(key.octets, kKeyBytes), .value = sdk::Bytes(value, kMarkerBytes)});
  return finished(builder);
}

sdk::MutableBytes build_control(BatchBuilder& builder, std::span<const ControlRecord> records, std::int64_t timestamp_ms,
                                std::int64_t base_offset, std::int32_t leader_epoch) {
  builder.start({.base_offset = base_offset, .leader_epoch = leader_epoch, .control = true});
  for (const ControlRecord& record : records) {
    const Key key(record.type);
    builder.append({.timestamp_ms = timestamp_ms, .key = sdk::Bytes(key.octets, kKeyBytes), .value = record.value});
  }
  return finished(builder);
}

}  // namespace barnabas::record
