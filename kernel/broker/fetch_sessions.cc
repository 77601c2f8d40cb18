#include "kernel/broker/fetch_sessions.h"

#include <algorithm>
#include <numeric>

#include "kernel/broker/named_partitions.h"

namespace barnabas::broker {
namespace {

std::size_t cost_of(const std::vector<FollowedPartition>& partitions) {
  std::size_t cost = 0;
  for (const FollowedPartition& one : partitions) cost += cost_of_partition(one.topic);
  return cost;
}

}  // namespace

template <class Named>
void FetchSessions::sort(const std::vector<Named>& named) {
  sorted_.resize(named.size());
  std::iota(sorted_.begin(), sorted_.end(), 0U);
  const auto less = [&](std::uint32_t a, std::uint32_t b) {
    const PartitionKey& one = named[a].key();
    const PartitionKey& other = named[b].key();
    return one.before(other) || (a < b && !other.before(one));
  };
  // Clients mostly name them in order.
  if (!std::is_sorted(sorted_.begin(), sorted_.end(), less)) std::sort(sorted_.begin(), sorted_.end(), less);
}

// REQUIRES: sort(named). Its size where the partition is not among them.
template <class Named>
std::size_t FetchSessions::place_of(const PartitionKey& partition, const std::vector<Named>& named) const {
  const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), partition,
                                   [&](std::uint32_t place, const PartitionKey& wanted) { return named[place].key().before(wanted); });
  return at != sorted_.end() && named[*at].key().same_partition(partition) ? *at : named.size();
}

void FetchSessions::drop_repeats(std::vector<FollowedPartition>& named) {
  if (named.size() < 2) return;
  sort(named);
  met_.assign(named.size(), false);  // those to drop
  bool any = false;
  std::uint32_t first = sorted_.front();
  for (std::size_t i = 1; i < sorted_.size(); ++i) {
    const std::uint32_t at = sorted_[i];
    if (!named[at].same_partition(named[first])) {
      first = at;
      continue;
    }
    named[first] = named[at];
    met_[at] = any = true;
  }
  if (!any) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (met_[i]) continue;
    if (kept != i) named[kept] = std::move(named[i]);
    ++kept;
  }
  named.resize(kept);
}

void FetchSessions::follow(FetchSession& session, std::vector<FollowedPartition>& named) {
  if (named.empty()) return;
  sort(named);
  met_.assign(named.size(), false);
  for (FollowedPartition& known : session.partitions) {
    const std::size_t at = place_of(known.key(), named);
    if (at == named.size()) continue;
    met_[at] = true;
    // A changed request does not make old news new.
    named[at].told_high_watermark = known.told_high_watermark;
    named[at].told_log_start = known.told_log_start;
    known = named[at];
  }
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (met_[i]) continue;
    followed_ += cost_of_partition(named[i].topic);
    session.partitions.push_back(std::move(named[i]));
  }
}

void FetchSessions::forget(FetchSession& session, const std::vector<PartitionKey>& named) {
  if (named.empty()) return;
  sort(named);
  std::erase_if(session.partitions, [&](const FollowedPartition& known) {
    const bool is_named = place_of(known.key(), named) != named.size();
    if (is_named) followed_ -= cost_of_partition(known.topic);
    return is_named;
  });
}

FetchSession* FetchSessions::find(std::int32_t id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void FetchSessions::remove(std::int32_t id) {
  if (const auto found = sessions_.find(id); found != sessions_.end()) erase(found);
}

void FetchSessions::erase(Sessions::iterator at) {
  followed_ -= cost_of(at->second->partitions);
  sessions_.erase(at);
}

// Not 0, which means "none": no loop begins with it.
std::int32_t FetchSessions::draw_id() {
  const auto count = static_cast<std::uint64_t>((INT32_MAX - first_id_) / step_) + 1;
  for (;;) {
    const std::int32_t id = first_id_ + step_ * static_cast<std::int32_t>(random_.next() % count);
    if (!sessions_.contains(id)) return id;
  }
}

FetchSession* FetchSessions::create(std::vector<FollowedPartition> partitions, bool by_id, std::int64_t now_ns) {
  const std::size_t cost = cost_of(partitions);
  if (slots_ == 0 || !make_room(cost, now_ns)) return nullptr;
  if (sessions_.size() >= slots_ && !free_slot(partitions.size(), now_ns)) return nullptr;
  auto session = std::make_unique<FetchSession>();
  session->id = draw_id();
  session->by_id = by_id;
  session->created_ns = session->used_ns = now_ns;
  session->partitions = std::move(partitions);
  followed_ += cost;
  FetchSession* made = session.get();
  sessions_[made->id] = std::move(session);
  return made;
}

FetchSessions::Sessions::iterator FetchSessions::longest_unused(std::int64_t now_ns) {
  auto unused = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
    const std::int64_t used_ns = at->second->used_ns;
    if (now_ns - used_ns > eviction_ns_ && (unused == sessions_.end() || used_ns < unused->second->used_ns)) unused = at;
  }
  return unused;
}

bool FetchSessions::make_room(std::size_t cost, std::int64_t now_ns) {
  while (!has_room(cost)) {
    const auto unused = longest_unused(now_ns);
    if (unused == sessions_.end()) return false;
    erase(unused);
  }
  return true;
}

// First one that nobody uses any more, else the smallest of the old ones, if it is not larger than the new one.
bool FetchSessions::free_slot(std::size_t partition_count, std::int64_t now_ns) {
  if (const auto unused = longest_unused(now_ns); unused != sessions_.end()) return erase(unused), true;
  auto smallest = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
    const FetchSession& session = *at->second;
    if (now_ns - session.created_ns > eviction_ns_ &&
        (smallest == sessions_.end() || session.partitions.size() < smallest->second->partitions.size()))
      smallest = at;
  }
  if (smallest == sessions_.end() || smallest->second->partitions.size() > partition_count) return false;
  erase(smallest);
  return true;
}

}  // namespace barnabas::broker
