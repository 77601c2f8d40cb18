// Partitions that are placed here and could not be opened, or not in their role, for a reason that passes, such as a device that is full.
// On the controller's loop.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "kernel/base/uuid.h"

namespace barnabas::broker {

class UnservedPartitions {
 public:
  using Which = std::pair<Uuid, std::int32_t>;  // of a topic

  // `is_new`: when it was first tried, it was just placed here. False: it is among them already.
  bool add(const Uuid& topic, std::int32_t partition, bool is_new) { return all_.emplace(Which(topic, partition), is_new).second; }
  // False: it was not among them.
  bool remove(const Uuid& topic, std::int32_t partition) { return all_.erase({topic, partition}) != 0; }
  void remove(const Uuid& topic) { all_.erase(all_.lower_bound({topic, INT32_MIN}), all_.upper_bound({topic, INT32_MAX})); }

  bool empty() const { return all_.empty(); }
  // What add() was told; nothing: it is not among them.
  std::optional<bool> is_new(const Uuid& topic, std::int32_t partition) const {
    const auto at = all_.find({topic, partition});
    return at == all_.end() ? std::nullopt : std::optional(at->second);
  }
  // The one behind that of the last call, and behind the last one the first again. Nothing: there is none.
  std::optional<Which> next() {
    auto at = all_.upper_bound(last_);
    if (at == all_.end()) at = all_.begin();
    if (at == all_.end()) return std::nullopt;
    return last_ = at->first;
  }

 private:
  std::map<Which, bool> all_;
  Which last_ = {Uuid(), -1};
};

}  // namespace barnabas::broker
