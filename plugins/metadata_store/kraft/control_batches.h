// What KRaft writes into the metadata log for itself: control batches, and the voters they tell of. [any thread]
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "files.h"
#include "kernel/base/uuid.h"
#include "kernel/record/batch_view.h"

namespace barnabas::kraft {

struct Voter {
  std::int32_t id = -1;
  Uuid directory;
};

// What control records said so far, later ones over earlier ones. The voters' record is kept as it came, for it goes into every snapshot.
struct QuorumFacts {
  std::int16_t kraft_version = 0;
  Octets kraft_version_record;  // empty: none was seen
  Octets voters_record;
  std::vector<Voter> voters;                       // of the voters' record
  std::vector<std::int32_t> leader_change_voters;  // of the last LeaderChangeMessage
  std::int64_t last_timestamp_ms = -1;             // SnapshotHeader: of the last record below the snapshot
};

// REQUIRES: a control batch. Types that are not known are passed over.
Status read_control(const record::BatchView& batch, QuorumFacts& facts);

// The batch that begins a term; with `facts` not null also kraft.version and voters, which come into the log that way once.
Octets leader_change_batch(std::int64_t offset, std::int32_t epoch, std::int64_t timestamp_ms, const Voter& self, const QuorumFacts* facts);
Octets snapshot_header_batch(std::int32_t epoch, std::int64_t timestamp_ms, std::int64_t last_timestamp_ms, const QuorumFacts& facts);

// The facts of a cluster whose only voter is this one, reached at "NAME://host:port".
Result<QuorumFacts> facts_of_voter(const Voter& self, std::string_view listener);

}  // namespace barnabas::kraft
