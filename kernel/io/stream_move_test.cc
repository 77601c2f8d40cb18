// Connections that go on on another loop.
#include "kernel/base/task.h"
#include "kernel/io/loopback.h"

#include <gtest/gtest.h>

#include <atomic>

namespace barnabas::io {
namespace {

// Two loops; the client lives on the first.
class StreamMoveTest : public LoopbackTest {
 protected:
  StreamMoveTest() : LoopbackTest(2) {}

  void listen(base::AcceptHandler accept) { listener_ = *env_->listen({"127.0.0.1", 0}, std::move(accept)); }
  void connect(std::unique_ptr<Script> client) { env_->loop(0).connect(listener_->address(), std::move(client)); }
  base::Loop& other(const base::Loop& loop) { return env_->loop(1 - loop.index()); }
};

// Sends back what comes, and goes to the other loop whenever everything is sent.
class Wanderer final : public base::StreamHandler {
 public:
  Wanderer(RealEnv& env, base::Loop& loop, std::atomic<int>& moves, std::atomic<int>& alive)
      : env_(env), loop_(loop), moves_(moves), alive_(alive) {
    ++alive_;
  }
  ~Wanderer() override { --alive_; }

  void on_open(Stream& stream) override { stream_ = &stream; }
  void on_received(sdk::Bytes octets) override {
    EXPECT_FALSE(moved_) << "octets for a handler whose connection has left";
    stream_->send(output_of({octets.begin(), octets.end()}));
    if (stream_->unsent_bytes() != 0) return;
    moved_ = true;
    ++moves_;
    stream_->move_to(env_.loop(1 - loop_.index()), [&env = env_, &moves = moves_, &alive = alive_](base::Loop& loop, const Address&) {
      return std::make_unique<Wanderer>(env, loop, moves, alive);
    });
  }
  void on_closed(const Status&) override { EXPECT_FALSE(moved_) << "the end of a connection that has left"; }

 private:
  RealEnv& env_;
  base::Loop& loop_;
  std::atomic<int>& moves_;
  std::atomic<int>& alive_;
  Stream* stream_ = nullptr;
  bool moved_ = false;
};

TEST_F(StreamMoveTest, NoOctetIsLostOrChangesItsPlaceOnTheWay) {
  std::atomic<int> moves = 0, alive = 0;
  listen([&](base::Loop& loop, const Address&) { return std::make_unique<Wanderer>(*env_, loop, moves, alive); });
  const auto sent = pattern(200'000);
  std::vector<std::uint8_t> back;
  std::size_t next = 0;
  auto client = std::make_unique<Script>();
  // Some octets are always on their way while the connection moves.
  const auto send_more = [&](Stream& stream) {
    const std::size_t end = std::min(next + 100, sent.size());
    if (next < end) stream.send(output_of({sent.begin() + static_cast<long>(next), sent.begin() + static_cast<long>(end)}));
    next = end;
  };
  client->opened = [&](Stream& stream) {
    send_more(stream);
    send_more(stream);
  };
  client->received = [&](Stream& stream, sdk::Bytes octets) {
    back.insert(back.end(), octets.begin(), octets.end());
    send_more(stream);
    if (back.size() == sent.size()) env_->stop();
  };
  connect(std::move(client));
  env_->run();
  EXPECT_TRUE(back == sent);
  EXPECT_GT(moves, 100);
  EXPECT_EQ(alive, 0) << "a handler was left behind";
}

TEST_F(StreamMoveTest, TheNewHandlerIsMadeOnItsOwnLoop) {
  std::thread::id before, after;
  listen([&](base::Loop& loop, const Address&) {
    auto server = std::make_unique<Script>();
    server->received = [&](Stream& stream, sdk::Bytes) {
      before = std::this_thread::get_id();
      const Address peer = stream.peer();
      stream.move_to(other(loop), [&, peer](base::Loop& there, const Address& same_peer) {
        after = std::this_thread::get_id();
        EXPECT_NE(&there, &loop);
        EXPECT_EQ(same_peer, peer);
        auto next = std::make_unique<Script>();
        next->opened = [](Stream& moved) { moved.send(output_of({'x'})); };
        return next;
      });
    };
    return server;
  });
  auto client = std::make_unique<Script>();
  client->opened = [](Stream& stream) { stream.send(output_of({'a'})); };
  client->received = [&](Stream&, sdk::Bytes) { env_->stop(); };
  connect(std::move(client));
  env_->run();
  EXPECT_NE(before, after);
}

TEST_F(StreamMoveTest, AConnectionThatHasEndedStays) {
  std::atomic<bool> moved = false, told = false;
  listen([&](base::Loop& loop, const Address&) {
    auto server = std::make_unique<Script>();
    server->received = [&](Stream& stream, sdk::Bytes) {
      stream.close();
      stream.move_to(other(loop), [&](base::Loop&, const Address&) {
        moved = true;
        return nullptr;
      });
    };
    server->closed = [&](const Status&) {
      told = true;
      env_->stop();
    };
    return server;
  });
  auto client = std::make_unique<Script>();
  client->opened = [](Stream& stream) { stream.send(output_of({'a'})); };
  connect(std::move(client));
  env_->run();
  EXPECT_TRUE(told);
  EXPECT_FALSE(moved);
}

TEST_F(StreamMoveTest, WhereNobodyTakesItTheConnectionEnds) {
  listen([&](base::Loop& loop, const Address&) {
    auto server = std::make_unique<Script>();
    server->received = [&](Stream& stream, sdk::Bytes) {
      stream.move_to(other(loop), [](base::Loop&, const Address&) { return nullptr; });
    };
    return server;
  });
  auto client = std::make_unique<Script>();
  bool ended = false;
  client->opened = [](Stream& stream) { stream.send(output_of({'a'})); };
  client->closed = [&](const Status&) {
    ended = true;
    env_->stop();
  };
  connect(std::move(client));
  env_->run();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace barnabas::io
