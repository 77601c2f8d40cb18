// Members that join, die, pause, come back and commit, a store that fails or whose replies are lost, and a coordinator that moves, at
// random on virtual time. What was seen is checked: no partition has two owners in one generation, generations never go back, offsets are
// those that are stored, nobody waits for ever.
#include <random>
#include <set>

#include "kernel/group/testing.h"

namespace barnabas::group {
namespace {

using enum ErrorCode;

class SimTest : public GroupTest {
 protected:
  struct Client {
    std::string id;
    std::optional<std::string> instance;
    std::int32_t generation = -1;
    bool stable = false;
    std::int64_t paused_until = 0;
    std::int64_t asked_ms = -1;  // when it began to wait
    std::uint64_t turn = 0;      // answers to earlier ones are for nobody
  };

  void TestBody() override {}
  std::int64_t roll(std::int64_t count) { return static_cast<std::int64_t>(dice_() % static_cast<std::uint64_t>(count)); }

  void ask(std::size_t at) {
    Client& client = clients_[at];
    client.stable = false;
    client.asked_ms = now_ms;
    const std::uint64_t turn = ++client.turn;
    JoinRequest request;
    request.group = "g";
    request.member_id = client.id;
    request.instance_id = client.instance;
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 20'000;
    request.protocol_type = "consumer";
    request.protocols = {{"range", "m"}};
    coordinator->join(std::move(request), [this, at, turn](JoinReply reply) {
      if (clients_[at].turn == turn) joined(at, std::move(reply));
    });
  }
  void joined(std::size_t at, JoinReply reply) {
    Client& client = clients_[at];
    client.asked_ms = -1;
    if (reply.error == kMemberIdRequired) client.id = reply.member_id;
    if (reply.error == kUnknownMemberId || reply.error == kFencedInstanceId) client.id.clear();
    if (reply.error != kNone) return;
    client.id = reply.member_id;
    client.generation = reply.generation;
    SyncRequest request;
    request.group = "g";
    request.member_id = client.id;
    request.instance_id = client.instance;
    request.generation = client.generation;
    if (reply.leader == client.id && !reply.skip_assignment) {
      std::vector<std::string> parts(reply.members.size());
      for (char p = 'a'; p < 'i' && !parts.empty(); ++p) parts[static_cast<std::size_t>(p) % parts.size()] += p;
      for (std::size_t i = 0; i < parts.size(); ++i) request.assignments.push_back({reply.members[i].id, parts[i]});
    }
    client.asked_ms = now_ms;
    const std::uint64_t turn = ++client.turn;
    coordinator->sync(std::move(request), [this, at, turn](SyncReply answer) {
      if (clients_[at].turn == turn) synced(at, answer);
    });
  }
  void synced(std::size_t at, const SyncReply& reply) {
    Client& client = clients_[at];
    client.asked_ms = -1;
    if (reply.error == kUnknownMemberId || reply.error == kFencedInstanceId) client.id.clear();
    if (reply.error != kNone) return;
    client.stable = true;
    ++assignments_;
    if (client.generation < newest_) wrong("generation went back");
    newest_ = client.generation;
    for (const char partition : reply.assignment) {
      const std::string who = client.instance.value_or(client.id);
      if (owners_.try_emplace({client.generation, partition}, who).first->second != who) wrong("two owners");
    }
  }
  void live(std::size_t at) {
    Client& client = clients_[at];
    if (client.paused_until > now_ms) return;
    if (client.asked_ms >= 0) {
      if (now_ms - client.asked_ms > 25'000) wrong("waited too long");
      return;
    }
    if (!client.stable) return ask(at);
    const ErrorCode error = beat(client);
    if (error == kUnknownMemberId || error == kFencedInstanceId) client.id.clear();
    if (error != kNone) return ask(at);
    if (roll(3) == 0) commit_one(client);
  }
  ErrorCode beat(const Client& client) { return heartbeat(client.id, client.generation, client.instance); }
  void commit_one(const Client& client) {
    OffsetCommitRequest request;
    request.group = "g";
    request.generation_or_epoch = client.generation;
    request.member_id = client.id;
    request.instance_id = client.instance;
    request.topics.push_back({"t", {}, {{0, ++offset_, -1, "", -1}}});
    coordinator->commit(std::move(request), [this, offset = offset_](OffsetCommitReply reply) {
      if (reply.error_of(0) == kNone) acknowledged_ = std::max(acknowledged_, offset);
    });
  }
  // Nobody knows what of it was kept: what is stored is read again, which takes a while.
  void lose_replies() {
    auto lost = std::exchange(journal.under_way, {});
    for (const auto& [change, done] : lost)
      if (roll(2) == 0) journal.take(change);
    coordinator->load_again(0, 0);
    reading_ = true;
    for (const auto& [change, done] : lost) done(kRequestTimedOut);
  }
  void finish_reading() {
    reading_ = false;
    load();
  }
  void settle_some() {
    if (reading_ && roll(3) == 0) finish_reading();
    if (roll(2) == 0) return;
    if (!journal.under_way.empty() && roll(10) == 0) return lose_replies();
    if (roll(20) == 0) return journal.settle(kCoordinatorNotAvailable);
    if (forgets_ && roll(10) == 0) {  // the control: a store that says what is not so
      while (!journal.under_way.empty()) {
        auto done = std::move(journal.under_way.front().second);
        journal.under_way.pop_front();
        done(kNone);
      }
      return;
    }
    journal.settle();
  }
  void move() {
    // What was under way may or may not have reached the store.
    const auto reached = static_cast<std::size_t>(roll(static_cast<std::int64_t>(journal.under_way.size()) + 1));
    for (std::size_t i = 0; i < reached; ++i) journal.take(journal.under_way[i].first);
    journal.under_way.clear();
    for (Client& client : clients_) {
      ++client.turn;
      client.asked_ms = -1;
    }
    reading_ = false;
    start();
  }
  void disturb() {
    Client& client = clients_[static_cast<std::size_t>(roll(static_cast<std::int64_t>(clients_.size())))];
    switch (roll(40)) {
      case 0:
        move();
        break;
      case 1:
        client.paused_until = now_ms + roll(40'000);
        break;
      case 2:  // it dies, and another is started in its place
        ++client.turn;
        client.asked_ms = -1;
        client.id.clear();
        client.stable = false;
        client.paused_until = now_ms + roll(15'000);
        break;
      case 3:
        coordinator->leave({"g", {{client.id, client.instance, "bye"}}}, [](const LeaveReply&) {});
        break;
      default:
        break;
    }
  }
  void step(bool quiet) {
    pass(1'000);
    if (quiet) {
      if (reading_) finish_reading();
      journal.settle();
    } else {
      settle_some();
      disturb();
    }
    for (std::size_t i = 0; i < clients_.size(); ++i) live(i);
    if (reading_) return;
    if (committed() < acknowledged_) wrong("an offset was lost");
    const auto stored = journal.offsets.find({"g", {"t", 0}});
    if (journal.under_way.empty() && !forgets_ && committed() != (stored == journal.offsets.end() ? -1 : stored->second.offset))
      wrong("it shows an offset that is not stored");
  }
  void wrong(const std::string& what) { found_.insert(what); }

  void run(std::uint32_t seed, bool forgets) {
    dice_.seed(seed);
    forgets_ = forgets;
    settings.initial_rebalance_delay_ms = 1'000;
    SetUp();
    clients_.resize(2 + static_cast<std::size_t>(roll(4)));
    for (std::size_t i = 0; i < clients_.size(); ++i)
      if (roll(3) == 0) clients_[i].instance = "i" + std::to_string(i);
    for (int i = 0; i < 300; ++i) step(false);
    for (int i = 0; i < 90; ++i) step(true);
    for (const Client& client : clients_)
      if (!client.stable) wrong("did not become stable");
  }

 public:
  static std::pair<std::set<std::string>, int> outcome(std::uint32_t seed, bool forgets) {
    SimTest sim;
    sim.run(seed, forgets);
    return {sim.found_, sim.assignments_};
  }

 private:
  std::mt19937 dice_;
  std::vector<Client> clients_;
  std::map<std::pair<std::int32_t, char>, std::string> owners_;
  std::set<std::string> found_;
  std::int32_t newest_ = -1;
  std::int64_t offset_ = 0;
  std::int64_t acknowledged_ = -1;
  int assignments_ = 0;
  bool forgets_ = false;
  bool reading_ = false;
};

TEST(GroupSimTest, HoldsWhatAGroupPromises) {
  int assignments = 0;
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    const auto [found, count] = SimTest::outcome(seed, false);
    for (const std::string& what : found) ADD_FAILURE() << "seed " << seed << ": " << what;
    assignments += count;
  }
  EXPECT_GT(assignments, 3'000);
}

TEST(GroupSimTest, NoticesAStoreThatForgets) {
  std::size_t noticed = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) noticed += SimTest::outcome(seed, true).first.empty() ? 0 : 1;
  EXPECT_GT(noticed, 10u);
}

}  // namespace
}  // namespace barnabas::group
