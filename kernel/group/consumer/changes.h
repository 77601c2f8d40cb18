// What of a group's state is not stored yet. One write is under way at a time; what changes meanwhile waits for the next one. A write that
// fails takes everything back to what is stored.
//
// After a failure it is not known whether the store took the write: its keys are written again with the next one. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/group/consumer/state.h"

namespace barnabas::group {

class ConsumerChanges {
 public:
  explicit ConsumerChanges(ConsumerState& state) : state_(state) {}

  void put(ConsumerKey key, const ConsumerValue& value);
  // The next write has it even when it does not change: nobody knows what is stored.
  void must_write(ConsumerKey key) { doubtful_.insert(std::move(key)); }

  bool any() const { return !changed_.empty(); }
  bool under_way() const { return under_way_; }
  // In the order of their keys, the target's epoch last. REQUIRES: !under_way()
  std::vector<StoredRecord> begin(std::string_view group);
  void stored();
  void failed();
  // All that may be stored.
  std::set<ConsumerKey> keys() const;

 private:
  using Saved = std::map<ConsumerKey, ConsumerValue>;
  void restore(Saved& saved);

  ConsumerState& state_;
  Saved changed_;  // what was there when the last write began, or what is stored
  Saved writing_;  // what is stored
  std::set<ConsumerKey> doubtful_;
  std::set<ConsumerKey> doubtful_writing_;
  bool under_way_ = false;
};

}  // namespace barnabas::group
