#include "tools/barnabas/consume/group_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "kernel/base/times.h"
#include "tools/barnabas/cluster.h"

namespace barnabas::tools {
namespace {

constexpr std::int64_t kWaitForGroupMs = 100;
constexpr std::int64_t kRetryPauseMs = 100;
// How long the last commit of a partition is tried again while the coordinator is away or moves.
constexpr std::int64_t kCommitPatienceMs = 10'000;

bool has(const client::TopicPartitions& partitions, const std::string& name, std::int32_t partition) {
  const auto topic = partitions.find(name);
  return topic != partitions.end() && std::binary_search(topic->second.begin(), topic->second.end(), partition);
}

void keep_only(const client::TopicPartitions& kept, std::vector<ReadPosition>& positions) {
  std::erase_if(positions, [&](const ReadPosition& position) { return !has(kept, position.topic, position.partition); });
}

void keep_only(const client::TopicPartitions& kept, client::TopicPartitions& partitions) {
  for (auto& [topic, numbers] : partitions)
    std::erase_if(numbers, [&, &topic = topic](std::int32_t partition) { return !has(kept, topic, partition); });
  std::erase_if(partitions, [](const auto& topic) { return topic.second.empty(); });
}

// Those of `assigned` that it does not read already.
client::TopicPartitions without(client::TopicPartitions assigned, const std::vector<ReadPosition>& positions) {
  for (const ReadPosition& position : positions) std::erase(assigned[position.topic], position.partition);
  std::erase_if(assigned, [](const auto& topic) { return topic.second.empty(); });
  return assigned;
}

void say(const Status& status) { std::fprintf(stderr, "%s\n", std::string(message_of(status)).c_str()); }

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
  GroupMembership::News news = membership_.look(positions.empty() && not_taken_.empty() ? kWaitForGroupMs : 0);
  if (!news.ended.ok()) return std::move(news.ended);
  if (news.give_up) {
    if (news.lost)
      beside_ = {};  // others may have committed since: what becomes of it says nothing
    else
      commit(positions);
    keep_only(news.keep, positions);
    keep_only(news.keep, not_taken_);
    membership_.gave_up();
  }
  if (news.assigned) {
    keep_only(*news.assigned, positions);
    not_taken_ = without(*std::move(news.assigned), positions);
    commit_at_ms_ = base::saturated_add(now_ms(), interval_ms_);
  }
  Status taken = not_taken_.empty() ? Status() : take(positions, begin);
  commit_beside(positions);
  return taken;
}

Status GroupReading::take(std::vector<ReadPosition>& positions, const Begin& begin) {
  auto offsets = membership_.fetch_offsets(not_taken_);
  if (!offsets) return std::move(offsets).status();
  std::vector<ReadPosition> taken;
  for (const auto& [topic, partitions] : not_taken_)
    for (const std::int32_t partition : partitions) {
      const client::CommittedOffset committed = last_[topic][partition] = (*offsets)[topic][partition];
      ReadPosition& position = taken.emplace_back(
          ReadPosition{.topic = topic, .partition = partition, .offset = committed.offset, .leader_epoch = committed.leader_epoch});
      if (position.offset >= 0) continue;
      auto found = begin(position);
      if (!found) return std::move(found).status();
      position.offset = *found;
    }
  not_taken_.clear();
  // Who reads looks again for the leader of what has none now.
  Status led = find_leaders(client_, taken);
  positions.insert(positions.end(), taken.begin(), taken.end());
  return led;
}

client::GroupOffsets GroupReading::moved(const std::vector<ReadPosition>& positions) {
  client::GroupOffsets offsets;
  for (const ReadPosition& position : positions)
    if (position.offset >= 0 && last_[position.topic][position.partition].offset != position.offset)
      offsets[position.topic][position.partition] = {position.offset, position.leader_epoch};
  return offsets;
}

void GroupReading::heard(const client::CommitOutcome& outcome) {
  for (const auto& [topic, partitions] : outcome.taken)
    for (const auto& [partition, committed] : partitions) {
      last_[topic][partition] = committed;
      if (committed_)
        committed_({.topic = topic, .partition = partition, .offset = committed.offset, .leader_epoch = committed.leader_epoch});
    }
}

void GroupReading::settle(bool waits) {
  if (!beside_.valid() || (!waits && beside_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)) return;
  const client::CommitOutcome outcome = beside_.get();
  heard(outcome);
  if (outcome.status.ok()) return waiting_.over();
  if (outcome.later.empty()) return say(outcome.status);
  waiting_.on(message_of(outcome.status), client_.env().clock().mono_ns());
  commit_at_ms_ = std::min(commit_at_ms_, now_ms() + kRetryPauseMs);
}

void GroupReading::commit_beside(const std::vector<ReadPosition>& positions) {
  settle(false);
  if (!auto_commit_ || beside_.valid() || now_ms() < commit_at_ms_) return;
  commit_at_ms_ = base::saturated_add(now_ms(), interval_ms_);
  if (const client::GroupOffsets offsets = moved(positions); !offsets.empty()) beside_ = membership_.commit(offsets);
}

void GroupReading::commit(const std::vector<ReadPosition>& positions) {
  settle(true);
  commit_at_ms_ = base::saturated_add(now_ms(), interval_ms_);
  if (!auto_commit_) return;
  const std::int64_t until_ms = now_ms() + kCommitPatienceMs;
  for (client::GroupOffsets offsets = moved(positions); !offsets.empty();) {
    client::CommitOutcome outcome = membership_.commit(offsets).get();
    heard(outcome);
    const bool again = !outcome.later.empty() && now_ms() < until_ms;
    if (!outcome.status.ok() && (!again || outcome.status.code() != Code::kUnavailable)) say(outcome.status);
    if (!again) return;
    client_.pause(kRetryPauseMs);
    offsets = std::move(outcome.later);
  }
}

void GroupReading::close(const std::vector<ReadPosition>& positions) {
  commit(positions);
  membership_.leave();
}

}  // namespace barnabas::tools
