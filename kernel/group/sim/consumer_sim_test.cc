// Groups of KIP-848, also with members of the classic protocol among them, on virtual time: members that join, die, pause, leave, change
// their minds, are slow to give up and lose replies; topics that come and go; assignors and a store that fail; replies of the store that
// are lost; a coordinator that moves.
//
// What was seen is checked: nobody is given what another one still counts on, the coordinator never thinks that a partition has two owners,
// nor anything else than what whoever reads the store would think, epochs and committed offsets never go back, and when all is quiet
// everybody soon has a part, and all parts are had.
//
// BARNABAS_SIM_SEEDS says how many seeds, BARNABAS_SIM_FROM which is the first.
#include "kernel/group/sim/classic_members.h"

namespace barnabas::group::sim {
namespace {

class Simulation {
 public:
  explicit Simulation(std::uint32_t seed, bool forgets = false, bool rereads = true) : world_(seed) {
    world_.forgets = forgets;
    world_.rereads = rereads;
    Dice& dice = world_.dice;
    is_mixed_ = dice.one_in(2);
    const bool is_cooperative = dice.one_in(2);
    const auto count = 2 + dice.roll(4);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string name = "m" + std::to_string(i);
      const bool is_static = dice.one_in(3);
      // A static member that comes back among cooperative ones takes its partitions without a word, and whoever waits for some waits on.
      if (is_mixed_ && dice.one_in(2)) {
        members_.push_back(std::make_unique<ClassicSim>(world_, name, is_static && !is_cooperative, is_cooperative));
      } else {
        consumers_.push_back(new ConsumerSim(world_, name, is_static));
        members_.emplace_back(consumers_.back());
      }
    }
  }

  void run() {
    for (int i = 0; i < 250; ++i) step();
    settle();
    check_the_end();
  }
  const std::set<std::string>& found() const { return world_.found; }
  std::int64_t epochs() const { return newest_epoch_; }
  int losses() const { return world_.losses; }

 private:
  void step() {
    world_.pass(500 + world_.dice.roll(1'000));
    world_.settle_some();
    world_.run_some();
    if (!world_.quiet) disturb();
    for (const auto& member : members_) {
      if (!member->is_up() || member->is_paused()) continue;
      member->act();
      if (world_.dice.one_in(4)) member->commit();
    }
    world_.settle_some();
    look();
  }

  void disturb() {
    SimMember& member = *members_[static_cast<std::size_t>(world_.dice.roll(static_cast<std::int64_t>(members_.size())))];
    switch (world_.dice.roll(60)) {
      case 0:
        world_.move();
        for (const auto& each : members_) each->disconnect();
        break;
      case 1:
        member.pause(world_.dice.roll(30'000));
        break;
      case 2:
        member.die(world_.dice.roll(15'000));
        break;
      case 3:
        if (member.is_up() && !member.is_paused()) member.leave();
        break;
      case 4:
        world_.change_topics();
        break;
      case 5:
        if (!consumers_.empty())
          consumers_[static_cast<std::size_t>(world_.dice.roll(static_cast<std::int64_t>(consumers_.size())))]->resubscribe();
        break;
      case 6:
        member.disconnect();
        break;
      default:
        break;
    }
  }

  // What the coordinator thinks, as far as it is stored.
  void look() {
    world_.coordinator->consumer_describe({"g"}, [this](const ConsumerDescribeReply& told) {
      if (told.error != ErrorCode::kNone) return;
      // A classic member that comes to an empty group begins at 1 again, as Kafka has it.
      if (told.group_epoch < newest_epoch_ && !is_mixed_) world_.wrong("the group's epoch went back");
      newest_epoch_ = told.group_epoch;
      if (told.assignment_epoch > told.group_epoch) world_.wrong("the assignment is ahead of the group");
      std::map<Partition, std::string> owners;
      for (const auto& member : told.members)
        for (const auto& topic : member.assignment)
          for (const std::int32_t partition : topic.partitions)
            if (!owners.emplace(Partition{topic.id, partition}, member.id).second) world_.wrong("the coordinator sees two owners");
    });
    OffsetFetchRequest request;
    request.group = "g";
    request.topics.emplace().push_back({"t", {}, {0}});
    world_.coordinator->fetch(request, [this](const OffsetFetchReply& reply) {
      if (reply.error == ErrorCode::kNone && reply.topics.at(0).partitions.at(0).offset < world_.acknowledged)
        world_.wrong("an offset was lost");
    });
    // A conversion between the protocols is stored with what comes next.
    if (world_.reading || !world_.journal.under_way.empty()) return;
    const auto here = World::story(*world_.coordinator, !is_mixed_);
    const auto stored = World::story(*world_.as_stored(), !is_mixed_);
    if (here && here != stored) world_.wrong("it thinks '" + *here + "' and has stored '" + stored.value_or("") + "'");
  }

  std::string state() {
    std::string state;
    world_.coordinator->list({}, [&](const ListReply& reply) {
      for (const ListReply::Group& group : reply.groups) state = group.state;
    });
    return state;
  }
  bool everybody_is_settled() const {
    return std::ranges::all_of(members_, [](const auto& member) { return member->is_settled(); });
  }

  // Those that are gone without a word are noticed after a session; from then on there is one rebalance to wait for.
  void settle() {
    world_.quiet = true;
    for (const auto& member : members_) member->wake();
    const std::int64_t until = world_.now_ms + kSessionMs + kRebalanceMs + 5'000;
    while (world_.now_ms < until) {
      step();
      if (state() == "Stable" && everybody_is_settled() && nothing_is_missing()) return;
    }
    world_.wrong("it does not become stable: " + state());
  }
  bool nothing_is_missing() const {
    std::set<std::string> wanted;
    Held had;
    for (const auto& member : members_) {
      const std::set<std::string> topics = member->topics();
      wanted.insert(topics.begin(), topics.end());
      had.insert(member->held.begin(), member->held.end());
    }
    return minus(world_.partitions_of(wanted), had).empty();
  }

  // And it stays so.
  void check_the_end() {
    for (int i = 0; i < 5; ++i) step();
    if (state() != "Stable" || !everybody_is_settled()) world_.wrong("it does not stay stable");
    if (!nothing_is_missing()) world_.wrong("partitions are read by nobody");
    std::size_t held = 0;
    Held all;
    for (const auto& member : members_) {
      held += member->held.size();
      all.insert(member->held.begin(), member->held.end());
      if (!minus(member->held, world_.partitions_of(member->topics())).empty()) world_.wrong("a member reads what it did not ask for");
    }
    if (held != all.size()) world_.wrong("partitions are read twice");
  }

  World world_;
  std::vector<std::unique_ptr<SimMember>> members_;
  std::vector<ConsumerSim*> consumers_;
  std::int32_t newest_epoch_ = 0;
  bool is_mixed_ = false;
};

TEST(ConsumerSimTest, HoldsWhatAGroupPromises) {
  const char* from = std::getenv("BARNABAS_SIM_FROM");
  const char* count = std::getenv("BARNABAS_SIM_SEEDS");
  const std::uint32_t first = from == nullptr ? 1 : static_cast<std::uint32_t>(std::stoul(from));
  const std::uint32_t seeds = count == nullptr ? 300 : static_cast<std::uint32_t>(std::stoul(count));
  std::int64_t epochs = 0;
  int losses = 0;
  for (std::uint32_t seed = first; seed < first + seeds; ++seed) {
    Simulation simulation(seed);
    simulation.run();
    for (const std::string& what : simulation.found()) ADD_FAILURE() << "seed " << seed << ": " << what;
    epochs += simulation.epochs();
    losses += simulation.losses();
  }
  EXPECT_GT(epochs, std::int64_t{seeds} * 5);
  EXPECT_GT(losses, static_cast<int>(seeds));
}

TEST(ConsumerSimTest, NoticesACoordinatorThatGuessesWhatIsStored) {
  std::size_t noticed = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    Simulation simulation(seed, false, false);
    simulation.run();
    noticed += simulation.found().empty() ? 0 : 1;
  }
  EXPECT_GT(noticed, 10u);
}

TEST(ConsumerSimTest, NoticesAStoreThatForgets) {
  std::size_t noticed = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    Simulation simulation(seed, true);
    simulation.run();
    noticed += simulation.found().empty() ? 0 : 1;
  }
  EXPECT_GT(noticed, 10u);
}

}  // namespace
}  // namespace barnabas::group::sim
