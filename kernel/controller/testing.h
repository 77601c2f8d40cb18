// A cluster for tests of decisions: each request is decided on the metadata that the ones before it left.
#pragma once

#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "kernel/base/uuid.h"
#include "kernel/controller/decide.h"
#include "kernel/controller/testing_placement.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::controller {

class Cluster : public ::testing::Test {
 protected:
  explicit Cluster(std::int16_t level = catalog::kLatestMetadataLevel, bool elr = true) : level_(level), elr_(elr) {}

  void SetUp() override {
    Draft draft(image, offset, surroundings());
    for (const auto& [name, feature] : catalog::default_features(level_)) {
      if (name == catalog::kElrVersion && !elr_) continue;
      wire::FeatureLevelRecord record;
      record.name = name;
      record.feature_level = feature;
      draft.add(record);
    }
    take(draft);
  }

  template <class Request>
  auto ask(const Request& request) {
    const Surroundings around = surroundings();
    Draft draft(image, offset, around);
    auto reply = decide(request, draft);
    take(draft);
    return reply;
  }
  void ask(void (*own)(Draft&)) {
    const Surroundings around = surroundings();
    Draft draft(image, offset, around);
    own(draft);
    take(draft);
  }
  void take(Draft& draft) {
    EXPECT_TRUE(draft.status().ok()) << message_of(draft.status());
    types.clear();
    for (const auto view : draft.records().views()) types.push_back(static_cast<int>(catalog::parse_frame(view)->type));
    offset = draft.next_offset();
    image = draft.mark().image;
  }
  Surroundings surroundings() {
    return {1, "cluster", configs, sessions, host.random(), 10'000, now_ns, false, INT16_MAX, false, &placement, "in_turn"};
  }

  RegistrationReply register_broker(std::int32_t id, std::int64_t previous_epoch = -1, std::uint64_t incarnation = 1,
                                    const std::string& rack = "") {
    BrokerRegistration request;
    request.id = id;
    request.cluster_id = "cluster";
    request.incarnation = base::make_uuid(incarnation, static_cast<std::uint64_t>(id));
    request.endpoints.push_back({"PLAINTEXT", "host", 9092, 0});
    for (const auto& f : catalog::supported_features()) request.features.push_back({std::string(f.name), f.min_level, f.max_level});
    request.directories.push_back(directory(id));
    request.previous_epoch = previous_epoch;
    if (!rack.empty()) request.rack = rack;
    return ask(request);
  }
  HeartbeatReply heartbeat(std::int32_t id, bool want_shutdown = false, bool want_fence = false) {
    const catalog::Broker* broker = image->broker(id);
    return ask(BrokerHeartbeat{id, broker == nullptr ? -1 : broker->epoch, offset - 1, want_fence, want_shutdown, {}});
  }
  void up(std::int32_t id, std::int64_t previous_epoch = -1, std::uint64_t incarnation = 1) {
    ASSERT_TRUE(register_broker(id, previous_epoch, incarnation).ok());
    ASSERT_FALSE(heartbeat(id).fenced);
  }
  TopicCreated create(TopicSpec spec) { return ask(CreateTopicsRequest{{std::move(spec)}, false}).topics.at(0); }
  TopicCreated create(std::string name, std::vector<std::int32_t> replicas) {
    TopicSpec spec;
    spec.name = std::move(name);
    spec.assignments.push_back({0, std::move(replicas)});
    return create(std::move(spec));
  }
  const catalog::Partition& partition(std::string_view topic, std::int32_t index = 0) { return *image->partition(topic, index); }
  static Uuid directory(std::int32_t broker) { return base::make_uuid(0xd1, static_cast<std::uint64_t>(broker)); }

  const std::int16_t level_;
  const bool elr_;
  barnabas::testing::ManualHost host;
  config::KafkaConfigs configs;
  InTurn placement;
  std::int64_t now_ns = 1'000'000'000;
  Sessions sessions{9'000'000'000};
  std::shared_ptr<const catalog::Image> image = std::make_shared<catalog::Image>();
  std::int64_t offset = 0;
  std::vector<int> types;  // of the last request's records
};

}  // namespace barnabas::controller
