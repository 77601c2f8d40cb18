#include "kernel/group/consumer/changes.h"

#include <utility>

namespace barnabas::group {

void ConsumerChanges::put(ConsumerKey key, const ConsumerValue& value) {
  ConsumerValue before = state_.get(key);
  state_.put(key, value);
  changed_.try_emplace(std::move(key), std::move(before));
}

std::vector<StoredRecord> ConsumerChanges::begin(std::string_view group) {
  under_way_ = true;
  writing_ = std::exchange(changed_, {});
  doubtful_writing_ = std::exchange(doubtful_, {});
  std::set<ConsumerKey> keys = doubtful_writing_;
  for (const auto& [key, before] : writing_)
    if (before != nullptr || state_.get(key) != nullptr) keys.insert(key);  // else it came and went
  std::vector<StoredRecord> records;
  records.reserve(keys.size());
  const ConsumerKey last{kConsumerGroupTargetKey, {}};
  for (const ConsumerKey& key : keys)
    if (key != last) records.push_back(state_.record(group, key));
  if (keys.contains(last)) records.push_back(state_.record(group, last));
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
