#include "kernel/quorum/pending_log.h"

#include <fmt/format.h>

#include "kernel/record/metadata_batch.h"

namespace barnabas::quorum {

void PendingLog::reset(sdk::MetadataPosition position) {
  batches_.clear();
  told_ = end_ = position;
  joiner_ = {};
}

Status PendingLog::add(sdk::Bytes octets) {
  record::BatchReader batches(octets);
  for (record::BatchView batch; batches.next(batch);) {
    if (batch.magic() != 2 || !batch.crc_valid())
      return Status::corrupt(fmt::format("the metadata batch at offset {} has a wrong checksum", batch.base_offset()));
    if (batch.next_offset() <= end_.offset) continue;
    const sdk::Bytes whole = batch.octets();
    batches_.push_back({batch.base_offset(), {batch.next_offset(), batch.leader_epoch()}, {whole.begin(), whole.end()}});
    end_ = batches_.back().end;
  }
  if (batches.status().ok() && octets.size != 0 && batches.position() == 0)
    return Status::corrupt(fmt::format("{} octets of metadata are no batch", octets.size));
  return batches.status().copy();
}

Status PendingLog::cut(sdk::MetadataPosition leader_end) {
  // Whose epoch it does not have, or what is behind the end of that epoch, the leader does not have.
  while (!batches_.empty() && (batches_.back().end.term > leader_end.term || batches_.back().end.offset > leader_end.offset))
    batches_.pop_back();
  end_ = batches_.empty() ? told_ : batches_.back().end;
  if (end_.offset <= leader_end.offset) return {};
  return Status::corrupt(fmt::format("the controllers lost metadata that was final: epoch {} ends at offset {} there, and {} is known here",
                                     leader_end.term, leader_end.offset, end_.offset));
}

Status PendingLog::check_snapshot(sdk::MetadataPosition end) const {
  if (end.offset >= told_.offset && end.term >= told_.term) return {};
  return Status::corrupt(fmt::format(
      "the controllers lost metadata that was final: their snapshot ends at offset {} in epoch {}, and offset {} in epoch {} is "
      "known here",
      end.offset, end.term, told_.offset, told_.term));
}

Status PendingLog::tell(std::int64_t high_watermark, const Tell& tell) {
  while (!batches_.empty() && batches_.front().end.offset <= high_watermark) {
    const Batch batch = std::move(batches_.front());
    batches_.pop_front();
    told_ = batch.end;
    BARNABAS_TRY(this->tell(batch, tell));
  }
  return {};
}

Status PendingLog::tell(const Batch& batch, const Tell& tell) {
  record::BatchReader reader{sdk::Bytes(batch.octets)};
  record::BatchView view;
  if (!reader.next(view) || view.control()) return {};
  const auto records = record::metadata_records(view);
  if (!records) return records.status().copy();
  return joiner_.add(*records, batch.end, view.max_timestamp_ms(), [&](const record::ToldBatch& told) {
    const std::vector<sdk::Bytes> views(told.records.begin(), told.records.end());
    tell({views.data(), views.size(), told.end, told.timestamp_ms});
  });
}

}  // namespace barnabas::quorum
