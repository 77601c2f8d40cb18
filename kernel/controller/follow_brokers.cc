// Leaders of partitions by who is registered: where the store itself notices brokers that come and go.
#include <algorithm>
#include <map>

#include "kernel/controller/decide.h"
#include "kernel/controller/leaders.h"

namespace barnabas::controller {
namespace {

class Follow {
 public:
  explicit Follow(Draft& draft) : draft_(draft), image_(draft.mark().image) {
    draft.around.sessions.begin_following();
    for (const auto& [id, broker] : image_->brokers())
      if (!draft.around.sessions.follows(id, broker->epoch)) came_.emplace(id, broker->epoch);
  }

  void run() {
    bool is_whole = true;
    image_->each_topic([&](const catalog::Topic& topic) {
      for (std::int32_t i = 0; i < topic.partition_count() && is_whole; ++i)
        if (const catalog::Partition* partition = topic.partition(i); partition != nullptr) is_whole = follow(topic, i, *partition);
    });
    if (!is_whole) return;
    draft_.around.sessions.settle();
    for (const auto& [id, broker] : image_->brokers()) draft_.around.sessions.follow(id, broker->epoch);
  }

 private:
  bool is_gone(std::int32_t id) const {
    const catalog::Broker* broker = image_->broker(id);
    return broker == nullptr || !broker->active();
  }

  // False: there is no room for it any more.
  bool follow(const catalog::Topic& topic, std::int32_t index, const catalog::Partition& partition) {
    // This node itself is about to come.
    if (partition.leader == draft_.around.node_id && image_->broker(partition.leader) == nullptr) return true;
    const bool has_leader = partition.leader != catalog::kNoLeader && !is_gone(partition.leader);
    const bool is_whole = std::none_of(partition.isr.begin(), partition.isr.end(), [&](std::int32_t id) { return is_gone(id); });
    Sessions& sessions = draft_.around.sessions;
    const auto newcomer = came_.find(partition.leader);
    const bool came = newcomer != came_.end() && !sessions.is_renewed(topic.id, index, newcomer->second);
    if (has_leader && is_whole && !came) return true;
    if (draft_.records().count() >= draft_.around.max_records) return false;
    PartitionChange change = prepare_change(draft_, topic.name, partition);
    std::erase_if(change.target_isr, [&](std::int32_t id) { return is_gone(id); });
    PartitionUpdate update = change_partition(partition, change);
    // It has begun anew, and so does its leadership: what it said in the epoch before counts no more.
    if (came && !update.leader) update.leader = partition.leader;
    if (update.empty()) return true;
    add_change(draft_, topic.id, index, update);
    if (!update.leader) return true;
    const auto chosen = came_.find(*update.leader);
    if (chosen != came_.end()) sessions.renew(topic.id, index, chosen->second);
    return true;
  }

  Draft& draft_;
  std::shared_ptr<const catalog::Image> image_;
  std::map<std::int32_t, std::int64_t> came_;  // since it was last looked, with their epochs
};

}  // namespace

void follow_brokers(Draft& draft) { Follow(draft).run(); }

}  // namespace barnabas::controller
