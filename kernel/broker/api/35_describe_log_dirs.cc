// DescribeLogDirs: the storage's directories, their room, and how large the partitions in them are.
#include "kernel/wire/messages/35_describe_log_dirs.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::DescribeLogDirsRequest;
using Response = wire::DescribeLogDirsResponse;
using DirectoryAnswer = ElementOf<&Response::results>;
using TopicAnswer = ElementOf<&DirectoryAnswer::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

struct Stored {
  std::int32_t index;
  std::int64_t size;
  std::int64_t lag;
};
using ByTopic = std::map<std::string, std::vector<Stored>>;

struct Directory {
  std::string path;
  bool online;
  std::int64_t total;
  std::int64_t usable;
};

// What the request asks for, each topic's partitions in order: made once, for a request may name as many as there are.
class Asked {
 public:
  explicit Asked(const Request& request) : is_everything_(!request.topics) {
    if (is_everything_) return;
    for (const auto& one : *request.topics) {
      std::vector<std::int32_t>& partitions = by_topic_[one.topic];  // a topic may be named several times
      partitions.insert(partitions.end(), one.partitions.begin(), one.partitions.end());
    }
    for (auto& [topic, partitions] : by_topic_) std::ranges::sort(partitions);
  }

  bool has(std::string_view topic, std::int32_t partition) const {
    if (is_everything_) return true;
    const auto found = by_topic_.find(topic);
    return found != by_topic_.end() && std::ranges::binary_search(found->second, partition);
  }

 private:
  bool is_everything_;
  std::unordered_map<std::string_view, std::vector<std::int32_t>> by_topic_;
};

std::vector<ByTopic> partitions_by_directory(const Call& call, const Request& request, std::size_t directories) {
  std::vector<ByTopic> found(directories);
  const Asked asked(request);
  call.shard.view.topics->each([&](const LocalTopic& topic) {
    for (const auto& partition : topic.partitions) {
      sdk::PartitionState state;
      if (partition == nullptr || !asked.has(topic.name, partition->index()) || !partition->log().storage_state(state)) continue;
      if (state.directory >= directories) continue;
      const std::int64_t lag = std::max<std::int64_t>(partition->log().high_watermark() - partition->log().log_end(), 0);
      found[state.directory][topic.name].push_back({partition->index(), static_cast<std::int64_t>(state.size), lag});
    }
  });
  return found;
}

void fill(Call& call, const Directory& directory, const ByTopic& topics, DirectoryAnswer& answer) {
  answer.log_dir = call.arena.copy(directory.path);
  if (!directory.online) {
    answer.error_code = ErrorCode::kKafkaStorageError;
    return;
  }
  answer.total_bytes = directory.total;
  answer.usable_bytes = directory.usable;
  const auto topic_answers = call.arena.array<TopicAnswer>(topics.size());
  std::size_t t = 0;
  for (const auto& [name, stored] : topics) {
    const auto partitions = call.arena.array<PartitionAnswer>(stored.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = stored[p].index;
      partitions[p].partition_size = stored[p].size;
      partitions[p].offset_lag = stored[p].lag;
    }
    topic_answers[t].name = call.arena.copy(name);
    topic_answers[t++].partitions = partitions;
  }
  answer.topics = topic_answers;
}

std::vector<Directory> directories_of(sdk::Storage& storage) {
  class Collect final : public sdk::Visitor<sdk::DirectoryInfo> {
   public:
    bool visit(const sdk::DirectoryInfo& info) noexcept override {
      found.push_back(
          {std::string(info.path), info.online, static_cast<std::int64_t>(info.total_bytes), static_cast<std::int64_t>(info.usable_bytes)});
      return true;
    }
    std::vector<Directory> found;
  } collect;
  if (Status status = storage.directories(collect); !status.ok()) collect.found.clear();
  return std::move(collect.found);
}

}  // namespace

void describe_log_dirs(Call& call) {
  Request request;
  if (!call.read(request)) return;
  if (request.topics && names_too_many(call, cost_of_partitions(*request.topics))) return;
  Response response;
  const std::vector<Directory> directories = directories_of(call.shard.broker.logs.storage());
  const std::vector<ByTopic> topics = partitions_by_directory(call, request, directories.size());
  const auto answers = call.arena.array<DirectoryAnswer>(directories.size());
  for (std::size_t i = 0; i < answers.size(); ++i) fill(call, directories[i], topics[i], answers[i]);
  response.results = answers;
  call.answer(response);
}

}  // namespace barnabas::broker
