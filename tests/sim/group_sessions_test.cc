// Members of groups on the simulated network, with a broker that is killed and started again: the same partition is never read by two of
// them at once, and what was committed is where the next one begins. Both protocols.
#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include "kernel/client/group_session.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "sim/sim_broker.h"

namespace barnabas::sim {
namespace {

using client::GroupProtocol;
using client::TopicPartitions;

constexpr std::int64_t kPatienceNs = 120'000'000'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int32_t kPartitions = 6;
constexpr std::uint64_t kSeeds = 20;
constexpr char kDeployment[] =
    "node: {id: 1}\n"
    "allow_insecure: true\n"
    "listeners: [{name: PLAINTEXT, address: '10.0.0.1:9092'}]\n"
    "storage: {use: segment, config: {dirs: [/data], flush: ack}}\n"
    "metadata: {use: kraft}\n"
    "kafka: {group.initial.rebalance.delay.ms: 0, offsets.topic.num.partitions: 2}\n";

client::ClientSettings client_settings() {
  client::ClientSettings settings;
  settings.bootstrap = {{"10.0.0.1", 9092}};
  return settings;
}

// What all members see of each other, which they do not in life.
struct Witness {
  std::map<std::int32_t, std::string> reader;      // of each partition of "t"
  std::map<std::int32_t, std::int64_t> committed;  // what the coordinator took
  std::string wrong;

  void begin(std::int32_t partition, const std::string& who) {
    const auto [had, is_new] = reader.try_emplace(partition, who);
    if (!is_new && had->second != who) say("partition " + std::to_string(partition) + " is read by " + had->second + " and by " + who);
  }
  void end(std::int32_t partition, const std::string& who) {
    if (const auto had = reader.find(partition); had != reader.end() && had->second == who) reader.erase(had);
  }
  void say(const std::string& what) {
    if (wrong.empty()) wrong = what;
  }
};

// Reads a record of each of its partitions now and then, and commits.
class Reader final : private client::GroupSession::Owner {
 public:
  // `stubborn`: it says that it gave up, and reads on.
  Reader(SimWorld& world, Witness& witness, sdk::Assignor& assignor, GroupProtocol protocol, int number, bool stubborn)
      : stubborn_(stubborn),
        name_("member " + std::to_string(number)),
        witness_(witness),
        disk_(static_cast<std::uint64_t>(number)),
        env_(world, name_, disk_, {.host = "10.0.1." + std::to_string(number)}),
        tick_(env_.loop(0), [this] { work(); }) {
    client::SessionSettings settings;
    settings.client = client_settings();
    settings.member.group_id = "g";
    settings.member.session_timeout_ms = 10'000;
    settings.member.rebalance_timeout_ms = 30'000;
    settings.protocol = protocol;
    settings.assignors = {{"range", &assignor}};
    world.run_on(loop(), [&] {
      session_ = client::make_group_session(env_.loop(0), std::move(settings), *this);
      session_->subscribe({"t"});
      tick_.start(kTickNs);
    });
  }
  ~Reader() {
    env_.end();  // what is underway may still give it something
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) witness_.end(partition, name_);
  }

  void leave(SimWorld& world) {
    bool left = false;
    world.run_on(loop(), [&] {
      tick_.cancel();
      stop_reading({});
      session_->leave([&] { left = true; });
    });
    EXPECT_TRUE(world.run_until([&] { return left; }, kPatienceNs)) << name_;
  }
  // Without a word. It reads no more, but the group believes so until its session ends.
  void crash() { env_.go_down(); }
  std::size_t reads() const { return positions_.size(); }
  const std::string& ended() const { return ended_; }

 private:
  static constexpr std::int64_t kTickNs = 100'000'000;

  SimLoop& loop() { return static_cast<SimLoop&>(env_.loop(0)); }

  void stop_reading(const TopicPartitions& keep) {
    const auto stays = [&](std::int32_t partition) {
      const auto topic = keep.find("t");
      return topic != keep.end() && std::find(topic->second.begin(), topic->second.end(), partition) != topic->second.end();
    };
    for (std::int32_t partition = 0; partition < kPartitions; ++partition)
      if (!stays(partition)) witness_.end(partition, name_);
    std::erase_if(positions_, [&](const auto& one) { return !stays(one.first); });
    wanted_ = keep;
  }

  void on_give_up(const TopicPartitions& keep, bool lost) override {
    const auto give_up = [this, keep](bool) {
      if (!stubborn_) stop_reading(keep);
      session_->gave_up();
    };
    if (lost) return give_up(true);
    commit(give_up);
  }
  void on_assigned(const TopicPartitions& partitions) override {
    wanted_ = partitions;
    if (const auto topic = partitions.find("t"); topic != partitions.end())
      for (const std::int32_t partition : topic->second) witness_.begin(partition, name_);
  }
  void on_ended(const Status& why) override { ended_ = std::string(message_of(why)); }

  void work() {
    session_->polled();
    tick_.start(kTickNs);
    for (auto& [partition, offset] : positions_) ++offset;
    if (++ticks_ % 10 == 0) commit([](bool) {});
    TopicPartitions unknown;
    if (const auto topic = wanted_.find("t"); topic != wanted_.end())
      for (const std::int32_t partition : topic->second)
        if (!positions_.contains(partition)) unknown["t"].push_back(partition);
    if (unknown.empty() || looking_) return;
    looking_ = true;
    session_->fetch_offsets(unknown, [this, before = witness_.committed, unknown](Result<client::GroupOffsets> offsets) {
      looking_ = false;
      if (!offsets) return;  // the next tick asks again
      for (const std::int32_t partition : unknown.at("t")) {
        const auto topic = wanted_.find("t");
        if (topic == wanted_.end() || std::find(topic->second.begin(), topic->second.end(), partition) == topic->second.end()) continue;
        const std::int64_t offset = std::max<std::int64_t>((*offsets)["t"][partition].offset, 0);
        const auto least = before.find(partition);
        if (least != before.end() && offset < least->second)
          witness_.say(name_ + " begins at " + std::to_string(offset) + " where " + std::to_string(least->second) + " was committed");
        positions_[partition] = offset;
      }
    });
  }

  void commit(std::function<void(bool)> then) {
    client::GroupOffsets offsets;
    for (const auto& [partition, offset] : positions_) offsets["t"][partition] = {offset, -1};
    if (offsets.empty()) return then(true);
    session_->commit(offsets, [this, offsets, then = std::move(then)](client::CommitOutcome outcome) mutable {
      if (outcome.status.ok())
        for (const auto& [partition, committed] : offsets["t"]) {
          std::int64_t& known = witness_.committed[partition];
          if (committed.offset < known) witness_.say(name_ + " set partition " + std::to_string(partition) + " back");
          known = committed.offset;
        }
      then(outcome.status.ok());
    });
  }

  const bool stubborn_;
  const std::string name_;
  Witness& witness_;
  testing::SimulatedDisk disk_;
  SimEnv env_;
  base::Timer tick_;
  std::unique_ptr<client::GroupSession> session_;
  TopicPartitions wanted_;
  std::map<std::int32_t, std::int64_t> positions_;
  bool looking_ = false;
  int ticks_ = 0;
  std::string ended_;
};

void create_topic(SimWorld& world) {
  testing::SimulatedDisk disk(3);
  SimEnv env(world, "admin", disk, {.host = "10.0.0.2"});
  client::Client admin(env.loop(0), client_settings());
  wire::CreateTopicsRequest request;
  wire::CreateTopicsRequest::CreatableTopic topic;
  topic.name = "t";
  topic.num_partitions = kPartitions;
  topic.replication_factor = 1;
  request.topics = std::span(&topic, 1);
  bool created = false;
  world.run_on(static_cast<SimLoop&>(env.loop(0)),
               [&] { admin.call<wire::CreateTopicsResponse>(client::Target::any(), request, [&](auto reply) { created = reply.ok(); }); });
  EXPECT_TRUE(world.run_until([&] { return created; }, kPatienceNs));
  env.end();
}

class SimulatedGroup {
 public:
  SimulatedGroup(std::uint64_t seed, GroupProtocol protocol, bool stubborn = false)
      : protocol_(protocol), stubborn_(stubborn), world_(seed), disk_(seed), random_(seed) {
    registry_.scan(BARNABAS_BINARY_DIR "/lib/barnabas/plugins/assignor", true);
    auto assignor = registry_.create<sdk::Assignor>("range", host_, {});
    EXPECT_TRUE(assignor.ok());
    assignor_ = *std::move(assignor);
    start_broker();
    create_topic(world_);
    world_.rules().resets_per_million = 1'000;
  }

  void act() {
    const std::uint64_t chance = random_.next() % 10;
    if (members_.size() < 2 || (chance < 3 && members_.size() < 6)) {
      members_.push_back(std::make_unique<Reader>(world_, witness_, *assignor_, protocol_, ++number_, stubborn_));
    } else if (chance < 5) {
      auto member = take_any();
      member->leave(world_);
    } else if (chance == 5) {
      take_any()->crash();
    } else if (chance == 6) {
      broker_->kill();
      broker_.reset();
      world_.run_for(static_cast<std::int64_t>(random_.next() % 5) * kSecondNs);
      disk_.restart(testing::Crash::kTear);
      start_broker();
    }
    world_.run_for(static_cast<std::int64_t>(random_.next() % 8'000) * 1'000'000);
  }

  // Nothing happens any more: in the end each partition has its reader.
  void settle() {
    world_.rules().resets_per_million = 0;
    EXPECT_TRUE(world_.run_until([&] { return all_are_read() || !witness_.wrong.empty(); }, kPatienceNs));
    EXPECT_EQ(witness_.wrong, "");
    for (const auto& member : members_) EXPECT_EQ(member->ended(), "");
    EXPECT_EQ(witness_.committed.size(), static_cast<std::size_t>(kPartitions)) << "everything was read once";
    members_.clear();
  }
  const std::string& wrong() const { return witness_.wrong; }

 private:
  void start_broker() {
    broker_ = std::make_unique<SimBroker>(world_, disk_, kDeployment);
    ASSERT_TRUE(broker_->start()) << broker_->failure();
  }
  std::unique_ptr<Reader> take_any() {
    const auto chosen = members_.begin() + static_cast<std::ptrdiff_t>(random_.next() % members_.size());
    auto member = std::move(*chosen);
    members_.erase(chosen);
    return member;
  }
  bool all_are_read() const {
    std::size_t reads = 0;
    for (const auto& member : members_) reads += member->reads();
    return reads == kPartitions && witness_.reader.size() == kPartitions;
  }

  const GroupProtocol protocol_;
  const bool stubborn_;
  SimWorld world_;
  testing::SimulatedDisk disk_;
  sdk::SplitMix random_;
  testing::ManualHost host_;
  host::Registry registry_;
  host::Handle<sdk::Assignor> assignor_;
  Witness witness_;
  std::unique_ptr<SimBroker> broker_;
  std::vector<std::unique_ptr<Reader>> members_;
  int number_ = 0;
};

void live(GroupProtocol protocol) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SimulatedGroup group(seed, protocol);
    for (int i = 0; i < 25 && group.wrong().empty() && !::testing::Test::HasFailure(); ++i) group.act();
    group.settle();
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(SimulatedGroups, ClassicMembersShareAndGoOn) { live(GroupProtocol::kClassic); }
TEST(SimulatedGroups, MembersWhoseCoordinatorAssignsShareAndGoOn) { live(GroupProtocol::kConsumer); }

// The control: what the witness would see.
TEST(SimulatedGroups, OneThatDoesNotGiveUpIsSeen) {
  for (const GroupProtocol protocol : {GroupProtocol::kClassic, GroupProtocol::kConsumer}) {
    SimulatedGroup group(1, protocol, true);
    for (int i = 0; i < 25 && group.wrong().empty(); ++i) group.act();
    EXPECT_NE(group.wrong().find("is read by"), std::string::npos) << group.wrong();
  }
}

}  // namespace
}  // namespace barnabas::sim
