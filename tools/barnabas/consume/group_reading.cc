#include "tools/barnabas/consume/group_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "tools/barnabas/cluster.h"

namespace barnabas::tools {
namespace {

constexpr std::int64_t kWaitForGroupMs = 100;
constexpr std::int64_t kRetryPauseMs = 100;
// How long a commit, and a look at what is committed, are tried again while the coordinator is away or moves.
constexpr std::int64_t kCommitPatienceMs = 10'000;
constexpr std::int64_t kFetchPatienceMs = 60'000;

bool has(const client::TopicPartitions& partitions, const ReadPosition& position) {
  const auto topic = partitions.find(position.topic);
  return topic != partitions.end() && std::binary_search(topic->second.begin(), topic->second.end(), position.partition);
}

}  // namespace

Status find_leaders(BlockingClient& client, std::vector<ReadPosition>& positions) {
  std::set<std::string> names;
  for (const ReadPosition& position : positions) names.insert(position.topic);
  auto cluster = read_cluster(client, std::vector<std::string>(names.begin(), names.end()));
  if (!cluster) return std::move(cluster).status();
  Status found;
  for (ReadPosition& position : positions) {
    position.leader = -1;
    const TopicFacts* topic = cluster->find(position.topic);
    for (const PartitionFacts& facts : topic == nullptr ? std::vector<PartitionFacts>() : topic->partitions)
      if (facts.index == position.partition) position.leader = facts.leader;
    if (position.leader < 0) found = Status::unavailable(fmt::format("{}-{} has no leader", position.topic, position.partition));
  }
  return found;
}

Result<std::unique_ptr<GroupReading>> GroupReading::make(BlockingClient& client, const std::string& bootstrap, GroupSettings settings) {
  auto addresses = parse_bootstrap(bootstrap);
  if (!addresses) return std::move(addresses).status();
  settings.session.client.bootstrap = *std::move(addresses);
  auto assignors = std::make_unique<AssignorLoader>(client.env());
  for (const std::string& name : settings.assignors)
    if (Status status = assignors->add(name); !status.ok()) return status;
  settings.session.assignors = assignors->all();
  return std::unique_ptr<GroupReading>(new GroupReading(client, std::move(settings), std::move(assignors)));
}

GroupReading::GroupReading(BlockingClient& client, GroupSettings settings, std::unique_ptr<AssignorLoader> assignors)
    : client_(client),
      assignors_(std::move(assignors)),
      auto_commit_(settings.auto_commit),
      interval_ms_(settings.auto_commit_interval_ms),
      membership_(client, std::move(settings.session)) {}

void GroupReading::subscribe(std::vector<std::string> topics) { membership_.subscribe(std::move(topics)); }

Status GroupReading::follow(std::vector<ReadPosition>& positions, const Begin& begin) {
  GroupMembership::News news = membership_.look(positions.empty() ? kWaitForGroupMs : 0);
  if (!news.ended.ok()) return std::move(news.ended);
  if (news.give_up) {
    if (!news.lost) commit(positions);
    std::erase_if(positions, [&](const ReadPosition& position) { return !has(news.keep, position); });
    membership_.gave_up();
  }
  if (news.assigned) BARNABAS_TRY(take(*news.assigned, positions, begin));
  if (auto_commit_ && now_ms() >= commit_at_ms_) commit(positions);
  return {};
}

Status GroupReading::take(const client::TopicPartitions& assigned, std::vector<ReadPosition>& positions, const Begin& begin) {
  std::erase_if(positions, [&](const ReadPosition& position) { return !has(assigned, position); });
  client::TopicPartitions wanted = assigned;  // what it does not read already
  for (const ReadPosition& position : positions) std::erase(wanted[position.topic], position.partition);
  std::erase_if(wanted, [](const auto& topic) { return topic.second.empty(); });
  std::vector<ReadPosition> taken;
  for (const auto& [topic, partitions] : wanted)
    for (const std::int32_t partition : partitions) taken.push_back({topic, partition, -1, -1, -1});
  commit_at_ms_ = now_ms() + interval_ms_;
  if (taken.empty()) return {};
  BARNABAS_TRY(look_up(wanted, taken));
  for (ReadPosition& position : taken) {
    const client::CommittedOffset committed = last_[position.topic][position.partition];
    position.offset = committed.offset;
    position.leader_epoch = committed.leader_epoch;
    if (position.offset >= 0) continue;
    auto found = begin(position);
    if (!found) return std::move(found).status();
    position.offset = *found;
  }
  positions.insert(positions.end(), taken.begin(), taken.end());
  return {};
}

// What the group has committed, and who leads.
Status GroupReading::look_up(const client::TopicPartitions& wanted, std::vector<ReadPosition>& taken) {
  const std::int64_t until_ms = now_ms() + kFetchPatienceMs;
  for (;;) {
    auto offsets = membership_.fetch_offsets(wanted);
    Status status = offsets ? find_leaders(client_, taken) : offsets.status().copy();
    if (status.ok()) {
      for (const auto& [topic, partitions] : *offsets)
        for (const auto& [partition, committed] : partitions) last_[topic][partition] = committed;
      return {};
    }
    const bool may_pass = status.code() == Code::kUnavailable || status.code() == Code::kUnknown;
    if (!may_pass || now_ms() >= until_ms) return status;
    client_.pause(kRetryPauseMs);
  }
}

void GroupReading::commit(const std::vector<ReadPosition>& positions) {
  commit_at_ms_ = now_ms() + interval_ms_;
  if (!auto_commit_) return;
  client::GroupOffsets offsets;
  for (const ReadPosition& position : positions)
    if (last_[position.topic][position.partition].offset != position.offset)
      offsets[position.topic][position.partition] = {position.offset, position.leader_epoch};
  if (offsets.empty()) return;
  const std::int64_t until_ms = now_ms() + kCommitPatienceMs;
  Status status = membership_.commit(offsets);
  while (status.code() == Code::kUnavailable && now_ms() < until_ms) {
    client_.pause(kRetryPauseMs);
    status = membership_.commit(offsets);
  }
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", std::string(message_of(status)).c_str());
    return;
  }
  for (const ReadPosition& position : positions) {
    if (!offsets.contains(position.topic) || !offsets[position.topic].contains(position.partition)) continue;
    last_[position.topic][position.partition] = {position.offset, position.leader_epoch};
    if (committed_) committed_(position);
  }
}

void GroupReading::close(const std::vector<ReadPosition>& positions) {
  commit(positions);
  membership_.leave();
}

}  // namespace barnabas::tools
