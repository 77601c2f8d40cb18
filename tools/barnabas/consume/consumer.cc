#include "tools/barnabas/consume/consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <regex>
#include <set>

#include "kernel/base/times.h"
#include "kernel/wire/messages/02_list_offsets.h"
#include "tools/barnabas/aborted_transactions.h"

namespace barnabas::tools {
namespace {

constexpr std::int16_t kLastFetchWithNames = 12;
constexpr std::int32_t kFetchBytes = 4 << 20;
constexpr std::int32_t kMaxWaitMs = 500;
constexpr std::int64_t kLookupPauseMs = 100;
constexpr std::int64_t kLongLookupPauseMs = 1'000;

// kUnavailable: it may be different later.
Status refusal(wire::ErrorCode error, const std::string& text) {
  return wire::is_retriable(error) ? Status::unavailable(text) : Status::invalid(text);
}

bool was_made_anew(const ReadPosition& position, const std::vector<TopicFacts>& topics) {
  const auto topic = std::find_if(topics.begin(), topics.end(), [&](const TopicFacts& one) { return one.name == position.topic; });
  return topic != topics.end() && !topic->id.is_zero() && !position.topic_id.is_zero() && topic->id != position.topic_id;
}

Status no_policy(const ReadPosition& position) {
  return Status::invalid(fmt::format("Undefined offset with no reset policy for partitions: [{}-{}]", position.topic, position.partition));
}

}  // namespace

Result<std::vector<TopicFacts>> Consumer::look_up(bool may_create) {
  const bool is_one = !settings_.topic.empty();
  auto cluster = is_one ? read_cluster(client_, std::vector<std::string>{settings_.topic}, may_create) : read_cluster(client_);
  if (!cluster) return std::move(cluster).status();
  std::vector<TopicFacts> topics;
  for (TopicFacts& topic : cluster->topics) {
    if (topic.error == wire::ErrorCode::kInvalidTopicException || topic.error == wire::ErrorCode::kTopicAuthorizationFailed)
      return Status::invalid(fmt::format("topic '{}' cannot be read: {}", topic.name, describe_error(topic.error)));
    if (topic.error != wire::ErrorCode::kNone) continue;
    const bool is_meant =
        is_one || (std::regex_match(topic.name, std::regex(settings_.include)) && !(topic.is_internal && settings_.excludes_internal));
    if (is_meant) topics.push_back(std::move(topic));
  }
  return topics;
}

Status Consumer::open(std::int64_t timeout_ms) {
  sdk::Clock& clock = client_.env().clock();
  const std::int64_t began_ns = clock.mono_ns();
  std::vector<TopicFacts> topics;
  for (bool said = false; topics.empty() && !stopped(); said = true) {
    auto found = look_up(settings_.may_create);
    if (found && !found->empty()) {
      topics = *std::move(found);
      break;
    }
    const std::string& name = settings_.topic.empty() ? settings_.include : settings_.topic;
    const Status why = found ? Status::not_found(fmt::format("topic '{}' does not exist", name)) : found.status().copy();
    // Who never heard of a broker is likely to have its address wrong.
    if (!found && (!said || !may_pass(why))) return why.copy();
    if (timeout_ms >= 0 && clock.mono_ns() - began_ns >= base::ns_of_ms(timeout_ms)) return why.copy();
    if (!found) {
      waiting_.on(message_of(why), clock.mono_ns());
    } else {
      waiting_.over();
      if (said) std::fprintf(stderr, "waiting for topic '%s', which does not exist yet\n", name.c_str());
    }
    client_.pause(said ? kLongLookupPauseMs : kLookupPauseMs);
  }
  topics_at_ns_ = base::saturated_add(clock.mono_ns(), base::ns_of_ms(settings_.metadata_max_age_ms));
  if (group_ != nullptr) {
    std::vector<std::string> names;
    for (const TopicFacts& topic : topics) names.push_back(topic.name);
    group_->subscribe(std::move(names));
    return {};
  }
  for (const TopicFacts& topic : topics) {
    for (const PartitionFacts& one : topic.partitions)
      if (!settings_.partition || one.index == *settings_.partition)
        positions_.push_back(
            {.topic = topic.name, .partition = one.index, .leader = one.leader, .offset = settings_.offset, .topic_id = topic.id});
    if (positions_.empty())
      return Status::not_found(
          fmt::format("topic '{}' has no partition {}: it has 0 to {}", topic.name, *settings_.partition, topic.partitions.size() - 1));
  }
  if (!settings_.partition && !settings_.reset.may_reset && !positions_.empty()) return no_policy(positions_.front());
  return {};
}

Status Consumer::find_offsets(std::int32_t leader) {
  std::map<std::string_view, std::vector<wire::ListOffsetsRequest::ListOffsetsPartition>> by_topic;
  for (const ReadPosition& position : positions_) {
    if (position.leader != leader || position.offset >= 0) continue;
    auto& partition = by_topic[position.topic].emplace_back();
    partition.partition_index = position.partition;
    partition.timestamp = position.offset;
    if (position.offset != kSince) continue;
    partition.timestamp = position.end < 0 ? kLatest : std::max<std::int64_t>(client_.env().clock().wall_ms() - settings_.reset.back_ms, 0);
  }
  if (by_topic.empty()) return {};
  wire::ListOffsetsRequest request;
  request.replica_id = -1;
  request.isolation_level = settings_.isolation;
  std::vector<wire::ListOffsetsRequest::ListOffsetsTopic> topics;
  for (auto& [name, partitions] : by_topic) {
    auto& topic = topics.emplace_back();
    topic.name = name;
    topic.partitions = partitions;
  }
  request.topics = topics;
  auto reply = client_.call<wire::ListOffsetsResponse>(client::Target::node(leader), request);
  if (!reply) return std::move(reply).status();
  for (const auto& topic : reply->response.topics)
    for (const auto& partition : topic.partitions)
      if (partition.error_code != wire::ErrorCode::kNone) {
        BARNABAS_TRY(survive(refusal(
            partition.error_code, fmt::format("{}-{}: {}", topic.name, partition.partition_index, describe_error(partition.error_code)))));
      } else {
        begin_at(topic.name, partition.partition_index, partition.offset);
      }
  return {};
}

void Consumer::begin_at(std::string_view topic, std::int32_t partition, std::int64_t offset) {
  for (ReadPosition& position : positions_) {
    if (position.partition != partition || position.topic != topic) continue;
    if (position.offset == kSince && position.end < 0) {
      position.end = std::max<std::int64_t>(offset, 0);
      continue;
    }
    // Nothing is that young: then what has come since is read.
    position.offset = offset < 0 ? std::max<std::int64_t>(position.end, 0) : offset;
    position.end = -1;
    if (const std::int64_t missing = std::exchange(position.missing, -1); missing >= 0)
      std::fprintf(stderr, "%s-%d has no offset %lld; going on from %lld\n", position.topic.c_str(), partition,
                   static_cast<long long>(missing), static_cast<long long>(offset));
  }
}

Result<bool> Consumer::fetch_from(std::int32_t leader) {
  wire::FetchRequest request;
  request.max_wait_ms = kMaxWaitMs;
  request.min_bytes = 1;
  request.max_bytes = kFetchBytes;
  request.isolation_level = settings_.isolation;
  std::map<std::string_view, std::vector<wire::FetchRequest::FetchPartition>> by_topic;
  for (const ReadPosition& position : positions_) {
    if (position.leader != leader || position.offset < 0) continue;
    auto& partition = by_topic[position.topic].emplace_back();
    partition.partition = position.partition;
    partition.fetch_offset = position.offset;
    partition.partition_max_bytes = kFetchBytes / 4;
  }
  if (by_topic.empty()) return false;
  std::vector<wire::FetchRequest::FetchTopic> topics;
  for (auto& [name, partitions] : by_topic) {
    auto& topic = topics.emplace_back();
    topic.topic = name;
    topic.partitions = partitions;
  }
  request.topics = topics;
  auto reply = client_.call<wire::FetchResponse>(client::Target::node(leader), request, kLastFetchWithNames);
  if (!reply) return std::move(reply).status();
  if (reply->response.error_code != wire::ErrorCode::kNone)
    return refusal(reply->response.error_code, describe_error(reply->response.error_code));
  const std::int64_t before = printed_;
  for (const auto& answer : reply->response.responses)
    for (const auto& partition : answer.partitions) {
      for (ReadPosition& position : positions_) {
        if (position.partition != partition.partition_index || position.topic != answer.topic) continue;
        if (partition.error_code == wire::ErrorCode::kOffsetOutOfRange) {
          if (!settings_.reset.may_reset)
            return Status::invalid(fmt::format("Offsets out of range with no configured reset policy for partitions: {{{}-{}={}}}",
                                               position.topic, position.partition, position.offset));
          position.missing = position.offset;
          position.offset = settings_.reset.to;
          continue;
        }
        if (partition.error_code != wire::ErrorCode::kNone) {
          BARNABAS_TRY(survive(refusal(
              partition.error_code, fmt::format("{}-{}: {}", position.topic, position.partition, describe_error(partition.error_code)))));
          continue;
        }
        const auto aborted = partition.aborted_transactions
                                 ? std::span<const wire::FetchResponse::AbortedTransaction>(*partition.aborted_transactions)
                                 : std::span<const wire::FetchResponse::AbortedTransaction>();
        if (Status status = print(position, partition.records.bytes, aborted); !status.ok()) return status;
      }
    }
  return printed_ != before;
}

Status Consumer::print(ReadPosition& position, sdk::Bytes octets, std::span<const wire::FetchResponse::AbortedTransaction> aborted) {
  ReadPosition reached = position;
  const std::int64_t printed_before = printed_;
  Status status = print_batches(reached, octets, aborted);
  // Also what comes before something unreadable is the reader's.
  if (Status written = write_out(); !written.ok()) {
    printed_ = printed_before;
    return written;
  }
  position = std::move(reached);
  return status;
}

Status Consumer::print_batches(ReadPosition& position, sdk::Bytes octets,
                               std::span<const wire::FetchResponse::AbortedTransaction> aborted) {
  record::BatchReader batches(octets);
  AbortedTransactions not_committed(aborted);
  sdk::TopicView where;
  where.name = position.topic;
  where.partition = position.partition;
  for (record::BatchView batch; left_ != 0 && batches.next(batch);) {
    if (!batch.crc_valid())
      return Status::corrupt(
          fmt::format("{}-{}: the batch at offset {} has a wrong checksum", position.topic, position.partition, batch.base_offset()));
    const auto left_out = not_committed.leaves_out(batch, reader_);
    if (!left_out) return left_out.status().copy();
    if (batch.last_offset() < position.offset) continue;
    if (!batch.control() && !*left_out) {
      BARNABAS_TRY(reader_.open(batch));
      for (record::RecordView record; left_ != 0 && reader_.next(record);) {
        if (record.offset < position.offset) continue;
        const auto seen = interceptors_.on_consume(where, record);
        if (Status status = seen ? printer_.check(*seen) : seen.status().copy(); !status.ok()) {
          if (!settings_.skip_wrong) return status;
          std::fprintf(stderr, "%s-%d: %s; left out\n", position.topic.c_str(), position.partition,
                       std::string(message_of(status)).c_str());
          continue;
        }
        if (settings_.prints) printer_.print(position.partition, batch, *seen, out_);
        ++printed_;
        position.offset = record.offset + 1;
        if (left_ > 0) --left_;
      }
      BARNABAS_TRY(reader_.take_status());
    }
    // Stopped in the middle, the member that comes next goes on there.
    if (left_ != 0) position.offset = batch.last_offset() + 1;
    position.leader_epoch = batch.leader_epoch();
  }
  return batches.status().copy();
}

Status Consumer::write_out() {
  const bool arrived = std::fwrite(out_.data(), 1, out_.size(), stdout) == out_.size() && std::fflush(stdout) == 0;
  out_.clear();
  return arrived ? Status() : Status::invalid("Unable to write to standard out, closing consumer.");
}

Status Consumer::run(std::int64_t max_messages, std::int64_t timeout_ms) {
  left_ = max_messages;
  sdk::Clock& clock = client_.env().clock();
  std::int64_t last_ns = clock.mono_ns();
  while (left_ != 0 && !stopped()) {
    in_the_way_ = false;
    BARNABAS_TRY(survive(group_ != nullptr ? follow_group() : find_new_partitions()));
    auto any = read_all();
    if (!any) return std::move(any).status();
    if (in_the_way_) {
      BARNABAS_TRY(look_for_leaders());
    } else {
      waiting_.over();
    }
    if (*any) last_ns = clock.mono_ns();
    timed_out_ = timeout_ms >= 0 && clock.mono_ns() - last_ns >= base::ns_of_ms(timeout_ms);
    if (timed_out_) return Status::unavailable(fmt::format("no record came for {} ms", timeout_ms));
  }
  return {};
}

Result<bool> Consumer::read_all() {
  std::set<std::int32_t> leaders;
  for (const ReadPosition& position : positions_)
    if (position.leader >= 0) {
      leaders.insert(position.leader);
    } else {
      BARNABAS_TRY(survive(Status::unavailable(fmt::format("{}-{} has no leader", position.topic, position.partition))));
    }
  bool any = false;
  for (const std::int32_t leader : leaders) {
    auto got = read_from(leader);
    if (!got) BARNABAS_TRY(survive(std::move(got).status()));
    any |= got && *got;
  }
  return any;
}

Result<bool> Consumer::read_from(std::int32_t leader) {
  BARNABAS_TRY(find_offsets(leader));
  BARNABAS_TRY(find_offsets(leader));  // the time, where the end was asked for first
  return fetch_from(leader);
}

Result<std::optional<std::vector<TopicFacts>>> Consumer::look_up_again() {
  sdk::Clock& clock = client_.env().clock();
  if (clock.mono_ns() < topics_at_ns_) return std::optional<std::vector<TopicFacts>>();
  auto topics = look_up(false);
  const std::int64_t pause_ms = topics ? std::max(settings_.metadata_max_age_ms, kLookupPauseMs) : kLongLookupPauseMs;
  topics_at_ns_ = base::saturated_add(clock.mono_ns(), base::ns_of_ms(pause_ms));
  if (!topics) return std::move(topics).status();
  return std::optional(*std::move(topics));
}

Status Consumer::find_new_partitions() {
  if (settings_.partition) return {};
  const auto topics = look_up_again();
  if (!topics) return topics.status().copy();
  if (!*topics) return {};
  // One that was deleted and made anew is another, and read from its beginning as well.
  std::erase_if(positions_, [&](const ReadPosition& position) { return was_made_anew(position, **topics); });
  std::set<std::pair<std::string_view, std::int32_t>> known;
  for (const ReadPosition& position : positions_) known.emplace(position.topic, position.partition);
  std::vector<ReadPosition> added;
  for (const TopicFacts& topic : **topics)
    for (const PartitionFacts& one : topic.partitions)
      if (!known.contains({topic.name, one.index}))
        added.push_back({.topic = topic.name, .partition = one.index, .leader = one.leader, .offset = kEarliest, .topic_id = topic.id});
  positions_.insert(positions_.end(), added.begin(), added.end());
  return {};
}

Status Consumer::follow_group() {
  if (settings_.topic.empty()) {
    const auto topics = look_up_again();
    if (!topics) return topics.status().copy();
    if (*topics) {
      std::vector<std::string> names;
      for (const TopicFacts& topic : **topics) names.push_back(topic.name);
      group_->subscribe(std::move(names));
    }
  }
  return group_->follow(positions_, [this](const ReadPosition& position) -> Result<std::int64_t> {
    if (settings_.reset.may_reset) return settings_.reset.to;
    return no_policy(position);
  });
}

Status Consumer::survive(Status why) {
  if (!may_pass(why)) return why;
  waiting_.on(message_of(why), client_.env().clock().mono_ns());
  in_the_way_ = true;
  return {};
}

Status Consumer::look_for_leaders() {
  client_.pause(kLookupPauseMs);
  if (positions_.empty()) return {};
  Status found = find_leaders(client_, positions_);
  return may_pass(found) ? Status() : std::move(found);
}

void Consumer::close() {
  if (group_ != nullptr) group_->close(positions_);
}

}  // namespace barnabas::tools
