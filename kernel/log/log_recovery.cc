// PartitionLog: what it knows besides the octets, loaded from the side files and the batches after them.
#include "kernel/log/header_walk.h"
#include "kernel/log/log_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::log {

namespace {

struct SegmentBases final : sdk::Visitor<sdk::SegmentInfo> {
  bool visit(const sdk::SegmentInfo& segment) noexcept override {
    if (oldest < 0) oldest = segment.base_offset;
    newest = segment.base_offset;
    return true;
  }
  std::int64_t oldest = -1;
  std::int64_t newest = -1;
};

}  // namespace

Status PartitionLog::State::load(std::int64_t now_ms, OpenReport& report) {
  const sdk::PartitionState stored = storage->state();
  report.unclean = stored.recovered;
  at.log_start = stored.log_start;
  at.log_end = stored.log_end;
  at.high_watermark = std::clamp(stored.high_watermark, stored.log_start, stored.log_end);
  at.flushed_end = stored.log_end;

  bool epochs_complete = false;
  BARNABAS_TRY(load_epochs(report, epochs_complete));
  const std::vector<LeaderEpochs::Entry> epochs_before = epochs.entries();
  BARNABAS_TRY(passed(snapshots.list(!stored.recovered)));
  BARNABAS_TRY(load_producers(report, epochs_complete ? at.log_end : at.log_start));
  BARNABAS_TRY(drop_idle(now_ms));
  if (const std::int64_t open = transactions.first_open(); open != Transactions::kNone) report.open_transaction = open;
  BARNABAS_TRY(passed(snapshots.remove_strays()));
  if (!epochs_complete || epochs.entries() != epochs_before) BARNABAS_TRY(write_epochs_if_room());
  // After an unclean stop nobody knows what reached the device: only what does now may be acknowledged.
  if (settings.flush == FlushMode::kAck && stored.recovered) BARNABAS_TRY(passed(storage->flush()));
  settle_last_stable();
  return {};
}

Status PartitionLog::State::load_epochs(OpenReport& report, bool& complete) {
  complete = at.log_start == at.log_end;
  Result<std::string> text = read_side_file(*storage, LeaderEpochs::kFileName);
  if (!text) {
    if (text.status().code() != Code::kNotFound) return passed(std::move(text).status());
    if (!complete) report.notes.push_back(fmt::format("{} is missing and was made again from the batches", LeaderEpochs::kFileName));
    return {};
  }
  Result<LeaderEpochs> parsed = LeaderEpochs::parse(*text);
  if (!parsed) {
    report.notes.push_back(fmt::format("{}; it was made again from the batches", message_of(parsed.status())));
    return {};
  }
  epochs = *std::move(parsed);
  complete = true;
  // It is cut after segments were deleted, so what it knows of and the log does not went in another way.
  if (const auto& entries = epochs.entries(); !entries.empty() && entries.front().start_offset < at.log_start)
    report.notes.push_back(
        fmt::format("begins at offset {}, and {} knows of records from {} on: segments are missing, or the broker ended "
                    "while it deleted them",
                    at.log_start, LeaderEpochs::kFileName, entries.front().start_offset));
  // An epoch may begin at the end of the log: its leader had appended nothing yet.
  bool cut = epochs.remove_from(at.log_end + 1);
  cut |= epochs.remove_below(at.log_start);
  return cut ? write_epochs_if_room() : Status();
}

Status PartitionLog::State::load_producers(OpenReport& report, std::int64_t scan_from) {
  producers.clear();
  transactions.clear();
  events.clear();
  // Not from the beginning of the log: DeleteRecords moves it past batches that are stored still, and who wrote them may ask again for an
  // answer that was lost.
  SegmentBases bases;
  BARNABAS_TRY(passed(storage->segments(bases)));
  const std::int64_t stored_from = bases.oldest < 0 ? at.log_start : bases.oldest;  // a storage may name none
  Result<SnapshotFiles::Loaded> loaded = snapshots.load(stored_from, at.log_end, report.notes);
  if (!loaded) return passed(std::move(loaded).status());
  if (owed && owed->offset >= stored_from && owed->offset <= at.log_end && owed->offset > loaded->offset) *loaded = *owed;
  report.snapshot_offset = loaded->offset;
  producers = std::move(loaded->producers);
  for (const auto& [id, entry] : producers)
    if (entry.transaction_start() >= 0) transactions.begin(id, entry.transaction_start());
  const std::int64_t producers_from = std::max(loaded->offset, stored_from);
  return replay(std::min(producers_from, scan_from), producers_from, report);
}

Status PartitionLog::State::replay(std::int64_t from, std::int64_t producers_from, OpenReport& report) {
  HeaderWalk walk(*storage, from, at.log_end);
  for (record::BatchView batch;;) {
    const Result<bool> found = walk.next(batch);
    if (!found) {
      if (found.status().code() != Code::kCorrupt) return passed(found.status().copy());
      return Status::corrupt(fmt::format("the log of {}-{} can not be read: {}", topic, partition, message_of(found.status())));
    }
    if (!*found) return {};
    ++report.replayed_batches;
    replay_batch(batch, producers_from);
    if (!events.empty()) BARNABAS_TRY(passed(keep_transactions(true)));
  }
}

void PartitionLog::State::replay_batch(const record::BatchView& batch, std::int64_t producers_from) {
  // The file may know epochs that the batches do not reach yet: those stay.
  if (batch.last_offset() >= at.log_start && batch.leader_epoch() > epochs.latest())
    epochs.assign(batch.leader_epoch(), std::max(batch.base_offset(), at.log_start));
  if (batch.last_offset() >= producers_from) apply(batch);
}

// All that is known of a producer's last append is what its records say, and they may be old ones. Who wrote to the segment that is written
// to may have been at it until the end, and ask again for what was not answered.
Status PartitionLog::State::drop_idle(std::int64_t now_ms) {
  const auto seems_idle = [&](const ProducerEntry& entry) {
    return entry.transaction_start() < 0 && now_ms - entry.last_timestamp_ms() >= settings.producer_id_expiration_ms;
  };
  if (std::none_of(producers.begin(), producers.end(), [&](const auto& item) { return seems_idle(item.second); })) return {};
  SegmentBases bases;
  BARNABAS_TRY(passed(storage->segments(bases)));
  std::erase_if(producers, [&](const auto& item) { return seems_idle(item.second) && item.second.last().last_offset < bases.newest; });
  return {};
}

}  // namespace barnabas::log
