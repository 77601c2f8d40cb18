#include "kernel/broker/group_loop.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/base/times.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/group_mover.h"
#include "kernel/group/home.h"

namespace barnabas::broker {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kRetryNs = 500 * kNsPerMs;
// Of groups of which something is too large.
constexpr std::int64_t kSayAgainNs = 60'000 * kNsPerMs;
constexpr std::size_t kMostSaid = 20;

// A client chooses the names of groups.
std::string printable(std::string_view name) {
  std::string text(name.substr(0, 100));
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, '?');
  return text;
}

group::StoredOffset owned(const sdk::CommittedOffset& offset) {
  return {.topic = std::string(offset.topic),
          .topic_id = offset.topic_id,
          .partition = offset.partition,
          .offset = offset.offset,
          .leader_epoch = offset.leader_epoch,
          .metadata = std::string(offset.metadata),
          .commit_ms = offset.commit_ms,
          .expire_ms = offset.expire_ms};
}

}  // namespace

// What one store tells of a home, as long as the loop still wants to hear it. Lives until the store is done.
class GroupLoop::Load final : public sdk::OffsetLoad {
 public:
  Load(GroupLoop& loop, std::int32_t home, std::uint64_t attempt, std::size_t store)
      : loop_(loop), home_(home), attempt_(attempt), store_(store) {}

  void on_offset(sdk::Text group, const sdk::CommittedOffset& offset) noexcept override {
    if (!is_told()) return;
    const std::string_view name(group);
    if (!is_of_home(name)) return;
    if (is_wanted(name)) return loop_.coordinator_->load_offset(home_, name, owned(offset), store_);
    loop_.coordinator_->load_stray_offset(home_, store_, name, {std::string(offset.topic), offset.partition});
  }
  void on_record(sdk::Text group, const sdk::GroupRecord& record) noexcept override {
    if (!is_told()) return;
    const std::string_view name(group);
    if (!is_of_home(name)) return;
    const std::string_view key(reinterpret_cast<const char*>(record.key.data), record.key.size);
    if (!is_wanted(name)) return loop_.coordinator_->load_stray_record(home_, store_, name, key);
    loop_.coordinator_->load_record(home_, key, {reinterpret_cast<const char*>(record.value.data), record.value.size}, store_);
  }

 private:
  bool is_told() const {
    const auto home = loop_.homes_.find(home_);
    return home != loop_.homes_.end() && home->second.parts[store_].attempt == attempt_;
  }
  // What a store keeps of a group that belongs to another one is from before the deployment said so, or left by a move.
  bool is_wanted(std::string_view group) const { return loop_.stores_.index_of(group) == store_; }
  // A store is a plugin: what it tells of another home's group would be that group twice.
  bool is_of_home(std::string_view group) {
    if (group::home_of(group, loop_.settings_.home_count) == home_) return true;
    if (!std::exchange(said_, true))
      loop_.shard_.broker.env.log(sdk::LogLevel::kError,
                                  fmt::format("offsets '{}' tells of group '{}' for home {}, which is not its home; that is passed over",
                                              loop_.stores_.name(store_), printable(group), home_));
    return false;
  }

  GroupLoop& loop_;
  std::int32_t home_;
  std::uint64_t attempt_;
  std::size_t store_;
  bool said_ = false;
};

GroupLoop::GroupLoop(Shard& shard, group::GroupSettings settings, sdk::Durability durability)
    : shard_(shard),
      settings_(std::move(settings)),
      stores_(shard.loop, [&env = shard.broker.env](std::string_view line) { env.log(sdk::LogLevel::kError, line); }),
      internal_topic_(
          shard.loop, shard.parking, shard.view, shard.broker.codecs,
          {.durability = durability, .max_batch_bytes = static_cast<std::uint64_t>(shard.broker.file.integer("message.max.bytes"))}),
      background_(
          shard.loop, [&env = shard.broker.env](std::string_view line) { env.log(sdk::LogLevel::kError, line); },
          [this](const std::function<void()>& call) { enter([&](group::Coordinator&) { call(); }); }),
      mover_(std::make_unique<Mover>(*this)),
      deadline_(shard.loop, [this] { enter([](group::Coordinator&) {}); }),
      retry_(shard.loop, [this] { retry(); }) {
  stores_.follow(shard.view.image);
  make_coordinator();
}

GroupLoop::~GroupLoop() = default;

void GroupLoop::make_coordinator() {
  group::Journal& journal = *this;
  coordinators_.push_back(std::make_unique<group::Coordinator>(settings_, journal, shard_.loop.random(), background_));
  coordinator_ = coordinators_.back().get();
  coordinator_->allow_moves(*mover_);
  if (seen_ != nullptr) coordinator_->on_image(seen_);
}

void GroupLoop::start(std::function<void(Status)> started) {
  stores_.start(shard_.broker.settings.cluster_id, shard_.broker.settings.node_id, home_count(shard_),
                [this, started = std::move(started)](Status status) {
                  running_ = status.ok();
                  warn_of_lost_stores();
                  on_view();
                  started(std::move(status));
                });
}

void GroupLoop::stop(std::function<void()> stopped) {
  running_ = false;
  retry_.cancel();
  resign_all();
  deadline_.cancel();
  background_.stop([this, stopped = std::move(stopped)]() mutable { stores_.stop(std::move(stopped)); });
}

void GroupLoop::on_view() {
  const bool same_topics = std::exchange(seen_topics_, shard_.view.topics) == shard_.view.topics;
  if (!running_ || (same_topics && shard_.view.image == seen_)) return;
  const auto earlier = std::exchange(seen_, shard_.view.image);
  advance();
  if (const std::int32_t count = home_count(shard_); count != settings_.home_count) {
    resign_all();
    settings_.home_count = count;
    make_coordinator();
    advance();
  } else {
    coordinator_->on_image(seen_);
  }
  const std::map<std::int32_t, std::int32_t> led = led_homes();
  for (auto home = homes_.begin(); home != homes_.end();) {
    const std::int32_t index = (home++)->first;
    if (!led.contains(index)) resign(index);
  }
  for (const auto& [index, epoch] : led)
    if (const auto known = homes_.find(index); known == homes_.end() || known->second.epoch != epoch) take_over(index, epoch);
  if (earlier != nullptr) forget_topics(*earlier);
  arm();
}

void GroupLoop::forget_topics(const catalog::Image& earlier) {
  std::vector<std::string> gone;
  seen_->each_changed_topic(
      earlier, [](const catalog::Topic&) {}, [&](const catalog::Topic& topic) { gone.push_back(topic.name); });
  if (!gone.empty()) coordinator_->forget_topics(gone);
}

std::map<std::int32_t, std::int32_t> GroupLoop::led_homes() const {
  std::map<std::int32_t, std::int32_t> led;
  const catalog::Topic* topic = shard_.view.image->topic(kOffsetsTopic);
  const LocalTopic* local = shard_.view.topics->find(kOffsetsTopic);
  if (topic == nullptr || local == nullptr) return led;
  const auto loops = static_cast<std::int32_t>(shard_.broker.env.loop_count());
  for (auto home = static_cast<std::int32_t>(shard_.loop.index()); home < topic->partition_count(); home += loops) {
    const catalog::Partition* placed = topic->partition(home);
    if (placed == nullptr || placed->leader != shard_.broker.settings.node_id || local->partition(home) == nullptr) continue;
    led[home] = placed->leader_epoch;
  }
  return led;
}

void GroupLoop::take_over(std::int32_t home, std::int32_t epoch) {
  homes_[home] = {.epoch = epoch, .parts = std::vector<Part>(stores_.size())};
  coordinator_->begin_loading(home, epoch);
  for (std::size_t store = 0; store < stores_.size(); ++store) load(home, store);
}

void GroupLoop::load(std::int32_t index, std::size_t store) {
  const Home& home = homes_[index];
  Part& part = homes_[index].parts[store];
  part = {.state = Part::State::kLoading, .attempt = ++attempts_};
  coordinator_->load_again(index, store);
  auto load = std::make_shared<Load>(*this, index, part.attempt, store);
  stores_.take_over(store, index, home.epoch, *load,
                    [this, index, store, load, attempt = part.attempt](const Status& status) { loaded(index, store, attempt, status); });
}

void GroupLoop::loaded(std::int32_t index, std::size_t store, std::uint64_t attempt, const Status& status) {
  const auto found = homes_.find(index);
  if (found == homes_.end() || found->second.parts[store].attempt != attempt) return;
  Part& part = found->second.parts[store];
  if (status.ok()) {
    part.state = Part::State::kLoaded;
    away_.erase(store);
    warn_of_one_place(store);
    return enter([index, store](group::Coordinator& coordinator) { coordinator.finish_loading(index, store); });
  }
  part.state = Part::State::kFailed;
  // All homes of the loop wait for the same server; one line says so.
  const auto waits = [store](const auto& home) { return home.second.parts[store].state != Part::State::kLoaded; };
  if (away_.insert(store).second)
    shard_.broker.env.log(
        sdk::LogLevel::kWarn,
        fmt::format("groups of {}-{}{} are not there yet, offsets '{}': {}; it is tried again", kOffsetsTopic, index,
                    std::ranges::count_if(homes_, waits) > 1 ? " and others" : "", stores_.name(store), message_of(status)));
  if (!retry_.armed()) retry_.start(kRetryNs);
}

// Where a server is away at the start, that two stores are one is seen when it is back.
void GroupLoop::warn_of_one_place(std::size_t store) {
  for (std::size_t other = 0; other < stores_.size() && !said_one_place_; ++other) {
    if (other == store || !stores_.same_place(other, store)) continue;
    said_one_place_ = true;
    shard_.broker.env.log(sdk::LogLevel::kError, fmt::format("{}; the next start refuses them", stores_.one_place(other, store)));
  }
}

void GroupLoop::retry() {
  advance();
  for (auto& [index, home] : homes_)
    for (std::size_t store = 0; store < home.parts.size(); ++store)
      if (home.parts[store].state == Part::State::kFailed) load(index, store);
  arm();
}

void GroupLoop::resign(std::int32_t home) {
  homes_.erase(home);
  coordinator_->resign(home);
  for (std::size_t i = 0; i < stores_.size(); ++i) stores_.store(i).resign(home);
}

void GroupLoop::resign_all() {
  while (!homes_.empty()) resign(homes_.begin()->first);
}

std::uint64_t GroupLoop::max_write_bytes(std::string_view group) {
  const std::size_t store = stores_.index_of(group);
  return store == stores_.size() ? 0 : stores_.store(store).abilities().max_write_bytes;
}

void GroupLoop::too_large(std::string_view group, std::uint64_t bytes) {
  // Whoever asks for it may ask without end.
  const std::int64_t now_ns = shard_.loop.turn_mono_ns();
  if (now_ns - said_since_ns_ >= kSayAgainNs) {
    said_too_large_.clear();
    said_since_ns_ = now_ns;
  }
  if (said_too_large_.size() == kMostSaid || !said_too_large_.emplace(group).second) return;
  const std::size_t store = stores_.index_of(group);
  shard_.broker.env.log(sdk::LogLevel::kError,
                        fmt::format("something of the group '{}' is not kept: it takes {} octets, and offsets '{}' takes {} in one write",
                                    printable(group), bytes, store == stores_.size() ? "" : stores_.name(store), max_write_bytes(group)));
}

void GroupLoop::write(group::GroupChange change, std::function<void(group::ErrorCode)> done) {
  const std::size_t store = stores_.index_of(change.group);
  const std::int32_t home = change.home;
  const std::int32_t epoch = change.epoch;
  stores_.write_to(store, change, [this, home, epoch, store, done = std::move(done)](group::ErrorCode error) {
    advance();
    if (error == group::ErrorCode::kRequestTimedOut) read_again(home, epoch, store);
    done(error);
    arm();
  });
}

// Whether a write was kept is not known: what is stored is asked, before anybody is told anything.
void GroupLoop::read_again(std::int32_t index, std::int32_t epoch, std::size_t store) {
  const auto home = homes_.find(index);
  if (home == homes_.end() || home->second.epoch != epoch || home->second.parts[store].state != Part::State::kLoaded) return;
  shard_.broker.env.log(sdk::LogLevel::kWarn,
                        fmt::format("offsets '{}': whether a write was kept is not known; the groups of {}-{} are read again",
                                    stores_.name(store), kOffsetsTopic, index));
  load(index, store);
}

void GroupLoop::advance() {
  coordinator_->advance({.steady_ms = shard_.loop.turn_mono_ns() / kNsPerMs, .wall_ms = shard_.loop.turn_wall_ms()});
}

void GroupLoop::arm() {
  const auto deadline_ms = coordinator_->next_deadline_ms();
  if (!deadline_ms) return deadline_.cancel();
  if (deadline_.armed() && *deadline_ms == armed_ms_) return;
  armed_ms_ = *deadline_ms;
  deadline_.start(std::max<std::int64_t>(base::ns_of_ms(armed_ms_) - shard_.loop.turn_mono_ns(), 0));
}

std::int32_t home_count(const Shard& shard) {
  const catalog::Topic* topic = shard.view.image->topic(kOffsetsTopic);
  return topic != nullptr ? topic->partition_count() : static_cast<std::int32_t>(shard.broker.file.integer("offsets.topic.num.partitions"));
}

}  // namespace barnabas::broker
