// --reset-offsets: sets what groups without members have read.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/wire/messages/08_offset_commit.h"
#include "tools/barnabas/groups/options.h"
#include "tools/barnabas/groups/reset_file.h"
#include "tools/barnabas/groups/session.h"
#include "tools/barnabas/surroundings.h"
#include "tools/barnabas/text_table.h"
#include "tools/barnabas/time_text.h"

namespace barnabas::tools {
namespace {

constexpr std::int16_t kCommitByName = 9;  // newer versions take the ids of topics

class Reset {
 public:
  explicit Reset(GroupSession& session) : session_(session), options_(session.options) {}

  // Of one group: the offsets that it was, or would be, given.
  Result<Offsets> run(const std::string& group);
  Status read_file(const std::vector<std::string>& groups);

 private:
  using Partitions = std::set<TopicPartition>;

  // True: nobody is in the group. False: somebody is, and it was said.
  Result<bool> is_free(const std::string& group);
  Result<Partitions> scope(const CommittedOffsets& committed);
  Status check(const Partitions& partitions);
  Result<Offsets> new_offsets(const std::string& group, const Partitions& partitions, const CommittedOffsets& committed);
  Result<Offsets> at_time(const Partitions& partitions, std::int64_t time_ms);
  Result<Offsets> to_current(const Partitions& partitions, const CommittedOffsets& committed);
  Result<Offsets> shifted(const Partitions& partitions, const CommittedOffsets& committed, std::int64_t by);
  // As they are wished, but within the logs.
  Result<Offsets> within_logs(const Offsets& wished);
  // Of each of them, or a failure.
  Result<Offsets> log_offsets(const Partitions& partitions, std::int64_t at);
  Status commit(const std::string& group, const Offsets& offsets);

  GroupSession& session_;
  const Options& options_;
  ResetPlan from_file_;
};

Result<bool> Reset::is_free(const std::string& group) {
  auto description = session_.reader.describe(group);
  if (description && description->is_inactive()) return true;
  if (description) {
    session_.error(fmt::format("Assignments can only be reset if the group '{}' is inactive, but the current state is {}.", group,
                               description->state));
    return false;
  }
  if (description.status().code() != Code::kNotFound) return std::move(description).status();
  // No consumer group; it may be one of another kind, whose offsets are its own affair.
  auto listed = session_.reader.list();
  if (!listed) return std::move(listed).status();
  for (const GroupListing& other : *listed) {
    if (other.id != group) continue;
    session_.error(fmt::format("Group '{}' is not a consumer group ({}).", group, other.type));
    return false;
  }
  return true;
}

Result<Reset::Partitions> Reset::scope(const CommittedOffsets& committed) {
  Partitions partitions;
  if (options_.has("all-topics"))
    for (const auto& [partition, offset] : committed) partitions.insert(partition);
  std::vector<std::string> whole;
  for (const std::string& text : options_.texts("topic")) {
    auto argument = parse_topic_argument(text);
    if (!argument) return std::move(argument).status();
    if (!argument->partitions) whole.push_back(argument->topic);
    for (const std::int32_t partition : argument->partitions.value_or(std::vector<std::int32_t>()))
      partitions.insert({argument->topic, partition});
  }
  auto cluster = read_cluster(session_.client, whole);
  if (!cluster) return std::move(cluster).status();
  for (const TopicFacts& topic : cluster->topics) {
    if (topic.error != wire::ErrorCode::kNone) return Status::not_found(kafka_sentence(topic.error));
    for (const PartitionFacts& partition : topic.partitions) partitions.insert({topic.name, partition.index});
  }
  return partitions;
}

Status Reset::check(const Partitions& partitions) {
  std::set<std::string> names;
  for (const TopicPartition& one : partitions) names.insert(one.topic);
  auto cluster = read_cluster(session_.client, std::vector<std::string>(names.begin(), names.end()));
  if (!cluster) return std::move(cluster).status();
  std::vector<std::string> missing, leaderless;
  for (const TopicPartition& one : partitions) {
    const TopicFacts* topic = cluster->find(one.topic);
    if (topic == nullptr || topic->error != wire::ErrorCode::kNone)
      return Status::not_found(kafka_sentence(wire::ErrorCode::kUnknownTopicOrPartition));
    const auto found = std::find_if(topic->partitions.begin(), topic->partitions.end(),
                                    [&](const PartitionFacts& partition) { return partition.index == one.partition; });
    if (found == topic->partitions.end()) {
      missing.push_back(one.text());
    } else if (found->leader < 0) {
      leaderless.push_back(one.text());
    }
  }
  if (!missing.empty()) return Status::not_found(fmt::format("The partitions \"{}\" do not exist", fmt::join(missing, ",")));
  if (!leaderless.empty()) return Status::unavailable(fmt::format("The partitions \"{}\" have no leader", fmt::join(leaderless, ",")));
  return {};
}

Result<Offsets> Reset::log_offsets(const Partitions& partitions, std::int64_t at) {
  auto offsets = session_.reader.log_offsets(partitions, at);
  if (!offsets) return offsets;
  std::vector<std::string> missing;
  for (const TopicPartition& one : partitions)
    if (!offsets->contains(one)) missing.push_back(one.text());
  // They were there a moment ago.
  if (!missing.empty()) return Status::unavailable(fmt::format("The partitions \"{}\" have no leader", fmt::join(missing, ",")));
  return offsets;
}

Result<Offsets> Reset::within_logs(const Offsets& wished) {
  Partitions partitions;
  for (const auto& [partition, offset] : wished) partitions.insert(partition);
  auto ends = log_offsets(partitions, GroupReader::kLatest);
  if (!ends) return ends;
  auto starts = log_offsets(partitions, GroupReader::kEarliest);
  if (!starts) return starts;
  Offsets offsets;
  for (const auto& [partition, offset] : wished) {
    const std::int64_t end = (*ends)[partition], start = (*starts)[partition];
    offsets[partition] = std::clamp(offset, std::min(start, end), end);
    if (offset > end || offset < start)
      fmt::print(stderr, "WARN New offset ({}) is {} offset for topic partition {}. Value will be set to {}.\n", offset,
                 offset > end ? "higher than latest" : "lower than earliest", partition.text(), offsets[partition]);
  }
  return offsets;
}

Result<Offsets> Reset::at_time(const Partitions& partitions, std::int64_t time_ms) {
  auto offsets = log_offsets(partitions, std::max<std::int64_t>(time_ms, 0));
  if (!offsets) return offsets;
  Partitions after_all;
  for (const auto& [partition, offset] : *offsets) {
    if (offset >= 0) continue;
    after_all.insert(partition);
    fmt::print("\nWarn: Partition {} from topic {} is empty. Falling back to latest known offset.\n", partition.partition, partition.topic);
  }
  auto ends = log_offsets(after_all, GroupReader::kLatest);
  if (!ends) return ends;
  for (const auto& [partition, offset] : *ends) (*offsets)[partition] = offset;
  return offsets;
}

Result<Offsets> Reset::to_current(const Partitions& partitions, const CommittedOffsets& committed) {
  Partitions nowhere;
  Offsets offsets;
  for (const TopicPartition& partition : partitions) {
    const auto found = committed.find(partition);
    if (found == committed.end()) {
      nowhere.insert(partition);
    } else {
      offsets[partition] = found->second.offset;
    }
  }
  auto ends = log_offsets(nowhere, GroupReader::kLatest);
  if (!ends) return ends;
  offsets.insert(ends->begin(), ends->end());
  return offsets;
}

Result<Offsets> Reset::shifted(const Partitions& partitions, const CommittedOffsets& committed, std::int64_t by) {
  Offsets wished;
  for (const TopicPartition& partition : partitions) {
    const auto found = committed.find(partition);
    if (found == committed.end())
      return Status::invalid(
          fmt::format("Cannot shift offset for partition {} since there is no current committed offset", partition.text()));
    if (__builtin_add_overflow(found->second.offset, by, &wished[partition])) wished[partition] = by < 0 ? 0 : INT64_MAX;
  }
  return within_logs(wished);
}

Result<Offsets> Reset::new_offsets(const std::string& group, const Partitions& partitions, const CommittedOffsets& committed) {
  if (options_.has("to-earliest")) return log_offsets(partitions, GroupReader::kEarliest);
  if (options_.has("to-latest")) return log_offsets(partitions, GroupReader::kLatest);
  if (options_.has("to-current")) return to_current(partitions, committed);
  if (options_.has("shift-by")) return shifted(partitions, committed, options_.number<std::int64_t>("shift-by", 0));
  if (options_.has("to-offset")) {
    Offsets wished;
    for (const TopicPartition& partition : partitions) wished[partition] = options_.number<std::int64_t>("to-offset", 0);
    return within_logs(wished);
  }
  if (options_.has("from-file")) {
    const auto plan = from_file_.find(group);
    if (plan != from_file_.end()) return within_logs(plan->second);
    session_.error(fmt::format("No reset plan for group {} found", group));
    return Offsets();
  }
  const bool by_time = options_.has("to-datetime");
  auto time = by_time ? parse_time_ms(options_.text("to-datetime")) : parse_duration_ms(options_.text("by-duration"));
  if (!time) return std::move(time).status();
  return at_time(partitions, by_time ? *time : session_.client.env().clock().wall_ms() - *time);
}

Status Reset::commit(const std::string& group, const Offsets& offsets) {
  std::map<std::string_view, std::vector<wire::OffsetCommitRequest::OffsetCommitRequestPartition>> by_topic;
  for (const auto& [partition, offset] : offsets) {
    auto& one = by_topic[partition.topic].emplace_back();
    one.partition_index = partition.partition;
    one.committed_offset = offset;
  }
  std::vector<wire::OffsetCommitRequest::OffsetCommitRequestTopic> topics;
  for (auto& [name, partitions] : by_topic) {
    auto& topic = topics.emplace_back();
    topic.name = name;
    topic.partitions = partitions;
  }
  wire::OffsetCommitRequest request;
  request.group_id = group;
  request.topics = topics;
  using Response = wire::OffsetCommitResponse;
  const auto first_error = [](const Response& response) {
    for (const auto& topic : response.topics)
      for (const auto& partition : topic.partitions)
        if (partition.error_code != wire::ErrorCode::kNone) return partition.error_code;
    return wire::ErrorCode::kNone;
  };
  auto reply = session_.reader.call<Response>(group, request, first_error, kCommitByName);
  if (!reply) return std::move(reply).status();
  std::vector<std::string> failed;
  for (const auto& topic : reply->response.topics)
    for (const auto& partition : topic.partitions)
      if (partition.error_code != wire::ErrorCode::kNone) failed.push_back(fmt::format("{}-{}", topic.name, partition.partition_index));
  if (failed.empty()) return {};
  return kafka_status(first_error(reply->response),
                      fmt::format("Failed altering group offsets for the following partitions: [{}]", fmt::join(failed, ", ")));
}

Status Reset::read_file(const std::vector<std::string>& groups) {
  if (!options_.has("from-file")) return {};
  auto content = RealSurroundings().read_file(options_.text("from-file"));
  if (!content) return Status::io(message_of(content.status()));
  auto plan = parse_reset_file(options_.text("from-file"), *content, groups);
  if (!plan) return std::move(plan).status();
  from_file_ = *std::move(plan);
  return {};
}

Result<Offsets> Reset::run(const std::string& group) {
  auto free = is_free(group);
  if (!free) return std::move(free).status();
  if (!*free) return Offsets();
  auto committed = session_.reader.committed(group);
  if (!committed) return std::move(committed).status();
  Partitions partitions;
  if (const auto plan = from_file_.find(group); plan != from_file_.end())
    for (const auto& [partition, offset] : plan->second) partitions.insert(partition);
  if (!options_.has("from-file")) {
    auto chosen = scope(*committed);
    if (!chosen) return std::move(chosen).status();
    partitions = *std::move(chosen);
  }
  if (!partitions.empty()) BARNABAS_TRY(check(partitions));
  auto offsets = new_offsets(group, partitions, *committed);
  if (offsets && !offsets->empty() && options_.has("execute")) BARNABAS_TRY(commit(group, *offsets));
  return offsets;
}

void print_plan(const ResetPlan& plan) {
  TextTable table({{"GROUP", 15, true}, {"TOPIC", 15, true}, {"PARTITION", 10}, {"NEW-OFFSET"}});
  for (const auto& [group, offsets] : plan)
    for (const auto& [partition, offset] : offsets)
      table.add({group, partition.topic, std::to_string(partition.partition), std::to_string(offset)});
  fmt::print("{}\n", plan.empty() ? "" : table.text("\n", ""));
}

}  // namespace

Status reset_group_offsets(GroupSession& session) {
  const bool changes = session.options.has("execute");
  if (!changes && !session.options.has("dry-run"))
    fmt::print(stderr, "WARN: nothing is changed without --execute; with --dry-run this is not said.\n");
  auto groups = session.groups();
  if (!groups) return std::move(groups).status();
  Reset reset(session);
  BARNABAS_TRY(reset.read_file(session.options.texts("group")));
  ResetPlan plan;
  for (const std::string& group : *groups) {
    auto offsets = reset.run(group);
    if (!offsets) return std::move(offsets).status();
    plan[group] = *std::move(offsets);
  }
  if (session.options.has("export")) {
    fmt::print("{}\n", reset_csv(plan, session.options.texts("group").size() != 1));
  } else {
    print_plan(plan);
  }
  return {};
}

}  // namespace barnabas::tools
