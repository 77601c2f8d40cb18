// How connections end, seen from a peer that is not ours.
#include "kernel/io/loopback.h"
#include "kernel/io/raw_peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace barnabas::io {
namespace {

using StreamEndTest = LoopbackTest;

// The peer sends its last request and says so before it has read anything.
TEST_F(StreamEndTest, AHalfClosedPeerStillGetsItsReplies) {
  constexpr std::size_t kReply = 8 << 20;
  listen([&](Script& server) {
    server.received = [](Stream& stream, sdk::Bytes) { stream.send(output_of(std::vector<std::uint8_t>(kReply, 'r'))); };
    server.closed = [&](const Status& reason) {
      EXPECT_TRUE(reason.ok()) << message_of(reason);
      env_->stop();
    };
  });
  std::string got;
  std::thread client([&] {
    RawPeer peer(listener_->address());
    peer.write("?");
    peer.half_close();
    got = peer.read_to_end();
  });
  env_->run();
  client.join();
  EXPECT_TRUE(got == std::string(kReply, 'r')) << got.size();
}

TEST_F(StreamEndTest, AResetIsAReasonThatNamesThePeer) {
  std::string said;
  listen([&](Script& server) {
    server.received = [](Stream& stream, sdk::Bytes octets) { stream.send(output_of({octets.begin(), octets.end()})); };
    server.closed = [&](const Status& reason) {
      said = message_of(reason);
      env_->stop();
    };
  });
  std::thread client([&] {
    RawPeer peer(listener_->address());
    peer.write("x");
    peer.reset();
  });
  env_->run();
  client.join();
  EXPECT_THAT(said, testing::MatchesRegex("lost the connection with 127.0.0.1:[0-9]+: .*"));
}

TEST_F(StreamEndTest, AResetReachesAPausedConnection) {
  listen([&](Script& server) {
    server.opened = [](Stream& stream) { stream.pause(); };
    server.closed = [&](const Status&) { env_->stop(); };
  });
  std::thread client([&] {
    RawPeer peer(listener_->address());
    peer.write("never read");
    peer.reset();
  });
  env_->run();
  client.join();
}

// Unread input would turn a plain close into a reset, and the reset could overtake the error reply.
TEST_F(StreamEndTest, TheLastReplyArrivesThoughMoreInputWaits) {
  struct OneByte : Script {
    std::uint8_t byte = 0;
    sdk::MutableBytes receive_into(sdk::MutableBytes) override { return {&byte, 1}; }
  };
  auto listener = env_->listen({"127.0.0.1", 0}, [&](base::Loop&, const Address&) {
    auto server = std::make_unique<OneByte>();
    server->received = [](Stream& stream, sdk::Bytes) {
      stream.send(output_of({'n', 'o'}));
      stream.close(true);
    };
    server->closed = [&](const Status&) { env_->stop(); };
    return server;
  });
  ASSERT_TRUE(listener.ok());
  std::string got;
  std::thread client([&] {
    RawPeer peer((*listener)->address());
    peer.write(std::string(4096, 'x'));
    got = peer.read_to_end();
  });
  env_->run();
  client.join();
  EXPECT_EQ(got, "no");
}

TEST_F(StreamEndTest, APeerThatNeverReadsIsGivenUp) {
  std::string said;
  listen([&](Script& server) {
    server.opened = [](Stream& stream) {
      stream.send(output_of(std::vector<std::uint8_t>(64 << 20, 'r')));
      stream.close(true);
    };
    server.closed = [&](const Status& reason) {
      said = message_of(reason);
      env_->stop();
    };
  });
  RawPeer* peer = nullptr;
  std::thread client([&] { peer = new RawPeer(listener_->address()); });
  env_->run();
  client.join();
  delete peer;
  EXPECT_THAT(said, testing::MatchesRegex("127.0.0.1:[0-9]+ did not read the last [0-9]+ bytes it was sent"));
}

TEST_F(StreamEndTest, NothingIsReceivedAfterClose) {
  int received = 0;
  listen([&](Script& server) {
    server.received = [&](Stream& stream, sdk::Bytes) {
      ++received;
      stream.close();
      stream.close(true);
      stream.send(output_of({'x'}));  // dropped
    };
    server.closed = [&](const Status& reason) {
      EXPECT_TRUE(reason.ok());
      env_->stop();
    };
  });
  std::string got;
  std::thread client([&] {
    RawPeer peer(listener_->address());
    peer.write("1");
    got = peer.read_to_end();
  });
  env_->run();
  client.join();
  EXPECT_EQ(received, 1);
  EXPECT_EQ(got, "");
}

}  // namespace
}  // namespace barnabas::io
