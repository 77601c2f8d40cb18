// Three brokers of one kraft voter on a simulated network: killed, stopped, cut off from each other while topics come and go and records
// are produced. In the end all tell the same metadata, and nothing that was acknowledged is gone.
//
// BARNABAS_SIM_FROM and BARNABAS_SIM_SEEDS choose the seeds.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "kernel/base/uuid.h"
#include "kernel/client/client.h"
#include "kernel/record/batch_builder.h"
#include "kernel/record/batch_view.h"
#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/03_metadata.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/20_delete_topics.h"
#include "sim/sim_broker.h"
#include "sim/sim_network.h"

namespace barnabas::sim {
namespace {

constexpr std::size_t kBrokers = 3;
constexpr std::int32_t kPartitions = 3;
constexpr std::int16_t kWithNames = 12;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kPatienceNs = 120 * kSecondNs;
constexpr int kActs = 12;

std::string host_of(std::size_t broker) { return "10.0.0." + std::to_string(broker + 1); }

std::string deployment(std::size_t broker) {
  const std::string controllers = broker == 0 ? ", {name: CONTROLLER, address: '10.0.0.1:9093'}" : "";
  return "node: {id: " + std::to_string(broker + 1) + "}\nallow_insecure: true\nlisteners: [{name: PLAINTEXT, address: '" +
         host_of(broker) + ":9092'}" + controllers +
         "]\nstorage: {use: segment, config: {dirs: [/data], flush: ack}}\nmetadata: {use: kraft}\n"
         "kafka: {controller.listener.names: CONTROLLER, controller.quorum.voters: '1@10.0.0.1:9093'}\n";
}

// What one broker says of the topics: id, and leaders of the partitions.
struct Told {
  Uuid id;
  std::vector<std::int32_t> leaders;
  friend bool operator==(const Told&, const Told&) = default;
};
using ToldTopics = std::map<std::string, Told>;

class SimulatedCluster {
 public:
  explicit SimulatedCluster(std::uint64_t seed)
      : world_(seed), random_(seed), client_disk_(seed), client_env_(world_, "client", client_disk_, {.host = "10.0.1.1"}) {
    client::ClientSettings settings;
    settings.connection.connect_timeout_ns = kSecondNs;
    settings.connection.request_timeout_ns = 10 * kSecondNs;
    client_ = std::make_unique<client::Client>(client_env_.loop(0), settings);
    for (std::size_t i = 0; i < kBrokers; ++i) {
      disks_[i] = std::make_unique<testing::SimulatedDisk>(seed * kBrokers + i);
      start(i);
    }
    EXPECT_TRUE(world_.run_until([&] { return all_serve(); }, kPatienceNs)) << failures();
    world_.rules().resets_per_million = 500;
  }
  ~SimulatedCluster() {
    client_.reset();
    client_env_.end();
  }

  void act() {
    switch (random_.next() % 10) {
      case 0:
      case 1:
        create();
        break;
      case 2:
        remove();
        break;
      case 3:
        kill(random_.next() % kBrokers);
        break;
      case 4:
        cut();
        break;
      case 5:
        world_.run_for(static_cast<std::int64_t>(random_.next() % 15'000) * 1'000'000);
        break;
      default:
        for (int i = 0; i < 4; ++i) produce();
    }
  }

  void settle() {
    heal();
    world_.rules().resets_per_million = 0;
    for (std::size_t i = 0; i < kBrokers; ++i)
      if (brokers_[i] == nullptr || !brokers_[i]->failure().empty()) start(i);
    ASSERT_TRUE(world_.run_until([&] { return all_serve(); }, kPatienceNs)) << failures();
    // A session lasts nine seconds, and whoever was cut off notices within a few more.
    ToldTopics first;
    for (int tries = 0; tries < 40; ++tries) {
      world_.run_for(kSecondNs / 2);
      if (agree(first)) break;
    }
    ASSERT_TRUE(agree(first)) << "the brokers tell different things of the topics";
    for (const auto& [name, id] : created_) {
      ASSERT_TRUE(first.contains(name)) << name << " was made and is gone";
      EXPECT_EQ(first[name].id, id);
    }
    for (const auto& [name, told] : first) {
      EXPECT_TRUE(created_.contains(name) || unknown_.contains(name)) << name << " is there and should not be";
      for (const std::int32_t leader : told.leaders) EXPECT_GE(leader, 1) << name;
    }
    for (const auto& [place, values] : acknowledged_) {
      if (!created_.contains(place.first)) continue;
      EXPECT_EQ(kept(place, first[place.first]), values) << place.first << "-" << place.second;
    }
  }

  std::uint64_t trace_hash() const { return world_.trace_hash(); }

 private:
  using Place = std::pair<std::string, std::int32_t>;

  void start(std::size_t i) {
    brokers_[i].reset();
    brokers_[i] = std::make_unique<SimBroker>(world_, *disks_[i], deployment(i), host_of(i));
    brokers_[i]->begin_start();
  }
  bool all_serve() const {
    return std::all_of(brokers_.begin(), brokers_.end(), [](const auto& broker) { return broker != nullptr && broker->serves(); });
  }
  std::string failures() const {
    std::string text;
    for (const auto& broker : brokers_) text += broker == nullptr ? "down; " : broker->failure() + "; ";
    return text;
  }

  void kill(std::size_t i) {
    brokers_[i]->kill();
    brokers_[i].reset();
    world_.run_for(static_cast<std::int64_t>(random_.next() % 12'000) * 1'000'000);
    disks_[i]->restart(testing::Crash::kTear);
    start(i);
    if (random_.next() % 2 == 0) world_.run_until([&] { return brokers_[i]->serves(); }, 20 * kSecondNs);
  }
  void cut() {
    heal();
    const std::size_t a = random_.next() % kBrokers;
    const std::size_t b = (a + 1 + random_.next() % (kBrokers - 1)) % kBrokers;
    cut_ = {"broker " + host_of(a), "broker " + host_of(b)};
    world_.network().cut(cut_.first, cut_.second);
  }
  void heal() {
    if (!cut_.first.empty()) world_.network().heal(cut_.first, cut_.second);
    cut_ = {};
  }

  template <class Response, class Request>
  Result<client::Reply<Response>> call(std::size_t broker, const Request& request) {
    std::optional<Result<client::Reply<Response>>> answer;
    world_.run_on(static_cast<SimLoop&>(client_env_.loop(0)), [&] {
      client_->call<Response>(
          client::Target::at({host_of(broker), 9092}), request,
          [&](Result<client::Reply<Response>> reply) { answer.emplace(std::move(reply)); }, kWithNames);
    });
    if (!world_.run_until([&] { return answer.has_value(); }, kPatienceNs)) return Status::unavailable("no answer on virtual time");
    return *std::move(answer);
  }

  std::optional<ToldTopics> ask(std::size_t broker) {
    wire::MetadataRequest request;
    request.topics.reset();
    const auto reply = call<wire::MetadataResponse>(broker, request);
    if (!reply) return std::nullopt;
    ToldTopics told;
    for (const auto& topic : reply->response.topics) {
      Told& one = told[std::string(*topic.name)];
      one.id = topic.topic_id;
      one.leaders.resize(topic.partitions.size());
      for (const auto& partition : topic.partitions) one.leaders[static_cast<std::size_t>(partition.partition_index)] = partition.leader_id;
    }
    return told;
  }
  bool agree(ToldTopics& first) {
    const auto told = ask(0);
    if (!told) return false;
    first = *told;
    for (const auto& [name, topic] : first)
      if (std::ranges::find(topic.leaders, -1) != topic.leaders.end()) return false;
    return ask(1) == told && ask(2) == told;
  }

  void create() {
    const std::string name = "t" + std::to_string(++topics_);
    wire::CreateTopicsRequest request;
    wire::CreateTopicsRequest::CreatableTopic topic;
    topic.name = name;
    topic.num_partitions = kPartitions;
    topic.replication_factor = 1;
    request.topics = std::span(&topic, 1);
    const auto reply = call<wire::CreateTopicsResponse>(random_.next() % kBrokers, request);
    if (reply && reply->response.topics[0].error_code == wire::ErrorCode::kNone) {
      created_[name] = reply->response.topics[0].topic_id;
    } else {
      unknown_.insert(name);
    }
  }
  void remove() {
    if (created_.empty()) return;
    const std::string name = created_.begin()->first;
    const std::string_view names[] = {name};
    wire::DeleteTopicsRequest request;
    request.topic_names = names;
    std::optional<Result<client::Reply<wire::DeleteTopicsResponse>>> answer;
    const std::size_t broker = random_.next() % kBrokers;
    world_.run_on(static_cast<SimLoop&>(client_env_.loop(0)), [&] {
      client_->call<wire::DeleteTopicsResponse>(
          client::Target::at({host_of(broker), 9092}), request,
          [&](Result<client::Reply<wire::DeleteTopicsResponse>> reply) { answer.emplace(std::move(reply)); }, 5);
    });
    world_.run_until([&] { return answer.has_value(); }, kPatienceNs);
    created_.erase(name);
    const bool is_gone = answer && *answer && (**answer).response.responses[0].error_code == wire::ErrorCode::kNone;
    if (!is_gone) unknown_.insert(name);
  }
  void produce() {
    const auto told = ask(random_.next() % kBrokers);
    if (!told || told->empty()) return;
    auto topic = told->begin();
    std::advance(topic, static_cast<std::ptrdiff_t>(random_.next() % told->size()));
    const auto partition = static_cast<std::int32_t>(random_.next() % kPartitions);
    if (topic->second.leaders.size() != kPartitions) return;
    const std::int32_t leader = topic->second.leaders[static_cast<std::size_t>(partition)];
    if (leader < 1) return;
    const std::string value = std::to_string(++records_);
    builder_.start({});
    builder_.append({.timestamp_ms = 1'700'000'000'000, .value = sdk::Bytes(value)});
    const auto batch = builder_.finish();
    wire::ProduceRequest::PartitionProduceData data;
    data.index = partition;
    data.records = sdk::Bytes(*batch);
    wire::ProduceRequest::TopicProduceData produced;
    produced.name = topic->first;
    produced.partition_data = std::span(&data, 1);
    wire::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 10'000;
    request.topic_data = std::span(&produced, 1);
    const auto reply = call<wire::ProduceResponse>(static_cast<std::size_t>(leader - 1), request);
    const Place place{topic->first, partition};
    if (reply && reply->response.responses[0].partition_responses[0].error_code == wire::ErrorCode::kNone) {
      acknowledged_[place].push_back(value);
    } else {
      doubtful_.insert(value);
    }
  }

  // What the partition has of what was acknowledged; that of which nobody knows may be there as well.
  std::vector<std::string> kept(const Place& place, const Told& told) {
    std::vector<std::string> values;
    record::RecordReader records(codecs_);
    for (std::int64_t offset = 0;;) {
      wire::FetchRequest::FetchPartition partition;
      partition.partition = place.second;
      partition.fetch_offset = offset;
      partition.partition_max_bytes = 1 << 20;
      wire::FetchRequest::FetchTopic topic;
      topic.topic = place.first;
      topic.partitions = std::span(&partition, 1);
      wire::FetchRequest request;
      request.topics = std::span(&topic, 1);
      const std::int32_t leader = told.leaders[static_cast<std::size_t>(place.second)];
      const auto reply = call<wire::FetchResponse>(static_cast<std::size_t>(leader - 1), request);
      if (!reply || reply->response.responses.empty()) return values;
      record::BatchReader batches(reply->response.responses[0].partitions[0].records.bytes);
      const std::int64_t before = offset;
      for (record::BatchView batch; batches.next(batch); offset = batch.next_offset()) {
        EXPECT_TRUE(records.open(batch).ok());
        for (record::RecordView record; records.next(record);) {
          std::string value(reinterpret_cast<const char*>(record.value->data), record.value->size);
          if (!doubtful_.contains(value)) values.push_back(std::move(value));
        }
      }
      if (offset == before) return values;
    }
  }

  SimWorld world_;
  sdk::SplitMix random_;
  testing::SimulatedDisk client_disk_;
  SimEnv client_env_;
  std::unique_ptr<client::Client> client_;
  std::array<std::unique_ptr<testing::SimulatedDisk>, kBrokers> disks_;
  std::array<std::unique_ptr<SimBroker>, kBrokers> brokers_;
  std::pair<std::string, std::string> cut_;
  std::map<std::string, Uuid> created_;
  std::set<std::string> unknown_;  // topics that may be there or not
  std::map<Place, std::vector<std::string>> acknowledged_;
  std::set<std::string> doubtful_;
  record::BatchBuilder builder_;
  record::Codecs codecs_;
  int topics_ = 0;
  int records_ = 0;
};

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(SimulatedThreeBrokers, NothingAcknowledgedIsLostAndAllAgree) {
  const std::uint64_t from = number_of("BARNABAS_SIM_FROM", 1);
  const std::uint64_t seeds = number_of("BARNABAS_SIM_SEEDS", 20);
  for (std::uint64_t seed = from; seed < from + seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SimulatedCluster cluster(seed);
    for (int i = 0; i < kActs; ++i) cluster.act();
    cluster.settle();
  }
}

TEST(SimulatedThreeBrokers, TheSameSeedIsTheSameRun) {
  const auto live = [] {
    SimulatedCluster cluster(7);
    for (int i = 0; i < kActs; ++i) cluster.act();
    return cluster.trace_hash();
  };
  EXPECT_EQ(live(), live());
}

}  // namespace
}  // namespace barnabas::sim
