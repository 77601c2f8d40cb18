#include "kernel/controller/controller.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/base/piece.h"
#include "kernel/base/times.h"
#include "kernel/controller/job.h"
#include "kernel/controller/new_partitions.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
// How often sessions are looked at, in parts of their timeout.
constexpr std::int64_t kChecksPerTimeout = 8;
// How often a store that was away is asked again, and how long a request waits for it.
constexpr std::int64_t kStoreMomentNs = 50 * kNsPerMs;
constexpr std::int64_t kStorePatienceNs = 2'000 * kNsPerMs;
// How long after a snapshot that came to nothing the next one is tried.
constexpr std::int64_t kSnapshotAgainNs = 60'000 * kNsPerMs;

}  // namespace

Controller::Controller(sdk::MetadataStore& store, sdk::Host& host, ControllerSettings settings)
    : store_(store),
      host_(host),
      settings_(std::move(settings)),
      image_(std::make_shared<catalog::Image>()),
      feed_(host),
      sessions_(base::ns_of_ms(settings_.configs.integer("broker.session.timeout.ms"))),
      session_timer_(host.executor(), [this] { watch_sessions(); }),
      snapshot_timer_(host.executor(), [this] { try_snapshot_again(); }) {}

Controller::~Controller() = default;

Surroundings Controller::surroundings() {
  forgive_pause();
  const std::size_t max_records = std::max<std::uint32_t>(store_.abilities().max_records, 1);
  return {settings_.node_id,
          std::string(image_->cluster_id()),
          settings_.configs,
          sessions_,
          host_.random(),
          max_records,
          host_.clock().mono_ns(),
          store_.abilities().fixed_features,
          settings_.max_replication,
          keeps_sessions_,
          settings_.placement,
          settings_.placement_name};
}

void Controller::start(Hooks hooks, std::function<void(Status)> started) {
  hooks_ = std::move(hooks);
  started_ = std::move(started);
  starting_ = std::make_unique<Proposing>([this](Status status) {
    if (!status) return fail(std::move(status));
    store_started_ = true;
    keeps_sessions_ = store_.abilities().keeps_sessions;
    take_identity();
    check_started();
    pump();
  });
  if (Status status = store_.start({settings_.node_id, settings_.cluster_id}, *this, *starting_); !status)
    base::post(host_.executor(), [this, status = std::make_shared<Status>(std::move(status))] { fail(std::move(*status)); });
}

void Controller::take_identity() {
  sdk::MetadataIdentity identity;
  if (Status status = store_.identity(identity); !status) return fail(std::move(status));
  if (!image_->cluster_id().empty() || identity.cluster_id.empty()) return;
  catalog::ImageBuilder builder(*image_);
  builder.set_cluster_id(std::string_view(identity.cluster_id));
  publish(builder.build());
}

void Controller::check_started() {
  if (!started_ || !store_started_ || image_->leader().node_id < 0 || (leads() && !activated_)) return;
  std::exchange(started_, {})({});
}

void Controller::stop(std::function<void()> stopped) {
  stopping_ = true;
  session_timer_.cancel();
  snapshot_timer_.cancel();
  feed_.end();
  stopped_ = std::move(stopped);
  auto jobs = std::exchange(queue_, {});
  refuse_all({std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end())}, ErrorCode::kNotController, kNotLeading);
  if (!is_filling_) stop_store();
}

void Controller::stop_store() {
  // Proposals under way end before this does.
  // The callback may destroy this controller: it comes when nobody of it is on the stack any more.
  const auto ended = [this] { base::post(host_.executor(), std::exchange(stopped_, {})); };
  ending_ = std::make_unique<Proposing>([ended](Status) { ended(); });
  if (Status status = store_.stop(*ending_); !status) ended();
}

void Controller::fail(Status reason) {
  if (std::exchange(failed_, true)) return;
  auto jobs = std::exchange(queue_, {});
  refuse_all({std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end())}, ErrorCode::kUnknownServerError,
             reason.message());
  if (started_) return std::exchange(started_, {})(std::move(reason));
  if (hooks_.on_failed) hooks_.on_failed(std::move(reason));
}

void Controller::refuse_all(std::vector<std::unique_ptr<Job>> jobs, ErrorCode error, std::string_view message) {
  for (auto& job : jobs)
    base::post(host_.executor(), [job = std::shared_ptr<Job>(std::move(job)), error, text = std::string(message)] {
      job->refuse({error, text});
    });
}

void Controller::refuse_alone(std::unique_ptr<Job> job, ErrorCode error, std::string_view message) {
  std::vector<std::unique_ptr<Job>> alone;
  alone.push_back(std::move(job));
  refuse_all(std::move(alone), error, message);
}

// What the store tells

void Controller::on_snapshot_begin(sdk::MetadataPosition) noexcept {
  told_ = std::make_unique<catalog::ImageBuilder>();
  told_->set_cluster_id(image_->cluster_id().empty() ? settings_.cluster_id : image_->cluster_id());
  told_->set_leader(image_->leader());
}

// A state with a hole is not published: a broker would take what is missing in it for removed.
void Controller::on_snapshot_end() noexcept {
  const std::unique_ptr<catalog::ImageBuilder> told = std::exchange(told_, nullptr);
  if (failed_) return;
  publish(told->build());
  if (leads()) begin_feed();
}

void Controller::on_batch(const sdk::MetadataBatch& batch) noexcept {
  if (failed_) return;
  // A store is a plugin. One that forgets what it told takes acknowledged topics back, and going on would spread that.
  if (told_ == nullptr && batch.end.offset < image_->end().offset)
    return fail(Status::corrupt(fmt::format("the metadata store goes back: it tells of records up to offset {} after those up to {}",
                                            batch.end.offset, image_->end().offset)));
  std::unique_ptr<catalog::ImageBuilder> own;
  if (told_ == nullptr) own = std::make_unique<catalog::ImageBuilder>(*image_);
  catalog::ImageBuilder& builder = told_ == nullptr ? *own : *told_;
  for (std::size_t i = 0; i < batch.record_count; ++i)
    if (Status status = builder.apply(batch.records[i]); !status) return fail(std::move(status));
  builder.set_end(batch.end);
  if (own == nullptr) return;
  publish(own->build());
  feed_.add(batch, image_);
  if (proposing_ != nullptr) {
    ++batches_;
  } else {
    follow_news();
  }
}

void Controller::publish(std::shared_ptr<const catalog::Image> image) {
  image_ = std::move(image);
  if (hooks_.on_image && !stopping_) hooks_.on_image(image_);
}

void Controller::on_leader(const sdk::MetadataLeader& leader) noexcept {
  catalog::ImageBuilder builder(*image_);
  builder.set_leader(leader);
  publish(builder.build());
  activated_ = false;
  sessions_.clear();
  session_timer_.cancel();
  leader.is_self ? begin_feed() : feed_.end();
  if (!leader.is_self) {
    check_started();
    return pump();
  }
  // Everybody gets a whole session from now on. Not this node: whoever had its id before is gone.
  const std::int64_t now = host_.clock().mono_ns();
  for (const auto& [id, broker] : image_->brokers())
    if (!broker->fenced && id != settings_.node_id) sessions_.touch(id, broker->epoch, now);
  for (const auto& [id, broker] : image_->brokers()) sessions_.follow(id, broker->epoch);
  sessions_.end_following(true);
  queue_.push_front(std::make_unique<Own>(&activate, [this](bool written) {
    if (!written || !keeps_sessions_) return activation_ended(written);
    follow([this](bool followed) { activation_ended(followed); });
  }));
  pump();
}

// A store that keeps records says who has all of them by the last one's term; of another one only this term's numbers mean something.
void Controller::begin_feed() {
  const std::int32_t term = store_.abilities().keeps_records ? image_->end().term : image_->leader().term;
  feed_.begin(image_, {image_->end().offset, term});
}

void Controller::on_failed(Status reason) noexcept { fail(std::move(reason)); }

void Controller::on_snapshot_wanted() noexcept {
  if (snapshot_ != nullptr || stopping_) return;
  snapshot_timer_.cancel();
  snapshot_ = std::make_shared<Snapshot>(image_, [this](Status status) {
    if (!status) host_.log(sdk::LogLevel::kWarn, status.message());
    base::post(host_.executor(), [done = std::move(snapshot_)] {});
  });
  is_filling_ = true;
  const auto status = std::make_shared<Status>();
  base::offload(
      host_.executor(), [snapshot = snapshot_, status] { *status = snapshot->fill(); },
      [this, status] { keep_snapshot(std::move(*status)); });
}

// Half a state is none: a store that was given one would forget the records of the rest.
void Controller::keep_snapshot(Status filled) {
  is_filling_ = false;
  if (stopping_) return stop_store();
  if (!filled) {
    host_.log(sdk::LogLevel::kError, filled.message());
    return owe_snapshot();
  }
  if (Status status = store_.keep_snapshot(snapshot_->end(), *snapshot_, *snapshot_); !status) {
    host_.log(sdk::LogLevel::kWarn, status.message());
    if (status.code() == Code::kUnsupported) return snapshot_.reset();
    owe_snapshot();
  }
}

// A store that was given none does not ask again: its log would grow until the next start.
void Controller::owe_snapshot() {
  owed_since_ = snapshot_->end();
  snapshot_.reset();
  snapshot_timer_.start(kSnapshotAgainNs);
}

// Of the same state would come the same.
void Controller::try_snapshot_again() {
  if (stopping_ || failed_) return;
  if (image_->end() == owed_since_) return snapshot_timer_.start(kSnapshotAgainNs);
  on_snapshot_wanted();
}

void Controller::watch_sessions() {
  if (!leads() || stopping_ || failed_) return;
  if (keeps_sessions_) {
    pump();  // what waited for the store
    return follow([this](bool written) { activation_ended(written); });
  }
  forgive_pause();
  watch_sessions_later();
  bool is_silent = false;
  for (const std::int32_t id : sessions_.expired(host_.clock().mono_ns())) {
    const catalog::Broker* broker = image_->broker(id);
    if (broker == nullptr || broker->fenced) {
      sessions_.forget(id);
    } else {
      is_silent = true;
    }
  }
  if (is_silent) enqueue(std::make_unique<Own>(&fence_expired, [](bool) {}));
}

// What gave a session up was not written, or the broker counted as fenced until the end of a slow write: without a session nobody would
// notice that it is silent. Not this node's, as on_leader().
void Controller::give_sessions_back() {
  if (keeps_sessions_ || !leads()) return;
  for (const auto& [id, broker] : image_->brokers())
    if (!broker->fenced && id != settings_.node_id && !sessions_.known(id)) sessions_.touch(id, broker->epoch, host_.clock().mono_ns());
}

void Controller::watch_sessions_later() {
  const std::int64_t interval_ns = sessions_.timeout_ns() / kChecksPerTimeout;
  session_timer_.start(interval_ns);
  check_due_ns_ = host_.clock().mono_ns() + interval_ns;
}

// A check that comes late by more than its interval: this loop had something else to do, such as opening thousands of logs at the start.
void Controller::forgive_pause() {
  if (!activated_) return;
  const std::int64_t late_ns = host_.clock().mono_ns() - check_due_ns_;
  if (late_ns <= sessions_.timeout_ns() / kChecksPerTimeout) return;
  sessions_.forgive(late_ns);
  check_due_ns_ += late_ns;
}

// Deciding and writing

void Controller::enqueue(std::unique_ptr<Job> job) {
  queue_.push_back(std::move(job));
  if (std::exchange(pump_posted_, true)) return;
  base::post(host_.executor(), [this] {
    pump_posted_ = false;
    pump();
  });
}

bool Controller::fits(Draft& draft, const Draft::Mark& before) const {
  const sdk::MetadataAbilities abilities = store_.abilities();
  if (draft.records().count() <= abilities.max_records && draft.records().size_bytes() <= abilities.max_bytes) return true;
  draft.back_to(before);
  return false;
}

// Takes jobs from the queue as long as what they write fits into one proposal, and for a short time: what only asks whether something could
// be done writes nothing. The rest comes when these are answered, which is in a later turn.
void Controller::decide_queued(Draft& draft) {
  const std::size_t most = one_by_one_ == 0 ? queue_.size() : 1;
  one_by_one_ -= std::min<std::size_t>(one_by_one_, 1);
  const base::Piece piece(host_.clock(), base::Piece::kFirstNs);
  while (!queue_.empty() && under_way_.size() < most) {
    std::unique_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    const Draft::Mark before = draft.mark();
    job->decide(draft);
    if (!draft.status()) {
      // A mistake of this program about one of them, which the others are not to suffer from.
      const std::string problem(draft.status().message());
      host_.log(sdk::LogLevel::kError, problem);
      draft.forget_failure(before);
      refuse_alone(std::move(job), ErrorCode::kUnknownServerError, problem);
    } else if (fits(draft, before)) {
      under_way_.push_back(std::move(job));
      // What is left of it comes before anything else: nobody decides on half of it.
      if (draft.has_rest()) return;
    } else if (before.count != 0) {
      queue_.push_front(std::move(job));
      return;
    } else {
      refuse_alone(std::move(job), ErrorCode::kPolicyViolation, too_large().message);
    }
    if (piece.is_over() || draft.made() >= draft.around.max_records) return;
  }
}

void Controller::pump() {
  if (proposing_ != nullptr || queue_.empty() || failed_ || stopping_ || !store_started_) return;
  if (!leads()) {
    auto jobs = std::exchange(queue_, {});
    return refuse_all({std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end())}, ErrorCode::kNotController, kNotLeading);
  }
  const Surroundings around = surroundings();
  const std::int64_t base_offset = store_.next_offset();
  Draft draft(image_, base_offset, around);
  decide_queued(draft);
  proposing_ = std::make_unique<Proposing>([this](Status status) { proposed(std::move(status)); });
  batches_ = 0;
  expected_batches_ = draft.records().empty() ? 0 : 1;
  if (draft.records().empty()) return ask_whether_it_leads();
  is_partial_ = draft.has_rest();
  const std::vector<sdk::Bytes> views = draft.records().views();
  const sdk::MetadataAbilities abilities = store_.abilities();
  Status status =
      store_.propose({image_->leader().term, abilities.knows_offsets ? base_offset : -1, views.data(), views.size()}, *proposing_);
  if (!status) base::post(host_.executor(), [this, status = std::make_shared<Status>(std::move(status))] { proposed(std::move(*status)); });
}

// Another one may lead without this node's knowledge: then what it refuses may be wrong. A store takes no proposal without records, but one
// that cannot write now says that first.
void Controller::ask_whether_it_leads() {
  if (std::all_of(under_way_.begin(), under_way_.end(), [](const auto& job) { return job->is_own(); }))
    return base::post(host_.executor(), [this] { proposed({}); });
  Status status = store_.propose({image_->leader().term, -1, nullptr, 0}, *proposing_);
  if (status.code() == Code::kInvalid) status = {};
  base::post(host_.executor(), [this, status = std::make_shared<Status>(std::move(status))] { proposed(std::move(*status)); });
}

void Controller::proposed(Status status) {
  // The store is inside done() of it: it goes when that has returned.
  base::post(host_.executor(), [done = std::shared_ptr<Proposing>(std::move(proposing_))] {});
  auto jobs = std::exchange(under_way_, {});
  const bool is_partial = std::exchange(is_partial_, false);
  if (batches_ != (status.ok() ? expected_batches_ : 0)) follow_news();
  give_sessions_back();
  if (status.ok()) {
    if (is_partial) {
      // Nobody takes the rest of it from the queue once this ends.
      if (stopping_ || failed_) {
        refuse_alone(std::move(jobs.back()), ErrorCode::kNotController, kNotLeading);
      } else {
        queue_.push_front(std::move(jobs.back()));
      }
      jobs.pop_back();
    }
    for (auto& job : jobs) job->answer();
  } else if (status.code() == Code::kUnknown) {
    refuse_all(std::move(jobs), ErrorCode::kRequestTimedOut, status.message());
  } else if (status.code() == Code::kFenced || status.code() == Code::kUnavailable) {
    // A store that reads again what others have changed takes proposals in a moment; one that is away for longer holds up no client.
    const bool may_wait = status.code() == Code::kUnavailable && keeps_sessions_ && leads() && !stopping_ && !failed_;
    const std::int64_t now = host_.clock().mono_ns();
    const auto kept = std::stable_partition(jobs.begin(), jobs.end(), [&](const auto& job) {
      if (!may_wait || job->is_own()) return true;
      if (job->give_up_ns == 0) job->give_up_ns = now + kStorePatienceNs;
      return now >= job->give_up_ns;
    });
    const bool is_kept = kept != jobs.end();
    queue_.insert(queue_.begin(), std::make_move_iterator(kept), std::make_move_iterator(jobs.end()));
    jobs.erase(kept, jobs.end());
    // Clients ask again; to those who read it, it says why.
    refuse_all(std::move(jobs), ErrorCode::kNotController, leads() ? std::string_view(status.message()) : kNotLeading);
    if (is_kept) return session_timer_.start(kStoreMomentNs);
  } else if ((status.code() == Code::kExhausted || status.code() == Code::kUnsupported) && jobs.size() > 1 && !stopping_ && !failed_) {
    // The store has no place for what one of them wants: the others are not to suffer from that.
    one_by_one_ = jobs.size();
    queue_.insert(queue_.begin(), std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end()));
  } else if (status.code() == Code::kExhausted) {
    refuse_all(std::move(jobs), ErrorCode::kPolicyViolation, status.message());
  } else {
    host_.log(sdk::LogLevel::kError, status.message());
    refuse_all(std::move(jobs), ErrorCode::kUnknownServerError, status.message());
  }
  pump();
}

}  // namespace barnabas::controller
