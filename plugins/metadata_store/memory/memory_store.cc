#include "memory_store.h"

#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/task.h"

namespace barnabas::metadata_memory {
namespace {

using sdk::Status;

constexpr std::uint32_t kMaxRecords = 10'000;
constexpr std::uint64_t kMaxBytes = 8 << 20;
constexpr std::size_t kSnapshotBytes = 20 << 20;

std::vector<sdk::Bytes> views_of(const std::vector<std::string>& records) { return {records.begin(), records.end()}; }

}  // namespace

Status MemoryStore::identity(sdk::MetadataIdentity& identity) {
  identity.formatted = !cluster_id_.empty();
  identity.cluster_id = cluster_id_;
  identity.node_id = node_id_;
  return {};
}

Status MemoryStore::format(const sdk::MetadataFormat& format) {
  const std::string wanted(format.cluster_id);
  if (!cluster_id_.empty()) BARNABAS_TRY(check_owner(wanted, format.node_id));
  if (!cluster_id_.empty()) return Status::error(sdk::Code::kExists, "the metadata in memory already belongs to cluster " + wanted);
  cluster_id_ = wanted;
  node_id_ = format.node_id;
  add(format.records, format.record_count);
  return {};
}

// Whether the metadata, which belong to somebody, are those of this node of this cluster.
Status MemoryStore::check_owner(const std::string& cluster_id, std::int32_t node_id) const {
  if (cluster_id != cluster_id_)
    return Status::invalid("the metadata in memory belongs to cluster " + cluster_id_ + ", not to " + cluster_id);
  if (node_id == node_id_) return {};
  return Status::invalid("the metadata in memory belongs to node " + std::to_string(node_id_) + ", not to " + std::to_string(node_id));
}

void MemoryStore::add(const sdk::Bytes* records, std::size_t count) {
  Batch batch;
  for (std::size_t i = 0; i < count; ++i) {
    batch.records.emplace_back(records[i].begin(), records[i].end());
    bytes_since_snapshot_ += records[i].size;
  }
  next_offset_ += static_cast<std::int64_t>(count);
  batch.end = {next_offset_, term_};
  batch.timestamp_ms = host_.clock().wall_ms();
  batches_.push_back(std::move(batch));
}

void MemoryStore::tell(const Batch& batch) {
  if (listener_ == nullptr) return;  // stopped from inside what it was told before
  const auto views = views_of(batch.records);
  listener_->on_batch({views.data(), views.size(), batch.end, batch.timestamp_ms});
}

void MemoryStore::tell_everything() {
  listener_->on_snapshot_begin(snapshot_.end);
  if (!snapshot_.records.empty()) tell(snapshot_);
  if (listener_ != nullptr) listener_->on_snapshot_end();
  for (const Batch& batch : batches_) tell(batch);
  if (listener_ != nullptr) listener_->on_leader({node_id_, term_, true, 0});
}

void MemoryStore::ask_for_snapshot() {
  if (listener_ == nullptr || bytes_since_snapshot_ <= kSnapshotBytes || std::exchange(snapshot_asked_, true)) return;
  listener_->on_snapshot_wanted();
}

Status MemoryStore::start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) {
  if (life_ != Life::kStopped) return Status::invalid("the metadata store is already started");
  if (cluster_id_.empty()) return Status::not_found("the metadata in memory has no cluster yet: it is formatted first");
  BARNABAS_TRY(check_owner(start.cluster_id.size == 0 ? cluster_id_ : std::string(start.cluster_id), start.node_id));
  life_ = Life::kStarting;
  listener_ = &listener;
  snapshot_asked_ = false;
  ++term_;
  base::post(host_.executor(), [this, &completion] {
    if (life_ != Life::kStarting) return completion.done(Status::unavailable("the metadata store was stopped"));
    life_ = Life::kRunning;
    tell_everything();
    completion.done({});
    ask_for_snapshot();
  });
  return {};
}

Status MemoryStore::stop(sdk::Completion& completion) {
  if (life_ == Life::kStopping) return Status::invalid("the metadata store is already being stopped");
  life_ = Life::kStopping;
  listener_ = nullptr;
  // Behind everything that is still posted: afterwards nothing of this object runs any more.
  base::post(host_.executor(), [this, &completion] {
    life_ = Life::kStopped;
    completion.done({});
  });
  return {};
}

sdk::MetadataAbilities MemoryStore::abilities() {
  return {.proposes = true,
          .keeps_sessions = false,
          .knows_offsets = true,
          .wants_snapshots = true,
          .keeps_records = true,
          .follows = true,
          .max_records = kMaxRecords,
          .max_bytes = kMaxBytes};
}

Status MemoryStore::propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) {
  if (life_ != Life::kRunning || proposal.term != term_) return Status::error(sdk::Code::kFenced, "the term of the proposal is over");
  if (proposal.base_offset >= 0 && proposal.base_offset != next_offset_)
    return Status::unavailable("another record has taken the place that the proposal must get");
  if (proposal.record_count == 0) return Status::invalid("a proposal has at least one record");
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < proposal.record_count; ++i) bytes += proposal.records[i].size;
  if (proposal.record_count > kMaxRecords || bytes > kMaxBytes)
    return Status::error(sdk::Code::kExhausted, "a proposal has at most 10000 records and 8 MiB");
  add(proposal.records, proposal.record_count);
  // Copied: a snapshot may take the kept one away before it is told.
  base::post(host_.executor(), [this, &completion, batch = batches_.back()] {
    if (life_ != Life::kRunning) return completion.done(Status::error(sdk::Code::kUnknown, "the metadata store was stopped"));
    tell(batch);
    completion.done({});
    ask_for_snapshot();
  });
  return {};
}

Status MemoryStore::open_session(sdk::Bytes, sdk::Completion&) {
  return Status::unsupported("the memory store keeps no sessions: brokers register with the controller");
}

Status MemoryStore::keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion) {
  if (life_ != Life::kRunning) return Status::unavailable("the metadata store is not running");
  if (end.offset < snapshot_.end.offset) return Status::invalid("a later snapshot is kept already");
  Batch snapshot;
  for (sdk::Bytes record; records.next(record);) snapshot.records.emplace_back(record.begin(), record.end());
  snapshot.end = end;
  snapshot_ = std::move(snapshot);
  std::erase_if(batches_, [&](const Batch& batch) { return batch.end.offset <= end.offset; });
  bytes_since_snapshot_ = 0;
  for (const Batch& batch : batches_)
    for (const std::string& record : batch.records) bytes_since_snapshot_ += record.size();
  snapshot_asked_ = false;
  base::post(host_.executor(), [&completion] { completion.done({}); });
  return {};
}

}  // namespace barnabas::metadata_memory
