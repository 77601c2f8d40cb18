// Who keeps the metadata and how far the others have come with it.
//
// Pure. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "kernel/catalog/image.h"
#include "kernel/controller/feed.h"

namespace barnabas::controller {

struct QuorumReplica {
  std::int32_t id = -1;
  Uuid directory;  // zero where the quorum's members are fixed
  std::int64_t end_offset = -1;
  std::int64_t fetched_ms = -1;
  std::int64_t caught_up_ms = -1;
};
struct Quorum {
  std::int32_t leader = -1;
  std::int32_t term = 0;
  std::int64_t high_watermark = -1;
  std::vector<QuorumReplica> voters;
  std::vector<QuorumReplica> observers;
};

// Nothing where this node does not lead: then it does not know.
std::optional<Quorum> describe_quorum(const catalog::Image& image, const std::map<std::int32_t, Feed::Follower>& followers,
                                      std::int64_t now_ms);

}  // namespace barnabas::controller
