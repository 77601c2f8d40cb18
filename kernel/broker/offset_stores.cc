#include "kernel/broker/offset_stores.h"

#include <barnabas/sdk/offset_store_place.h>

#include <fmt/format.h>

#include <algorithm>

#include "kernel/catalog/own_configs.h"

namespace barnabas::broker {
namespace {

using group::ErrorCode;

// More than any store takes that is there: they end by themselves when their server is not, whatever timeouts their options allow.
constexpr std::int64_t kStartSeconds = 120;
constexpr std::int64_t kWriteSeconds = 60;
constexpr std::int64_t kStopSeconds = 20;

ErrorCode error_of(sdk::Code code) {
  switch (code) {
    case sdk::Code::kOk:
      return ErrorCode::kNone;
    case sdk::Code::kFenced:
      return ErrorCode::kNotCoordinator;
    case sdk::Code::kUnavailable:
    case sdk::Code::kIo:
      return ErrorCode::kCoordinatorNotAvailable;
    case sdk::Code::kUnknown:
      return ErrorCode::kRequestTimedOut;
    case sdk::Code::kExhausted:
      return ErrorCode::kInvalidCommitOffsetSize;
    default:
      return ErrorCode::kUnknownServerError;
  }
}

}  // namespace

// What is tried again is where the last star ends: whatever an earlier one stood for, the later one can make up for it.
bool matches_group(std::string_view pattern, std::string_view group) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t behind_star = std::string_view::npos;  // in the pattern
  std::size_t star_ends = 0;                         // in the name
  while (at < group.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      behind_star = ++in_pattern;
      star_ends = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == group[at]) {
      ++in_pattern;
      ++at;
    } else if (behind_star != std::string_view::npos) {
      in_pattern = behind_star;
      at = ++star_ends;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

void OffsetStores::add(std::string name, std::string pattern, std::shared_ptr<sdk::OffsetStore> store, std::string place) {
  ways_.push_back({name, std::move(pattern), stores_.size()});
  stores_.push_back({std::move(name), std::move(place), std::move(store)});
}

bool OffsetStores::add_again(const std::string& name, const std::string& pattern, std::string_view place) {
  std::size_t store = find(name);
  if (store == stores_.size() && !place.empty())
    for (store = 0; store < stores_.size() && stores_[store].place != place;) ++store;
  if (store == stores_.size()) return false;
  ways_.push_back({name, pattern, store});
  return true;
}

std::vector<std::string_view> OffsetStores::names() const {
  std::vector<std::string_view> names;
  for (const Way& way : ways_)
    if (std::ranges::find(names, way.name) == names.end()) names.push_back(way.name);
  return names;
}

std::size_t OffsetStores::find(std::string_view name) const {
  const auto way = std::ranges::find(ways_, name, &Way::name);
  return way == ways_.end() ? stores_.size() : way->store;
}

bool OffsetStores::same_place(std::size_t a, std::size_t b) const {
  const auto place = [&](std::size_t index) {
    auto* told = static_cast<sdk::OffsetStorePlace*>(stores_[index].store->find(sdk::OffsetStorePlace::kId));
    return told == nullptr ? std::string() : std::string(told->place());
  };
  return a == b || (!place(a).empty() && place(a) == place(b));
}

std::string OffsetStores::one_place(std::size_t a, std::size_t b) const {
  return fmt::format(
      "offsets '{}' and '{}' are one place, and two stores take its groups from each other: with the same settings for both they are one "
      "store of two names",
      stores_[a].name, stores_[b].name);
}

std::size_t OffsetStores::index_of(std::string_view group) const {
  const catalog::Image* image = image_ == nullptr ? nullptr : image_->get();
  const std::string* moved = image == nullptr ? nullptr : image->config(catalog::ResourceType::kGroup, group, catalog::kOffsetStoreConfig);
  if (moved != nullptr) return find(*moved);
  const auto way = std::ranges::find_if(ways_, [&](const Way& one) { return !one.pattern.empty() && matches_group(one.pattern, group); });
  return way == ways_.end() ? stores_.size() : way->store;
}

std::string OffsetStores::what(std::size_t index, std::string_view function) const {
  return fmt::format("offsets '{}' in {}", index == stores_.size() ? std::string() : stores_[index].name, function);
}

void OffsetStores::take_over(std::size_t index, std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, PluginCalls::Ended ended) {
  calls_.call(
      what(index, "take_over"), PluginCalls::kEver,
      [&](sdk::Completion& completion) { return stores_[index].store->take_over(home, epoch, load, completion); }, std::move(ended));
}

void OffsetStores::start(const std::string& cluster_id, std::int32_t node_id, std::int32_t home_count,
                         std::function<void(Status)> started) {
  start_from(0, cluster_id, node_id, home_count, std::move(started));
}

void OffsetStores::start_from(std::size_t index, std::string cluster_id, std::int32_t node_id, std::int32_t home_count,
                              std::function<void(Status)> started) {
  if (index == stores_.size()) return started({});
  calls_.call(
      what(index, "start"), kStartSeconds,
      [&](sdk::Completion& completion) {
        return stores_[index].store->start({cluster_id, node_id, home_count}, completion);
      },
      [this, index, cluster_id, node_id, home_count, started = std::move(started)](Status status) mutable {
        if (!status.ok())
          return started(Status::error(status.code(), fmt::format("offsets '{}': {}", stores_[index].name, message_of(status))));
        stores_[index].started = true;
        for (std::size_t other = 0; other < index; ++other)
          if (same_place(other, index)) return started(Status::invalid(one_place(other, index)));
        start_from(index + 1, std::move(cluster_id), node_id, home_count, std::move(started));
      });
}

void OffsetStores::stop(std::function<void()> stopped) { stop_from(0, std::move(stopped)); }

void OffsetStores::stop_from(std::size_t index, std::function<void()> stopped) {
  while (index < stores_.size() && !std::exchange(stores_[index].started, false)) ++index;
  if (index == stores_.size()) return stopped();
  calls_.call(
      what(index, "stop"), kStopSeconds, [&](sdk::Completion& completion) { return stores_[index].store->stop(completion); },
      [this, index, stopped = std::move(stopped)](Status) mutable { stop_from(index + 1, std::move(stopped)); });
}

void OffsetStores::write_to(std::size_t index, const group::GroupChange& change, std::function<void(ErrorCode)> done) {
  std::vector<sdk::CommittedOffset> offsets;
  offsets.reserve(change.offsets.size());
  for (const group::StoredOffset& offset : change.offsets)
    offsets.push_back({offset.topic, offset.topic_id, offset.partition, offset.offset, offset.leader_epoch, offset.metadata,
                       offset.commit_ms, offset.expire_ms});
  std::vector<sdk::OffsetKey> forgotten;
  for (const group::StoredOffsetKey& key : change.forgotten) forgotten.push_back({key.topic, key.partition});
  std::vector<sdk::GroupRecord> records;
  for (const group::StoredRecord& record : change.records)
    records.push_back({record.key, record.value ? sdk::Bytes(*record.value) : sdk::Bytes(), record.value.has_value()});
  const sdk::GroupWrite write{change.group,   change.home,      change.epoch,     change.wall_ms, offsets.data(),
                              offsets.size(), forgotten.data(), forgotten.size(), records.data(), records.size()};
  calls_.call(
      what(index, "write"), kWriteSeconds,
      [&](sdk::Completion& completion) {
        if (index == stores_.size()) return Status::unavailable("no offset store is configured for the group");
        return stores_[index].store->write(write, completion);
      },
      [done = std::move(done)](const Status& status) { done(error_of(status.code())); });
}

}  // namespace barnabas::broker
