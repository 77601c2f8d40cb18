#include "paths.h"

#include <gtest/gtest.h>

#include "testing_golden.h"

namespace barnabas::metadata_zookeeper {
namespace {

TEST(Paths, ArePutTogetherAndTakenApart) {
  EXPECT_EQ(state_path("a.b_c-D", 12), "/brokers/topics/a.b_c-D/partitions/12/state");
  const Place state = place_of("/brokers/topics/a.b_c-D/partitions/12/state");
  EXPECT_EQ(state.kind, Place::Kind::kState);
  EXPECT_EQ(state.name, "a.b_c-D");
  EXPECT_EQ(state.number, 12);
  EXPECT_EQ(place_of(partition_path("t", 3)).kind, Place::Kind::kPartition);
  EXPECT_EQ(place_of(partitions_path("t")).kind, Place::Kind::kPartitions);
  EXPECT_EQ(place_of(topic_path("t")).kind, Place::Kind::kTopic);
  EXPECT_EQ(place_of(deletion_path("t")).kind, Place::Kind::kDeletion);
  EXPECT_EQ(place_of(broker_path(7)).number, 7);
}

TEST(Paths, ResourcesHaveKafkasNames) {
  EXPECT_EQ(config_path(Resource::kTopic, "t"), "/config/topics/t");
  EXPECT_EQ(config_path(Resource::kBroker, "1"), "/config/brokers/1");
  EXPECT_EQ(config_path(Resource::kBroker, ""), "/config/brokers/<default>");
  EXPECT_EQ(place_of("/config/brokers/<default>").name, "");
  EXPECT_EQ(entity_path(static_cast<Resource>(8), "1"), "");
  for (const std::string name : {"a/b", ".", "..", "%", "<default>", "\xff", "ok"}) {
    const std::string path = config_path(Resource::kGroup, name);
    EXPECT_EQ(path.find('/', 15), std::string::npos) << path;
    EXPECT_EQ(place_of(path).kind, Place::Kind::kConfig);
    EXPECT_EQ(place_of(path).name, name);
  }
  EXPECT_EQ(url_encoded("anna b*"), "anna%20b%2A");
}

TEST(Paths, WhatMeansNothingHereIsPassedOver) {
  for (const char* path :
       {"/", "", "/brokers", "/brokers/ids", "/brokers/ids/x", "/brokers/ids/-1", "/brokers/topics", "/config/topics", "/config/users/a",
        "/config/users/a/clients/b", "/config/changes/config_change_0000000000", "/consumers/g", "/brokers/topics/t/other",
        "/brokers/topics/t/partitions/x", "/brokers/topics/t/partitions/1/other", "/config/groups/%", "/config/groups/%4"})
    EXPECT_EQ(place_of(path).kind, Place::Kind::kOther) << path;
}

}  // namespace
}  // namespace barnabas::metadata_zookeeper
