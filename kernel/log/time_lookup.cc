#include "kernel/log/time_lookup.h"

#include "kernel/record/record_reader.h"

#include <fmt/format.h>

namespace barnabas::log {

namespace {

// Its first record for which `wanted` holds.
template <class Wanted>
Result<std::optional<TimedRecord>> first_in(const record::BatchView& batch, record::RecordReader& reader, Wanted&& wanted) {
  if (!batch.crc_valid())
    return Status::corrupt(fmt::format("the batch at offset {} has checksum {:08x}, its octets give {:08x}", batch.base_offset(),
                                       batch.stored_crc(), batch.computed_crc()));
  BARNABAS_TRY(reader.open(batch));
  for (record::RecordView record; reader.next(record);)
    if (wanted(record)) return std::optional(TimedRecord{record.timestamp_ms, record.offset, batch.leader_epoch()});
  BARNABAS_TRY(reader.take_status());
  return std::optional<TimedRecord>();
}

}  // namespace

Result<std::optional<TimedRecord>> first_record_since(sdk::Bytes batches, std::int64_t timestamp_ms, std::int64_t from_offset,
                                                      const record::Codecs& codecs, std::int64_t& next_offset) {
  record::RecordReader reader(codecs);
  record::BatchReader rest(batches);
  for (record::BatchView batch; rest.next(batch);) {
    next_offset = batch.next_offset();
    if (batch.max_timestamp_ms() < timestamp_ms || batch.last_offset() < from_offset) continue;
    auto found = first_in(batch, reader, [&](const record::RecordView& record) {
      return record.timestamp_ms >= timestamp_ms && record.offset >= from_offset;
    });
    if (!found || *found) return found;
  }
  if (!rest.status()) return rest.status().copy();
  return std::optional<TimedRecord>();
}

Result<std::optional<TimedRecord>> latest_record(sdk::Bytes batches, const record::Codecs& codecs) {
  record::RecordReader reader(codecs);
  record::BatchReader rest(batches);
  record::BatchView batch;
  if (!rest.next(batch)) return std::optional<TimedRecord>();
  return first_in(batch, reader, [&](const record::RecordView& record) { return record.timestamp_ms == batch.max_timestamp_ms(); });
}

}  // namespace barnabas::log
