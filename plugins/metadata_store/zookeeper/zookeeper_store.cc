#include "zookeeper_store.h"

#include "connect_string.h"
#include "kernel/base/arena.h"
#include "kernel/wire/messages/record_brokers.h"
#include "store_jobs.h"

namespace barnabas::metadata_zookeeper {
namespace {

constexpr std::uint32_t kMaxRecords = 10'000;
constexpr std::uint64_t kMaxBytes = 8 << 20;
constexpr std::uint32_t kAtomicRecords = 500;  // surely in one request
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kPatientSessions = 2;  // a session of a process that died has ended by then
constexpr std::int64_t kRetryNs = 500 * kNsPerMs;

Status stopped() { return Status::error(Code::kUnknown, "the metadata store was stopped"); }

Result<zookeeper::Address> address_of(const ZookeeperOptions& options) {
  auto servers = connect_string(std::string_view(options.connect));
  if (!servers) return std::move(servers).status();
  const std::int64_t session_ms = options.session_timeout.value;
  const std::int64_t connection_ms = options.connection_timeout.value;
  return zookeeper::Address{*std::move(servers), std::string(options.auth), session_ms, std::max(session_ms, connection_ms), connection_ms};
}

Uuid new_id(sdk::Random& random) {
  // Not beginning with '-', which command lines would take for an option.
  for (;;) {
    const std::uint64_t high = random.next();
    const Uuid id = base::make_uuid(high, random.next());
    if (base::to_string(id).front() != '-') return id;
  }
}

}  // namespace

ZookeeperStore::ZookeeperStore(sdk::Host& host, const Options& options)
    : host_(host),
      session_ms_(options.session_timeout.value),
      address_(address_of(options)),
      reader_(address_of(options), host.clock()),
      given_session_ms_(session_ms_),
      jobs_(host.executor()),
      retry_timer_(host.executor(), [this] { establish(); }),
      patience_(host.executor(), [this] { lose_patience(); }) {}

ZookeeperStore::~ZookeeperStore() {
  if (ensemble_ == nullptr) return;
  // It was not stopped: as a process does that ends.
  ensemble_->interrupt();
  jobs_.end();
  ensemble_->close();
}

Status ZookeeperStore::identity(sdk::MetadataIdentity& identity) {
  if (cluster_id_.empty() && ensemble_ == nullptr) {
    if (!address_) return address_.status().copy();
    Ensemble ensemble(*address_, nullptr);
    BARNABAS_TRY(ensemble.connect());
    auto id = ensemble.cluster_id();
    if (!id) return std::move(id).status();
    if (identity.node_id >= 0)
      if (const auto found = ensemble.look_around(identity.node_id); !found) return found.status().copy();
    cluster_id_ = *std::move(id);
  }
  identity.node_id = -1;
  identity.formatted = !cluster_id_.empty();
  identity.cluster_id = cluster_id_;
  identity.has_directory_ids = false;  // as the level of metadata.version that is told
  return {};
}

Status ZookeeperStore::format(const sdk::MetadataFormat& format) {
  const std::string wanted(format.cluster_id);
  if (!address_) return address_.status().copy();
  Ensemble ensemble(*address_, nullptr);
  BARNABAS_TRY(ensemble.connect());
  if (Status status = ensemble.make_cluster(wanted); status.ok() || status.code() != Code::kExists) {
    if (status.ok()) cluster_id_ = wanted;
    return status;
  }
  auto id = ensemble.cluster_id();
  if (!id) return std::move(id).status();
  cluster_id_ = *std::move(id);
  if (cluster_id_ == wanted) return Status::error(Code::kExists, ensemble.name() + " already has cluster " + wanted);
  return Status::invalid(ensemble.name() + " has cluster " + cluster_id_ + ", not " + wanted);
}

sdk::MetadataAbilities ZookeeperStore::abilities() {
  return {.proposes = true,
          .keeps_sessions = true,
          .knows_offsets = false,
          .wants_snapshots = false,
          .fixed_features = true,
          .keeps_records = false,
          .follows = false,
          .max_records = kMaxRecords,
          .max_bytes = kMaxBytes,
          .atomic_records = kAtomicRecords};
}

Status ZookeeperStore::start(const sdk::MetadataStart& start, sdk::MetadataListener& listener, sdk::Completion& completion) {
  if (listener_ != nullptr) return Status::invalid("the metadata store is already started");
  if (!address_) return address_.status().copy();
  node_id_ = start.node_id;
  cluster_id_ = std::string(start.cluster_id);
  listener_ = &listener;
  starting_ = &completion;
  events_ = std::make_unique<Events>(
      host_.executor(), [this](int state) { on_state(state); }, [this](const std::string& path) { on_change(path); });
  ensemble_ = std::make_shared<Ensemble>(*address_, events_.get());
  doubt_ = Doubt::kSession;
  establish();
  return {};
}

// Being sure of session, office and tree

void ZookeeperStore::doubt(Doubt doubt) {
  // What comes up while the last doubt is being settled may not be settled with it.
  (is_establishing_ ? next_doubt_ : doubt_) = std::max(is_establishing_ ? next_doubt_ : doubt_, doubt);
  establish();
}

void ZookeeperStore::establish() {
  if (doubt_ == Doubt::kNone || is_establishing_ || stopping_ != nullptr || has_failed_ || listener_ == nullptr) return;
  if (doubt_ != Doubt::kSession && !is_connected_) return;  // goes on when the connection is back
  is_establishing_ = true;
  has_expired_ = false;
  retry_timer_.cancel();
  auto made = std::make_shared<Establishing>();
  made->ensemble = ensemble_;
  made->connects = doubt_ == Doubt::kSession;
  made->reads = doubt_ != Doubt::kOffice;
  made->is_first = starting_ != nullptr;
  made->node_id = node_id_;
  made->cluster_id = cluster_id_;
  made->new_cluster_id = base::to_string(new_id(host_.random()));
  made->new_topic_ids = base::make_uuid(host_.random().next(), host_.random().next());
  made->wall_ms = host_.clock().wall_ms();
  made->registration = registration_;
  made->before = office_;
  jobs_.push([made] { made->status = made->run(); }, [this, made] { established(*made); });
}

void ZookeeperStore::established(Establishing& made) {
  is_establishing_ = false;
  Doubt next = std::exchange(next_doubt_, Doubt::kNone);
  // One job after another: what was found out about the tree meanwhile is from before it was read.
  if (made.has_read) next = std::min(next, Doubt::kOffice);
  if (stopping_ != nullptr) {
    if (starting_ != nullptr) std::exchange(starting_, nullptr)->done(Status::unavailable("the metadata store was stopped"));
    return;
  }
  if (has_expired_ && starting_ == nullptr && !made.connects) return lose_session();
  if (made.session_ms > 0) given_session_ms_ = std::max(made.session_ms, session_ms_);
  if (made.status.ok() && has_expired_) made.status = Status::unavailable("the session was over at once");
  if (made.status.ok()) {
    if (starting_ != nullptr && made.tree.brokers().contains(node_id_)) {
      wait_for_id(made);
    } else {
      take(made);
    }
    if (next != Doubt::kNone && stopping_ == nullptr) doubt(next);
    return;
  }
  doubt_ = std::max(doubt_, next);
  if (starting_ != nullptr) return fail_start(std::move(made.status));
  if (made.is_elsewhere) return fail(std::move(made.status));
  if (std::string text(made.status.message()); text != warned_of_) {
    host_.log(sdk::LogLevel::kWarn, text);
    warned_of_ = std::move(text);
  }
  retry_later();
}

// Whoever is told may start the store again, or stop it: it is as if it had not been started.
void ZookeeperStore::fail_start(Status status) {
  patience_.cancel();
  has_failed_ = true;  // what is noticed meanwhile begins nothing
  sdk::Completion* completion = std::exchange(starting_, nullptr);
  jobs_.push([ensemble = ensemble_] { ensemble->close(); },
             [this, completion, reason = std::make_shared<Status>(std::move(status))] {
               if (stopping_ == nullptr) {
                 listener_ = nullptr;
                 ensemble_.reset();
                 events_.reset();
                 doubt_ = Doubt::kNone;
                 is_connected_ = has_failed_ = false;
                 cluster_id_.clear();
               }
               completion->done(std::move(*reason));
             });
}

// Another session has this broker's id: most likely that of the process before this one, and then it ends.
void ZookeeperStore::wait_for_id(Establishing& made) {
  is_connected_ = true;
  doubt_ = Doubt::kTree;  // goes on when the node changes, or the office does
  cluster_id_ = made.cluster_id;
  taken_by_ = print(made.tree.brokers().at(node_id_).node);
  if (!patience_.armed()) patience_.start(kPatientSessions * given_session_ms_ * kNsPerMs);
}

void ZookeeperStore::lose_patience() {
  is_patient_ = false;
  if (starting_ == nullptr) return register_broker();
  fail_start(Status::error(Code::kExists,
                           ensemble_->name() + ": another session has the broker id " + std::to_string(node_id_) + ": " + taken_by_));
}

void ZookeeperStore::retry_later() {
  if (stopping_ == nullptr && !has_failed_) retry_timer_.start(kRetryNs);
}

void ZookeeperStore::take(Establishing& made) {
  is_connected_ = true;
  doubt_ = Doubt::kNone;
  warned_of_.clear();
  cluster_id_ = made.cluster_id;
  if (made.is_same && made.office == office_) {
    record::FramedRecords records;
    if (made.has_read) {
      if (office_.is_self) {
        add_difference(tree_, made.tree, records);
      } else {
        add_followed_difference(tree_, made.tree, {office_.leader, node_id_}, records);
      }
      tree_ = std::move(made.tree);
    }
    if (!records.empty()) tell(records);
  } else {
    office_ = made.office;
    ++line_;
    if (made.has_read) {
      tree_ = std::move(made.tree);
      tell_snapshot();
    }
    tell_leader();
  }
  if (made.registered_epoch) {
    is_registered_ = true;
    end_registering({});
  } else if (made.registration && made.connects) {
    registration_.reset();
    end_registering(std::move(made.registering));
  }
  if (starting_ != nullptr) {
    patience_.cancel();
    std::exchange(starting_, nullptr)->done({});
  }
  if (!changes_.empty()) look_at_changes();
  complain_of_foreigners();
}

// Who was there at the start was refused; whoever comes later is not in this node's power.
void ZookeeperStore::complain_of_foreigners() {
  std::set<std::int32_t> there;
  for (const auto& [id, broker] : tree_.brokers()) {
    if (id == node_id_ || broker.node.is_ours) continue;
    there.insert(id);
    if (!foreigners_.contains(id)) host_.log(sdk::LogLevel::kError, foreigner(id, broker.node));
  }
  foreigners_ = std::move(there);
}

void ZookeeperStore::tell(const record::FramedRecords& records) {
  if (listener_ == nullptr || stopping_ != nullptr) return;
  const std::vector<sdk::Bytes> views = records.views();
  position_ = {position_.offset + static_cast<std::int64_t>(views.size()), office_.epoch};
  listener_->on_batch({views.data(), views.size(), position_, host_.clock().wall_ms()});
}

void ZookeeperStore::tell_snapshot() {
  record::FramedRecords records;
  add_all(tree_, records);
  position_ = {position_.offset + static_cast<std::int64_t>(records.count()), office_.epoch};
  const std::vector<sdk::Bytes> views = records.views();
  listener_->on_snapshot_begin(position_);
  if (stopping_ == nullptr) listener_->on_batch({views.data(), views.size(), position_, host_.clock().wall_ms()});
  if (stopping_ == nullptr) listener_->on_snapshot_end();
}

void ZookeeperStore::tell_leader() {
  if (stopping_ == nullptr) listener_->on_leader({office_.leader, office_.epoch, office_.is_self, 0});
}

// What the library notices

void ZookeeperStore::on_state(int state) {
  if (listener_ == nullptr || stopping_ != nullptr || has_failed_) return;
  if (state == ZOO_EXPIRED_SESSION_STATE || state == ZOO_AUTH_FAILED_STATE) return lose_session();
  const bool was_connected = std::exchange(is_connected_, state == ZOO_CONNECTED_STATE);
  if (is_connected_ && !was_connected) establish();
}

void ZookeeperStore::lose_session() {
  is_connected_ = false;
  if (is_establishing_) {
    has_expired_ = true;
    doubt_ = Doubt::kSession;
    return;
  }
  doubt_ = Doubt::kSession;
  registration_.reset();
  end_registering(Status::unavailable("the session with " + ensemble_->name() + " is over"));
  if (stopping_ == nullptr && std::exchange(is_registered_, false)) listener_->on_session_lost();
  if (stopping_ == nullptr) lose_office();
  if (stopping_ == nullptr) establish();
}

void ZookeeperStore::lose_office() {
  if (!std::exchange(office_.is_self, false)) return;
  office_.leader = -1;
  ++line_;
  tell_leader();
}

void ZookeeperStore::on_change(const std::string& path) {
  if (listener_ == nullptr || stopping_ != nullptr || has_failed_) return;
  if (path == kController) return doubt(Doubt::kOffice);
  if (starting_ != nullptr && path == broker_path(node_id_)) return doubt(Doubt::kTree);
  if (is_patient_ && path == broker_path(node_id_)) return register_broker();
  changes_.insert(path);
  look_at_changes();
}

void ZookeeperStore::look_at_changes() {
  if (is_looking_ || changes_.empty() || doubt_ != Doubt::kNone) return;
  is_looking_ = true;
  struct Look {
    std::set<std::string> paths;
    Status status;
    bool is_same = true;
  };
  auto look = std::make_shared<Look>();
  look->paths.swap(changes_);
  jobs_.push(
      [look, this, ensemble = ensemble_] {
        for (const std::string& path : look->paths) {
          const auto same = ensemble->is_as_read(path, tree_);
          if (!same) return static_cast<void>(look->status = same.status().copy());
          if (!*same) look->is_same = false;
        }
      },
      [look, this] {
        is_looking_ = false;
        if (!look->status.ok() || !look->is_same) return doubt(Doubt::kTree);
        look_at_changes();
      });
}

// Writing

Status ZookeeperStore::propose(const sdk::MetadataProposal& proposal, sdk::Completion& completion) {
  if (listener_ == nullptr || stopping_ != nullptr || !office_.is_self || proposal.term != office_.epoch)
    return Status::error(Code::kFenced, "the term of the proposal is over");
  if (has_failed_ || doubt_ >= Doubt::kTree || !is_connected_)
    return Status::unavailable(ensemble_->name() + " is away, or has to be read again");
  if (proposal.base_offset >= 0 && proposal.base_offset != position_.offset)
    return Status::unavailable("another record has taken the place that the proposal must get");
  if (proposal.record_count == 0) return Status::invalid("a proposal without records");
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < proposal.record_count; ++i) bytes += proposal.records[i].size;
  if (proposal.record_count > kMaxRecords || bytes > kMaxBytes) return Status::exhausted("a proposal has at most 10000 records and 8 MiB");
  auto made = std::make_shared<Proposal>();
  for (std::size_t i = 0; i < proposal.record_count; ++i) made->records.add_framed(proposal.records[i]);
  made->completion = &completion;
  made->office = office_;
  made->line = line_;
  proposals_.push_back(made);
  jobs_.push([this, made, ensemble = ensemble_] { made->status = made->run(*ensemble, tree_, line_); }, [this, made] { proposed(*made); });
  return {};
}

void ZookeeperStore::proposed(Proposal& proposal) {
  std::erase_if(proposals_, [&](const auto& one) { return one.get() == &proposal; });
  if (stopping_ != nullptr) return proposal.completion->done(stopped());
  const bool is_current = proposal.line == line_;
  if (proposal.status.ok() && is_current) {
    if (Status status = put_all(proposal.requests, tree_); !status.ok()) {
      proposal.completion->done(Status::error(Code::kUnknown, status.message()));
      return fail(std::move(status));
    }
    tell(proposal.records);
    return proposal.completion->done({});
  }
  // Written, but the session or the office was lost meanwhile: what is told next shows it.
  if (proposal.status.ok()) return proposal.completion->done(Status::error(Code::kUnknown, "the office was lost while it was written"));
  const bool is_over = !office_.is_self || office_.epoch != proposal.office.epoch;
  if (is_over && proposal.status.code() == Code::kUnavailable)
    proposal.status = Status::error(Code::kFenced, "the term of the proposal is over");
  const Code code = proposal.status.code();
  const bool is_about_tree = code == Code::kUnknown || code == Code::kUnavailable;
  if (is_current) {
    ++line_;
    if (code == Code::kFenced) lose_office();
    if (stopping_ == nullptr && (code == Code::kFenced || is_about_tree)) doubt(is_about_tree ? Doubt::kTree : Doubt::kOffice);
  }
  proposal.completion->done(std::move(proposal.status));
}

// This broker's node

Status ZookeeperStore::open_session(sdk::Bytes registration, sdk::Completion& completion) {
  if (listener_ == nullptr || stopping_ != nullptr || has_failed_ || starting_ != nullptr)
    return Status::unavailable("the metadata store is not running");
  if (registering_ != nullptr) return Status::unavailable("the broker is being registered already");
  auto node = node_of(registration, host_.clock().wall_ms());
  if (!node) return std::move(node).status();
  registration_ = *std::move(node);
  registering_ = &completion;
  is_patient_ = true;
  patience_.start(kPatientSessions * given_session_ms_ * kNsPerMs);
  // With a new session it is registered first of all.
  if (doubt_ != Doubt::kSession || is_establishing_) register_broker();
  return {};
}

void ZookeeperStore::register_broker() {
  if (registering_ == nullptr || stopping_ != nullptr || !registration_) return;
  auto status = std::make_shared<Status>();
  auto epoch = std::make_shared<std::int64_t>(-1);
  jobs_.push([status, epoch, ensemble = ensemble_, id = node_id_,
              node = *registration_] { *status = ensemble->register_broker(id, node, *epoch); },
             [this, status, epoch] { registered(std::move(*status), *epoch); });
}

void ZookeeperStore::registered(Status status, std::int64_t epoch) {
  if (stopping_ != nullptr || registering_ == nullptr) return;
  if (status.code() == Code::kExists && is_patient_) return;  // its node is watched
  if (!status.ok()) {
    registration_.reset();
    return end_registering(std::move(status));
  }
  if (doubt_ == Doubt::kSession) return end_registering(Status::unavailable("the session with " + ensemble_->name() + " is over"));
  is_registered_ = true;
  const std::string path = broker_path(node_id_);
  if (Status put = tree_.put(path, print(*registration_), 0, epoch); !put.ok()) return fail(std::move(put));
  record::FramedRecords records;
  add_broker(node_id_, tree_.brokers().at(node_id_), records);
  tell(records);
  end_registering({});
}

void ZookeeperStore::end_registering(Status status) {
  patience_.cancel();
  is_patient_ = false;
  if (registering_ != nullptr) std::exchange(registering_, nullptr)->done(std::move(status));
}

// The end

void ZookeeperStore::fail(Status reason) {
  if (std::exchange(has_failed_, true) || stopping_ != nullptr) return;
  end_registering(Status::unavailable(reason.message()));
  if (stopping_ == nullptr) listener_->on_failed(std::move(reason));
}

Status ZookeeperStore::stop(sdk::Completion& completion) {
  if (stopping_ != nullptr) return Status::invalid("the metadata store is already being stopped");
  stopping_ = &completion;
  retry_timer_.cancel();
  patience_.cancel();
  if (ensemble_ == nullptr) {
    base::post(host_.executor(), [this] { finish_stop(); });
    return {};
  }
  ensemble_->interrupt();
  jobs_.push([ensemble = ensemble_] { ensemble->close(); }, [this] { finish_stop(); });
  return {};
}

void ZookeeperStore::finish_stop() {
  end_registering(stopped());
  if (starting_ != nullptr) std::exchange(starting_, nullptr)->done(Status::unavailable("the metadata store was stopped"));
  listener_ = nullptr;
  ensemble_.reset();
  events_.reset();
  office_ = {};
  tree_ = {};
  changes_.clear();
  foreigners_.clear();
  registration_.reset();
  is_connected_ = is_looking_ = is_registered_ = has_failed_ = false;
  doubt_ = next_doubt_ = Doubt::kNone;
  std::exchange(stopping_, nullptr)->done({});
}

}  // namespace barnabas::metadata_zookeeper
