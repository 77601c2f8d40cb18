#include "offset_store/redis/connection.h"
#include "offset_store/testing_load.h"

#include <barnabas/testing/offset_store_conformance.h>

#include <gmock/gmock.h>

#include <memory>

namespace barnabas::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Service& redis() {
  static Service service("redis");
  return service;
}

// Keys of its own on a server.
class RedisWorld final : public ServerWorld {
 public:
  explicit RedisWorld(Service& service = redis(), int port = 0)
      : ServerWorld({{"port", std::to_string(port == 0 ? service.port() : port)},
                     {"prefix", "p" + std::to_string(++count_) + ":"},
                     {"answer_timeout", "1000"},
                     {"connect_timeout", "1000"}}),
        prefix("p" + std::to_string(count_) + ":") {}

  const std::string prefix;

 private:
  static inline int count_ = 0;
};

std::string say(const Service& service, const offsets_redis::Arguments& command) {
  offsets_redis::Connection connection({"127.0.0.1", service.port(), "", "", "", 0, 1000, 5000});
  EXPECT_TRUE(connection.open());
  const offsets_redis::Reply reply = connection.ask(command);
  if (reply == nullptr) {
    ADD_FAILURE() << "no answer";
    return {};
  }
  return reply->type == REDIS_REPLY_INTEGER ? std::to_string(reply->integer) : std::string(offsets_redis::text(*reply));
}

TEST(Redis, CommitsComeThroughFaults) {
  Service service("redis");
  CuttingProxy proxy(service.port());
  RedisWorld world(service, proxy.port());
  commit_through_faults(world, service, proxy, "EVALSHA", 3);
}

TEST(Redis, PasswordsAndRightsAreForTheOperator) {
  Service service("redis", {"--requirepass", "secret", "--user", "reader", "on", ">r", "~*", "+@read", "+@connection", "--user", "half",
                            "on", ">h", "~*", "+@all", "-hset"});
  RedisWorld world(service);
  Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("NOAUTH"), HasSubstr("look at user and password")));
  world.set("password", "wrong");
  started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, HasSubstr("WRONGPASS"));
  world.set("user", "reader");
  world.set("password", "r");
  started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("permissions"), HasSubstr("ACL SETUSER reader")));
  world.set("user", "half");
  world.set("password", "h");
  started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported) << started.message;
  EXPECT_THAT(started.message, AllOf(HasSubstr("can't run this command"), HasSubstr("ACL SETUSER half")));
  world.set("user", "");
  world.set("password", "secret");
  EXPECT_TRUE(world.start().ok());
}

// Whatever leads to it, and whoever has made it.
TEST(Redis, APlaceHasOneNameForAllWhoFindIt) {
  RedisWorld world;
  std::string place;
  {
    TestCoordinator first(world);
    place = place_of(first.store());
    EXPECT_EQ(place.size(), 24u);
  }
  world.set("answer_timeout", "2000");
  TestCoordinator second(world);
  EXPECT_EQ(place_of(second.store()), place);
  RedisWorld other;
  TestCoordinator elsewhere(other);
  EXPECT_NE(place_of(elsewhere.store()), place);
}

TEST(Redis, ForeignKeysAreRefusedByName) {
  RedisWorld world;
  say(redis(), {"HSET", world.prefix + "schema", "a", "b"});
  Ending started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  EXPECT_THAT(started.message, AllOf(HasSubstr("'" + world.prefix + "schema'"), HasSubstr("another prefix")));
  say(redis(), {"DEL", world.prefix + "schema"});
  say(redis(), {"SET", world.prefix + "schema", "barnabas offset_store 2"});
  started = world.start();
  EXPECT_EQ(started.code, sdk::Code::kUnsupported);
  world.set("database", "3");
  EXPECT_TRUE(world.start().ok());
}

TEST(Redis, AServerThatIsAwayIsNoErrorAtStart) {
  Service service("redis");
  RedisWorld world(service);
  service.kill();
  TestCoordinator coordinator(world);  // expects a start without error
  Told told;
  EXPECT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kUnavailable);
  service.start();
  EXPECT_EQ(world.persist([&] { return coordinator.take_over(7, 1, told); }), sdk::Code::kOk);
  EXPECT_EQ(coordinator.store().abilities().durability, sdk::Durability::kPowerLoss);
}

TEST(Redis, SaysHowDurableTheServerIs) {
  for (const auto& [arguments, durability] : std::vector<std::pair<std::vector<std::string>, sdk::Durability>>{
           {{"--appendfsync", "everysec"}, sdk::Durability::kCrash}, {{"--appendonly", "no"}, sdk::Durability::kProcess}}) {
    Service service("redis", arguments);
    RedisWorld world(service);
    TestCoordinator coordinator(world);
    EXPECT_EQ(coordinator.store().abilities().durability, durability) << arguments.front();
  }
}

// Refusals of the server are reasons to try later, and leave nothing half done.
TEST(Redis, RefusalsAreToldAndNothingIsHalfDone) {
  Service service("redis");
  RedisWorld world(service);
  TestCoordinator coordinator(world);
  Told expected;
  ASSERT_EQ(coordinator.take_over(7, 1, expected), sdk::Code::kOk);
  const TestWrite first{"anna", {{.topic = "orders", .offset = 1}}, {}, {{record_key(2, "anna"), "state"}}};
  ASSERT_EQ(coordinator.write(first, 7, 1), sdk::Code::kOk);
  expected.apply(first);
  const TestWrite second{"anna", {{.topic = "orders", .offset = 2}}, {}, {{record_key(2, "anna"), std::nullopt}}};
  const auto refused = [&](const char* reason) {
    Ending& ending = coordinator.begin_write(second, 7, 1);
    EXPECT_EQ(coordinator.await(ending), sdk::Code::kUnavailable) << reason;
    EXPECT_THAT(ending.message, HasSubstr(reason));
  };
  say(service, {"CONFIG", "SET", "maxmemory", "1"});
  refused("OOM");
  say(service, {"CONFIG", "SET", "maxmemory", "0"});
  say(service, {"CONFIG", "SET", "min-replicas-to-write", "1"});
  refused("NOREPLICAS");
  say(service, {"CONFIG", "SET", "min-replicas-to-write", "0"});
  say(service, {"REPLICAOF", "127.0.0.1", "1"});
  refused("READONLY");
  say(service, {"REPLICAOF", "NO", "ONE"});
  Told told;
  EXPECT_EQ(world.persist([&] { return coordinator.take_over(7, 2, told); }), sdk::Code::kOk);
  EXPECT_EQ(told, expected);
  // Scripts that the server has forgotten are sent again.
  say(service, {"SCRIPT", "FLUSH"});
  Ending& again = coordinator.begin_write(second, 7, 2);
  EXPECT_EQ(coordinator.await(again), sdk::Code::kOk) << again.message;
}

// Whoever commits asks again and again; the log has one line for each reason, and one when it is over.
TEST(Redis, RefusalsAreLoggedOnceAndSoIsTheirEnd) {
  Service service("redis");
  RedisWorld world(service);
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  world.host.new_lines();
  const auto commits = [&](const std::string& group) { return coordinator.write({group, {{.topic = "orders"}}, {}, {}}, 7, 1); };
  for (int round = 0; round < 2; ++round) {
    say(service, {"CONFIG", "SET", "maxmemory", "1"});
    for (int i = 0; i < 20; ++i) EXPECT_EQ(commits("anna"), sdk::Code::kUnavailable);
    EXPECT_THAT(world.host.new_lines(), ElementsAre(HasSubstr("OOM")));
    say(service, {"CONFIG", "SET", "min-replicas-to-write", "1"});
    for (int i = 0; i < 20; ++i) EXPECT_EQ(commits("anna"), sdk::Code::kUnavailable);
    say(service, {"CONFIG", "SET", "min-replicas-to-write", "0"});
    for (int i = 0; i < 20; ++i) EXPECT_EQ(commits("anna"), sdk::Code::kUnavailable);
    EXPECT_THAT(world.host.new_lines(), ElementsAre(HasSubstr("NOREPLICAS")));
    say(service, {"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_EQ(world.persist([&] { return commits("anna"); }), sdk::Code::kOk);
    EXPECT_THAT(world.host.new_lines(), ElementsAre("Redis at 127.0.0.1:" + std::to_string(service.port()) + " is back"));
  }
}

// One group that nobody mends, between others that do well.
TEST(Redis, AGroupThatIsRefusedAloneIsNoFlood) {
  RedisWorld world;
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  const std::string key = world.prefix + "{MkU3OEVBNTcwNTJENDM2Qg/7}:group:anna";
  say(redis(), {"SET", key, "junk"});
  world.host.new_lines();
  const auto commits = [&](const std::string& group) { return coordinator.write({group, {{.topic = "orders"}}, {}, {}}, 7, 1); };
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(commits("anna"), sdk::Code::kUnavailable);
    EXPECT_EQ(commits("bert"), sdk::Code::kOk);
  }
  EXPECT_THAT(world.host.new_lines(), ElementsAre(HasSubstr("WRONGTYPE")));
  say(redis(), {"DEL", key});
  EXPECT_EQ(commits("bert"), sdk::Code::kOk);
  EXPECT_THAT(world.host.new_lines(), IsEmpty());
  EXPECT_EQ(world.persist([&] { return commits("anna"); }), sdk::Code::kOk);
  EXPECT_THAT(world.host.new_lines(), ElementsAre(HasSubstr("is back")));
}

// A write that the server carries out long after its connection was given up finds a newer session, and changes nothing.
TEST(Redis, WhatAConnectionLeftBehindComesTooLate) {
  Service service("redis");
  RedisWorld world(service);
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  service.pause();
  const TestWrite early{"anna", {{.topic = "orders", .offset = 1}}, {}, {}};
  const TestWrite late{"anna", {{.topic = "orders", .offset = 2}}, {}, {}};
  Ending& unanswered = coordinator.begin_write(early, 7, 1);
  EXPECT_EQ(coordinator.await(unanswered), sdk::Code::kUnknown);
  EXPECT_THAT(unanswered.message, HasSubstr("it did not answer within 1000 ms (answer_timeout)"));
  service.resume();
  EXPECT_EQ(world.persist([&] { return coordinator.write(late, 7, 1); }), sdk::Code::kOk);
  EXPECT_EQ(say(service, {"GET", world.prefix + "{MkU3OEVBNTcwNTJENDM2Qg/7}:fence"}).substr(0, 2), "1:");
  ASSERT_EQ(coordinator.take_over(7, 2, told), sdk::Code::kOk);
  EXPECT_EQ(told.offsets.begin()->second.offset, 2);
}

// Of what was on its way when a connection broke nobody knows whether it will arrive: the session after a take-over is none of those that
// it may have, though the server has not heard of them.
TEST(Redis, ATakeOverIsAfterAllThatMayStillArrive) {
  Service service("redis");
  RedisWorld world(service);
  TestCoordinator coordinator(world);
  Told told;
  ASSERT_EQ(coordinator.take_over(7, 1, told), sdk::Code::kOk);
  const auto fence = [&] { return say(service, {"GET", world.prefix + "{MkU3OEVBNTcwNTJENDM2Qg/7}:fence"}); };
  EXPECT_EQ(fence(), "1:1");
  service.kill();
  EXPECT_NE(coordinator.write({"anna", {{.topic = "orders", .offset = 1}}, {}, {}}, 7, 1), sdk::Code::kOk);
  service.start();
  ASSERT_EQ(world.persist([&] { return coordinator.take_over(7, 1, told); }), sdk::Code::kOk);
  EXPECT_GT(std::stoi(fence().substr(2)), 2) << "the connection before it counted as the second";
}

}  // namespace
}  // namespace barnabas::testing

BARNABAS_OFFSET_STORE_CONFORMANCE(redis, [] { return std::make_unique<RedisWorld>(); })
