#include "kernel/base/task.h"
#include "sim/sim_env.h"
#include "sim/sim_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>

namespace barnabas::sim {
namespace {

using base::Address;
using base::Output;
using base::Stream;

constexpr std::int64_t kMinute = 60'000'000'000;
const Address kServer{"127.0.0.1", 9092};

struct Script : base::StreamHandler {
  std::function<void(Stream&)> opened = [](Stream&) {};
  std::function<void(Stream&, sdk::Bytes)> received = [](Stream&, sdk::Bytes) {};
  std::function<void(Stream&)> drained = [](Stream&) {};
  std::function<void(const Status&)> closed = [](const Status&) {};
  Stream* stream = nullptr;

  void on_open(Stream& made) override { opened(*(stream = &made)); }
  void on_received(sdk::Bytes octets) override { received(*stream, octets); }
  void on_drained() override { drained(*stream); }
  void on_closed(const Status& reason) override { closed(reason); }
};

Output output_of(std::vector<std::uint8_t> octets) {
  Output output;
  output.add(std::move(octets));
  return output;
}

std::vector<std::uint8_t> pattern(std::size_t size) {
  std::vector<std::uint8_t> octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return octets;
}

// A server and a client, each a process of its own.
class SimStreamTest : public ::testing::Test {
 protected:
  explicit SimStreamTest(std::uint64_t seed = 1, const SimRules& rules = {}) : world_(seed, rules) {
    server_.emplace(world_, "server", server_disk_, SimEnvOptions{.loops = 2});
    client_.emplace(world_, "client", client_disk_);
  }
  void listen(std::function<void(Script&)> serve) {
    auto listener = server_->listen(kServer, [serve](base::Loop&, const Address&) {
      auto script = std::make_unique<Script>();
      serve(*script);
      return script;
    });
    ASSERT_TRUE(listener.ok());
    listener_ = *std::move(listener);
  }
  void listen_echo() {
    listen([](Script& server) {
      server.received = [](Stream& stream, sdk::Bytes octets) { stream.send(output_of({octets.begin(), octets.end()})); };
    });
  }
  void connect(std::function<void(Script&)> set_up) {
    auto script = std::make_unique<Script>();
    set_up(*script);
    client_->loop(0).connect(kServer, std::move(script));
  }

  SimWorld world_;
  testing::SimulatedDisk server_disk_;
  testing::SimulatedDisk client_disk_;
  std::optional<SimEnv> server_;
  std::optional<SimEnv> client_;
  std::unique_ptr<base::Listener> listener_;
};

TEST_F(SimStreamTest, MuchDataArrivesWholeInOrderAndInPieces) {
  listen_echo();
  const auto sent = pattern(3 << 20);
  std::vector<std::uint8_t> back;
  std::set<std::size_t> sizes;
  bool drained = false;
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) {
      stream.send(output_of(sent));
      EXPECT_GT(stream.unsent_bytes(), 0u);
    };
    client.drained = [&](Stream&) { drained = true; };
    client.received = [&](Stream&, sdk::Bytes octets) {
      back.insert(back.end(), octets.begin(), octets.end());
      sizes.insert(octets.size);
    };
  });
  EXPECT_TRUE(world_.run_until([&] { return back.size() == sent.size(); }, kMinute));
  EXPECT_TRUE(back == sent);
  EXPECT_TRUE(drained);
  EXPECT_GT(sizes.size(), 10u);
  EXPECT_LT(*sizes.begin(), 17u);
}

// Sends back what comes, and goes to the server's other loop whenever everything is sent.
std::unique_ptr<base::StreamHandler> wanderer(SimEnv& env, base::Loop& loop, int& moves) {
  auto script = std::make_unique<Script>();
  script->received = [&env, &loop, &moves](Stream& stream, sdk::Bytes octets) {
    stream.send(output_of({octets.begin(), octets.end()}));
    if (stream.unsent_bytes() != 0) return;
    ++moves;
    stream.move_to(env.loop(1 - loop.index()), [&](base::Loop& there, const Address&) { return wanderer(env, there, moves); });
  };
  return script;
}

TEST_F(SimStreamTest, NoOctetIsLostOnTheWayToAnotherLoop) {
  int moves = 0;
  listener_ = *server_->listen(kServer, [&](base::Loop& loop, const Address&) { return wanderer(*server_, loop, moves); });
  const auto sent = pattern(100'000);
  std::vector<std::uint8_t> back;
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) { stream.send(output_of(sent)); };
    client.received = [&](Stream&, sdk::Bytes octets) { back.insert(back.end(), octets.begin(), octets.end()); };
  });
  EXPECT_TRUE(world_.run_until([&] { return back.size() == sent.size(); }, kMinute));
  EXPECT_TRUE(back == sent);
  EXPECT_GE(moves, 3);
}

TEST_F(SimStreamTest, AFlushedCloseBringsEverythingAndThenTheEnd) {
  const auto sent = pattern(1 << 20);
  int released = 0;
  listen([&](Script& server) {
    server.opened = [&](Stream& stream) {
      sdk::Lease lease;
      lease.regions[0] = {sdk::Bytes(sent), nullptr, 0, sent.size()};
      lease.region_count = 1;
      lease.size = sent.size();
      lease.release = [](void* count, void*) noexcept { ++*static_cast<int*>(count); };
      lease.owner = &released;
      Output output;
      output.add(lease);
      stream.send(std::move(output));
      stream.close(true);
    };
  });
  std::vector<std::uint8_t> got;
  bool ended = false;
  connect([&](Script& client) {
    client.received = [&](Stream&, sdk::Bytes octets) { got.insert(got.end(), octets.begin(), octets.end()); };
    client.closed = [&](const Status& reason) { ended = reason.ok(); };
  });
  EXPECT_TRUE(world_.run_until([&] { return ended; }, kMinute));
  EXPECT_TRUE(got == sent);
  EXPECT_EQ(released, 1);
}

TEST_F(SimStreamTest, APausedConnectionHoldsItsPeerBack) {
  Stream* paused = nullptr;
  std::size_t got = 0;
  listen([&](Script& server) {
    server.opened = [&](Stream& stream) { (paused = &stream)->pause(); };
    server.received = [&](Stream&, sdk::Bytes octets) { got += octets.size; };
  });
  Stream* sender = nullptr;
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) {
      sender = &stream;
      stream.send(output_of(pattern(1 << 20)));
    };
  });
  world_.run_for(kMinute);
  EXPECT_EQ(got, 0u);
  EXPECT_EQ(sender->unsent_bytes(), (1u << 20) - world_.rules().window_bytes);
  base::post(server_->loop(0), [&] { paused->resume(); });
  EXPECT_TRUE(world_.run_until([&] { return got == 1 << 20; }, kMinute));
}

TEST_F(SimStreamTest, NobodyListeningIsSaid) {
  std::string said;
  connect([&](Script& client) { client.closed = [&](const Status& reason) { said = message_of(reason); }; });
  EXPECT_TRUE(world_.run_until([&] { return !said.empty(); }, kMinute));
  EXPECT_EQ(said, "cannot connect to 127.0.0.1:9092: Connection refused");
}

TEST_F(SimStreamTest, ACutHoldsEverythingBackUntilItHeals) {
  listen_echo();
  std::string back;
  Stream* sender = nullptr;
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) { sender = &stream; };
    client.received = [&](Stream&, sdk::Bytes octets) { back.append(octets.begin(), octets.end()); };
  });
  ASSERT_TRUE(world_.run_until([&] { return sender != nullptr; }, kMinute));
  world_.network().cut("client", "server");
  base::post(client_->loop(0), [&] { sender->send(output_of({'h', 'o'})); });
  world_.run_for(kMinute);
  EXPECT_EQ(back, "");
  world_.network().heal("client", "server");
  EXPECT_TRUE(world_.run_until([&] { return back == "ho"; }, kMinute));
}

TEST_F(SimStreamTest, ACutOfOneWayHoldsBackTheAnswersOnly) {
  std::string received, answered;
  Stream* sender = nullptr;
  listen([&](Script& server) {
    server.received = [&](Stream& stream, sdk::Bytes octets) {
      received.append(octets.begin(), octets.end());
      stream.send(output_of({octets.begin(), octets.end()}));
    };
  });
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) { sender = &stream; };
    client.received = [&](Stream&, sdk::Bytes octets) { answered.append(octets.begin(), octets.end()); };
  });
  ASSERT_TRUE(world_.run_until([&] { return sender != nullptr; }, kMinute));
  world_.network().cut_one_way("server", "client");
  base::post(client_->loop(0), [&] { sender->send(output_of({'h', 'o'})); });
  world_.run_for(kMinute);
  EXPECT_EQ(received, "ho");
  EXPECT_EQ(answered, "");
  world_.network().heal("client", "server");
  EXPECT_TRUE(world_.run_until([&] { return answered == "ho"; }, kMinute));
}

TEST_F(SimStreamTest, ASlowProcessTakesLonger) {
  std::string answered;
  listen_echo();
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) { stream.send(output_of({'a'})); };
    client.received = [&](Stream&, sdk::Bytes octets) { answered.append(octets.begin(), octets.end()); };
  });
  world_.network().slow("client", kMinute / 60);
  EXPECT_FALSE(world_.run_until([&] { return answered == "a"; }, kMinute / 60)) << "a second each way";
  EXPECT_TRUE(world_.run_until([&] { return answered == "a"; }, kMinute / 20));
}

TEST_F(SimStreamTest, AProcessThatGoesDownTakesItsConnectionsWithIt) {
  listen_echo();
  std::string ended;
  Stream* sender = nullptr;
  connect([&](Script& client) {
    client.opened = [&](Stream& stream) { sender = &stream; };
    client.closed = [&](const Status& reason) { ended = message_of(reason); };
  });
  ASSERT_TRUE(world_.run_until([&] { return sender != nullptr; }, kMinute));
  server_->go_down();
  sdk::File* file = nullptr;
  EXPECT_EQ(server_->disk().open("after", sdk::OpenMode::kWrite, file).code(), Code::kIo);
  EXPECT_TRUE(world_.run_until([&] { return !ended.empty(); }, kMinute));
  EXPECT_EQ(ended, "lost the connection with 127.0.0.1:9092: Connection reset by peer");

  // Its successor, on the same disk and address.
  listener_.reset();
  server_.reset();
  server_disk_.restart(testing::Crash::kKill);
  server_.emplace(world_, "server", server_disk_);
  listen_echo();
  bool open = false;
  connect([&](Script& client) { client.opened = [&](Stream&) { open = true; }; });
  EXPECT_TRUE(world_.run_until([&] { return open; }, kMinute));
}

TEST_F(SimStreamTest, EndingAProcessClosesWhatItHolds) {
  listen_echo();
  int closed = 0;
  connect([&](Script& client) { client.closed = [&](const Status&) { ++closed; }; });
  world_.run_for(kMinute);
  connect([&](Script& client) { client.closed = [&](const Status&) { ++closed; }; });  // still connecting
  client_.reset();
  EXPECT_EQ(closed, 2);
}

// One run: some clients and their echoes, with resets. What came of it, as one number and as one text.
std::pair<std::uint64_t, std::string> run_of(std::uint64_t seed) {
  SimWorld world(seed, {.resets_per_million = 20'000});
  testing::SimulatedDisk server_disk(seed);
  testing::SimulatedDisk client_disk(seed);
  SimEnv server(world, "server", server_disk, {.loops = 2});
  SimEnv client(world, "client", client_disk, {.loops = 2});
  std::string ends;
  int closed = 0;
  auto listener = server.listen(kServer, [](base::Loop&, const Address&) {
    auto script = std::make_unique<Script>();
    script->received = [](Stream& stream, sdk::Bytes octets) { stream.send(output_of({octets.begin(), octets.end()})); };
    return script;
  });
  for (std::size_t i = 0; i < 10; ++i) {
    auto script = std::make_unique<Script>();
    auto left = std::make_shared<std::size_t>(100'000);
    script->opened = [left](Stream& stream) { stream.send(output_of(pattern(*left))); };
    script->received = [left](Stream& stream, sdk::Bytes octets) {
      if ((*left -= octets.size) == 0) stream.close();
    };
    script->closed = [&, i](const Status& reason) {
      ends += std::to_string(i) + (reason.ok() ? "+" : "-");
      ++closed;
    };
    client.loop(i % 2).connect(kServer, std::move(script));
  }
  EXPECT_TRUE(world.run_until([&] { return closed == 10; }, kMinute));
  return {world.trace_hash(), ends};
}

TEST(SimDeterminismTest, TheSameSeedIsTheSameRun) {
  std::set<std::uint64_t> hashes;
  std::set<std::string> ends;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto first = run_of(seed);
    EXPECT_EQ(first, run_of(seed)) << "seed " << seed;
    hashes.insert(first.first);
    ends.insert(first.second);
  }
  EXPECT_EQ(hashes.size(), 20u);
  EXPECT_GE(ends.size(), 10u);
  EXPECT_THAT(ends, ::testing::Contains(::testing::HasSubstr("-")));
  EXPECT_THAT(ends, ::testing::Contains(::testing::HasSubstr("+")));
}

}  // namespace
}  // namespace barnabas::sim
