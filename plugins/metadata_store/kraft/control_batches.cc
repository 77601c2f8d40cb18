#include "control_batches.h"

#include <fmt/format.h>

#include <charconv>

#include "kernel/base/arena.h"
#include "kernel/record/control.h"
#include "kernel/record/metadata_batch.h"
#include "kernel/record/record_reader.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/control_records.h"

namespace barnabas::kraft {
namespace {

using record::ControlType;

Octets copy(sdk::Bytes octets) { return {octets.begin(), octets.end()}; }

template <class M>
Octets encoded(const M& message) {
  wire::Buffer buffer;
  // Version 0 of each can carry whatever is set here.
  [[maybe_unused]] const Status status = wire::encode(message, 0, buffer);
  return copy(buffer.bytes());
}

Status read_voters(sdk::Bytes value, QuorumFacts& facts) {
  base::Arena arena;
  wire::VotersRecord message;
  BARNABAS_TRY(wire::decode(value, 0, arena, message));
  facts.voters_record = copy(value);
  facts.voters.clear();
  for (const auto& voter : message.voters) facts.voters.push_back({voter.voter_id, voter.voter_directory_id});
  return {};
}

Status read_leader_change(sdk::Bytes value, QuorumFacts& facts) {
  base::Arena arena;
  wire::LeaderChangeMessage message;
  // The message says its own version in its first field.
  const int version = value.size >= 2 ? value[1] : 0;
  BARNABAS_TRY(wire::decode(value, version, arena, message));
  facts.leader_change_voters.clear();
  for (const auto& voter : message.voters) facts.leader_change_voters.push_back(voter.voter_id);
  return {};
}

Octets build(std::span<const record::ControlRecord> records, std::int64_t timestamp_ms, std::int64_t offset, std::int32_t epoch) {
  record::BatchBuilder builder;
  return copy(record::build_control(builder, records, timestamp_ms, offset, epoch));
}

void add_quorum(std::vector<record::ControlRecord>& records, const QuorumFacts& facts) {
  if (!facts.kraft_version_record.empty()) records.push_back({ControlType::kKraftVersion, sdk::Bytes(facts.kraft_version_record)});
  if (!facts.voters_record.empty()) records.push_back({ControlType::kKraftVoters, sdk::Bytes(facts.voters_record)});
}

}  // namespace

Status read_control(const record::BatchView& batch, QuorumFacts& facts) {
  static const record::Codecs none{};
  record::RecordReader reader(none);
  BARNABAS_TRY(reader.open(batch));
  for (record::RecordView record; reader.next(record);) {
    const auto type = record::control_type(record);
    if (!type || !record.value) continue;
    if (*type == ControlType::kLeaderChange) BARNABAS_TRY(read_leader_change(*record.value, facts));
    if (*type == ControlType::kKraftVoters) BARNABAS_TRY(read_voters(*record.value, facts));
    if (*type == ControlType::kKraftVersion) {
      base::Arena arena;
      wire::KRaftVersionRecord message;
      BARNABAS_TRY(wire::decode(*record.value, 0, arena, message));
      facts.kraft_version = message.kraft_version;
      facts.kraft_version_record = copy(*record.value);
    }
    if (*type == ControlType::kSnapshotHeader) {
      base::Arena arena;
      wire::SnapshotHeaderRecord message;
      BARNABAS_TRY(wire::decode(*record.value, 0, arena, message));
      facts.last_timestamp_ms = message.last_contained_log_timestamp;
    }
  }
  return reader.take_status();
}

Octets leader_change_batch(std::int64_t offset, std::int32_t epoch, std::int64_t timestamp_ms, const Voter& self,
                           const QuorumFacts* facts) {
  wire::LeaderChangeMessage message;
  wire::LeaderChangeMessage::Voter voter;
  voter.voter_id = self.id;
  message.leader_id = self.id;
  message.voters = message.granting_voters = {&voter, 1};
  const Octets value = encoded(message);
  std::vector<record::ControlRecord> records{{ControlType::kLeaderChange, sdk::Bytes(value)}};
  if (facts != nullptr) add_quorum(records, *facts);
  return build(records, timestamp_ms, offset, epoch);
}

Octets snapshot_header_batch(std::int32_t epoch, std::int64_t timestamp_ms, std::int64_t last_timestamp_ms, const QuorumFacts& facts) {
  std::vector<record::ControlRecord> quorum;
  add_quorum(quorum, facts);
  return record::snapshot_header(epoch, timestamp_ms, last_timestamp_ms, quorum);
}

Result<QuorumFacts> facts_of_voter(const Voter& self, std::string_view listener) {
  const auto wrong = [&] {
    return Status::invalid(fmt::format(
        "'{}' is no controller listener: with kraft.version 1 it must be said where this voter is reached, as CONTROLLER://host:port",
        listener));
  };
  const std::size_t scheme = listener.find("://");
  const std::size_t colon = listener.rfind(':');
  if (scheme == std::string_view::npos || colon <= scheme + 2) return wrong();
  wire::VotersRecord::Endpoint endpoint;
  endpoint.name = listener.substr(0, scheme);
  endpoint.host = listener.substr(scheme + 3, colon - scheme - 3);
  const auto end = std::from_chars(listener.data() + colon + 1, listener.data() + listener.size(), endpoint.port);
  if (end.ec != std::errc() || end.ptr != listener.data() + listener.size() || endpoint.host.empty()) return wrong();

  wire::VotersRecord voters;
  wire::VotersRecord::Voter voter;
  voter.voter_id = self.id;
  voter.voter_directory_id = self.directory;
  voter.endpoints = {&endpoint, 1};
  voter.kraft_version_feature.max_supported_version = 1;
  voters.voters = {&voter, 1};
  wire::KRaftVersionRecord version;
  version.kraft_version = 1;
  QuorumFacts facts;
  facts.kraft_version = 1;
  facts.kraft_version_record = encoded(version);
  facts.voters_record = encoded(voters);
  facts.voters = {self};
  return facts;
}

}  // namespace barnabas::kraft
