#include "kernel/quorum/follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "kernel/catalog/metadata_topic.h"
#include "kernel/quorum/snapshot_octets.h"
#include "kernel/wire/errors.h"

namespace barnabas::quorum {
namespace {

using wire::ErrorCode;

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int32_t kWaitMs = 500;
constexpr std::int32_t kFetchBytes = 8 << 20;
constexpr std::int64_t kFirstRetryMs = 50;
constexpr std::int64_t kLongestRetryMs = 1000;
constexpr std::int64_t kCaughtUpPatienceNs = 1'000 * kNsPerMs;

client::ClientSettings client_settings(std::int64_t timeout_ns) {
  client::ClientSettings settings;
  settings.client_id = "barnabas-quorum";
  settings.connection.connect_timeout_ns = timeout_ns;
  settings.connection.request_timeout_ns = timeout_ns;
  settings.asks_unlisted = true;
  return settings;
}

}  // namespace

// A request with what it views.
struct Follower::Fetch {
  wire::FetchRequest::FetchPartition partition;
  wire::FetchRequest::FetchTopic topic;
  wire::FetchRequest request;
  std::string cluster_id;
};
struct Follower::SnapshotFetch {
  wire::FetchSnapshotRequest::PartitionSnapshot partition;
  wire::FetchSnapshotRequest::TopicSnapshot topic;
  wire::FetchSnapshotRequest request;
  std::string cluster_id;
};
// Somebody waits until the log is told up to an offset.
struct Follower::Waiting {
  Waiting(base::Loop& loop, std::function<void()> call, std::function<void()> late)
      : then(std::move(call)), patience(loop, std::move(late)) {
    patience.start(kCaughtUpPatienceNs);
  }
  std::uint64_t number = 0;         // never used again, as its place in memory is
  std::int64_t offset = INT64_MAX;  // not known yet
  std::function<void()> then;
  base::Timer patience;
};

Follower::Follower(base::Loop& loop, Settings settings, Log log)
    : loop_(loop),
      settings_(settings),
      log_line_(std::move(log)),
      fetches_(loop, client_settings(settings.fetch_timeout_ns)),
      questions_(loop, client_settings(settings.fetch_timeout_ns)),
      backoff_(kFirstRetryMs, kLongestRetryMs),
      timer_(loop, [this] { ask(); }) {}

Follower::~Follower() = default;

void Follower::follow(std::vector<Candidate> candidates, std::string cluster_id, sdk::MetadataListener& listener, Offsets offsets) {
  stop();
  offsets_ = offsets;
  candidates_ = std::move(candidates);
  cluster_id_ = std::move(cluster_id);
  listener_ = &listener;
  next_candidate_ = 0;
  ask();
}

void Follower::stop() {
  ++*line_;
  listener_ = nullptr;
  timer_.cancel();
  leader_ = {};
  is_sure_of_leader_ = false;
  high_watermark_ = -1;
  least_ = 0;
  forget();
  tell_waiting();
}

void Follower::forget() {
  log_.reset({});
  snapshot_octets_.clear();
  has_untold_snapshot_ = false;
}

// What was told so far is replaced, by the leader's snapshot or by all of its log: a log alone would take nothing back.
void Follower::begin_anew() {
  least_ = std::max(least_, log_.told_end());
  forget();
  high_watermark_ = -1;
  snapshot_ = {};
  has_untold_snapshot_ = true;
}

base::Address Follower::target() const {
  return is_sure_of_leader_ ? leader_.address : candidates_[next_candidate_ % candidates_.size()].address;
}

// Of what is behind the end of the log here.
std::shared_ptr<Follower::Fetch> Follower::next_fetch() const {
  auto fetch = std::make_shared<Fetch>();
  fetch->partition.current_leader_epoch = std::max(leader_.term, 0);  // Kafka takes no negative one
  fetch->partition.fetch_offset = log_.end().offset;
  fetch->partition.last_fetched_epoch = log_.end().term;
  fetch->topic.topic = catalog::kMetadataTopic;
  fetch->topic.topic_id = catalog::kMetadataTopicId;
  fetch->topic.partitions = {&fetch->partition, 1};
  fetch->request.topics = {&fetch->topic, 1};
  return fetch;
}

void Follower::ask() {
  const auto fetch = next_fetch();
  fetch->cluster_id = cluster_id_;
  fetch->partition.partition_max_bytes = kFetchBytes;
  if (!cluster_id_.empty()) fetch->request.cluster_id = std::string_view(fetch->cluster_id);
  fetch->request.replica_state.replica_id = settings_.node_id;
  fetch->request.max_wait_ms = kWaitMs;
  fetch->request.min_bytes = 1;
  fetches_.call<wire::FetchResponse>(client::Target::at(target()), fetch->request,
                                     [this, fetch, line = *line_, now = std::weak_ptr(line_)](auto reply) {
                                       const auto present = now.lock();
                                       if (present != nullptr && *present == line) answered(std::move(reply));
                                     });
}

void Follower::ask_later() {
  const std::int64_t now_ms = loop_.clock().mono_ns() / kNsPerMs;
  timer_.start(std::max<std::int64_t>(backoff_.not_before_ms() - now_ms, 1) * kNsPerMs);
}

void Follower::failed(std::string_view why) {
  if (last_failure_ != why) log_line_(sdk::LogLevel::kWarn, fmt::format("metadata of the controllers: {}", why));
  last_failure_ = why;
  is_sure_of_leader_ = false;
  ++next_candidate_;
  backoff_.failed(loop_.clock().mono_ns() / kNsPerMs);
  ask_later();
}

void Follower::answered(Result<client::Reply<wire::FetchResponse>> reply) {
  if (!reply) return failed(message_of(reply.status()));
  take(reply->response);
}

void Follower::take(const wire::FetchResponse& response) {
  if (response.error_code == ErrorCode::kInconsistentClusterId)
    return listener_->on_failed(
        Status::invalid(fmt::format("the controller at {} is one of another cluster than {}", base::to_string(target()), cluster_id_)));
  if (response.error_code != ErrorCode::kNone)
    return failed(fmt::format("{} answers {}", base::to_string(target()), wire::error_name(response.error_code)));
  if (response.responses.empty() || response.responses[0].partitions.empty())
    return failed(fmt::format("{} says nothing of the metadata", base::to_string(target())));
  take_partition(response, response.responses[0].partitions[0]);
}

void Follower::take_partition(const wire::FetchResponse& response, const wire::FetchResponse::PartitionData& partition) {
  if (partition.error_code == ErrorCode::kNotLeaderOrFollower || partition.error_code == ErrorCode::kFencedLeaderEpoch ||
      partition.error_code == ErrorCode::kUnknownLeaderEpoch)
    return turn_to(response, partition);
  if (partition.error_code != ErrorCode::kNone)
    return failed(fmt::format("{} answers {}", base::to_string(target()), wire::error_name(partition.error_code)));
  const std::uint64_t line = *line_;
  note_leader({partition.current_leader.leader_id, partition.current_leader.leader_epoch, target()});
  if (*line_ != line) return;  // the listener has had enough
  if (partition.snapshot_id.epoch >= 0) {
    const sdk::MetadataPosition end{partition.snapshot_id.end_offset, partition.snapshot_id.epoch};
    // As below. Ours name a snapshot to whoever is ahead of them, too.
    if (offsets_ == Offsets::kKept)
      if (Status lost = log_.check_snapshot(end); !lost.ok()) return listener_->on_failed(std::move(lost));
    snapshot_ = end;
    snapshot_octets_.clear();
    has_untold_snapshot_ = false;
    return ask_snapshot();
  }
  // Whoever followed controllers that have lost topics would delete these topics' records.
  if (partition.diverging_epoch.epoch >= 0)
    if (Status lost = log_.cut({partition.diverging_epoch.end_offset, partition.diverging_epoch.epoch}); !lost.ok())
      return listener_->on_failed(std::move(lost));
  Status status = log_.add(partition.records.bytes);
  if (status.ok() && has_untold_snapshot_) {
    // Nothing older than what was told is told again, whatever a leader that has just begun knows of its high watermark.
    if (log_.end().offset < partition.high_watermark) return ask();
    if (partition.high_watermark < least_) return failed("the leader does not know yet how much of its log is final");
    status = tell_snapshot(partition.high_watermark);
    if (*line_ != line) return;
  }
  if (status.ok())
    status = log_.tell(partition.high_watermark, [this](const sdk::MetadataBatch& batch) {
      if (listener_ != nullptr) listener_->on_batch(batch);
    });
  if (*line_ != line) return;
  if (!status.ok()) {
    begin_anew();
    return failed(message_of(status));
  }
  backoff_.succeeded();
  last_failure_.clear();
  high_watermark_ = std::max(high_watermark_, partition.high_watermark);
  tell_waiting();
  if (on_progress) on_progress();
  if (*line_ == line) ask();
}

// Another one leads, or the same in another term.
void Follower::turn_to(const wire::FetchResponse& response, const wire::FetchResponse::PartitionData& partition) {
  Leader leader{partition.current_leader.leader_id, partition.current_leader.leader_epoch, {}};
  for (const auto& node : response.node_endpoints)
    if (node.node_id == leader.id) leader.address = {std::string(node.host), static_cast<std::uint16_t>(node.port)};
  for (const Candidate& candidate : candidates_)
    if (leader.address.port == 0 && leader.known() && candidate.id == leader.id) leader.address = candidate.address;
  if (leader.address.port == 0 && leader.known() && partition.error_code != ErrorCode::kNotLeaderOrFollower) leader.address = target();
  if (leader.address.port == 0 || leader.term < leader_.term || (leader == leader_ && is_sure_of_leader_))
    return failed(fmt::format("{} does not lead and does not say who does", base::to_string(target())));
  const std::uint64_t line = *line_;
  note_leader(std::move(leader));
  if (*line_ == line) ask();
}

void Follower::note_leader(Leader leader) {
  is_sure_of_leader_ = true;
  if (leader.id < 0) leader.id = leader_.id;
  if (leader == leader_) return;
  const bool is_news = leader.id != leader_.id || leader.term != leader_.term;
  leader_ = std::move(leader);
  if (is_news) listener_->on_leader({leader_.id, leader_.term, false, 0});
}

void Follower::ask_snapshot() {
  auto fetch = std::make_shared<SnapshotFetch>();
  fetch->cluster_id = cluster_id_;
  fetch->partition.current_leader_epoch = std::max(leader_.term, 0);  // Kafka takes no negative one
  fetch->partition.snapshot_id = {snapshot_.offset, snapshot_.term};
  fetch->partition.position = static_cast<std::int64_t>(snapshot_octets_.size());
  fetch->topic.name = catalog::kMetadataTopic;
  fetch->topic.partitions = {&fetch->partition, 1};
  if (!cluster_id_.empty()) fetch->request.cluster_id = std::string_view(fetch->cluster_id);
  fetch->request.replica_id = settings_.node_id;
  fetch->request.max_bytes = kFetchBytes;
  fetch->request.topics = {&fetch->topic, 1};
  fetches_.call<wire::FetchSnapshotResponse>(client::Target::at(target()), fetch->request,
                                             [this, fetch, line = *line_, now = std::weak_ptr(line_)](auto reply) {
                                               const auto present = now.lock();
                                               if (present != nullptr && *present == line) snapshot_answered(std::move(reply));
                                             });
}

void Follower::snapshot_answered(Result<client::Reply<wire::FetchSnapshotResponse>> reply) {
  if (!reply) return failed(message_of(reply.status()));
  const auto& response = reply->response;
  if (response.error_code != ErrorCode::kNone || response.topics.empty() || response.topics[0].partitions.empty())
    return failed(fmt::format("{} gives no snapshot: {}", base::to_string(target()), wire::error_name(response.error_code)));
  const auto& piece = response.topics[0].partitions[0];
  if (piece.error_code != ErrorCode::kNone)
    return failed(fmt::format("{} gives no snapshot: {}", base::to_string(target()), wire::error_name(piece.error_code)));
  const sdk::Bytes octets = piece.unaligned_records.bytes;
  if (piece.position != static_cast<std::int64_t>(snapshot_octets_.size()) || octets.size == 0)
    return failed(fmt::format("{} gives another piece of the snapshot than was asked for", base::to_string(target())));
  snapshot_octets_.insert(snapshot_octets_.end(), octets.begin(), octets.end());
  if (static_cast<std::int64_t>(snapshot_octets_.size()) < piece.size) return ask_snapshot();
  has_untold_snapshot_ = true;
  log_.reset(snapshot_);
  ask();
}

Status Follower::tell_snapshot(std::int64_t high_watermark) {
  has_untold_snapshot_ = false;
  const std::vector<std::uint8_t> octets = std::exchange(snapshot_octets_, {});
  const auto records = octets.empty() ? Result<std::vector<sdk::Bytes>>(std::vector<sdk::Bytes>()) : snapshot_records(sdk::Bytes(octets));
  if (!records) return records.status().copy();
  sdk::MetadataPosition end = snapshot_;
  std::deque<std::vector<std::uint8_t>> later;
  BARNABAS_TRY(log_.tell(high_watermark, [&](const sdk::MetadataBatch& batch) {
    for (std::size_t i = 0; i < batch.record_count; ++i) later.emplace_back(batch.records[i].begin(), batch.records[i].end());
    end = batch.end;
  }));
  const std::vector<sdk::Bytes> views(later.begin(), later.end());
  if (!octets.empty())
    log_line_(sdk::LogLevel::kInfo, fmt::format("metadata of the controllers: the snapshot of everything below offset {} comes from {}",
                                                snapshot_.offset, base::to_string(target())));
  const std::uint64_t line = *line_;
  listener_->on_snapshot_begin(end);
  if (*line_ == line && !records->empty()) listener_->on_batch({records->data(), records->size(), end, -1});
  if (*line_ == line && !views.empty()) listener_->on_batch({views.data(), views.size(), end, -1});
  if (*line_ == line) listener_->on_snapshot_end();
  return {};
}

void Follower::when_caught_up(std::function<void()> then) {
  const auto place = waiting_.insert(waiting_.end(), nullptr);
  const auto end = [this, place] {
    // The timer goes with what waits, so not before this returns.
    const std::shared_ptr<Waiting> late = std::move(*place);
    waiting_.erase(place);
    base::post(loop_, [late] {});
    late->then();
  };
  *place = std::make_unique<Waiting>(loop_, std::move(then), end);
  (*place)->number = ++last_waiting_;
  if (!is_sure_of_leader_) return tell_waiting();
  const auto fetch = next_fetch();
  questions_.call<wire::FetchResponse>(
      client::Target::at(target()), fetch->request,
      [this, fetch, number = last_waiting_, line = *line_, now = std::weak_ptr(line_)](auto reply) {
        const auto present = now.lock();
        if (present == nullptr || *present != line) return;
        const auto still = std::ranges::find_if(waiting_, [&](const auto& one) { return one->number == number; });
        if (still == waiting_.end()) return;
        const bool is_told = reply && !reply->response.responses.empty() && !reply->response.responses[0].partitions.empty();
        (*still)->offset = is_told ? reply->response.responses[0].partitions[0].high_watermark : 0;
        tell_waiting();
      });
}

void Follower::tell_waiting() {
  for (auto one = waiting_.begin(); one != waiting_.end();) {
    const auto at = one++;
    if (is_sure_of_leader_ && (has_untold_snapshot_ || log_.told_end() < (*at)->offset)) continue;
    base::post(loop_, [then = std::move((*at)->then)] { then(); });
    waiting_.erase(at);
  }
}

}  // namespace barnabas::quorum
