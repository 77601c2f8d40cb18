// A broker and a client in one process, on simulated network, disk and time: the same seed is the same run, and a crash loses nothing that
// was promised.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "kernel/client/client.h"
#include "kernel/record/batch_builder.h"
#include "kernel/record/batch_view.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/20_delete_topics.h"
#include "sim/sim_broker.h"

namespace barnabas::sim {
namespace {

constexpr std::int64_t kPatienceNs = 60'000'000'000;
constexpr std::int16_t kWithNames = 12;

std::string deployment(const std::string& storage, const std::string& metadata) {
  return "node: {id: 1}\n"
         "allow_insecure: true\n"
         "listeners: [{name: PLAINTEXT, address: '10.0.0.1:9092'}]\n"
         "storage: " +
         storage + "\nmetadata: " + metadata + "\n";
}
std::string in_memory() { return deployment("{use: memory}", "{use: memory}"); }
std::string on_disk() { return deployment("{use: segment, config: {dirs: [/data], flush: ack}}", "{use: kraft}"); }

// A client process: every call waits, on virtual time, for its answer.
class SimClient {
 public:
  explicit SimClient(SimWorld& world) : world_(world), disk_(7), env_(world, "client", disk_, {.host = "10.0.0.2"}) { renew(); }

  void renew() {
    client::ClientSettings settings;
    settings.bootstrap = {{"10.0.0.1", 9092}};
    client_ = std::make_unique<client::Client>(env_.loop(0), std::move(settings));
  }

  template <class Response, class Request>
  Result<client::Reply<Response>> call(const Request& request) {
    std::optional<Result<client::Reply<Response>>> answer;
    world_.run_on(static_cast<SimLoop&>(env_.loop(0)), [&] {
      client_->call<Response>(
          client::Target::any(), request, [&](Result<client::Reply<Response>> reply) { answer.emplace(std::move(reply)); }, kWithNames);
    });
    if (!world_.run_until([&] { return answer.has_value(); }, kPatienceNs)) return Status::unavailable("no answer on virtual time");
    return *std::move(answer);
  }

  wire::ErrorCode create(std::string_view name) {
    wire::CreateTopicsRequest request;
    wire::CreateTopicsRequest::CreatableTopic topic;
    topic.name = name;
    topic.num_partitions = 1;
    topic.replication_factor = 1;
    request.topics = std::span(&topic, 1);
    auto reply = call<wire::CreateTopicsResponse>(request);
    return reply ? reply->response.topics[0].error_code : wire::ErrorCode::kNetworkException;
  }

  wire::ErrorCode drop(std::string_view name) {
    wire::DeleteTopicsRequest request;
    wire::DeleteTopicsRequest::DeleteTopicState topic;
    topic.name = name;
    request.topics = std::span(&topic, 1);
    request.timeout_ms = 30'000;
    auto reply = call<wire::DeleteTopicsResponse>(request);
    return reply ? reply->response.responses[0].error_code : wire::ErrorCode::kNetworkException;
  }

  // The offset of the record, or -1 when it was not acknowledged.
  std::int64_t produce(std::string_view topic_name, std::string_view value) {
    builder_.start({});
    builder_.append({.timestamp_ms = 1'700'000'000'000, .value = sdk::Bytes(value)});
    auto batch = builder_.finish();
    wire::ProduceRequest::PartitionProduceData data;
    data.records = sdk::Bytes(*batch);
    wire::ProduceRequest::TopicProduceData topic;
    topic.name = topic_name;
    topic.partition_data = std::span(&data, 1);
    wire::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 30'000;
    request.topic_data = std::span(&topic, 1);
    auto reply = call<wire::ProduceResponse>(request);
    if (!reply) return -1;
    const auto& answer = reply->response.responses[0].partition_responses[0];
    return answer.error_code == wire::ErrorCode::kNone ? answer.base_offset : -1;
  }

  // All values of partition 0, in order.
  std::vector<std::string> read_all(std::string_view topic_name) {
    std::vector<std::string> values;
    for (std::int64_t offset = 0;;) {
      wire::FetchRequest::FetchPartition partition;
      partition.fetch_offset = offset;
      partition.partition_max_bytes = 1 << 20;
      wire::FetchRequest::FetchTopic topic;
      topic.topic = topic_name;
      topic.partitions = std::span(&partition, 1);
      wire::FetchRequest request;
      request.max_wait_ms = 10;
      request.min_bytes = 1;
      request.topics = std::span(&topic, 1);
      auto reply = call<wire::FetchResponse>(request);
      if (!reply || reply->response.responses.empty()) return values;
      record::BatchReader batches(reply->response.responses[0].partitions[0].records.bytes);
      const std::int64_t before = offset;
      record::RecordReader records(codecs_);
      for (record::BatchView batch; batches.next(batch); offset = batch.next_offset()) {
        EXPECT_TRUE(records.open(batch).ok());
        for (record::RecordView record; records.next(record);)
          values.emplace_back(reinterpret_cast<const char*>(record.value->data), record.value->size);
      }
      if (offset == before) return values;
    }
  }

  struct SessionAnswer {
    wire::ErrorCode error = wire::ErrorCode::kNetworkException;
    std::int32_t session = 0;
    std::size_t topics = 0;
  };
  // One request of a fetch session, that names the partition or nothing new.
  SessionAnswer fetch_in_session(std::int32_t session, std::int32_t epoch, std::optional<std::string_view> named) {
    wire::FetchRequest::FetchPartition partition;
    partition.partition_max_bytes = 1 << 20;
    wire::FetchRequest::FetchTopic topic;
    topic.topic = named.value_or("");
    topic.partitions = std::span(&partition, 1);
    wire::FetchRequest request;
    request.session_id = session;
    request.session_epoch = epoch;
    if (named) request.topics = std::span(&topic, 1);
    const auto reply = call<wire::FetchResponse>(request);
    if (!reply) return {};
    return {reply->response.error_code, reply->response.session_id, reply->response.responses.size()};
  }

 private:
  SimWorld& world_;
  testing::SimulatedDisk disk_;
  SimEnv env_;
  std::unique_ptr<client::Client> client_;
  record::BatchBuilder builder_;
  record::Codecs codecs_;
};

// One day in the life of a broker; the trace hash of everything that happened.
std::uint64_t live(std::uint64_t seed, const std::string& text) {
  SimWorld world(seed);
  testing::SimulatedDisk disk(seed);
  SimBroker broker(world, disk, text);
  EXPECT_TRUE(broker.start()) << broker.failure();
  SimClient client(world);
  EXPECT_EQ(client.create("orders"), wire::ErrorCode::kNone);
  std::vector<std::string> sent;
  for (int i = 0; i < 50; ++i) {
    sent.push_back("record " + std::to_string(i));
    EXPECT_EQ(client.produce("orders", sent.back()), i);
  }
  EXPECT_EQ(client.read_all("orders"), sent);
  EXPECT_TRUE(broker.stop());
  return world.trace_hash();
}

TEST(SimulatedBroker, TheSameSeedIsTheSameRunInMemory) {
  const std::uint64_t first = live(1, in_memory());
  EXPECT_EQ(live(1, in_memory()), first);
  EXPECT_NE(live(2, in_memory()), first);
}

TEST(SimulatedBroker, TheSameSeedIsTheSameRunOnDisk) {
  const std::uint64_t first = live(1, on_disk());
  EXPECT_EQ(live(1, on_disk()), first);
  EXPECT_NE(live(2, on_disk()), first);
}

// With `flush: ack` an acknowledgement means "on the device", so even the loss of everything unsynced keeps it.
TEST(SimulatedBroker, ACrashLosesNothingThatWasAcknowledged) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimWorld world(seed);
    testing::SimulatedDisk disk(seed);
    SimClient client(world);
    std::vector<std::string> acknowledged;
    bool created = false;
    for (int life = 0; life < 4; ++life) {
      auto broker = std::make_unique<SimBroker>(world, disk, on_disk());
      ASSERT_TRUE(broker->start()) << "seed " << seed << ": " << broker->failure();
      client.renew();
      if (!std::exchange(created, true)) {
        ASSERT_EQ(client.create("orders"), wire::ErrorCode::kNone);
      }
      ASSERT_EQ(client.read_all("orders"), acknowledged) << "seed " << seed << ", life " << life;
      const int count = static_cast<int>(seed % 7) + 3;
      for (int i = 0; i < count; ++i) {
        const std::string value = std::to_string(life) + "." + std::to_string(i);
        ASSERT_GE(client.produce("orders", value), 0);
        acknowledged.push_back(value);
      }
      broker->kill();
      broker.reset();
      client.renew();
      disk.restart(testing::Crash::kTear);
    }
  }
}

// Whatever finds no room at a start, a log of the metadata's is not taken for a stray: with room again everything is there.
TEST(SimulatedBroker, AStartThatFindsNoRoomLosesNothing) {
  for (std::uint64_t nth = 1; nth <= 60; ++nth) {
    SimWorld world(nth);
    testing::SimulatedDisk disk(nth);
    SimClient client(world);
    std::vector<std::string> acknowledged;
    const auto live = [&](bool has_room) {
      SimBroker broker(world, disk, on_disk());
      if (!has_room) disk.fail_at(nth, testing::Fault::kNoSpace);
      const bool serves = broker.start();
      EXPECT_TRUE(serves || !has_room) << "operation " << nth << ": " << broker.failure();
      client.renew();
      if (serves) {
        if (acknowledged.empty()) {
          EXPECT_EQ(client.create("orders"), wire::ErrorCode::kNone);
        }
        if (has_room) {
          // What was refused while there was no room may be there all the same: nothing more was promised than to say so.
          const std::vector<std::string> read = client.read_all("orders");
          EXPECT_TRUE(std::includes(read.begin(), read.end(), acknowledged.begin(), acknowledged.end())) << "operation " << nth;
          acknowledged = read;
        }
        const std::string value = std::to_string(acknowledged.size());
        if (client.produce("orders", value) >= 0) acknowledged.push_back(value);
      }
      broker.kill();
    };
    live(true);
    disk.restart(testing::Crash::kKill);
    live(false);
    disk.restart(testing::Crash::kKill);
    live(true);
    if (HasFailure()) return;
  }
}

// A partition that found no room when it was opened: where there is room again it is served, without a new start; where its topic is
// deleted meanwhile, nothing of it stays.
TEST(SimulatedBroker, WhatFoundNoRoomIsTriedAgain) {
  constexpr std::int64_t kLongNs = 15'000'000'000;
  int unserved = 0;
  for (std::uint64_t nth = 1; nth <= 40; ++nth) {
    for (const bool is_dropped : {false, true}) {
      SCOPED_TRACE("operation " + std::to_string(nth) + (is_dropped ? ", dropped" : ""));
      SimWorld world(nth);
      testing::SimulatedDisk disk(nth);
      SimClient client(world);
      {
        SimBroker broker(world, disk, on_disk());
        ASSERT_TRUE(broker.start()) << broker.failure();
        ASSERT_EQ(client.create("orders"), wire::ErrorCode::kNone);
        ASSERT_EQ(client.produce("orders", "a"), 0);
        broker.kill();
      }
      disk.restart(testing::Crash::kKill);
      disk.fail_at(nth, testing::Fault::kNoSpace);
      SimBroker broker(world, disk, on_disk());
      const bool serves = broker.start();
      disk.fail_at(0, testing::Fault::kNoSpace, 0);  // there is room again
      // A sync that fails is never tried again, whatever for.
      const bool is_offline = std::ranges::any_of(
          broker.env().logged(), [](const std::string& line) { return line.find("is offline since an I/O error") != std::string::npos; });
      if (!serves || is_offline) {
        broker.kill();
        continue;
      }
      client.renew();
      const bool is_served = !client.read_all("orders").empty();
      unserved += !is_served;
      if (is_dropped) {
        ASSERT_EQ(client.drop("orders"), wire::ErrorCode::kNone);
        EXPECT_FALSE(disk.exists("/data/orders-0"));
        EXPECT_EQ(client.create("orders"), wire::ErrorCode::kNone);
        EXPECT_EQ(client.produce("orders", "b"), 0);
      } else {
        world.run_for(kLongNs);
        EXPECT_EQ(client.produce("orders", "b"), 1);
        EXPECT_EQ(client.read_all("orders"), (std::vector<std::string>{"a", "b"}));
      }
      broker.kill();
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(unserved, 0);
}

// A client that does not know that the broker was started anew must not go on in the session of somebody else.
TEST(SimulatedBroker, AFetchSessionOfAnEarlierStartIsNotFound) {
  constexpr int kSessions = 20;
  SimWorld world(1);
  testing::SimulatedDisk disk(1);
  SimClient client(world);
  std::set<std::int32_t> old;
  for (const bool is_first : {true, false}) {
    SimBroker broker(world, disk, on_disk());
    ASSERT_TRUE(broker.start()) << broker.failure();
    client.renew();
    if (is_first) {
      ASSERT_EQ(client.create("orders"), wire::ErrorCode::kNone);
      ASSERT_EQ(client.produce("orders", "a"), 0);
    }
    for (int i = 0; i < kSessions; ++i) {
      const auto made = client.fetch_in_session(0, 0, "orders");
      ASSERT_EQ(made.error, wire::ErrorCode::kNone);
      ASSERT_NE(made.session, 0);
      if (is_first) old.insert(made.session);
    }
    for (const std::int32_t session : old) {
      const auto next = client.fetch_in_session(session, 1, std::nullopt);
      EXPECT_EQ(next.error, is_first ? wire::ErrorCode::kNone : wire::ErrorCode::kFetchSessionIdNotFound) << session;
      EXPECT_EQ(next.topics, is_first ? 1u : 0u) << session;
    }
    EXPECT_TRUE(broker.stop());
  }
}

// As a topic leaves it that was deleted and made again while its disk took nothing any more.
TEST(SimulatedBroker, ALogInTheWayOfATopicIsSetAsideAndTheTopicServed) {
  SimWorld world(1);
  testing::SimulatedDisk disk(1);
  SimClient client(world);
  {
    SimBroker broker(world, disk, on_disk());
    ASSERT_TRUE(broker.start()) << broker.failure();
    ASSERT_EQ(client.create("old"), wire::ErrorCode::kNone);
    ASSERT_EQ(client.create("new"), wire::ErrorCode::kNone);
    ASSERT_EQ(client.produce("old", "a"), 0);
    broker.kill();
  }
  disk.restart(testing::Crash::kKill);
  ASSERT_TRUE(disk.rename("/data/old-0", "/data/new-0").ok());
  SimBroker broker(world, disk, on_disk());
  ASSERT_TRUE(broker.start()) << broker.failure();
  client.renew();
  EXPECT_EQ(client.produce("new", "b"), 0);
  EXPECT_EQ(client.read_all("new"), std::vector<std::string>{"b"});
  broker.kill();
}

// A directory that is not mounted, or an order of them that changed, must not cost what was kept: to new metadata every log is a stray.
TEST(SimulatedBroker, LogsBesideNewMetadataAreRefusedAndStay) {
  SimWorld world(1);
  testing::SimulatedDisk disk(1);
  SimClient client(world);
  const auto lives = [&](const char* when) {
    SimBroker broker(world, disk, on_disk());
    ASSERT_TRUE(broker.start()) << when << broker.failure();
    client.renew();
    if (client.read_all("orders").empty()) {
      ASSERT_EQ(client.create("orders"), wire::ErrorCode::kNone);
      ASSERT_EQ(client.produce("orders", "a"), 0);
    }
    EXPECT_EQ(client.read_all("orders"), std::vector<std::string>{"a"}) << when;
    EXPECT_TRUE(broker.stop());
  };
  const auto is_refused = [&](const std::string& deployment, const char* says) {
    for (int twice = 0; twice < 2; ++twice) {
      SimBroker broker(world, disk, deployment);
      EXPECT_FALSE(broker.start());
      EXPECT_NE(broker.failure().find(says), std::string::npos) << broker.failure();
    }
  };
  lives("at first");
  is_refused(deployment("{use: segment, config: {dirs: [/new, /data]}}", "{use: kraft}"), "is new");
  lives("after a directory before it");
  is_refused(deployment("{use: segment, config: {dirs: [/data]}}", "{use: memory}"), "is new");
  lives("after metadata in memory");
  ASSERT_TRUE(disk.rename("/data/__cluster_metadata-0", "/aside").ok());
  is_refused(on_disk(), "their log is new");
}

}  // namespace
}  // namespace barnabas::sim
