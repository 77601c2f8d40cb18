#include "kernel/io/real_env.h"

#include "kernel/base/plugin_host.h"
#include "kernel/base/task.h"
#include "kernel/io/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

namespace barnabas::io {
namespace {

std::unique_ptr<RealEnv> env_of(std::size_t loops) { return *make_env({.loops = loops}); }

TEST(RealEnvTest, TasksOfOneThreadRunInOrderAfterTheTurnThatPostedThem) {
  auto env = env_of(1);
  std::string ran;
  base::post(env->loop(0), [&] {
    base::post(env->loop(0), [&] { ran += 'c'; });
    base::post(env->loop(0), [&] { env->stop(); });
    ran += 'a';
  });
  base::post(env->loop(0), [&] { ran += 'b'; });
  env->run();
  EXPECT_EQ(ran, "abc");
}

TEST(RealEnvTest, EveryLoopHasAThreadOfItsOwnAndPostsWakeIt) {
  auto env = env_of(3);
  std::vector<std::thread::id> threads(3);
  // Once around the loops, each hop waking a loop that sleeps.
  base::post(env->loop(0), [&] {
    threads[0] = std::this_thread::get_id();
    base::post(env->loop(1), [&] {
      threads[1] = std::this_thread::get_id();
      base::post(env->loop(2), [&] {
        threads[2] = std::this_thread::get_id();
        env->stop();
      });
    });
  });
  env->run();
  EXPECT_EQ(threads[0], std::this_thread::get_id());
  EXPECT_EQ(std::set<std::thread::id>(threads.begin(), threads.end()).size(), 3u);
}

TEST(RealEnvTest, NoPostFromAnotherThreadIsLost) {
  auto env = env_of(1);
  constexpr int kPosts = 20'000;
  int ran = 0;
  std::vector<std::thread> posters;
  for (int i = 0; i < 2; ++i) {
    posters.emplace_back([&] {
      for (int k = 0; k < kPosts; ++k) {
        base::post(env->loop(0), [&] {
          if (++ran == 2 * kPosts) env->stop();
        });
      }
    });
  }
  env->run();
  for (std::thread& poster : posters) poster.join();
  EXPECT_EQ(ran, 2 * kPosts);
}

TEST(RealEnvTest, TimersComeInOrderAndNeverEarly) {
  auto env = env_of(1);
  base::Loop& loop = env->loop(0);
  std::string ran;
  const std::int64_t begin = loop.clock().mono_ns();
  std::int64_t took = 0;
  base::Timer late(loop, [&] {
    ran += 'b';
    took = loop.turn_mono_ns() - begin;
    env->stop();
  });
  base::Timer early(loop, [&] { ran += 'a'; });
  base::Timer never(loop, [&] { ran += 'x'; });
  late.start(5'300'000);
  early.start(1'000'000);
  never.start(2'000'000);
  never.cancel();
  env->run();
  EXPECT_EQ(ran, "ab");
  EXPECT_GE(took, 5'300'000);
}

// Idle means idle: waiting for a timer costs no turns.
TEST(RealEnvTest, AWaitingLoopUsesNoProcessorTime) {
  auto env = env_of(1);
  base::Timer end(env->loop(0), [&] { env->stop(); });
  end.start(300'000'000);
  rusage before{}, after{};
  ::getrusage(RUSAGE_THREAD, &before);
  env->run();
  ::getrusage(RUSAGE_THREAD, &after);
  EXPECT_LE(after.ru_nvcsw - before.ru_nvcsw, 3);
}

TEST(RealEnvTest, OffloadedWorkRunsElsewhereAndEndsOnTheLoop) {
  auto env = env_of(1);
  std::thread::id worked;
  std::thread::id done;
  base::offload(
      env->loop(0), [&] { worked = std::this_thread::get_id(); },
      [&] {
        done = std::this_thread::get_id();
        env->stop();
      });
  env->run();
  EXPECT_NE(worked, std::this_thread::get_id());
  EXPECT_EQ(done, std::this_thread::get_id());
}

TEST(RealEnvTest, WhatIsUnderwayAtTheStopIsFinished) {
  auto env = env_of(2);
  std::atomic<int> done = 0;
  base::post(env->loop(0), [&] {
    for (int i = 0; i < 20; ++i)
      base::offload(
          env->loop(1), [] {}, [&] { ++done; });
    env->stop();
  });
  env->run();
  EXPECT_EQ(done, 20);
}

TEST(RealEnvTest, StopSignalsComeToTheLoop) {
  for (const int sent : {SIGTERM, SIGINT, SIGHUP}) {
    auto env = env_of(1);
    int got = 0;
    ASSERT_TRUE(env->on_stop_signal([&](int signal) {
                     got = signal;
                     env->stop();
                   })
                    .ok());
    base::post(env->loop(0), [sent] { ::kill(::getpid(), sent); });
    env->run();
    EXPECT_EQ(got, sent);
  }
}

TEST(RealEnvTest, WhoeverIgnoresTheTerminalsEndGoesOn) {
  const auto before = ::signal(SIGHUP, SIG_IGN);
  auto env = env_of(1);
  ASSERT_TRUE(env->on_stop_signal([](int signal) { ADD_FAILURE() << "signal " << signal; }).ok());
  base::post(env->loop(0), [&] {
    ::kill(::getpid(), SIGHUP);
    base::post(env->loop(0), [&] { env->stop(); });
  });
  env->run();
  ::signal(SIGHUP, before);
}

TEST(RealEnvDeathTest, WhatALoopThrowsIsSaidAtTheEnd) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto throws = [](auto what) {
    auto env = env_of(2);
    EXPECT_TRUE(env->on_stop_signal([what](int) { throw what; }).ok());
    base::post(env->loop(0), [] { ::kill(::getpid(), SIGTERM); });
    env->run();
  };
  EXPECT_EXIT(throws(std::bad_alloc()), ::testing::ExitedWithCode(1), "there is no memory any more");
  EXPECT_EXIT(throws(std::runtime_error("a reason")), ::testing::ExitedWithCode(1), "can not go on and ends: a reason");
}

TEST(RealEnvDeathTest, WhatATaskThrowsIsSaidAtTheEnd) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto throws = [] {
    auto env = env_of(2);
    base::post(env->loop(1), [] { throw std::bad_alloc(); });
    env->run();
  };
  EXPECT_EXIT(throws(), ::testing::ExitedWithCode(1), "there is no memory any more");
}

TEST(RealEnvTest, RandomNumbersDiffer) {
  auto env = env_of(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(env->loop(0).random().next());
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(RealEnvTest, RaisesTheLimitOfOpenFilesAndIgnoresBrokenPipesAndFullFiles) {
  auto env = env_of(1);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  EXPECT_EQ(files.rlim_cur, files.rlim_max);
  EXPECT_EQ(::raise(SIGPIPE), 0);
  EXPECT_EQ(::raise(SIGXFSZ), 0);
}

TEST(RealEnvTest, NeedsALoop) { EXPECT_EQ(make_env({.loops = 0}).status().code(), Code::kInvalid); }

TEST(RealEnvTest, SaysWhenWorkDoesNotEnd) {
  std::promise<void> end;
  bool told = false;
  auto env = *make_env({.work_limit_ms = 1, .on_endless_work = [&] {
                          told = true;
                          end.set_value();
                        }});
  base::offload(
      env->loop(0), [&] { end.get_future().wait(); }, [] {});
  base::post(env->loop(0), [&] { env->stop(); });
  env->run();
  EXPECT_TRUE(told);
}

TEST(RealEnvTest, WorkThatEndsInTimeIsNotTold) {
  bool told = false;
  auto env = *make_env({.on_endless_work = [&] { told = true; }});
  bool done = false;
  base::offload(
      env->loop(0), [] {}, [&] { done = true; });
  base::post(env->loop(0), [&] { env->stop(); });
  env->run();
  EXPECT_TRUE(done);
  EXPECT_FALSE(told);
}

TEST(LogWriterTest, ALineIsALineWhateverThePeerSends) {
  EXPECT_EQ(log_line(1'700'000'000'123, sdk::LogLevel::kWarn, "client \"a\n2023 ERROR b\x1b\""),
            "2023-11-14 22:13:20.123 WARN  client \"a\\n2023 ERROR b\\x1b\"\n");
}

TEST(PluginHostTest, LogLinesCarryThePluginsName) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto env = *make_env({.log_descriptor = ends[1]});
  base::PluginHost host(*env, env->loop(0), "storage segment");
  host.log(sdk::LogLevel::kDebug, "too little to be said");
  host.log(sdk::LogLevel::kInfo, "recovered 3 partitions");
  char line[200];
  const ssize_t size = ::read(ends[0], line, sizeof line);
  EXPECT_THAT(std::string(line, static_cast<std::size_t>(size)), testing::EndsWith("INFO  storage segment: recovered 3 partitions\n"));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace barnabas::io
