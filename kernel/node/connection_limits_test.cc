#include "kernel/node/connection_limits.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace barnabas::node {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class ConnectionLimitsTest : public testing::Test {
 protected:
  // Whether one more got in; it stays.
  bool admits(const std::string& address, Crowd crowd = Crowd::kClients) {
    auto permit = limits().admit(address, crowd, 1);
    if (!permit) {
      why_ = std::string(message_of(permit.status()));
      return false;
    }
    inside_.push_back(*std::move(permit));
    return true;
  }
  ConnectionLimits& limits() {
    if (!limits_) limits_.emplace(settings_);
    return *limits_;
  }

  ConnectionLimits::Settings settings_{.connections = 4, .connections_per_address = 2, .broker_connections = 2};
  std::optional<ConnectionLimits> limits_;
  std::vector<ConnectionPermit> inside_;
  std::string why_;
};

TEST_F(ConnectionLimitsTest, AnAddressHasItsShareAndNoMore) {
  EXPECT_TRUE(admits("a") && admits("a"));
  EXPECT_FALSE(admits("a"));
  EXPECT_EQ(why_, "it has 2 connections already (max.connections.per.ip)");
  EXPECT_TRUE(admits("b"));
}

TEST_F(ConnectionLimitsTest, AllTogetherHaveALimitToo) {
  EXPECT_TRUE(admits("a") && admits("a") && admits("b") && admits("b"));
  EXPECT_FALSE(admits("c"));
  EXPECT_EQ(why_, "there are 4 connections already (max.connections)");
}

TEST_F(ConnectionLimitsTest, APlaceIsFreeAgainWhenItsConnectionEnds) {
  EXPECT_TRUE(admits("a") && admits("a"));
  inside_.pop_back();
  EXPECT_TRUE(admits("a"));
}

TEST_F(ConnectionLimitsTest, MayChangeWhileConnectionsAreThere) {
  EXPECT_TRUE(admits("a") && admits("a"));
  settings_.connections = 3;
  settings_.connections_per_address = 1;
  settings_.connections_of_address = {{"a", 3}};
  settings_.connections_per_second = 1;
  limits().allow(settings_);
  EXPECT_TRUE(admits("a"));
  EXPECT_FALSE(admits("b"));
  EXPECT_EQ(why_, "there are 3 connections already (max.connections)");
  EXPECT_GT(limits().wait_ns(1), 0) << "one in a second";
  settings_.connections = 4;
  settings_.connections_per_second = 0;
  limits().allow(settings_);
  EXPECT_EQ(limits().wait_ns(1), 0);
  EXPECT_TRUE(admits("b"));
  EXPECT_FALSE(admits("b"));
}

TEST_F(ConnectionLimitsTest, AnAddressMayHaveALimitOfItsOwn) {
  settings_.connections_of_address = {{"a", 3}, {"banned", 0}};
  EXPECT_TRUE(admits("a") && admits("a") && admits("a"));
  EXPECT_FALSE(admits("a"));
  EXPECT_FALSE(admits("banned"));
}

// A flood of clients must not fence brokers, and brokers take no place of a client.
TEST_F(ConnectionLimitsTest, BrokersHavePlacesOfTheirOwn) {
  EXPECT_TRUE(admits("a") && admits("a") && admits("b") && admits("b"));
  EXPECT_FALSE(admits("a"));
  EXPECT_TRUE(admits("a", Crowd::kBrokers) && admits("a", Crowd::kBrokers));
  EXPECT_FALSE(admits("a", Crowd::kBrokers));
  EXPECT_EQ(why_, "there are 2 connections of brokers and controllers already");
  inside_.clear();
  EXPECT_TRUE(admits("a") && admits("a") && admits("b") && admits("b"));
}

TEST_F(ConnectionLimitsTest, ClientsWaitWhereTheyComeTooFast) {
  settings_ = {.connections_per_second = 100};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(limits().wait_ns(kSecond), 0);
    EXPECT_TRUE(limits().admit("a", Crowd::kClients, kSecond).ok());
  }
  EXPECT_NEAR(static_cast<double>(limits().wait_ns(kSecond)), kSecond / 100, 1000);
  EXPECT_EQ(limits().wait_ns(kSecond + kSecond / 100 + 1000), 0);
  // Nobody saves up more than a second's worth.
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limits().admit("a", Crowd::kClients, 60 * kSecond).ok());
  EXPECT_GT(limits().wait_ns(60 * kSecond), 0);
}

TEST_F(ConnectionLimitsTest, BrokersDoNotWaitBehindClients) {
  settings_ = {.connections_per_second = 1};
  EXPECT_TRUE(admits("a", Crowd::kBrokers));
  EXPECT_EQ(limits().wait_ns(kSecond), 0);
}

TEST_F(ConnectionLimitsTest, AnyRateIsNoWait) {
  settings_ = {.connections_per_second = ConnectionRate::kAny};
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limits().admit("a", Crowd::kClients, kSecond).ok());
  EXPECT_EQ(limits().wait_ns(kSecond), 0);
}

TEST_F(ConnectionLimitsTest, MemoryIsChargedUpToTheLimitAndOctetsThatAreHereCountAnyway) {
  settings_.request_memory_bytes = 100;
  EXPECT_TRUE(limits().try_charge_memory(60));
  EXPECT_FALSE(limits().try_charge_memory(50));
  EXPECT_TRUE(limits().try_charge_memory(40));
  EXPECT_TRUE(limits().memory_is_used_up());
  limits().charge_memory(10);
  limits().release_memory(20);
  EXPECT_FALSE(limits().memory_is_used_up());
}

}  // namespace
}  // namespace barnabas::node
