#include "kernel/io/loopback.h"
#include "kernel/io/raw_peer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <thread>

namespace barnabas::io {
namespace {

using ListenerTest = LoopbackTest;

TEST_F(ListenerTest, SaysWhichPortItGotAndThatItIsTaken) {
  listen([](Script&) {});
  EXPECT_NE(listener_->address().port, 0);
  const auto second = env_->listen(listener_->address(), [](base::Loop&, const Address&) { return nullptr; });
  EXPECT_EQ(message_of(second.status()),
            "cannot listen on " + to_string(listener_->address()) + ": another program, perhaps another broker, already listens there");
}

TEST_F(ListenerTest, AnAddressOfAnotherMachineIsRefused) {
  const auto refused = env_->listen({"192.0.2.1", 9092}, [](base::Loop&, const Address&) { return nullptr; });
  EXPECT_EQ(message_of(refused.status()), "cannot listen on 192.0.2.1:9092: no interface of this machine has that address");
}

TEST_F(ListenerTest, NoHandlerRefusesTheConnection) {
  auto listener = env_->listen({"127.0.0.1", 0}, [](base::Loop&, const Address& peer) {
    EXPECT_EQ(peer.host, "127.0.0.1");
    return nullptr;
  });
  ASSERT_TRUE(listener.ok());
  std::string got = "?";
  std::thread client([&] {
    got = RawPeer((*listener)->address()).read_to_end();
    env_->stop();
  });
  env_->run();
  client.join();
  EXPECT_EQ(got, "");
}

// Whoever comes too early waits in the system's queue, and is served when it is time.
TEST_F(ListenerTest, APaceHoldsConnectionsBackAndLosesNone) {
  int opened = 0;
  listen([&](Script& server) {
    server.opened = [&](Stream&) {
      if (++opened == 6) env_->stop();
    };
  });
  const std::int64_t begin = env_->clock().mono_ns();
  listener_->set_pace([&] {  // two at once, then one every 20 ms
    const std::int64_t allowed = 2 + (env_->clock().mono_ns() - begin) / 20'000'000;
    return opened < allowed ? 0 : 20'000'000;
  });
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (int i = 0; i < 6; ++i) peers.push_back(std::make_unique<RawPeer>(listener_->address()));
  env_->run();
  EXPECT_EQ(opened, 6);
  EXPECT_GE(env_->clock().mono_ns() - begin, 75'000'000);
}

TEST_F(ListenerTest, TheWildcardTakesBothFamilies) {
  int opened = 0;
  auto listener = env_->listen({"::", 0}, [&](base::Loop&, const Address& peer) {
    EXPECT_EQ(peer.host, "127.0.0.1");
    if (++opened == 1) env_->stop();
    return nullptr;
  });
  if (!listener.ok()) GTEST_SKIP() << message_of(listener.status());
  std::thread client([&] { RawPeer({"127.0.0.1", (*listener)->address().port}).read_to_end(); });
  env_->run();
  client.join();
  EXPECT_EQ(opened, 1);
}

// Descriptors run out: the listener rests instead of spinning, says so, and goes on when there are some again.
TEST_F(ListenerTest, RunningOutOfDescriptorsIsSurvived) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer needs descriptors of its own to look at memory";
#endif
  int accepted = 0;
  listen([&](Script& server) {
    server.opened = [&](Stream&) {
      ++accepted;
      env_->stop();
    };
  });
  RawPeer first(listener_->address());  // waits in the backlog
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  const int next_free = ::dup(0);
  ::close(next_free);
  none.rlim_cur = static_cast<rlim_t>(next_free);
  ::setrlimit(RLIMIT_NOFILE, &none);
  base::Timer more(env_->loop(0), [&] { ::setrlimit(RLIMIT_NOFILE, &before); });
  more.start(150'000'000);
  rusage begin{}, end{};
  ::getrusage(RUSAGE_THREAD, &begin);
  env_->run();
  ::getrusage(RUSAGE_THREAD, &end);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(accepted, 1);
  EXPECT_LE(end.ru_nvcsw - begin.ru_nvcsw, 20);
  EXPECT_LE(end.ru_utime.tv_usec - begin.ru_utime.tv_usec + (end.ru_stime.tv_usec - begin.ru_stime.tv_usec), 50'000);
}

TEST(ListenerSpreadTest, ConnectionsSpreadOverTheLoops) {
  auto env = *make_env({.loops = 2});
  std::array<std::atomic<int>, 2> per_loop{};
  std::atomic<int> opened = 0;
  auto listener = env->listen({"127.0.0.1", 0}, [&](base::Loop& loop, const Address&) {
    auto script = std::make_unique<Script>();
    script->opened = [&](Stream&) {
      ++per_loop[loop.index()];
      if (++opened == 20) env->stop();
    };
    return script;
  });
  ASSERT_TRUE(listener.ok());
  std::vector<std::unique_ptr<RawPeer>> peers;
  std::thread client([&] {
    for (int i = 0; i < 20; ++i) peers.push_back(std::make_unique<RawPeer>((*listener)->address()));
  });
  env->run();
  client.join();
  EXPECT_GE(per_loop[0], 8);
  EXPECT_GE(per_loop[1], 8);
}

// After the destructor nobody is asked for a handler any more, though connections may already wait.
TEST(ListenerEndTest, TheDestructorIsTheEnd) {
  for (int round = 0; round < 20; ++round) {
    auto env = *make_env({.loops = 2});
    std::atomic<bool> over = false;
    auto listener = env->listen({"127.0.0.1", 0}, [&](base::Loop&, const Address&) {
      EXPECT_FALSE(over);
      return std::make_unique<Script>();
    });
    ASSERT_TRUE(listener.ok());
    const Address address = (*listener)->address();
    std::vector<std::unique_ptr<RawPeer>> peers;
    std::thread client([&] {
      for (int i = 0; i < 10; ++i) peers.push_back(std::make_unique<RawPeer>(address));
      listener->reset();
      over = true;
      env->stop();
    });
    env->run();
    client.join();
  }
}

}  // namespace
}  // namespace barnabas::io
