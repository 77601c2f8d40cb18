#include "sim/swarm/member.h"

#include <algorithm>

namespace barnabas::sim {
namespace {

constexpr int kTicksBetweenCommits = 3;

}  // namespace

Member::Member(Scene& scene, int number, sdk::Assignor& assignor)
    : Actor(scene, "member " + std::to_string(number), number), topic_(scene.topics.front().name) {
  client::SessionSettings settings;
  settings.client = client_settings();
  settings.member.group_id = "group";
  settings.member.session_timeout_ms = 6'000;
  settings.member.rebalance_timeout_ms = 10'000;
  settings.member.heartbeat_interval_ms = 1'000;
  settings.protocol = scene.swarm.classic_members ? client::GroupProtocol::kClassic : client::GroupProtocol::kConsumer;
  settings.assignors = {{"range", &assignor}};
  scene.world.run_on(sim_loop(), [&] {
    session_ = client::make_group_session(loop(), std::move(settings), *this);
    session_->subscribe({topic_});
  });
}

Member::~Member() {
  leave_the_scene();
  session_.reset();
}

bool Member::is_done() const {
  if (!ended_.empty()) return true;
  if (!positions_.empty()) return committed_after_all_;
  const auto topic = wanted_.find(topic_);  // who is given nothing is never told so
  return topic == wanted_.end() || topic->second.empty();
}

bool Member::wants(std::int32_t partition) const {
  const auto topic = wanted_.find(topic_);
  return topic != wanted_.end() && std::find(topic->second.begin(), topic->second.end(), partition) != topic->second.end();
}

void Member::act() {
  if (!ended_.empty()) return;
  session_->polled();
  for (auto& [partition, position] : positions_) {
    const std::int64_t end = scene_.history.end(scene_.topics.front().places[static_cast<std::size_t>(partition)]);
    position = std::max(position, std::min(position + 1 + below(5), end));
  }
  look_where_to_begin();
  if (++ticks_ % kTicksBetweenCommits == 0) commit([] {});
}

void Member::look_where_to_begin() {
  client::TopicPartitions unknown;
  std::map<std::int32_t, History::Floor> floors;
  if (const auto topic = wanted_.find(topic_); topic != wanted_.end())
    for (const std::int32_t partition : topic->second)
      if (!positions_.contains(partition)) {
        unknown[topic_].push_back(partition);
        floors[partition] = scene_.history.commit_floor(key(partition));
      }
  if (unknown.empty() || looks_) return;
  looks_ = true;
  session_->fetch_offsets(unknown, [this, floors](Result<client::GroupOffsets> offsets) {
    looks_ = false;
    if (!offsets) return;  // the next time
    for (const auto& [partition, floor] : floors) {
      std::int64_t offset = (*offsets)[topic_][partition].offset;
      scene_.mischief.on_offset_told(offset, now_ns());
      scene_.history.committed_told(key(partition), floor, offset);
      if (wants(partition)) positions_[partition] = std::max<std::int64_t>(offset, 0);
    }
  });
}

void Member::commit(std::function<void()> then) {
  client::GroupOffsets offsets;
  for (const auto& [partition, position] : positions_) offsets[topic_][partition] = {position, -1};
  if (offsets.empty()) return then();
  for (const auto& [partition, position] : positions_) scene_.history.commit_begins(key(partition), position);
  session_->commit(offsets, [this, sent = positions_, settling = scene_.settling, asked = scene_.history.now(),
                             then = std::move(then)](client::CommitOutcome outcome) {
    const Status& status = outcome.status;
    for (const auto& [partition, position] : sent) scene_.history.commit_ends(key(partition), position, status.ok(), asked);
    if (status.ok() && settling) committed_after_all_ = true;
    then();
  });
}

void Member::on_give_up(const client::TopicPartitions& keep, bool lost) {
  const auto give_up = [this, keep] {
    wanted_ = keep;
    std::erase_if(positions_, [&](const auto& one) { return !wants(one.first); });
    session_->gave_up();
  };
  if (lost) return give_up();
  commit(give_up);
}

void Member::on_assigned(const client::TopicPartitions& partitions) { wanted_ = partitions; }

void Member::on_ended(const Status& why) {
  ended_ = std::string(message_of(why));
  // With the tail the group itself may be lost, and a member of it is told so.
  if (!scene_.history.tail_was_lost()) scene_.history.wrong("I20", name() + " is no member any more: " + ended_);
}

}  // namespace barnabas::sim
