#include "kernel/quorum/following_store.h"

#include "kernel/record/framed.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::quorum {
namespace {

// The registration in a framed record, if it is one.
std::optional<wire::RegisterBrokerRecord> registration_in(sdk::Bytes record, base::Arena& arena) {
  const auto frame = record::parse_frame(record);
  if (!frame || frame->type != static_cast<std::uint32_t>(wire::RegisterBrokerRecord::kSchema.key)) return std::nullopt;
  wire::RegisterBrokerRecord broker;
  if (!wire::decode(frame->body, static_cast<int>(frame->version), arena, broker).ok()) return std::nullopt;
  return broker;
}

}  // namespace

// What comes from the leader. That it leads is known from the own store, which knows it better.
class FollowingStore::Fetched final : public sdk::MetadataListener {
 public:
  explicit Fetched(FollowingStore& store) : store_(store) {}

  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override {
    store_.told_ = end;
    store_.listener_->on_snapshot_begin(end);
  }
  void on_snapshot_end() noexcept override { store_.listener_->on_snapshot_end(); }
  void on_batch(const sdk::MetadataBatch& batch) noexcept override {
    store_.told_ = batch.end;
    store_.listener_->on_batch(batch);
  }
  void on_leader(const sdk::MetadataLeader&) noexcept override {}
  void on_session_lost() noexcept override {}
  void on_snapshot_wanted() noexcept override {}
  void on_failed(Status reason) noexcept override { store_.listener_->on_failed(std::move(reason)); }

 private:
  FollowingStore& store_;
};

FollowingStore::FollowingStore(sdk::MetadataStore& own, Settings settings, Follower& follower)
    : own_(own), settings_(std::move(settings)), follower_(follower), fetched_(std::make_unique<Fetched>(*this)) {}

FollowingStore::~FollowingStore() = default;

Status FollowingStore::start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) noexcept {
  listener_ = &listener;
  return own_.start(start, *this, completion);
}

Status FollowingStore::stop(sdk::Completion& completion) noexcept {
  follower_.stop();
  is_following_ = false;
  return own_.stop(completion);
}

sdk::MetadataAbilities FollowingStore::abilities() noexcept {
  sdk::MetadataAbilities abilities = own_.abilities();
  abilities.follows = true;
  return abilities;
}

// The own store reads everything again: it is about to lead, or has lost track.
void FollowingStore::on_snapshot_begin(sdk::MetadataPosition end) noexcept {
  follower_.stop();
  is_following_ = false;
  in_snapshot_ = true;
  addresses_.clear();
  told_ = end;
  listener_->on_snapshot_begin(end);
}

void FollowingStore::on_snapshot_end() noexcept {
  in_snapshot_ = false;
  listener_->on_snapshot_end();
  if (leader_.node_id >= 0 && !leader_.is_self) follow();
}

void FollowingStore::on_batch(const sdk::MetadataBatch& batch) noexcept {
  const bool is_foreign = !own_.abilities().follows && leader_.node_id >= 0 && !leader_.is_self && !in_snapshot_;
  if (!own_.abilities().follows) note_brokers(batch);
  if (is_foreign) {
    tell_own_registration(batch);
    if (!is_following_) follow();  // the leader may just have told where it is
    return;
  }
  told_ = batch.end;
  listener_->on_batch(batch);
}

void FollowingStore::note_brokers(const sdk::MetadataBatch& batch) {
  base::Arena arena;
  for (std::size_t i = 0; i < batch.record_count; ++i) {
    const auto broker = registration_in(batch.records[i], arena);
    if (!broker || broker->end_points.empty()) continue;
    const auto* endpoint = &broker->end_points[0];
    for (const auto& one : broker->end_points)
      if (one.name == settings_.listener) endpoint = &one;
    base::Address address{std::string(endpoint->host), endpoint->port};
    base::Address& known = addresses_[broker->broker_id];
    if (known == address) continue;
    known = std::move(address);
    if (broker->broker_id == leader_.node_id && is_following_) is_following_ = false;  // it is somewhere else by now
  }
}

// Everything else comes from the leader; its own session a node hears of from its own store first.
void FollowingStore::tell_own_registration(const sdk::MetadataBatch& batch) {
  base::Arena arena;
  for (std::size_t i = 0; i < batch.record_count; ++i) {
    const auto broker = registration_in(batch.records[i], arena);
    if (broker && broker->broker_id == settings_.node_id) listener_->on_batch({&batch.records[i], 1, told_, batch.timestamp_ms});
  }
}

void FollowingStore::on_leader(const sdk::MetadataLeader& leader) noexcept {
  leader_ = leader;
  if (!own_.abilities().follows) {
    follower_.stop();
    is_following_ = false;
  }
  listener_->on_leader(leader);
  if (leader_.node_id >= 0 && !leader_.is_self && !in_snapshot_) follow();
}

void FollowingStore::follow() {
  if (own_.abilities().follows || is_following_) return;
  const auto address = addresses_.find(leader_.node_id);
  if (address == addresses_.end()) return;  // it has not registered yet
  sdk::MetadataIdentity identity;
  cluster_id_ = own_.identity(identity).ok() ? std::string(std::string_view(identity.cluster_id)) : std::string();
  is_following_ = true;
  follower_.follow({{leader_.node_id, address->second}}, cluster_id_, *fetched_);
}

void FollowingStore::on_session_lost() noexcept { listener_->on_session_lost(); }
void FollowingStore::on_snapshot_wanted() noexcept { listener_->on_snapshot_wanted(); }
void FollowingStore::on_failed(Status reason) noexcept { listener_->on_failed(std::move(reason)); }

}  // namespace barnabas::quorum
