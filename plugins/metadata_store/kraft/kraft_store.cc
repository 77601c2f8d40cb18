#include "kraft_store.h"

#include <fmt/format.h>

#include "directory.h"
#include "kernel/base/task.h"
#include "kernel/record/metadata_batch.h"
#include "snapshot_file.h"

namespace barnabas::kraft {
namespace {

using sdk::Code;

constexpr std::uint32_t kMaxRecords = 10'000;
constexpr std::uint64_t kMaxBytes = 8 << 20;
constexpr std::size_t kMaxQueuedBytes = 64 << 20;

}  // namespace

KraftStore::KraftStore(sdk::Host& host, const Options& options)
    : host_(host), directory_(options.dir.data, options.dir.size), options_(options) {
  while (directory_.size() > 1 && directory_.back() == '/') directory_.pop_back();
}

Status KraftStore::identity(sdk::MetadataIdentity& identity) {
  if (directory_.empty())
    return Status::invalid("metadata store 'kraft' needs its option 'dir': the directory that holds the metadata log");
  const auto found = read_identity(host_.disk(), directory_);
  if (!found) return found.status().copy();
  identity.formatted = found->formatted;
  if (!found->properties) return {};
  cluster_id_ = found->properties->cluster_id;
  identity.cluster_id = cluster_id_;
  identity.node_id = found->properties->node_id;
  return {};
}

Status KraftStore::format(const sdk::MetadataFormat& format) {
  if (directory_.empty())
    return Status::invalid("metadata store 'kraft' needs its option 'dir': the directory that holds the metadata log");
  return format_directory(host_, directory_, format);
}

Status KraftStore::start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) {
  if (directory_.empty())
    return Status::invalid("metadata store 'kraft' needs its option 'dir': the directory that holds the metadata log");
  if (listener_ != nullptr || stopping_ != nullptr) return Status::invalid("the metadata store is already started");
  // The lock is a file in the directory, so there must be one.
  const auto found = read_identity(host_.disk(), directory_);
  if (!found) return found.status().copy();
  if (!found->formatted) return Status::not_found(fmt::format("{} is not formatted for metadata: run barnabas storage format", directory_));
  BARNABAS_TRY(host_.disk().lock(directory_ + "/.lock"));
  locked_ = true;
  listener_ = &listener;
  node_id_ = start.node_id;
  log_ = std::make_unique<MetadataLog>(host_.disk(), log_directory(directory_), static_cast<std::uint64_t>(options_.segment_bytes.bytes));
  auto recovery = std::make_shared<Recovery>(host_, *log_, RecoveryPlan{directory_, start.node_id, std::string(start.cluster_id)});
  auto status = std::make_shared<Status>();
  busy_ = true;
  base::offload(
      host_.executor(), [recovery, status] { *status = recovery->run(); },
      [this, recovery, status, &completion] { started(recovery, std::move(*status), completion); });
  return {};
}

void KraftStore::unlock() {
  if (std::exchange(locked_, false)) host_.disk().unlock(directory_ + "/.lock");
}

void KraftStore::started(const std::shared_ptr<Recovery>& recovery, Status status, sdk::Completion& completion) {
  busy_ = false;
  if (!status || stopping_ != nullptr) {
    // Whoever is told of the failure may stop the store from there; that stop ends by itself.
    const bool stopped_meanwhile = stopping_ != nullptr;
    listener_ = nullptr;
    unlock();
    completion.done(status.ok() ? Status::unavailable("the metadata store was stopped") : std::move(status));
    if (stopped_meanwhile) finish_stop();
    return;
  }
  Recovered recovered = recovery->take();
  for (const std::string& note : recovered.notes) host_.log(sdk::LogLevel::kWarn, note);
  facts_ = std::move(recovered.facts);
  term_ = recovered.term;
  next_offset_ = log_->end_offset();
  bytes_since_snapshot_ = recovered.bytes_behind_snapshot;
  snapshot_due_ = static_cast<std::uint64_t>(options_.snapshot_bytes.bytes);
  last_timestamp_ms_ = recovered.last_timestamp_ms;
  snapshot_end_ = recovered.snapshot_end.offset;
  snapshot_asked_ = false;
  started_ = true;

  listener_->on_snapshot_begin(recovered.snapshot_end);
  if (!recovered.snapshot.empty()) tell({std::move(recovered.snapshot), recovered.snapshot_end, recovered.last_timestamp_ms});
  listener_->on_snapshot_end();
  for (const record::ToldBatch& batch : recovered.batches) tell(batch);
  listener_->on_leader({node_id_, term_, true, facts_.kraft_version});
  completion.done({});
  ask_for_snapshot();
}

void KraftStore::tell(const record::ToldBatch& batch) {
  const std::vector<sdk::Bytes> views(batch.records.begin(), batch.records.end());
  listener_->on_batch({views.data(), views.size(), batch.end, batch.timestamp_ms});
}

sdk::MetadataAbilities KraftStore::abilities() {
  return {.proposes = true,
          .keeps_sessions = false,
          .knows_offsets = true,
          .wants_snapshots = true,
          .keeps_records = true,
          .follows = true,
          .max_records = kMaxRecords,
          .max_bytes = kMaxBytes};
}

Status KraftStore::propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) {
  if (!started_ || stopping_ != nullptr || proposal.term != term_) return Status::error(Code::kFenced, "the term of the proposal is over");
  if (failed_) return Status::io("the metadata log has failed");
  if (proposal.base_offset >= 0 && proposal.base_offset != next_offset_)
    return Status::unavailable("another record has taken the place that the proposal must get");
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < proposal.record_count; ++i) bytes += proposal.records[i].size;
  if (proposal.record_count == 0) return Status::invalid("a proposal has at least one record");
  if (proposal.record_count > kMaxRecords || bytes > kMaxBytes)
    return Status::error(Code::kExhausted, fmt::format("a proposal has at most {} records and {} octets", kMaxRecords, kMaxBytes));
  if (queued_bytes_ + bytes > kMaxQueuedBytes) return Status::unavailable("too many proposals wait for the disk");

  Proposal& made = queue_.emplace_back();
  // Never back in time within the log, whatever the clock does.
  made.timestamp_ms = last_timestamp_ms_ = std::max(last_timestamp_ms_, host_.clock().wall_ms());
  made.batch = record::metadata_batch(next_offset_, term_, made.timestamp_ms, {proposal.records, proposal.record_count});
  for (std::size_t i = 0; i < proposal.record_count; ++i) made.records.emplace_back(proposal.records[i].begin(), proposal.records[i].end());
  next_offset_ += static_cast<std::int64_t>(proposal.record_count);
  made.end = {next_offset_, term_};
  made.completion = &completion;
  queued_bytes_ += made.batch.size();
  write();
  return {};
}

// What is next to do, if anything is: writing, trimming, closing.
void KraftStore::write() {
  const bool closes = stopping_ != nullptr && !keeping_snapshot_;
  if (busy_ || (queue_.empty() && trim_to_ < 0 && !closes)) return;
  if (!started_ || failed_) {
    // Nothing of the log is touched any more. A stop that is called from where the failure is told ends once, and not inside of its call.
    if (closes && !std::exchange(finishing_, true)) base::post(host_.executor(), [this] { finish_stop(); });
    return;
  }
  busy_ = true;
  auto work = std::make_shared<Work>();
  work->proposals = std::exchange(queue_, {});
  work->trim_to = std::exchange(trim_to_, -1);
  work->close = closes;
  queued_bytes_ = 0;
  base::offload(
      host_.executor(),
      [this, work] {
        const auto run = [&]() -> Status {
          for (const Proposal& proposal : work->proposals) {
            work->refused = log_->append(record::BatchView{sdk::Bytes(proposal.batch)});
            if (work->refused.code() == Code::kExhausted) break;  // nothing of it remains
            BARNABAS_TRY(work->refused.copy());
            ++work->appended;
          }
          if (work->appended != 0) BARNABAS_TRY(log_->sync());
          if (work->trim_to >= 0) BARNABAS_TRY(log_->trim(work->trim_to));
          return work->close ? log_->close() : Status();
        };
        work->status = run();
      },
      [this, work] { written(*work); });
}

void KraftStore::written(Work& work) {
  busy_ = false;
  // First of all: whoever is told may stop the store, and that must not touch the log again.
  const bool failed = !work.status.ok();
  failed_ = failed_ || failed;
  const std::vector<Proposal> refused = failed ? std::vector<Proposal>() : without_room(work);
  for (Proposal& proposal : work.proposals) {
    if (failed) {
      proposal.completion->done(Status::error(Code::kUnknown, "the metadata log failed while the records were written"));
      continue;
    }
    bytes_since_snapshot_ += proposal.batch.size();
    if (stopping_ == nullptr) {
      tell({std::move(proposal.records), proposal.end, proposal.timestamp_ms});
      proposal.completion->done({});
    } else {
      proposal.completion->done(Status::error(Code::kUnknown, "the metadata store was stopped"));
    }
  }
  for (const Proposal& proposal : refused) proposal.completion->done(Status::unavailable(work.refused.message()));
  if (failed) fail(std::move(work.status));
  if (work.close) return finish_stop();
  ask_for_snapshot();
  write();
}

// Without room for one proposal nothing behind it has its place any more. The log is as it was: with room again it goes on.
std::vector<KraftStore::Proposal> KraftStore::without_room(Work& work) {
  if (work.appended == work.proposals.size()) {
    told_of_room_ = told_of_room_ && work.appended == 0;
    return {};
  }
  if (!std::exchange(told_of_room_, true)) host_.log(sdk::LogLevel::kError, work.refused.message());
  const auto first = work.proposals.begin() + static_cast<std::ptrdiff_t>(work.appended);
  std::vector<Proposal> gone(std::make_move_iterator(first), std::make_move_iterator(work.proposals.end()));
  work.proposals.erase(first, work.proposals.end());
  for (Proposal& proposal : std::exchange(queue_, {})) gone.push_back(std::move(proposal));
  queued_bytes_ = 0;
  next_offset_ = log_->end_offset();
  return gone;
}

void KraftStore::fail(Status status) {
  for (const Proposal& proposal : std::exchange(queue_, {})) proposal.completion->done(Status::io(status.message()));
  queued_bytes_ = 0;
  if (stopping_ == nullptr) listener_->on_failed(std::move(status));
}

void KraftStore::ask_for_snapshot() {
  if (stopping_ != nullptr || failed_ || snapshot_asked_ || bytes_since_snapshot_ < snapshot_due_) return;
  snapshot_asked_ = true;
  bytes_at_asking_ = bytes_since_snapshot_;
  listener_->on_snapshot_wanted();
}

Status KraftStore::keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion) {
  if (!started_ || stopping_ != nullptr || failed_) return Status::unavailable("the metadata store is not running");
  if (keeping_snapshot_) return Status::unavailable("another snapshot is being written");
  if (end.offset < snapshot_end_) return Status::invalid("a later snapshot is kept already");
  keeping_snapshot_ = true;
  // What was written since it was asked for is not in it, as far as is known here.
  const std::uint64_t covered = std::exchange(snapshot_asked_, true) ? bytes_at_asking_ : bytes_since_snapshot_;
  auto status = std::make_shared<Status>();
  auto facts = std::make_shared<QuorumFacts>(facts_);
  const SnapshotWriter writer{end, host_.clock().wall_ms(), last_timestamp_ms_};
  base::offload(
      host_.executor(),
      [this, status, facts, writer, &records] {
        const std::string directory = log_directory(directory_);
        *status = write_snapshot(host_.disk(), directory, snapshot_name(writer.end), writer, *facts, records);
        if (status->ok()) *status = delete_older_snapshots(host_.disk(), directory, writer.end);
      },
      [this, status, end, covered, &completion] {
        keeping_snapshot_ = false;
        snapshot_asked_ = false;
        if (status->ok()) {
          bytes_since_snapshot_ -= covered;
          snapshot_end_ = end.offset;
          trim_to_ = end.offset;
        }
        // One that failed would fail again at once, at the cost of reading everything out: the next one is due when another would be.
        snapshot_due_ = static_cast<std::uint64_t>(options_.snapshot_bytes.bytes) + (status->ok() ? 0 : bytes_since_snapshot_);
        completion.done(std::move(*status));
        write();
      });
  return {};
}

Status KraftStore::open_session(sdk::Bytes, sdk::Completion&) {
  return Status::unsupported("the kraft store keeps no sessions: brokers register with the controller");
}

Status KraftStore::stop(sdk::Completion& completion) {
  if (stopping_ != nullptr) return Status::invalid("the metadata store is already being stopped");
  stopping_ = &completion;
  for (const Proposal& proposal : std::exchange(queue_, {}))
    base::post(host_.executor(),
               [ending = proposal.completion] { ending->done(Status::error(Code::kUnknown, "the metadata store was stopped")); });
  write();
  return {};
}

void KraftStore::finish_stop() {
  started_ = false;
  listener_ = nullptr;
  failed_ = false;
  finishing_ = false;
  queued_bytes_ = 0;
  trim_to_ = -1;
  log_.reset();
  unlock();
  std::exchange(stopping_, nullptr)->done({});
}

}  // namespace barnabas::kraft
