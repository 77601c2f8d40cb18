#include <gmock/gmock.h>

#include "kernel/controller/broker_config_rules.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

class BrokerConfigRulesTest : public ::testing::Test {
 protected:
  // Empty: it may be set. Every refusal but of a value has the same error.
  std::string refusal(std::string_view key, std::string_view value, std::string_view broker = "1") {
    const Outcome outcome = check_broker_config(broker, key, value, {own, of_all});
    EXPECT_EQ(outcome.error, outcome.message.empty() ? ErrorCode::kNone : ErrorCode::kInvalidRequest) << outcome.message;
    return outcome.message;
  }

  catalog::Configs own;
  catalog::Configs of_all;
};

TEST_F(BrokerConfigRulesTest, WhatIsReadAtTheStartDoesNotChange) {
  EXPECT_EQ(refusal("listeners", "PLAINTEXT://127.0.0.1:1"), "listeners is read when the broker starts, and cannot change while it runs.");
  EXPECT_NE(refusal("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT"), "");
  EXPECT_EQ(refusal("node.id", "4"), "Cannot update these configs dynamically: [node.id]");
  EXPECT_EQ(refusal("listeners", "PLAINTEXT://127.0.0.1:1", ""),
            "Cannot update these configs at default cluster level, broker id must be specified: [listeners]");
}

TEST_F(BrokerConfigRulesTest, WhatWouldLookAsIfItCountedIsRefused) {
  EXPECT_EQ(refusal("cordoned.log.dirs", "/data/1"),
            "cordoned.log.dirs has no effect in this version: partitions would come to its directories all the same.");
  EXPECT_EQ(refusal("cordoned.log.dirs", " "), "") << "none of them";
  EXPECT_EQ(refusal("listener.name.plaintext.max.connections", "5"),
            "listener.name.plaintext.max.connections has no effect in this version: max.connections is of all listeners together.");
  EXPECT_EQ(refusal("max.connections", "5", ""), "");
}

TEST_F(BrokerConfigRulesTest, KeysAreOfAListener) {
  EXPECT_EQ(refusal("ssl.keystore.password", "secret"),
            "These security configs can be dynamically updated only per-listener using the listener prefix: [ssl.keystore.password]");
  EXPECT_NE(refusal("ssl.truststore.type", "JKS", ""), "");
  EXPECT_EQ(refusal("listener.name.plaintext.ssl.keystore.password", "secret"), "");
  EXPECT_EQ(refusal("ssl.cipher.suites", "x"), "");
}

TEST_F(BrokerConfigRulesTest, ThreadsGoFromHalfToTwiceTheirNumber) {
  EXPECT_EQ(refusal("num.io.threads", "100"), "") << "what its file says is not known";
  of_all["num.io.threads"] = "8";
  EXPECT_EQ(refusal("num.io.threads", "3"),
            "Dynamic thread count update validation failed for num.io.threads=3, value should be at least half the current value 8");
  EXPECT_EQ(refusal("num.io.threads", "4"), "");
  EXPECT_EQ(refusal("num.io.threads", "16", ""), "");
  EXPECT_EQ(
      refusal("num.io.threads", "17", ""),
      "Dynamic thread count update validation failed for num.io.threads=17, value should not be greater than double the current value "
      "8");
  of_all["num.io.threads"] = "4";
  EXPECT_EQ(refusal("num.io.threads", "8"), "");
  own["num.io.threads"] = "100";
  EXPECT_NE(refusal("num.io.threads", "8"), "");
  EXPECT_EQ(refusal("max.connections", "5"), "");
}

TEST_F(BrokerConfigRulesTest, ToSetWhatIsSetIsNoChange) {
  own["listeners"] = "PLAINTEXT://127.0.0.1:1";
  EXPECT_EQ(refusal("listeners", "PLAINTEXT://127.0.0.1:1"), "");
  EXPECT_NE(refusal("listeners", "PLAINTEXT://127.0.0.1:2"), "");
  own["listeners"] = " PLAINTEXT://127.0.0.1:1 ";  // as another program may have written it
  EXPECT_EQ(refusal("listeners", "PLAINTEXT://127.0.0.1:1"), "");
}

TEST_F(BrokerConfigRulesTest, ValuesAreChecked) {
  const Outcome outcome = check_broker_config("1", "log.retention.ms", "x", {own, of_all});
  EXPECT_EQ(outcome.error, ErrorCode::kInvalidConfig);
  EXPECT_EQ(refusal("a.plugin.reads.this", "x"), "");
}

}  // namespace
}  // namespace barnabas::controller
