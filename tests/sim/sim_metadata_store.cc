#include "sim/sim_metadata_store.h"

#include <utility>

namespace barnabas::sim {
namespace {

using sdk::Code;
using sdk::Status;

constexpr std::uint32_t kMaxRecords = 10'000;
constexpr std::uint64_t kMaxBytes = 8 << 20;
constexpr std::int64_t kTicksPerTimeout = 6;

}  // namespace

SimMetadataStore::SimMetadataStore(SimMetadata& engine, sdk::Host& host)
    : engine_(engine),
      host_(host),
      requests_(host, engine.random(), engine.rules().delay_max_ns),
      news_(host, engine.random(), engine.rules().delay_max_ns),
      timer_(host.executor(), [this] { tick(); }) {}

SimMetadataStore::~SimMetadataStore() { engine_.forget(*this); }

Status SimMetadataStore::identity(sdk::MetadataIdentity& identity) noexcept {
  identity.formatted = true;  // the engine begins a cluster when the first node starts
  identity.cluster_id = cluster_id_;
  return {};
}

Status SimMetadataStore::format(const sdk::MetadataFormat&) noexcept {
  return Status::error(Code::kExists, "there is nothing to format: the first node to start begins the cluster");
}

sdk::MetadataAbilities SimMetadataStore::abilities() noexcept {
  const bool follows = engine_.rules().follows;
  return {.proposes = true,
          .keeps_sessions = true,
          .keeps_records = follows,
          .follows = follows,
          .max_records = kMaxRecords,
          .max_bytes = kMaxBytes};
}

// Starting and stopping

Status SimMetadataStore::start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept {
  if (life_ != Life::kStopped) return Status::invalid("the metadata store is already started");
  life_ = Life::kStarting;
  listener_ = &listener;
  starting_ = &completion;
  node_id_ = start.node_id;
  wanted_cluster_ = std::string(start.cluster_id);
  session_ = 0;
  position_ = 0;
  leader_ = {};
  is_registered_ = false;
  began_ns_ = heard_ns_ = host_.clock().mono_ns();
  connect();
  timer_.start(engine_.rules().session_timeout_ns / kTicksPerTimeout);
  return {};
}

void SimMetadataStore::end_start(Status status) {
  if (starting_ == nullptr) return;
  if (!status && life_ == Life::kStarting) {
    life_ = Life::kStopped;
    listener_ = nullptr;
    timer_.cancel();
    requests_.reset();
    news_.reset();
  }
  std::exchange(starting_, nullptr)->done(std::move(status));
}

Status SimMetadataStore::stop(sdk::Completion& completion) noexcept {
  if (life_ == Life::kStopping) return Status::invalid("the metadata store is already being stopped");
  const bool was_stopped = std::exchange(life_, Life::kStopping) == Life::kStopped;
  stopping_ = &completion;
  listener_ = nullptr;
  began_ns_ = host_.clock().mono_ns();
  base::post(host_.executor(), [this, was_stopped, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    end_all(Code::kUnknown, "the metadata store was stopped");
    end_start(Status::unavailable("the metadata store was stopped"));
    if (was_stopped || session_ == 0) return closed();
    ask([this] { engine_.close(*this, session_); });
  });
  return {};
}

void SimMetadataStore::closed() {
  if (life_ != Life::kStopping) return;
  life_ = Life::kStopped;
  timer_.cancel();
  requests_.reset();
  news_.reset();
  is_connected_ = false;
  std::exchange(stopping_, nullptr)->done({});
}

void SimMetadataStore::end_all(Code code, const std::string& why) {
  for (const auto& [request, completion] : std::exchange(pending_, {})) completion->done(Status::error(code, why));
}

// The connection

void SimMetadataStore::ask(std::function<void()> request) {
  if (is_cut_) return;
  requests_.send([this, request = std::move(request)] {
    if (!is_cut_) request();
  });
}

void SimMetadataStore::connect() {
  is_connected_ = false;
  ask([this, connection = ++connection_] { engine_.connect(*this, connection, session_, wanted_cluster_, position_); });
}

// What is under way on the old connection is lost, in both directions.
void SimMetadataStore::disconnected() {
  requests_.reset();
  news_.reset();
  if (life_ != Life::kStarting && life_ != Life::kRunning) return;
  connect();
  end_all(Code::kUnknown, "the connection was lost before the answer came");
}

void SimMetadataStore::tick() {
  const std::int64_t now = host_.clock().mono_ns();
  const std::int64_t timeout_ns = engine_.rules().session_timeout_ns;
  timer_.start(timeout_ns / kTicksPerTimeout);
  if (life_ == Life::kStopping && now - began_ns_ > timeout_ns) return closed();
  if (life_ == Life::kStarting && now - began_ns_ > timeout_ns)
    return end_start(Status::unavailable("the metadata engine cannot be reached"));
  if (life_ == Life::kStopping) return;
  if (now - heard_ns_ > timeout_ns / 2) {
    heard_ns_ = now;
    return disconnected();
  }
  ask([this] { engine_.ping(*this, session_); });
}

void SimMetadataStore::connected(std::uint64_t session, bool goes_on, const std::string& cluster_id) {
  cluster_id_ = wanted_cluster_ = cluster_id;
  const bool lost = session_ != 0 && !goes_on;
  session_ = session;
  if (!lost || listener_ == nullptr) return;
  if (std::exchange(is_registered_, false)) listener_->on_session_lost();
  if (leader_.is_self) told_leader({-1, leader_.term, false, 0});
}

void SimMetadataStore::refused(const std::string& cluster_id) {
  end_start(Status::invalid("the metadata engine has cluster " + cluster_id + ", and this node belongs to " + wanted_cluster_));
}

void SimMetadataStore::synced() {
  is_connected_ = true;
  if (life_ != Life::kStarting) return;
  life_ = Life::kRunning;
  end_start({});
}

// What is told

void SimMetadataStore::told_snapshot(const std::vector<std::string>& records, sdk::MetadataPosition end, std::size_t count) {
  position_ = count;
  const std::vector<sdk::Bytes> views(records.begin(), records.end());
  if (listener_ != nullptr) listener_->on_snapshot_begin(end);
  if (listener_ != nullptr && !views.empty()) listener_->on_batch({views.data(), views.size(), end, -1});
  if (listener_ != nullptr) listener_->on_snapshot_end();
}

void SimMetadataStore::told_entry(const SimMetadataEntry& entry, std::size_t count) {
  position_ = count;
  if (listener_ == nullptr || entry.records.empty()) return;
  const std::vector<sdk::Bytes> views(entry.records.begin(), entry.records.end());
  listener_->on_batch({views.data(), views.size(), entry.end, entry.timestamp_ms});
}

void SimMetadataStore::told_leader(const sdk::MetadataLeader& leader) {
  const bool is_news = leader.node_id != leader_.node_id || leader.term != leader_.term || leader.is_self != leader_.is_self;
  leader_ = leader;
  if (listener_ != nullptr && is_news) listener_->on_leader(leader);
}

// Requests

std::uint64_t SimMetadataStore::add_pending(sdk::Completion& completion) {
  pending_[++last_request_] = &completion;
  return last_request_;
}

void SimMetadataStore::answered(std::uint64_t request, Status status) {
  const auto found = pending_.find(request);
  if (found == pending_.end()) return;
  sdk::Completion& completion = *found->second;
  pending_.erase(found);
  completion.done(std::move(status));
}

Status SimMetadataStore::propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) noexcept {
  if (life_ != Life::kRunning || !leader_.is_self || proposal.term != leader_.term)
    return Status::error(Code::kFenced, "the term of the proposal is over");
  if (proposal.record_count == 0) return Status::invalid("a proposal has at least one record");
  std::vector<std::string> records;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < proposal.record_count; ++i) {
    records.emplace_back(proposal.records[i].begin(), proposal.records[i].end());
    bytes += proposal.records[i].size;
  }
  if (proposal.record_count > kMaxRecords || bytes > kMaxBytes) return Status::exhausted("a proposal has at most 10000 records and 8 MiB");
  if (!is_connected_) return Status::unavailable("the metadata engine cannot be reached");
  ask([this, session = session_, request = add_pending(completion), term = proposal.term, records = std::move(records)] {
    engine_.propose(*this, session, request, term, records);
  });
  return {};
}

Status SimMetadataStore::open_session(sdk::Bytes registration, sdk::Completion& completion) noexcept {
  if (life_ != Life::kRunning || !is_connected_) return Status::unavailable("the metadata engine cannot be reached");
  is_registered_ = true;
  ask([this, session = session_, request = add_pending(completion), text = std::string(registration.begin(), registration.end())] {
    engine_.open_session(*this, session, request, text);
  });
  return {};
}

Status SimMetadataStore::keep_snapshot(sdk::MetadataPosition, sdk::MetadataRecords&, sdk::Completion&) noexcept {
  return Status::unsupported("the simulated engine keeps its own snapshots");
}

}  // namespace barnabas::sim
