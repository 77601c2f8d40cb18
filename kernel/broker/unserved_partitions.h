// Partitions that are placed here and could not be opened, or not in their role, for a reason that passes, such as a device that is full.
// On the controller's loop.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "kernel/base/uuid.h"

namespace barnabas::broker {

class UnservedPartitions {
 public:
  // `is_new`: when it was first tried, it was just placed here. False: it is among them already.
  bool add(const Uuid& topic, std::int32_t partition, bool is_new) { return topics_[topic].emplace(partition, is_new).second; }
  // False: it was not among them.
  bool remove(const Uuid& topic, std::int32_t partition) {
    const auto found = topics_.find(topic);
    if (found == topics_.end() || found->second.erase(partition) == 0) return false;
    if (found->second.empty()) topics_.erase(found);
    return true;
  }
  void remove(const Uuid& topic) { topics_.erase(topic); }

  bool empty() const { return topics_.empty(); }
  // What add() was told; nothing: it is not among them.
  std::optional<bool> is_new(const Uuid& topic, std::int32_t partition) const {
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return std::nullopt;
    const auto at = found->second.find(partition);
    return at == found->second.end() ? std::nullopt : std::optional(at->second);
  }
  // Each once, another one first each time.
  std::vector<Uuid> topics_in_turn() {
    std::vector<Uuid> all;
    auto at = topics_.upper_bound(last_first_);
    for (std::size_t left = topics_.size(); left != 0; --left, ++at) {
      if (at == topics_.end()) at = topics_.begin();
      all.push_back(at->first);
    }
    if (!all.empty()) last_first_ = all.front();
    return all;
  }
  std::vector<std::int32_t> partitions_of(const Uuid& topic) const {
    std::vector<std::int32_t> all;
    if (const auto found = topics_.find(topic); found != topics_.end())
      for (const auto& [partition, is_new] : found->second) all.push_back(partition);
    return all;
  }

 private:
  std::map<Uuid, std::map<std::int32_t, bool>> topics_;
  Uuid last_first_;
};

}  // namespace barnabas::broker
