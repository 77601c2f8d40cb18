#include "kernel/quorum/following_store.h"

#include "kernel/record/framed.h"
#include "kernel/wire/messages/record_brokers.h"

namespace barnabas::quorum {
namespace {

// The framed record as an M, if it is one.
template <class M>
std::optional<M> record_in(sdk::Bytes record, base::Arena& arena) {
  const auto frame = record::parse_frame(record);
  if (!frame || frame->type != static_cast<std::uint32_t>(M::kSchema.key)) return std::nullopt;
  M message;
  if (!wire::decode(frame->body, static_cast<int>(frame->version), arena, message).ok()) return std::nullopt;
  return message;
}

// Of which registration of the broker the record speaks; none: of something else.
std::optional<std::int64_t> registration_of(std::int32_t broker, sdk::Bytes record) {
  base::Arena arena;
  const auto epoch = [&](const auto& message) {
    return message && message->broker_id == broker ? std::optional(message->broker_epoch) : std::nullopt;
  };
  if (const auto found = epoch(record_in<wire::RegisterBrokerRecord>(record, arena))) return found;
  if (const auto found = epoch(record_in<wire::UnregisterBrokerRecord>(record, arena))) return found;
  return epoch(record_in<wire::BrokerRegistrationChangeRecord>(record, arena));
}

}  // namespace

// What comes from the leader. That it leads is known from the own store, which knows it better.
class FollowingStore::Fetched final : public sdk::MetadataListener {
 public:
  explicit Fetched(FollowingStore& store) : store_(store) {}

  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override {
    known_epoch_ = -1;
    store_.told_ = end;
    store_.listener_->on_snapshot_begin(end);
  }
  void on_snapshot_end() noexcept override { store_.listener_->on_snapshot_end(); }
  void on_batch(const sdk::MetadataBatch& batch) noexcept override {
    store_.told_ = batch.end;
    if (known_epoch_ < 0) return store_.listener_->on_batch(batch);
    std::vector<sdk::Bytes> records;
    bool caught_up = false;
    for (std::size_t i = 0; i < batch.record_count; ++i) {
      const auto epoch = registration_of(store_.settings_.node_id, batch.records[i]);
      if (epoch && *epoch < known_epoch_) continue;
      caught_up |= epoch.has_value();
      records.push_back(batch.records[i]);
    }
    if (caught_up) known_epoch_ = -1;
    store_.listener_->on_batch({records.data(), records.size(), batch.end, batch.timestamp_ms});
  }
  void on_leader(const sdk::MetadataLeader&) noexcept override {}
  void on_session_lost() noexcept override {}
  void on_snapshot_wanted() noexcept override {}
  void on_failed(Status reason) noexcept override { store_.listener_->on_failed(std::move(reason)); }

  // This node's registration was told ahead of the leader: what that says of earlier ones is passed over until it has come so far.
  void knows_registration(std::int64_t epoch) { known_epoch_ = epoch; }
  void forget_registration() { known_epoch_ = -1; }

 private:
  FollowingStore& store_;
  std::int64_t known_epoch_ = -1;
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
  is_following_ = has_told_ = false;
  kept_.reset();
  return own_.stop(completion);
}

sdk::MetadataAbilities FollowingStore::abilities() noexcept {
  sdk::MetadataAbilities abilities = own_.abilities();
  abilities.follows = true;
  return abilities;
}

// The own store reads everything again: it is about to lead, or has lost track.
void FollowingStore::on_snapshot_begin(sdk::MetadataPosition end) noexcept {
  in_snapshot_ = true;
  addresses_.clear();
  if (has_told_ && !own_.abilities().follows) {
    kept_ = Kept{};  // not emplace(): clang takes a struct of this class, with initialisers, for one without a default
    kept_->end = end;
    return;
  }
  told_ = end;
  listener_->on_snapshot_begin(end);
}

void FollowingStore::on_snapshot_end() noexcept {
  in_snapshot_ = false;
  has_told_ = true;
  if (!kept_) return listener_->on_snapshot_end();
  if (leader_.is_self) tell_kept();
}

void FollowingStore::on_batch(const sdk::MetadataBatch& batch) noexcept {
  const bool is_foreign = !own_.abilities().follows && leader_.node_id >= 0 && !leader_.is_self && !in_snapshot_;
  if (!own_.abilities().follows) note_brokers(batch);
  if (in_snapshot_ && kept_) return keep(batch);
  if (is_foreign) {
    tell_own_registration(batch);
    if (!is_following_) follow();  // the leader may just have told where it is
    return;
  }
  told_ = batch.end;
  listener_->on_batch(batch);
}

void FollowingStore::keep(const sdk::MetadataBatch& batch) {
  kept_->timestamp_ms = batch.timestamp_ms;
  for (std::size_t i = 0; i < batch.record_count; ++i) kept_->records.emplace_back(batch.records[i].begin(), batch.records[i].end());
  tell_own_registration(batch);
}

void FollowingStore::tell_kept() {
  const Kept kept = *std::exchange(kept_, std::nullopt);
  const std::vector<sdk::Bytes> views(kept.records.begin(), kept.records.end());
  told_ = kept.end;
  listener_->on_snapshot_begin(kept.end);
  listener_->on_batch({views.data(), views.size(), kept.end, kept.timestamp_ms});
  listener_->on_snapshot_end();
}

void FollowingStore::note_brokers(const sdk::MetadataBatch& batch) {
  base::Arena arena;
  for (std::size_t i = 0; i < batch.record_count; ++i) {
    const auto broker = record_in<wire::RegisterBrokerRecord>(batch.records[i], arena);
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
    const auto broker = record_in<wire::RegisterBrokerRecord>(batch.records[i], arena);
    if (!broker || broker->broker_id != settings_.node_id) continue;
    fetched_->knows_registration(broker->broker_epoch);
    listener_->on_batch({&batch.records[i], 1, told_, batch.timestamp_ms});
  }
}

void FollowingStore::on_leader(const sdk::MetadataLeader& leader) noexcept {
  leader_ = leader;
  if (!own_.abilities().follows) {
    follower_.stop();
    is_following_ = false;
  }
  if (kept_ && leader_.is_self) tell_kept();
  if (leader_.node_id >= 0) kept_.reset();
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
  const auto offsets = own_.abilities().keeps_records ? Follower::Offsets::kKept : Follower::Offsets::kOfLeader;
  follower_.follow({{leader_.node_id, address->second}}, cluster_id_, *fetched_, offsets);
}

void FollowingStore::on_session_lost() noexcept { listener_->on_session_lost(); }
void FollowingStore::on_snapshot_wanted() noexcept { listener_->on_snapshot_wanted(); }
void FollowingStore::on_failed(Status reason) noexcept { listener_->on_failed(std::move(reason)); }

}  // namespace barnabas::quorum
