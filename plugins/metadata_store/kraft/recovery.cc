#include "recovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "directory.h"
#include "kernel/base/arena.h"
#include "kernel/record/metadata_batch.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/record_settings.h"
#include "log_damage.h"
#include "snapshot_file.h"

namespace barnabas::kraft {
namespace {

constexpr char kQuorumStateName[] = "quorum-state";
constexpr char kTopicFile[] = "partition.metadata";
constexpr std::string_view kTopicText = "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ";

// Framed records without a body, or with the one that is there: frame 1, type, version 0, tagged fields.
const std::string kBeginBootstrap = std::string("\x01\x17\x00\x01\x00\x12\x12", 7) + "Bootstrap records";
const std::string kEndTransaction("\x01\x18\x00\x00", 4);
const std::string kAbortTransaction("\x01\x19\x00\x00", 4);

constexpr std::uint8_t kFeatureLevel = 12;
constexpr std::int16_t kTransactionsSince = 13;  // 3.6-IV1

// Whether the metadata.version among the records has metadata transactions.
bool allows_transactions(const std::vector<std::string>& records) {
  for (const std::string& record : records) {
    if (record.size() < 3 || static_cast<std::uint8_t>(record[1]) != kFeatureLevel) continue;
    base::Arena arena;
    wire::FeatureLevelRecord message;
    if (wire::decode(sdk::Bytes(record).slice(3), 0, arena, message).ok() && message.name == "metadata.version")
      return message.feature_level >= kTransactionsSince;
  }
  return false;
}

}  // namespace

Status Recovery::run() {
  BARNABAS_TRY(check_identity());
  BARNABAS_TRY(read_state());
  BARNABAS_TRY(load_snapshot());
  BARNABAS_TRY(read_log());
  BARNABAS_TRY(check_voters());
  BARNABAS_TRY(check_epoch());
  // Up to here nothing was written: what is refused stays as it is.
  BARNABAS_TRY(open_log());
  return begin_term();
}

Status Recovery::check_identity() {
  const auto identity = read_identity(disk_, plan_.directory);
  if (!identity) return identity.status().copy();
  if (!identity->formatted)
    return Status::not_found(fmt::format("{} is not formatted for metadata: run barnabas storage format", plan_.directory));
  const record::MetaProperties& properties = *identity->properties;
  if (properties.node_id != plan_.node_id)
    return Status::invalid(fmt::format("{} belongs to node {}, but this is node {}", plan_.directory, properties.node_id, plan_.node_id));
  if (!plan_.cluster_id.empty() && properties.cluster_id != plan_.cluster_id)
    return Status::invalid(
        fmt::format("{} belongs to cluster {}, but this node to {}", plan_.directory, properties.cluster_id, plan_.cluster_id));
  self_ = {plan_.node_id, properties.directory_id.value_or(Uuid())};
  return {};
}

Status Recovery::read_state() {
  const auto text = read_file(disk_, log_directory(plan_.directory) + "/" + kQuorumStateName);
  if (!text && text.status().code() == sdk::Code::kNotFound) return {};
  if (!text) return text.status().copy();
  const auto state = parse_quorum_state({reinterpret_cast<const char*>(text->data()), text->size()});
  if (!state)
    return Status::error(state.status().code(), fmt::format("{}: {}", log_directory(plan_.directory), message_of(state.status())));
  state_ = *state;
  return {};
}

Status Recovery::load_snapshot() {
  const std::string directory = log_directory(plan_.directory);
  const auto found = find_snapshots(disk_, directory);
  if (!found) return found.status().copy();
  for (const sdk::MetadataPosition end : *found) {
    QuorumFacts facts;
    std::vector<std::string> records;
    const std::string path = directory + "/" + snapshot_name(end);
    Status status = read_snapshot(disk_, path, facts, [&](sdk::Bytes record) { records.emplace_back(record.begin(), record.end()); });
    if (!status) {
      if (status.code() != sdk::Code::kCorrupt) return status;
      recovered_.notes.push_back(fmt::format("passed over a snapshot that is damaged: {}", message_of(status)));
      continue;
    }
    has_snapshot_ = true;
    recovered_.snapshot = std::move(records);
    recovered_.snapshot_end = end;
    recovered_.last_timestamp_ms = facts.last_timestamp_ms;
    voters_in_log_ = end.offset > 0 && !facts.voters_record.empty();
    recovered_.facts = std::move(facts);
    return {};
  }
  return {};
}

Status Recovery::tell(const record::BatchView& batch) {
  if (batch.next_offset() <= recovered_.snapshot_end.offset) return {};
  recovered_.bytes_behind_snapshot += batch.size();
  recovered_.last_timestamp_ms = batch.max_timestamp_ms();
  if (batch.control()) {
    const Octets voters_before = recovered_.facts.voters_record;
    recovered_.facts.voters_record.clear();
    BARNABAS_TRY(read_control(batch, recovered_.facts));
    if (recovered_.facts.voters_record.empty()) {
      recovered_.facts.voters_record = voters_before;
    } else {
      voters_in_log_ = true;
    }
    return {};
  }
  const auto records = record::metadata_records(batch);
  if (!records) return records.status().copy();
  return joiner_.add(*records, {batch.next_offset(), batch.leader_epoch()}, batch.max_timestamp_ms(),
                     [this](record::ToldBatch told) { recovered_.batches.push_back(std::move(told)); });
}

Status Recovery::read_log() {
  BARNABAS_TRY(log_.read([this](const record::BatchView& batch) { return tell(batch); }, state_.epoch));
  const std::int64_t snapshot_end = recovered_.snapshot_end.offset;
  const bool is_empty = !has_snapshot_ && log_.empty();
  BARNABAS_TRY(check_epochs(disk_, log_directory(plan_.directory), std::max(log_.end_offset(), snapshot_end), is_empty));
  if (log_.start_offset() > snapshot_end)
    return Status::corrupt(fmt::format("{} begins at offset {}, but the newest whole snapshot ends at {}: what is between is missing",
                                       log_directory(plan_.directory), log_.start_offset(), snapshot_end));
  return {};
}

Status Recovery::open_log() {
  // First, for it may be all the room that there is.
  BARNABAS_TRY(delete_unfinished_snapshots(disk_, log_directory(plan_.directory)));
  if (log_.cut_bytes() != 0)
    recovered_.notes.push_back(
        fmt::format("cut {} octets off the metadata log at offset {}: they were never acknowledged", log_.cut_bytes(), log_.end_offset()));
  BARNABAS_TRY(log_.open());
  const std::int64_t snapshot_end = recovered_.snapshot_end.offset;
  if (log_.end_offset() >= snapshot_end) return {};
  recovered_.batches.clear();
  return log_.restart(snapshot_end);
}

Status Recovery::check_voters() const {
  const auto refuse = [&](const std::string& voters) {
    return Status::unsupported(fmt::format("the metadata in {} belongs to a quorum with voters {}; this store is a quorum of one, node {}",
                                           plan_.directory, voters, plan_.node_id));
  };
  if (!recovered_.facts.voters.empty()) {
    std::string ids;
    for (const Voter& voter : recovered_.facts.voters) ids += fmt::format("{}{}", ids.empty() ? "" : ", ", voter.id);
    return recovered_.facts.voters.size() == 1 && recovered_.facts.voters[0].id == self_.id ? Status() : refuse(ids);
  }
  const auto& known = !state_.voters.empty() ? state_.voters : recovered_.facts.leader_change_voters;
  if (known.empty() || known == std::vector<std::int32_t>{self_.id}) return {};
  return refuse(fmt::format("{}", fmt::join(known, ", ")));
}

std::int32_t Recovery::last_epoch() const { return std::max({state_.epoch, log_.last_epoch(), recovered_.snapshot_end.term}); }

Status Recovery::check_epoch() const {
  if (last_epoch() < INT32_MAX) return {};
  return Status::corrupt(
      fmt::format("{} says that epoch {} was reached, and none comes behind it: quorum-state, a snapshot's name or a batch is damaged",
                  log_directory(plan_.directory), last_epoch()));
}

Status Recovery::append(const Octets& batch) {
  const record::BatchView view{sdk::Bytes(batch)};
  BARNABAS_TRY(log_.append(view));
  return tell(view);
}

Status Recovery::begin_term() {
  const std::string directory = log_directory(plan_.directory);
  const std::int32_t term = last_epoch() + 1;
  recovered_.term = term;
  QuorumState state;
  state.version = recovered_.facts.kraft_version >= 1 ? 1 : 0;
  state.leader_id = self_.id;
  state.epoch = term;
  if (state.version == 0) state.voters = {self_.id};
  // Before anything is written in the term: it must not be begun twice.
  BARNABAS_TRY(replace_file(disk_, directory, kQuorumStateName, sdk::Bytes(print_quorum_state(state))));
  if (const auto there = file_exists(disk_, directory + "/" + kTopicFile); there.ok() && !*there)
    BARNABAS_TRY(replace_file(disk_, directory, kTopicFile, sdk::Bytes(kTopicText)));

  const bool aborts = joiner_.open();
  const std::int64_t now = host_.clock().wall_ms();
  const bool with_voters = !recovered_.facts.voters_record.empty() && !voters_in_log_;
  BARNABAS_TRY(append(leader_change_batch(log_.end_offset(), term, now, self_, with_voters ? &recovered_.facts : nullptr)));
  if (aborts) {
    const sdk::Bytes abort(kAbortTransaction);
    BARNABAS_TRY(append(record::metadata_batch(log_.end_offset(), term, now, {&abort, 1})));
    recovered_.notes.push_back("a metadata transaction was left open and is aborted");
  }
  if (recovered_.snapshot_end.offset == 0) {
    const bool nothing_told = recovered_.batches.empty() && recovered_.snapshot.empty();
    const auto bootstrap = read_bootstrap(disk_, plan_.directory);
    if (!bootstrap) return bootstrap.status().copy();
    if (nothing_told && !bootstrap->empty()) {
      std::vector<sdk::Bytes> records(bootstrap->begin(), bootstrap->end());
      if (allows_transactions(*bootstrap)) {
        records.insert(records.begin(), sdk::Bytes(kBeginBootstrap));
        records.push_back(sdk::Bytes(kEndTransaction));
      }
      BARNABAS_TRY(append(record::metadata_batch(log_.end_offset(), term, now, records)));
    }
  }
  return log_.sync();
}

}  // namespace barnabas::kraft
