#include "sim/swarm/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/sim_network.h"
#include "sim/swarm/committer.h"
#include "sim/swarm/member.h"
#include "sim/swarm/producer.h"
#include "sim/swarm/reader.h"

namespace barnabas::sim {
namespace {

constexpr std::int64_t kPatienceNs = 60 * kSecondNs;
constexpr std::int64_t kMostWallJumpMs = 4 * 3600 * 1000;
constexpr int kMostTopicTries = 10;
constexpr char kBrokerName[] = "broker 10.0.0.1";

}  // namespace

SwarmRun::SwarmRun(const Swarm& swarm, const Stage& stage)
    : swarm_(swarm),
      stage_(stage),
      world_(swarm.seed),
      random_(swarm.seed ^ 0x5eed),
      disk_(swarm.seed),
      disk_before_(stage.disk_before ? stage.disk_before(disk_) : nullptr),
      mischief_(stage.mischief ? stage.mischief() : std::make_unique<Mischief>()),
      history_(!swarm.flush_ack && !swarm.in_memory),
      scene_{world_, swarm_, history_, *mischief_} {
  world_.rules().chunk_bytes_max = swarm.chunk_bytes;
  if (stage.on_trace) world_.on_trace(stage.on_trace);
}

SwarmRun::~SwarmRun() {
  for (const auto& actor : actors_) actor->leave_the_scene();
  for (const auto& actor : administrators_) actor->leave_the_scene();
  actors_.clear();
  administrators_.clear();
  if (broker_ != nullptr) broker_->kill();
  broker_.reset();
}

void SwarmRun::play() {
  come_up(false);
  cast_actors();
  world_.rules().resets_per_million = swarm_.resets_per_million;
  for (std::uint32_t i = 0; i < swarm_.acts && goes_on(); ++i) {
    act();
    look_after_broker();
  }
  if (goes_on()) settle();
  if (goes_on()) last_look();
  // What a clean stop leaves is all of it.
  if (goes_on() && !swarm_.in_memory && below(4) == 0) {
    restart();
    if (goes_on()) last_look();
  }
}

void SwarmRun::cast_actors() {
  int number = 0;
  administrators_.push_back(std::make_unique<Administrator>(scene_, ++number, swarm_.administrator));
  auto& administrator = static_cast<Administrator&>(*administrators_.front());
  if (!world_.run_until([&] { return administrator.is_ready(); }, kPatienceNs)) return history_.wrong("I20", "no topic can be made");
  for (std::uint32_t i = 0; i < swarm_.producers; ++i) actors_.push_back(std::make_unique<Producer>(scene_, ++number, true));
  for (std::uint32_t i = 0; i < swarm_.careless_producers; ++i) actors_.push_back(std::make_unique<Producer>(scene_, ++number, false));
  for (std::uint32_t i = 0; i < swarm_.readers; ++i) actors_.push_back(std::make_unique<Reader>(scene_, ++number));
  for (std::uint32_t i = 0; i < swarm_.committers; ++i) actors_.push_back(std::make_unique<Committer>(scene_, ++number));
  for (std::uint32_t i = 0; i < swarm_.members; ++i) actors_.push_back(std::make_unique<Member>(scene_, ++number, stage_.assignor));
}

void SwarmRun::act() {
  const FaultWeights& faults = swarm_.faults;
  std::uint64_t chance = below(faults.sum());
  const auto drawn = [&](std::uint32_t weight) {
    if (chance < weight) return true;
    chance -= weight;
    return false;
  };
  world_.run_for(between_ms(20, 250));
  if (drawn(faults.kill)) return crash(false);
  if (drawn(faults.power)) return crash(true);
  if (drawn(faults.restart)) return restart();
  if (drawn(faults.cut)) return act_on_network(false);
  if (drawn(faults.slow)) return act_on_network(true);
  if (drawn(faults.disk)) return fail_disk(false);
  if (drawn(faults.read)) return fail_disk(true);
  if (drawn(faults.clock)) return jump_clock();
  world_.run_for(between_ms(20, 250));
}

void SwarmRun::act_on_network(bool slow) {
  const std::string name = actors_[below(actors_.size())]->name();
  if (slow) {
    world_.network().slow(name, between_ms(1, 300));
    world_.run_for(between_ms(50, 800));
    return world_.network().slow(name, 0);
  }
  const std::uint64_t way = below(3);
  if (way != 1) world_.network().cut_one_way(name, kBrokerName);
  if (way != 0) world_.network().cut_one_way(kBrokerName, name);
  world_.run_for(between_ms(50, 1'500));
  world_.network().heal(name, kBrokerName);
}

// A disk that fails is looked after: the broker is started again on it, once it is mended. Where a write or a sync failed, the machine is
// started again too: what Linux has in memory of such a file is not what the device has, and no later sync makes it so.
void SwarmRun::fail_disk(bool reads) {
  const bool is_full = !reads && below(3) == 0;
  if (reads) {
    disk_.fail_read_at(1 + below(30));
  } else {
    disk_.fail_at(1 + below(60), is_full ? testing::Fault::kNoSpace : testing::Fault::kIo, 1 + below(3));
  }
  disk_failed_ = true;
  memory_lies_ |= !reads;
  world_.run_for(between_ms(100, 1'000));
  disk_.fail_at(0, testing::Fault::kIo, 0);
  disk_.fail_read_at(0);
  if (is_full && below(2) == 0) return;  // it goes on by itself
  if (below(2) == 0) {
    crash(false);
  } else {
    restart();
  }
}

void SwarmRun::jump_clock() {
  const std::int64_t jump = static_cast<std::int64_t>(below(2 * kMostWallJumpMs)) - kMostWallJumpMs;
  const std::int64_t to = std::clamp(wall_offset_ms_ + jump, -kMostWallJumpMs, kMostWallJumpMs);
  broker_->env().jump_wall(to - wall_offset_ms_);
  wall_offset_ms_ = to;
}

void SwarmRun::crash(bool power) {
  if (below(2) == 0) {  // in the middle of what it writes
    disk_.crash_at(1 + below(60));
    world_.run_until([&] { return disk_.crashed(); }, kSecondNs);
  }
  broker_->kill();
  broker_.reset();
  world_.run_for(between_ms(10, 1'500));
  come_up(power);
}

void SwarmRun::come_up(bool power) {
  power |= std::exchange(memory_lies_, false) && !swarm_.flush_ack;
  if (power) history_.lost_power();
  disk_.restart(!power ? testing::Crash::kKill : below(3) == 0 ? testing::Crash::kLose : testing::Crash::kTear);
  while (goes_on() && !start()) {
    broker_->kill();
    broker_.reset();
    const bool again = power || (swarm_.faults.power != 0 && below(3) == 0);
    if (again) history_.lost_power();
    disk_.restart(!again ? testing::Crash::kKill : below(3) == 0 ? testing::Crash::kLose : testing::Crash::kTear);
  }
}

bool SwarmRun::start() {
  ++starts_;
  disk_failed_ = false;
  history_.broker_began();
  SimEnvOptions options{.host = "10.0.0.1"};
  options.wall_start_ms += wall_offset_ms_;
  options.disk_before = disk_before_.get();
  broker_ =
      std::make_unique<SimBroker>(world_, disk_, deployment_of(swarm_, stage_.storage_bug, stage_.offsets_bug), options, stage_.registry);
  if (starts_ > 1 && below(100) < swarm_.start_crashes_percent) disk_.crash_at(1 + below(40));
  broker_->begin_start();
  const bool ended = world_.run_until([&] { return broker_->serves() || !broker_->failure().empty() || disk_.crashed(); }, kPatienceNs);
  if (disk_.crashed()) return false;
  disk_.crash_at(0);  // it was not reached, and comes no more
  if (!ended || !broker_->failure().empty()) {
    history_.wrong("I20", "the broker does not start: " + (ended ? broker_->failure() : std::string("it does not come to an end")));
  }
  scene_.mischief.on_start(world_.now_ns());
  return true;
}

void SwarmRun::restart() {
  if (!broker_->failure().empty()) return crash(false);
  const bool stopped = broker_->stop();
  if (stopped && !disk_failed_) history_.stopped_cleanly();
  if (!stopped && !disk_failed_) return history_.wrong("I20", "the broker does not stop");
  broker_.reset();
  world_.run_for(between_ms(1, 500));
  come_up(false);
}

void SwarmRun::look_after_broker() {
  if (!goes_on() || broker_->serves()) return;
  if (!disk_failed_) return history_.wrong("I19", "the broker ended by itself: " + broker_->failure());
  crash(false);
}

void SwarmRun::settle() {
  world_.rules().resets_per_million = 0;
  world_.rules().chunk_bytes_max = 0;
  disk_.fail_at(0, testing::Fault::kIo, 0);
  if (disk_failed_ || !broker_->serves()) crash(false);
  scene_.settling = true;
  wait_for(administrators_, "the administrator");
  if (goes_on()) wait_for(actors_, "the clients");
}

void SwarmRun::wait_for(const std::vector<std::unique_ptr<Actor>>& actors, const char* phase) {
  const auto all_done = [&] {
    return !goes_on() || std::all_of(actors.begin(), actors.end(), [](const auto& actor) { return actor->is_done(); });
  };
  if (world_.run_until(all_done, kPatienceNs) || !goes_on()) return;
  std::string text;
  for (const auto& actor : actors)
    if (!actor->is_done()) text += fmt::format("{} ({}); ", actor->name(), actor->state());
  history_.wrong("I20", fmt::format("{} do not come to an end: {}", phase, text));
}

void SwarmRun::last_look() {
  history_.begin_last_look();
  std::vector<std::unique_ptr<Actor>> readers;
  readers.push_back(std::make_unique<Reader>(scene_, 200 + starts_, true));
  wait_for(readers, "the last reader");
  readers.front()->leave_the_scene();
}

}  // namespace barnabas::sim
