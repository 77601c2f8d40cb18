#include "kernel/group/consumer_changes.h"

#include <utility>

namespace barnabas::group {

void ConsumerChanges::put(ConsumerKey key, ConsumerValue value) {
  ConsumerValue before = state_.get(key);
  state_.put(key, value);
  changed_.try_emplace(std::move(key), std::move(before));
}

std::vector<StoredRecord> ConsumerChanges::begin(std::string_view group) {
  under_way_ = true;
  writing_ = std::exchange(changed_, {});
  doubtful_writing_ = std::exchange(doubtful_, {});
  std::vector<StoredRecord> records;
  for (const auto& [key, before] : writing_) {
    // It came and went.
    if (before == nullptr && state_.get(key) == nullptr && !doubtful_writing_.contains(key)) continue;
    records.push_back(state_.record(group, key));
  }
  for (const ConsumerKey& key : doubtful_writing_)
    if (!writing_.contains(key)) records.push_back(state_.record(group, key));
  return records;
}

void ConsumerChanges::stored() {
  under_way_ = false;
  writing_.clear();
  doubtful_writing_.clear();
}

void ConsumerChanges::failed() {
  under_way_ = false;
  doubtful_.merge(doubtful_writing_);
  doubtful_writing_.clear();
  for (const auto& [key, before] : writing_) doubtful_.insert(key);
  restore(changed_);
  restore(writing_);
}

void ConsumerChanges::restore(Saved& saved) {
  for (const auto& [key, before] : std::exchange(saved, {})) state_.put(key, before);
}

std::set<ConsumerKey> ConsumerChanges::keys() const {
  std::set<ConsumerKey> all = doubtful_;
  all.insert(doubtful_writing_.begin(), doubtful_writing_.end());
  for (const auto& [key, before] : changed_) all.insert(key);
  for (const auto& [key, before] : writing_) all.insert(key);
  for (ConsumerKey& key : state_.keys()) all.insert(std::move(key));
  return all;
}

}  // namespace barnabas::group
