#include "kernel/controller/describe_quorum.h"

namespace barnabas::controller {
namespace {

// An observer that has not asked for so long counts as gone, as with Apache Kafka.
constexpr std::int64_t kForgottenAfterMs = 300'000;

}  // namespace

std::optional<Quorum> describe_quorum(const catalog::Image& image, const std::map<std::int32_t, Feed::Follower>& followers,
                                      std::int64_t now_ms) {
  const sdk::MetadataLeader& leader = image.leader();
  if (!leader.is_self) return {};
  Quorum quorum;
  quorum.leader = leader.node_id;
  quorum.term = leader.term;
  quorum.high_watermark = image.end().offset;
  QuorumReplica& self = quorum.voters.emplace_back();
  self.id = leader.node_id;
  self.end_offset = quorum.high_watermark;
  self.fetched_ms = self.caught_up_ms = now_ms;
  const catalog::Broker* broker = image.broker(leader.node_id);
  // Members of a quorum that may change are told apart by where they keep their log, which is the first directory.
  if (leader.kraft_version > 0 && broker != nullptr && !broker->directories.empty()) self.directory = broker->directories.front();
  for (const auto& [id, follower] : followers)
    if (now_ms - follower.asked_ms < kForgottenAfterMs)
      quorum.observers.push_back({id, Uuid(), follower.offset, follower.asked_ms, follower.caught_up_ms});
  return quorum;
}

}  // namespace barnabas::controller
