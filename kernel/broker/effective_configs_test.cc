#include "kernel/broker/effective_configs.h"

#include <gtest/gtest.h>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::broker {
namespace {

class InForce : public testing::Test {
 protected:
  void set(std::string_view broker, std::string_view key, std::string_view value) {
    catalog::FramedRecords records;
    wire::ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(catalog::ResourceType::kBroker);
    record.resource_name = broker;
    record.name = key;
    record.value = value;
    records.add(record);
    ASSERT_TRUE(builder_.apply(records[0]).ok());
  }
  config::KafkaConfigs now() { return in_force(*builder_.build(), file_, 1); }

  config::KafkaConfigs file_;

 private:
  catalog::ImageBuilder builder_;
};

TEST_F(InForce, TheStrongestOfBrokerAllAndFileCounts) {
  EXPECT_EQ(now().integer("producer.id.expiration.ms"), 86'400'000);
  file_.set({"producer.id.expiration.ms", "1000", {}, false});
  EXPECT_EQ(now().integer("producer.id.expiration.ms"), 1000);
  set("", "producer.id.expiration.ms", "2000");
  EXPECT_EQ(now().integer("producer.id.expiration.ms"), 2000);
  set("2", "producer.id.expiration.ms", "3000");
  EXPECT_EQ(now().integer("producer.id.expiration.ms"), 2000) << "that is another broker's";
  set("1", "producer.id.expiration.ms", "4000");
  EXPECT_EQ(now().integer("producer.id.expiration.ms"), 4000);
}

TEST_F(InForce, ACommaAtTheEndTakesNothingAway) {
  set("1", "max.connections.per.ip.overrides", "10.0.0.1:3,");
  EXPECT_EQ(now().list("max.connections.per.ip.overrides").at(0), "10.0.0.1:3");
}

TEST_F(InForce, WhatCannotBeSetSoCountsForNothing) {
  set("1", "node.id", "7");
  set("1", "max.connections", "many");
  set("1", "listener.name.plaintext.max.connections", "5");
  set("1", "a.plugin.reads.this", "x");
  EXPECT_TRUE(now().said().empty());
}

}  // namespace
}  // namespace barnabas::broker
