#include "offset_store/worker_store.h"

#include <algorithm>

namespace barnabas::offset_store {
namespace {

constexpr std::size_t kMostSaid = 10;
// A group whose write was refused and that never comes again: so long after it, a write of another one will do.
constexpr std::int64_t kRefusedNs = 60'000'000'000;

bool taints_its_group(const sdk::Status& outcome) {
  return !outcome.ok() && outcome.code() != sdk::Code::kInvalid && outcome.code() != sdk::Code::kExhausted;
}

}  // namespace

WorkerStore::WorkerStore(sdk::Host& host, std::unique_ptr<Server> server, const Patience& patience)
    : host_(host),
      server_(std::move(server)),
      patience_(patience),
      outbox_(std::make_shared<Outbox>(
          host.executor(), [this](const Job& job) { return waiting_.contains(job.number); }, [this](Job& job) { deliver(job); })) {}

WorkerStore::~WorkerStore() {
  outbox_->close();
  if (timer_ != 0) host_.executor().cancel(timer_);
  if (!thread_.joinable()) return;
  {
    const std::lock_guard guard(lock_);
    quit_ = true;
  }
  wake_.notify_one();
  server_->interrupt();
  thread_.join();
}

sdk::Status WorkerStore::start(const sdk::OffsetStoreStart& start, sdk::Completion& completion) {
  auto job = std::make_unique<Job>(Job::Kind::kStart);
  job->text = std::string(start.cluster_id.begin(), start.cluster_id.end());
  job->number = ++last_number_;
  waiting_.emplace(job->number, &completion);
  thread_ = std::thread([this] { run(); });
  return push(std::move(job));
}

sdk::Status WorkerStore::stop(sdk::Completion& completion) {
  if (!thread_.joinable() || stopping_) return sdk::Status::internal("stop() without a start()");
  stopping_ = true;
  auto job = std::make_unique<Job>(Job::Kind::kStop);
  job->number = ++last_number_;
  waiting_.emplace(job->number, &completion);
  timer_ = host_.executor().after(patience_.stop_ms * 1'000'000, stop_timer_);
  return push(std::move(job));
}

sdk::OffsetStoreAbilities WorkerStore::abilities() {
  const std::lock_guard guard(lock_);
  return abilities_;
}

sdk::Text WorkerStore::place() noexcept {
  const std::lock_guard guard(lock_);
  place_shown_ = place_;
  return place_shown_;
}

sdk::Status WorkerStore::take_over(std::int32_t home, std::int32_t epoch, sdk::OffsetLoad& load, sdk::Completion& completion) {
  auto job = std::make_unique<Job>(Job::Kind::kTakeOver);
  job->home = home;
  job->epoch = epoch;
  job->load = &load;
  job->number = ++last_number_;
  waiting_.emplace(job->number, &completion);
  return push(std::move(job));
}

void WorkerStore::resign(std::int32_t home) {
  auto job = std::make_unique<Job>(Job::Kind::kResign);
  job->home = home;
  (void)push(std::move(job));
}

sdk::Status WorkerStore::write(const sdk::GroupWrite& write, sdk::Completion& completion) {
  const std::uint64_t size = size_of(write);
  const std::uint64_t most = abilities().max_write_bytes;
  if (most != 0 && size > most)
    return sdk::Status::exhausted(server_->name() + " takes writes of " + std::to_string(most) + " octets at most; this one has " +
                                  std::to_string(size));
  if (without_room_.contains(std::string(write.group.begin(), write.group.end())))
    return refuse(write.group, "an earlier write of the group has failed", completion);
  if (queued_bytes_ + size > patience_.queue_bytes)
    return refuse(write.group, "more than " + std::to_string(patience_.queue_bytes) + " octets wait for " + server_->name(), completion);
  auto job = std::make_unique<Job>(Job::Kind::kWrite);
  job->write = owned(write);
  job->number = ++last_number_;
  queued_bytes_ += size;
  waiting_.emplace(job->number, &completion);
  return push(std::move(job));
}

sdk::Status WorkerStore::refuse(sdk::Text group, const std::string& why, sdk::Completion& completion) {
  auto job = std::make_unique<Job>(Job::Kind::kRefused);
  job->text = std::string(group.begin(), group.end());
  job->outcome = sdk::Status::unavailable(why);
  job->number = ++last_number_;
  ++without_room_[job->text];
  waiting_.emplace(job->number, &completion);
  outbox_->put(std::move(job));
  return {};
}

sdk::Status WorkerStore::push(std::unique_ptr<Job> job) {
  {
    const std::lock_guard guard(lock_);
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return {};
}

void WorkerStore::deliver(Job& job) {
  queued_bytes_ -= job.write.size;
  if (taints_its_group(job.outcome) && job.kind == Job::Kind::kWrite) {
    auto reported = std::make_unique<Job>(Job::Kind::kReported);
    reported->text = std::move(job.write.group);
    (void)push(std::move(reported));
  }
  if (job.kind == Job::Kind::kRefused)
    if (const auto found = without_room_.find(job.text); --found->second == 0) without_room_.erase(found);
  if (job.kind == Job::Kind::kStop && timer_ != 0) host_.executor().cancel(std::exchange(timer_, 0));
  const auto found = waiting_.find(job.number);
  if (found == waiting_.end()) return;  // given up
  sdk::Completion& completion = *found->second;
  waiting_.erase(found);
  completion.done(std::move(job.outcome));
}

void WorkerStore::give_up() {
  timer_ = 0;
  outbox_->close();
  server_->interrupt();
  // In the order in which they came; the stop itself is the last, and succeeds.
  std::vector<std::pair<std::uint64_t, sdk::Completion*>> left(waiting_.begin(), waiting_.end());
  std::sort(left.begin(), left.end());
  waiting_.clear();
  for (const auto& [number, completion] : left) {
    if (number == left.back().first) return completion->done({});
    completion->done(sdk::Status::error(sdk::Code::kUnknown, server_->name() + " has not answered before the store had to stop"));
  }
}

void WorkerStore::run() {
  for (std::vector<std::unique_ptr<Job>> jobs; next(jobs); jobs.clear()) serve(std::move(jobs));
  server_->disconnect();
}

// One job, or as many writes as may go together. False: the thread ends.
bool WorkerStore::next(std::vector<std::unique_ptr<Job>>& jobs) {
  std::unique_lock guard(lock_);
  wake_.wait(guard, [this] { return quit_ || !queue_.empty(); });
  if (quit_) return false;
  std::uint64_t bytes = 0;
  do {
    bytes += queue_.front()->write.size;
    jobs.push_back(std::move(queue_.front()));
    queue_.pop_front();
  } while (jobs.front()->kind == Job::Kind::kWrite && jobs.size() < patience_.batch_writes && !queue_.empty() &&
           queue_.front()->kind == Job::Kind::kWrite && bytes + queue_.front()->write.size <= patience_.batch_bytes);
  return true;
}

void WorkerStore::serve(std::vector<std::unique_ptr<Job>> jobs) {
  Job& job = *jobs.front();
  switch (job.kind) {
    case Job::Kind::kStart:
      cluster_ = job.text;
      job.outcome = started();
      break;
    case Job::Kind::kTakeOver:
      job.outcome = ready();
      if (job.outcome) job.outcome = server_->take_over(job.home, job.epoch, job.content);
      break;
    case Job::Kind::kResign:
      return server_->resign(job.home);
    case Job::Kind::kReported:
      if (const auto found = failed_.find(job.text); found != failed_.end() && --found->second.count == 0) failed_.erase(found);
      return;
    case Job::Kind::kWrite:
      write_all(jobs);
      break;
    case Job::Kind::kStop:
      server_->disconnect();
      break;
    case Job::Kind::kRefused:
      break;  // never comes here
  }
  for (auto& done : jobs) outbox_->put(std::move(done));
}

void WorkerStore::write_all(std::vector<std::unique_ptr<Job>>& jobs) {
  std::vector<OwnedWrite*> writes;
  const sdk::Status away = ready();
  for (auto& job : jobs) {
    OwnedWrite& write = job->write;
    if (const auto found = failed_.find(write.group); found != failed_.end()) {
      write.outcome = sdk::Status::error(found->second.fenced ? sdk::Code::kFenced : sdk::Code::kUnavailable,
                                         "an earlier write of the group has failed");
    } else if (!away) {
      write.outcome = away.copy();
    } else {
      writes.push_back(&write);
      continue;
    }
    note_failure(write);  // at once: what stands behind it in these jobs has to find it
  }
  if (!writes.empty()) server_->write(writes);
  note_health(writes);
  for (const OwnedWrite* write : writes)
    if (taints_its_group(write->outcome)) note_failure(*write);
  for (auto& job : jobs) job->outcome = std::move(job->write.outcome);
}

void WorkerStore::note_failure(const OwnedWrite& write) {
  Failures& failures = failed_[write.group];
  ++failures.count;
  failures.fenced |= write.outcome.code() == sdk::Code::kFenced;
}

// A server that answers with errors is told of like one that is away. Other groups may go on meanwhile, so not every write that succeeds
// says that it is over. Of those that fail together the first has the reason; a lost epoch is the coordinator's affair.
void WorkerStore::note_health(const std::vector<OwnedWrite*>& writes) {
  const std::int64_t now_ns = host_.clock().mono_ns();
  const auto is_refused = [](const OwnedWrite* write) {
    return taints_its_group(write->outcome) && write->outcome.code() != sdk::Code::kFenced;
  };
  const auto shows_health = [&](const OwnedWrite* write) {
    return write->outcome.ok() && (write->group == refused_ || now_ns - refused_ns_ > kRefusedNs);
  };
  if (refused_ns_ != 0 && std::any_of(writes.begin(), writes.end(), shows_health)) {
    refused_ns_ = 0;
    say_back();
  }
  const auto found = std::find_if(writes.begin(), writes.end(), is_refused);
  if (found == writes.end()) return;
  refused_ = (*found)->group;
  refused_ns_ = now_ns;
  say((*found)->outcome.message());
}

// Each reason once until the server is back: those who ask may ask without end, and reasons may take turns.
void WorkerStore::say(sdk::Text reason) {
  if (said_.size() < kMostSaid && said_.emplace(reason.begin(), reason.end()).second) host_.log(sdk::LogLevel::kWarn, reason);
}

void WorkerStore::say_back() {
  if (!said_.empty()) host_.log(sdk::LogLevel::kInfo, server_->name() + " is back");
  said_.clear();
}

// What an operator has to mend is, once the broker runs, one more reason to say "later".
sdk::Status WorkerStore::ready() {
  sdk::Status status = connected();
  return status ? std::move(status) : sdk::Status::unavailable(status.message());
}

// A connection: the one there is, or a new one, unless it is too early to try again.
sdk::Status WorkerStore::connected() {
  if (server_->is_connected()) return {};
  const std::int64_t now_ns = host_.clock().mono_ns();
  if (now_ns < next_try_ns_) return sdk::Status::unavailable(away_);
  sdk::Status status = server_->connect(cluster_);
  if (status) {
    pause_ms_ = 0;
    if (refused_ns_ == 0) say_back();  // else a write has to show it
    const std::lock_guard guard(lock_);
    abilities_ = server_->abilities();
    place_ = server_->place();
    return {};
  }
  server_->disconnect();
  away_ = std::string(status.message());
  say(away_);
  pause_ms_ = pause_ms_ == 0 ? patience_.first_pause_ms : std::min(pause_ms_ * 2, patience_.longest_pause_ms);
  next_try_ns_ = host_.clock().mono_ns() + pause_ms_ * 1'000'000;
  return sdk::Status::error(status.code(), away_);
}

sdk::Status WorkerStore::started() {
  sdk::Status status = connected();
  // Away is no error at start.
  return status.code() == sdk::Code::kUnavailable ? sdk::Status() : std::move(status);
}

}  // namespace barnabas::offset_store
