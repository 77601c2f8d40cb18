#include "memory_store.h"

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
  if (cluster_id_ == wanted) return Status::error(sdk::Code::kExists, "the metadata in memory already belongs to cluster " + wanted);
  if (!cluster_id_.empty()) return Status::invalid("the metadata in memory belongs to cluster " + cluster_id_ + ", not to " + wanted);
  cluster_id_ = wanted;
  node_id_ = format.node_id;
  add(format.records, format.record_count);
  return {};
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
  const auto views = views_of(batch.records);
  listener_->on_batch({views.data(), views.size(), batch.end, batch.timestamp_ms});
}

void MemoryStore::tell_everything() {
  listener_->on_snapshot_begin(snapshot_.end);
  if (!snapshot_.records.empty()) tell(snapshot_);
  listener_->on_snapshot_end();
  for (const Batch& batch : batches_) tell(batch);
  listener_->on_leader({node_id_, term_, true, 0});
}

Status MemoryStore::start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) {
  if (listener_ != nullptr) return Status::invalid("the metadata store is already started");
  if (start.cluster_id.size != 0 && !cluster_id_.empty() && std::string(start.cluster_id) != cluster_id_)
    return Status::invalid("the metadata in memory belongs to cluster " + cluster_id_ + ", not to " + std::string(start.cluster_id));
  listener_ = &listener;
  node_id_ = start.node_id;
  ++term_;
  base::post(host_.executor(), [this, &completion] {
    if (listener_ != nullptr) tell_everything();
    completion.done({});
  });
  return {};
}

Status MemoryStore::stop(sdk::Completion& completion) {
  listener_ = nullptr;
  // Behind everything that is still posted: afterwards nothing of this object runs any more.
  base::post(host_.executor(), [&completion] { completion.done({}); });
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
  if (listener_ == nullptr || proposal.term != term_) return Status::error(sdk::Code::kFenced, "the term of the proposal is over");
  if (proposal.base_offset >= 0 && proposal.base_offset != next_offset_)
    return Status::unavailable("another record has taken the place that the proposal must get");
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < proposal.record_count; ++i) bytes += proposal.records[i].size;
  if (proposal.record_count > kMaxRecords || bytes > kMaxBytes)
    return Status::error(sdk::Code::kExhausted, "a proposal has at most 10000 records and 8 MiB");
  add(proposal.records, proposal.record_count);
  // Copied: a snapshot may take the kept one away before it is told.
  base::post(host_.executor(), [this, &completion, batch = batches_.back()] {
    if (listener_ == nullptr) return completion.done(Status::error(sdk::Code::kUnknown, "the metadata store was stopped"));
    tell(batch);
    completion.done({});
    if (listener_ != nullptr && bytes_since_snapshot_ > kSnapshotBytes && !snapshot_asked_) {
      snapshot_asked_ = true;
      listener_->on_snapshot_wanted();
    }
  });
  return {};
}

Status MemoryStore::open_session(sdk::Bytes, sdk::Completion&) {
  return Status::unsupported("the memory store keeps no sessions: brokers register with the controller");
}

Status MemoryStore::keep_snapshot(sdk::MetadataPosition end, sdk::MetadataRecords& records, sdk::Completion& completion) {
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

using barnabas::metadata_memory::MemoryStore;
BARNABAS_PLUGIN(MetadataStore, MemoryStore, "memory", "1.0.0", "Metadata that lives as long as the process.")
