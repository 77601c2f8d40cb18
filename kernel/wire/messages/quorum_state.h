// The quorum-state file: who was voted for and who led. On disk it is JSON with these names.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct QuorumStateData {
  static constexpr Schema kSchema = data().versions(0, 1).flexible(0);

  struct Voter {
    std::int32_t voter_id = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(Voter) {
      WIRE(voter_id, since(0).until(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::string_view cluster_id;
  std::int32_t leader_id = -1;
  std::int32_t leader_epoch = -1;
  std::int32_t voted_id = -1;
  Uuid voted_directory_id;
  std::int64_t applied_offset = 0;
  Nullable<std::span<Voter>> current_voters = kEmpty;
  UnknownTags unknown_tags;

  WIRE_FIELDS(QuorumStateData) {
    WIRE(cluster_id, since(0).until(0));
    WIRE(leader_id, since(0));
    WIRE(leader_epoch, since(0));
    WIRE(voted_id, since(0));
    WIRE(voted_directory_id, since(1));
    WIRE(applied_offset, since(0).until(0));
    WIRE(current_voters, since(0).until(0).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
