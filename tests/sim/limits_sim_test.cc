// What connections may cost a broker, on virtual time: deadlines, memory that is taken from those who do not move, turns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>

#include "sim/sim_broker.h"
#include "sim/sim_network.h"

namespace barnabas::sim {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

std::string int16(std::uint32_t n) { return {static_cast<char>(n >> 8), static_cast<char>(n)}; }
std::string int32(std::uint32_t n) { return int16(n >> 16) + int16(n & 0xffff); }
std::string text(std::string_view words) { return int16(static_cast<std::uint32_t>(words.size())) + std::string(words); }
std::string request(std::uint32_t key, std::uint32_t version, std::uint32_t correlation, const std::string& body) {
  const std::string all = int16(key) + int16(version) + int32(correlation) + text("stranger") + body;
  return int32(static_cast<std::uint32_t>(all.size())) + all;
}
std::string api_versions(std::uint32_t correlation) { return request(18, 0, correlation, ""); }
// A large request that is served at once: a fetch of partitions that are not there.
// Of nothing, with octets behind it that are passed over.
std::string large_request(std::uint32_t octets) { return request(2, 1, 1, int32(0xffffffff) + int32(0) + std::string(octets, 'x')); }

std::string varint(std::uint32_t n) {
  return n < 0x80 ? std::string(1, static_cast<char>(n)) : static_cast<char>(n | 0x80) + varint(n >> 7);
}
// A long one that costs nothing once it is whole: its octets are in a field that the broker does not know.
std::string long_request(std::uint32_t correlation, std::uint32_t octets) {
  const std::string software = varint(2) + "x";
  return request(18, 3, correlation, varint(0) + software + software + varint(1) + varint(77) + varint(octets) + std::string(octets, 'x'));
}

// The configs of this broker, so many times.
std::string describe_configs(std::uint32_t times) {
  std::string resources = int32(times);
  for (std::uint32_t i = 0; i < times; ++i) resources += std::string(1, 4) + text("1") + int32(0xffffffff);
  return request(32, 1, 1, resources + std::string(1, 0));
}
std::size_t memory_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// The other end of a connection, which does what the test says and nothing else.
class Stranger {
 public:
  Stranger(SimEnv& env, const base::Address& to) {
    auto handler = std::make_unique<Handler>(*this);
    static_cast<SimLoop&>(env.loop(0)).connect(to, std::move(handler));
  }
  bool is_open() const { return stream_ != nullptr; }
  bool is_closed() const { return closed_; }
  void send(std::string_view octets) {
    if (stream_ == nullptr) return;
    base::Output output;
    output.add(std::vector<std::uint8_t>(octets.begin(), octets.end()));
    stream_->send(std::move(output));
  }
  // The correlation ids of the answers so far.
  const std::vector<std::uint32_t>& answers() {
    while (seen_ + 8 <= received_.size() && seen_ + 4 + number_at(seen_) <= received_.size()) {
      answers_.push_back(number_at(seen_ + 4));
      seen_ += 4 + number_at(seen_);
    }
    return answers_;
  }

  void forget_received() {
    std::string().swap(received_);
    seen_ = 0;
  }

 private:
  class Handler final : public base::StreamHandler {
   public:
    explicit Handler(Stranger& owner) : owner_(owner) {}
    void on_open(base::Stream& stream) override { owner_.stream_ = &stream; }
    void on_received(sdk::Bytes octets) override { owner_.received_.append(octets.begin(), octets.end()); }
    void on_closed(const Status&) override {
      owner_.stream_ = nullptr;
      owner_.closed_ = true;
    }

   private:
    Stranger& owner_;
  };

  std::uint32_t number_at(std::size_t at) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(received_[at + i]);
    return value;
  }

  base::Stream* stream_ = nullptr;
  std::string received_;
  std::size_t seen_ = 0;  // octets of it
  std::vector<std::uint32_t> answers_;
  bool closed_ = false;
};

class LimitsTest : public ::testing::Test {
 protected:
  explicit LimitsTest(std::uint64_t seed = 1, std::size_t loops = 1) : world_(seed), loops_(loops) {}
  ~LimitsTest() override {
    strangers_env_.reset();  // before those whom its connections tell
    broker_.reset();
  }

  void start(const std::string& kafka = "", std::uint64_t request_bytes = 1 << 20) {
    broker_ = std::make_unique<SimBroker>(world_, disk_,
                                          "node: {id: 1}\nallow_insecure: true\nlisteners:\n"
                                          "  - {name: PLAINTEXT, address: '10.0.0.1:9092'}\n  - {name: INSIDE, address: '10.0.0.1:9093'}\n"
                                          "storage: {use: memory}\nmetadata: {use: memory}\n"
                                          "kafka: {inter.broker.listener.name: INSIDE, listener.security.protocol.map: "
                                          "'PLAINTEXT:PLAINTEXT,INSIDE:PLAINTEXT', queued.max.request.bytes: " +
                                              std::to_string(request_bytes) + kafka + "}\n",
                                          "10.0.0.1", loops_);
    ASSERT_TRUE(broker_->start()) << broker_->failure();
    strangers_env_ = std::make_unique<SimEnv>(world_, "strangers", other_disk_, SimEnvOptions{.host = "10.0.0.2"});
  }
  Stranger& connect(std::uint16_t port = 9092) {
    Stranger& stranger = *strangers_.emplace_back(std::make_unique<Stranger>(*strangers_env_, base::Address{"10.0.0.1", port}));
    world_.run_until([&] { return stranger.is_open() || stranger.is_closed(); }, kSecond);
    world_.run_for(kSecond / 100);
    return stranger;
  }
  void send(Stranger& stranger, std::string_view octets) {
    world_.run_on(static_cast<SimLoop&>(strangers_env_->loop(0)), [&] { stranger.send(octets); });
  }
  bool is_answered(Stranger& stranger, std::size_t answers, std::int64_t within_ns) {
    return world_.run_until([&] { return stranger.answers().size() >= answers; }, within_ns);
  }
  const std::vector<std::string>& said() { return broker_->env().logged(); }

  SimWorld world_;
  const std::size_t loops_;
  testing::SimulatedDisk disk_{1};
  testing::SimulatedDisk other_disk_{2};
  std::vector<std::unique_ptr<Stranger>> strangers_;
  std::unique_ptr<SimBroker> broker_;
  std::unique_ptr<SimEnv> strangers_env_;
};

// An octet every ten seconds is no reason to begin the deadline anew, not even within the length of the frame.
TEST_F(LimitsTest, ARequestMustComeWholeWithinItsDeadline) {
  start();
  Stranger& slow = connect();
  const std::int64_t begin = world_.now_ns();
  const std::string frame = api_versions(1);
  for (std::size_t at = 0; at < frame.size() && !slow.is_closed(); ++at) {
    send(slow, frame.substr(at, 1));
    world_.run_for(10 * kSecond);
  }
  EXPECT_TRUE(slow.is_closed());
  EXPECT_LE(world_.now_ns() - begin, 50 * kSecond);
  EXPECT_THAT(said(), Contains(HasSubstr("closed the connection of 10.0.0.2: a request did not come whole in time")));
}

TEST_F(LimitsTest, ThousandsOfPipelinedRequestsAreAnsweredInOrder) {
  start();
  Stranger& eager = connect();
  std::string all;
  for (std::uint32_t i = 0; i < 5000; ++i) all += api_versions(i);
  send(eager, all);
  ASSERT_TRUE(is_answered(eager, 5000, 60 * kSecond));
  for (std::uint32_t i = 0; i < 5000; ++i) ASSERT_EQ(eager.answers()[i], i);
}

TEST_F(LimitsTest, TheMemoryOfALargeAnswerIsNotKept) {
  start("", 256 << 20);
  Stranger& asker = connect();
  const auto ask = [&](std::uint32_t times, std::size_t answers) {
    send(asker, describe_configs(times));
    ASSERT_TRUE(is_answered(asker, answers, 60 * kSecond));
    asker.forget_received();
    world_.run_for(10 * kSecond);
  };
  ask(1, 1);
  const std::size_t before = memory_in_use();
  ask(200, 2);
  EXPECT_LT(memory_in_use(), before + (1 << 20));
}

// Whoever holds memory and sends no more loses it after a second, not after the whole deadline of a request.
TEST_F(LimitsTest, HalfRequestsDoNotLockOthersOut) {
  start();
  std::vector<Stranger*> halves;
  for (int i = 0; i < 8; ++i) {
    halves.push_back(&connect());
    send(*halves.back(), large_request(400'000).substr(0, 200'000));
    world_.run_for(kSecond / 10);
  }
  Stranger& honest = connect();
  const std::int64_t begin = world_.now_ns();
  send(honest, api_versions(0));
  EXPECT_TRUE(is_answered(honest, 1, kSecond)) << "small requests always come through";
  send(honest, large_request(300'000));
  EXPECT_TRUE(is_answered(honest, 2, 20 * kSecond));
  EXPECT_LT(world_.now_ns() - begin, 5 * kSecond);
  EXPECT_THAT(said(), Contains(HasSubstr("the memory for requests is used up (queued.max.request.bytes)")));
}

// Who has sent a long request gets the room of the next one at its first octets; who then sends no more loses it to others.
TEST_F(LimitsTest, WhoSentLongRequestsBeforeLocksNobodyOut) {
  start();
  std::string names = int32(40'000);
  for (int i = 0; i < 40'000; ++i) names += text("/");
  const std::string metadata = request(3, 1, 0, names);
  std::vector<Stranger*> producers;
  for (int i = 0; i < 16; ++i) {
    producers.push_back(&connect());
    send(*producers.back(), metadata);
    ASSERT_TRUE(is_answered(*producers.back(), 1, 10 * kSecond));
  }
  for (Stranger* producer : producers) send(*producer, metadata.substr(0, 100));  // 16 times 120 KB are announced, 1 MiB is there
  world_.run_for(2 * kSecond);
  Stranger& honest = connect();
  send(honest, api_versions(0));
  EXPECT_TRUE(is_answered(honest, 1, kSecond));
  send(honest, metadata);
  EXPECT_TRUE(is_answered(honest, 2, 5 * kSecond));
}

// 1 MiB is there for all. What somebody's room leaves of it is told by whether the long request of another comes through: for less than the
// second after which those who do not go on lose theirs.
class RoomTest : public LimitsTest {
 protected:
  static constexpr std::int64_t kSoon = kSecond / 2;

  Stranger& connect_proven(std::uint32_t octets) {
    Stranger& stranger = connect();
    send(stranger, long_request(1, octets));
    EXPECT_TRUE(is_answered(stranger, 1, kSoon));
    return stranger;
  }
  void send_first(Stranger& stranger, const std::string& frame, std::size_t octets) {
    send(stranger, frame.substr(0, octets));
    world_.run_for(kSecond / 10);
  }
};

TEST_F(RoomTest, WhoSentALongRequestGetsThatOfTheNextAtOnce) {
  start();
  Stranger& proven = connect_proven(800'000);
  const std::string next = long_request(2, 900'000);
  send_first(proven, next, 100);
  Stranger& other = connect();
  send(other, long_request(1, 300'000));
  EXPECT_FALSE(is_answered(other, 1, kSoon)) << "no more than 250 KB are left";
  send(proven, std::string_view(next).substr(100));
  EXPECT_TRUE(is_answered(proven, 2, kSoon));
  EXPECT_TRUE(is_answered(other, 1, kSoon));
}

TEST_F(RoomTest, ButNotMoreThanItProvedNorThanItAnnounces) {
  start();
  Stranger& longer = connect_proven(200'000);
  send_first(longer, long_request(2, 900'000), 100);
  Stranger& shorter = connect_proven(800'000);
  send_first(shorter, long_request(2, 200'000), 100);
  Stranger& other = connect();
  send(other, long_request(1, 600'000));
  EXPECT_TRUE(is_answered(other, 1, kSoon)) << "twice 200 KB are gone";
}

TEST_F(RoomTest, WhoDidNotGetsTwiceWhatCame) {
  start();
  Stranger& unproven = connect();
  send_first(unproven, long_request(1, 1'000'000), 200'000);
  Stranger& other = connect();
  send(other, long_request(1, 600'000));
  EXPECT_TRUE(is_answered(other, 1, kSoon)) << "at most 400 KB are gone";
  EXPECT_TRUE(unproven.is_open());
}

TEST_F(RoomTest, WhereThereIsNoneNobodyGetsAny) {
  start();
  Stranger& first = connect_proven(900'000);
  Stranger& second = connect_proven(300'000);
  const std::string next = long_request(2, 900'000);
  send_first(first, next, 100);
  send(second, long_request(2, 300'000));
  EXPECT_FALSE(is_answered(second, 2, kSoon));
  send(first, std::string_view(next).substr(100));
  EXPECT_TRUE(is_answered(first, 2, kSoon));
  EXPECT_TRUE(is_answered(second, 2, kSoon)) << "and with its end it goes on";
}

// Who is not read from, because there is no memory, is not the one who does not move.
TEST_F(LimitsTest, WhoWaitsForMemoryIsNotTakenForStalled) {
  start();
  Stranger& holder = connect();
  const std::string half = large_request(1'000'000);
  send(holder, half.substr(0, 700'000));
  world_.run_for(kSecond / 10);
  Stranger& honest = connect();
  send(honest, large_request(400'000));
  world_.run_for(kSecond / 10 * 7);
  send(holder, "x");
  EXPECT_TRUE(is_answered(honest, 1, 5 * kSecond));
  EXPECT_TRUE(world_.run_until([&] { return holder.is_closed(); }, kSecond));
}

// But when all of them wait for each other, somebody must lose his.
TEST_F(LimitsTest, WhereAllWaitForMemoryTheLongestWaitEnds) {
  start();
  std::vector<Stranger*> all;
  for (int i = 0; i < 4; ++i) all.push_back(&connect());
  for (Stranger* one : all) send(*one, large_request(600'000));
  const auto answered = [&] { return std::count_if(all.begin(), all.end(), [](Stranger* one) { return !one->answers().empty(); }); };
  EXPECT_TRUE(world_.run_until([&] { return answered() >= 1; }, 10 * kSecond));
}

// On which of two loops each is, depends on the seed.
class TwoLoopsTest : public LimitsTest, public ::testing::WithParamInterface<std::uint64_t> {
 protected:
  TwoLoopsTest() : LimitsTest(GetParam(), 2) {}
};

TEST_P(TwoLoopsTest, WhoStallsLosesItsMemoryToAnotherLoop) {
  start();
  Stranger& holder = connect();
  send(holder, large_request(1'000'000).substr(0, 700'000));
  world_.run_for(kSecond / 10);
  Stranger& honest = connect();
  send(honest, large_request(400'000));
  EXPECT_TRUE(is_answered(honest, 1, 5 * kSecond));
  EXPECT_TRUE(world_.run_until([&] { return holder.is_closed(); }, kSecond));
}

TEST_P(TwoLoopsTest, WhereAllWaitForMemoryTheLongestWaitEnds) {
  start();
  std::vector<Stranger*> all;
  for (int i = 0; i < 4; ++i) all.push_back(&connect());
  for (Stranger* one : all) send(*one, large_request(600'000));
  const auto answered = [&] { return std::count_if(all.begin(), all.end(), [](Stranger* one) { return !one->answers().empty(); }); };
  EXPECT_TRUE(world_.run_until([&] { return answered() >= 1; }, 10 * kSecond));
}

INSTANTIATE_TEST_SUITE_P(Seeds, TwoLoopsTest, ::testing::Range<std::uint64_t>(1, 9));

TEST_F(LimitsTest, AFloodOfClientsLeavesBrokersTheirPlaces) {
  start(", max.connections: 5, max.connections.per.ip: 5");
  for (int i = 0; i < 5; ++i) connect();
  Stranger& one_too_many = connect();
  world_.run_for(kSecond);
  EXPECT_TRUE(one_too_many.is_closed());
  EXPECT_THAT(said(), Contains(HasSubstr("closed the connection of 10.0.0.2: there are 5 connections already (max.connections)")));
  Stranger& broker = connect(9093);
  send(broker, api_versions(7));
  EXPECT_TRUE(is_answered(broker, 1, 5 * kSecond));
}

}  // namespace
}  // namespace barnabas::sim
