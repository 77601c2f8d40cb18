#include "kernel/log/log_manager.h"

#include <fmt/format.h>

#include <cstring>

namespace barnabas::log {

std::size_t LogManager::IdHash::operator()(const sdk::Uuid& id) const {
  std::size_t value = 0;  // random octets: any part is as good as a hash
  std::memcpy(&value, id.octets, sizeof value);
  return value;
}

LogManager::~LogManager() {
  // Without stop(): what is open ends as after a crash.
  for (auto& [topic, partitions] : by_name_)
    for (auto& [partition, entry] : partitions) {
      static_cast<void>(entry.log->close(false));
      storage_.close(entry.storage);
    }
}

Result<std::shared_ptr<PartitionLog>> LogManager::open(const OpenLog& what,
                                                       const std::function<void(PartitionLog&, const OpenReport&)>& prepare) {
  if (auto known = find(what.topic, what.partition)) {
    if (known->topic_id() == what.topic_id) return known;
    return Status::error(
        Code::kExists,
        fmt::format("{}-{} is open here with another topic id: the log of the topic that had this name before must be removed first",
                    what.topic, what.partition));
  }
  sdk::PartitionStorage* storage = nullptr;
  const sdk::PartitionName name{what.topic, what.partition, what.topic_id};
  BARNABAS_TRY(storage_.open(name, what.directory, what.create, what.settings.storage, storage));
  if (storage == nullptr)
    return Status::internal(fmt::format("the storage says that it opened {}-{}, and gives nothing", what.topic, what.partition));
  OpenReport report;
  auto log = PartitionLog::open(std::string(what.topic), what.partition, what.topic_id, *storage, what.settings, clock_.wall_ms(), report);
  if (!log) {
    storage_.close(storage);
    return log;
  }
  if (prepare) prepare(**log, report);
  std::unique_lock lock(mutex_);
  auto topic = by_name_.find(what.topic);
  if (topic == by_name_.end()) topic = by_name_.emplace(std::string(what.topic), Partitions()).first;
  topic->second[what.partition] = {*log, storage};
  if (!what.topic_id.is_zero()) names_.insert_or_assign(what.topic_id, topic->first);
  return log;
}

std::shared_ptr<PartitionLog> LogManager::find(std::string_view topic, std::int32_t partition) const {
  std::shared_lock lock(mutex_);
  const auto partitions = by_name_.find(topic);
  if (partitions == by_name_.end()) return nullptr;
  const auto entry = partitions->second.find(partition);
  return entry == partitions->second.end() ? nullptr : entry->second.log;
}

std::shared_ptr<PartitionLog> LogManager::find(const sdk::Uuid& topic_id, std::int32_t partition) const {
  std::shared_lock lock(mutex_);
  const auto name = names_.find(topic_id);
  if (name == names_.end()) return nullptr;
  const auto partitions = by_name_.find(name->second);
  if (partitions == by_name_.end()) return nullptr;
  const auto entry = partitions->second.find(partition);
  return entry == partitions->second.end() || entry->second.log->topic_id() != topic_id ? nullptr : entry->second.log;
}

std::size_t LogManager::size() const {
  std::shared_lock lock(mutex_);
  std::size_t count = 0;
  for (const auto& [topic, partitions] : by_name_) count += partitions.size();
  return count;
}

std::vector<std::shared_ptr<PartitionLog>> LogManager::all() const {
  std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<PartitionLog>> logs;
  for (const auto& [topic, partitions] : by_name_)
    for (const auto& [partition, entry] : partitions) logs.push_back(entry.log);
  return logs;
}

std::optional<LogManager::Entry> LogManager::take(std::string_view topic, std::int32_t partition) {
  std::unique_lock lock(mutex_);
  const auto partitions = by_name_.find(topic);
  if (partitions == by_name_.end()) return std::nullopt;
  const auto at = partitions->second.find(partition);
  if (at == partitions->second.end()) return std::nullopt;
  Entry entry = at->second;
  partitions->second.erase(at);
  if (partitions->second.empty()) {
    if (const auto name = names_.find(entry.log->topic_id()); name != names_.end() && name->second == topic) names_.erase(name);
    by_name_.erase(partitions);
  }
  return entry;
}

Status LogManager::remove(std::string_view topic, std::int32_t partition) {
  const std::optional<Entry> entry = take(topic, partition);
  if (!entry) return Status::not_found(fmt::format("the log of {}-{} is not open", topic, partition));
  static_cast<void>(entry->log->close(false));
  return storage_.remove(entry->storage);
}

Status LogManager::remove_closed(const OpenLog& what, std::optional<std::vector<StoredLog>>& listed) {
  sdk::PartitionStorage* storage = nullptr;
  Status opened = storage_.open({what.topic, what.partition, what.topic_id}, what.directory, false, what.settings.storage, storage);
  if (opened.ok() && storage != nullptr) return storage_.remove(storage);
  if (opened.code() == Code::kNotFound) return {};
  if (!listed) {
    Result<std::vector<StoredLog>> all = stored();
    if (!all) return std::move(all).status();
    listed = *std::move(all);
  }
  for (const StoredLog& log : *listed)
    if (log.topic == what.topic && log.partition == what.partition && (log.topic_id.is_zero() || log.topic_id == what.topic_id))
      return set_aside(log);
  return {};
}

Status LogManager::close(std::string_view topic, std::int32_t partition) {
  const std::optional<Entry> entry = take(topic, partition);
  if (!entry) return Status::not_found(fmt::format("the log of {}-{} is not open", topic, partition));
  Status status = entry->log->close(true);
  storage_.close(entry->storage);
  return status;
}

Result<std::vector<StoredLog>> LogManager::stored() {
  struct Lister final : sdk::Visitor<sdk::StoredPartition> {
    bool visit(const sdk::StoredPartition& partition) noexcept override {
      logs.push_back({std::string(partition.name.topic), partition.name.partition, partition.name.topic_id, partition.directory});
      return true;
    }
    std::vector<StoredLog> logs;
  } lister;
  BARNABAS_TRY(storage_.partitions(lister));
  return std::move(lister.logs);
}

bool LogManager::has_offline_directory() {
  struct Search final : sdk::Visitor<sdk::DirectoryInfo> {
    bool visit(const sdk::DirectoryInfo& info) noexcept override {
      found |= !info.online;
      return !found;
    }
    bool found = false;
  } search;
  // A storage that cannot list its directories has none that could be told apart.
  return storage_.directories(search).ok() && search.found;
}

Status LogManager::set_aside(const StoredLog& log) { return storage_.set_aside({{log.topic, log.partition, log.topic_id}, log.directory}); }

Status LogManager::checkpoint() {
  for (const auto& log : all()) {
    log->note_checkpoint();
    log->expire_producers(clock_.mono_ns() / 1'000'000);
  }
  return storage_.checkpoint();
}

Status LogManager::stop(std::int64_t broker_epoch) {
  Status first;
  const auto keep = [&](Status status) {
    if (first.ok() && !status.ok()) first = std::move(status);
  };
  for (const auto& log : all()) keep(close(log->topic(), log->partition()));
  keep(storage_.stop(broker_epoch));
  return first;
}

}  // namespace barnabas::log
