#include "kernel/controller/partition_change.h"

#include <algorithm>

#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

using Ids = std::vector<std::int32_t>;

constexpr std::int8_t kRecovering = 1;
constexpr std::int16_t kNoEpochOnShrink = 12;  // from 3.6-IV0 a smaller ISR alone needs no new leader epoch

bool has(const Ids& ids, std::int32_t id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

class Change {
 public:
  Change(const catalog::Partition& partition, const PartitionChange& change)
      : partition_(partition), change_(change), isr_(change.target_isr), elr_(partition.elr) {}

  PartitionUpdate run() {
    fill_elr();
    elect();
    // Without eligible leaders the ISR never becomes empty: it is what remembers who may lead.
    if (!update_.isr && (!isr_.empty() || change_.elr_enabled) && isr_ != partition_.isr) update_.isr = isr_;
    if (unclean_ || !change_.elr_enabled) elr_.clear();
    if (elr_ != partition_.elr) update_.elr = elr_;
    const bool shrinks = update_.isr && update_.isr->size() < partition_.isr.size();
    if (shrinks && change_.metadata_version < kNoEpochOnShrink && !update_.leader) update_.leader = partition_.leader;
    remember_last_leader();
    return update_;
  }

 private:
  void fill_elr() {
    if (!change_.elr_enabled) return;
    if (isr_.size() >= std::min(static_cast<std::size_t>(change_.min_isr), partition_.replicas.size())) {
      elr_.clear();
      return;
    }
    Ids candidates = partition_.elr;
    for (const std::int32_t id : partition_.isr)
      if (!has(candidates, id)) candidates.push_back(id);
    std::erase_if(candidates, [&](std::int32_t id) { return has(isr_, id) || id == change_.unclean_replica; });
    elr_ = std::move(candidates);
  }

  bool is_acceptable(std::int32_t id) const {
    const auto replica =
        static_cast<std::size_t>(std::find(partition_.replicas.begin(), partition_.replicas.end(), id) - partition_.replicas.begin());
    return change_.acceptable(id,
                              replica < partition_.directories.size() ? partition_.directories[replica] : catalog::kUnassignedDirectory);
  }

  bool may_lead(std::int32_t id) const {
    const bool eligible = has(isr_, id) || (change_.elr_enabled && isr_.empty() && has(elr_, id));
    return eligible && is_acceptable(id);
  }

  std::int32_t candidate() {
    if (change_.election == Election::kPreferred && !partition_.replicas.empty() && may_lead(partition_.replicas[0]))
      return partition_.replicas[0];
    if (partition_.leader != catalog::kNoLeader && may_lead(partition_.leader)) return partition_.leader;
    for (const std::int32_t id : partition_.replicas)
      if (may_lead(id)) return id;
    const bool last_known = change_.elr_enabled && isr_.empty() && elr_.empty() && partition_.last_known_elr.size() == 1;
    unclean_ = true;
    if (last_known && is_acceptable(partition_.last_known_elr[0])) return partition_.last_known_elr[0];
    if (change_.election == Election::kUnclean)
      for (const std::int32_t id : partition_.replicas)
        if (is_acceptable(id)) return id;
    unclean_ = false;
    return catalog::kNoLeader;
  }

  void elect() {
    const std::int32_t leader = candidate();
    if (leader == partition_.leader) {
      unclean_ = false;
      return;
    }
    update_.leader = leader;
    if (leader == catalog::kNoLeader) return;
    if (unclean_) {
      update_.isr = Ids{leader};
      if (partition_.recovery_state != kRecovering) update_.recovery_state = kRecovering;
    } else if (!has(isr_, leader)) {
      isr_ = {leader};
      std::erase(elr_, leader);
    }
  }

  void remember_last_leader() {
    if (!change_.elr_enabled) {
      if (!partition_.last_known_elr.empty()) update_.last_known_elr = Ids{};
      return;
    }
    const bool becomes_empty = update_.isr && update_.isr->empty();
    const bool has_leader = update_.leader ? *update_.leader >= 0 : partition_.leader != catalog::kNoLeader;
    if (becomes_empty && partition_.leader != catalog::kNoLeader && partition_.last_known_elr != Ids{partition_.leader}) {
      update_.last_known_elr = Ids{partition_.leader};
    } else if (has_leader && !partition_.last_known_elr.empty()) {
      update_.last_known_elr = Ids{};
    }
  }

  const catalog::Partition& partition_;
  const PartitionChange& change_;
  Ids isr_;
  Ids elr_;
  bool unclean_ = false;
  PartitionUpdate update_;
};

}  // namespace

PartitionUpdate change_partition(const catalog::Partition& partition, const PartitionChange& change) {
  return Change(partition, change).run();
}

void add_change(Draft& draft, const Uuid& topic_id, std::int32_t partition, const PartitionUpdate& update) {
  wire::PartitionChangeRecord record;
  const std::int16_t level = draft.level();
  record.partition_id = partition;
  record.topic_id = topic_id;
  if (update.leader) record.leader = *update.leader;
  if (update.isr) record.isr = std::span<const std::int32_t>(*update.isr);
  if (update.elr && catalog::allows_elr(level)) record.eligible_leader_replicas = std::span<const std::int32_t>(*update.elr);
  if (update.last_known_elr && catalog::allows_elr(level)) record.last_known_elr = std::span<const std::int32_t>(*update.last_known_elr);
  if (update.recovery_state) record.leader_recovery_state = *update.recovery_state;
  if (update.directories && catalog::allows_directories(level)) record.directories = std::span<const Uuid>(*update.directories);
  draft.add(record, catalog::partition_record_version(level));
}

}  // namespace barnabas::controller
