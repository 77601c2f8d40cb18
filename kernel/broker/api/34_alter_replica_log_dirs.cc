// AlterReplicaLogDirs: another directory of this broker for its replicas. A storage does not move what it keeps, so only the directory
// where a replica is already is taken.
#include "kernel/wire/messages/34_alter_replica_log_dirs.h"

#include <fmt/format.h>

#include <map>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::AlterReplicaLogDirsRequest;
using Response = wire::AlterReplicaLogDirsResponse;
using TopicAnswer = ElementOf<&Response::results>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

// While it moves, a log is kept in TOPIC-PARTITION.32-DIGITS-future, which is as long as a name of a folder may be.
constexpr std::size_t kLongestFolder = 255;
constexpr std::size_t kFutureSuffix = 40;

std::size_t cost_of(const Request& request) {
  std::size_t cost = 0;
  for (const auto& dir : request.dirs) cost += cost_of_partitions(dir.topics);
  return cost;
}

// Where each partition is to go: a later directory of the request counts more than an earlier one.
std::map<std::string_view, std::map<std::int32_t, std::string_view>> targets_of(const Request& request) {
  std::map<std::string_view, std::map<std::int32_t, std::string_view>> targets;
  for (const auto& dir : request.dirs)
    for (const auto& topic : dir.topics)
      for (const std::int32_t partition : topic.partitions) targets[topic.name][partition] = dir.path;
  return targets;
}

struct Directory {
  std::string path;
  bool online;
};
std::vector<Directory> directories_of(sdk::Storage& storage) {
  class Collect final : public sdk::Visitor<sdk::DirectoryInfo> {
   public:
    bool visit(const sdk::DirectoryInfo& info) noexcept override {
      found.push_back({std::string(info.path), info.online});
      return true;
    }
    std::vector<Directory> found;
  } collect;
  if (Status status = storage.directories(collect); !status.ok()) collect.found.clear();
  return std::move(collect.found);
}

// Those that would have to move. A line of the log for each would be some megabytes for one request.
class Staying {
 public:
  void add(std::string_view topic, std::int32_t index, std::string_view path) {
    if (count_++ == 0) first_ = fmt::format("{}-{}", topic, index), path_ = path;
  }
  void say(base::Env& env) const {
    if (count_ == 0) return;
    const std::string more = count_ == 1 ? "" : fmt::format(", as do {} more of the request", count_ - 1);
    env.log(sdk::LogLevel::kWarn, fmt::format("{} stays where it is: the storage does not move partitions to {}{}", first_, path_, more));
  }

 private:
  std::size_t count_ = 0;
  std::string first_;
  std::string_view path_;
};

ErrorCode move(const Call& call, const std::vector<Directory>& directories, std::string_view topic, std::int32_t index,
               std::string_view path, Staying& staying) {
  if (topic.size() + 1 + std::to_string(index).size() + kFutureSuffix > kLongestFolder) return ErrorCode::kInvalidTopicException;
  const auto target = std::find_if(directories.begin(), directories.end(), [&](const Directory& one) { return one.path == path; });
  if (target == directories.end()) return ErrorCode::kLogDirNotFound;
  if (!target->online) return ErrorCode::kKafkaStorageError;
  const Found found = find_partition(call.shard, topic, index);
  if (found.error == ErrorCode::kNotLeaderOrFollower) return ErrorCode::kReplicaNotAvailable;
  if (found.partition == nullptr) return found.error;
  sdk::PartitionState state;
  if (!found.partition->log().storage_state(state)) return ErrorCode::kKafkaStorageError;
  if (state.directory == static_cast<std::size_t>(target - directories.begin())) return ErrorCode::kNone;
  staying.add(topic, index, path);
  return ErrorCode::kKafkaStorageError;
}

}  // namespace

void alter_replica_log_dirs(Call& call) {
  Request request;
  if (!call.read(request) || names_too_many(call, cost_of(request))) return;
  const std::vector<Directory> directories = directories_of(call.shard.broker.logs.storage());
  const auto targets = targets_of(request);
  const auto topics = call.arena.array<TopicAnswer>(targets.size());
  Staying staying;
  std::size_t t = 0;
  for (const auto& [name, partitions] : targets) {
    const auto answers = call.arena.array<PartitionAnswer>(partitions.size());
    std::size_t p = 0;
    for (const auto& [index, path] : partitions) {
      answers[p].partition_index = index;
      answers[p++].error_code = move(call, directories, name, index, path, staying);
    }
    topics[t].topic_name = name;
    topics[t++].partitions = answers;
  }
  staying.say(call.shard.broker.env);
  Response response;
  response.results = topics;
  call.answer(response);
}

}  // namespace barnabas::broker
