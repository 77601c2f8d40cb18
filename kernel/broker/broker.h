// The broker: what all loops share. Handlers reach it through their shard.
//
// Threads: settings, services and names are set before the first connection and never change; publish() is called on the controller's loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "kernel/broker/group_loop.h"
#include "kernel/broker/interceptor_chain.h"
#include "kernel/broker/shard.h"
#include "kernel/broker/unserved_partitions.h"
#include "kernel/config/kafka_configs.h"
#include "kernel/controller/channel.h"
#include "kernel/controller/controller.h"
#include "kernel/log/log_manager.h"
#include "kernel/record/codecs.h"

namespace barnabas::broker {

struct BrokerSettings {
  std::int32_t node_id = 1;
  std::string cluster_id;
  std::string controller_listener;          // where brokers of other processes come; "": they come where clients do
  base::Address controller_address;         // of it
  bool auto_create_topics = true;           // auto.create.topics.enable
  std::int32_t fetch_max_bytes = 55 << 20;  // fetch.max.bytes
  std::int32_t fetch_max_wait_ms = INT32_MAX;
  bool consumer_groups = true;             // group.coordinator.rebalance.protocols names them
  std::vector<std::string> assignors;      // of consumer groups, the default first
  log::LogSettings log;                    // what topics do not decide: flush mode, expirations
  std::size_t fetch_session_slots = 1000;  // max.incremental.fetch.session.cache.slots
  std::int64_t fetch_session_eviction_ns = 120'000'000'000;
  std::int32_t max_describe_partitions = 2000;             // max.request.partition.size.limit
  std::int16_t max_replication = 1;                        // of topics that this broker makes for itself
  sdk::Durability durability = sdk::Durability::kProcess;  // of what a log calls committed
};

class Broker {
 public:
  Broker(base::Env& env, BrokerSettings settings, log::LogManager& logs, controller::Controller& controller, controller::Channel& channel,
         const record::Codecs& codecs, const config::KafkaConfigs& file);
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  base::Env& env;
  const BrokerSettings settings;
  log::LogManager& logs;
  controller::Controller& controller;  // this node's own, which may be one that only follows
  controller::Channel& channel;        // to whoever leads
  const record::Codecs& codecs;
  const config::KafkaConfigs& file;                             // the deployment's Kafka keys
  std::vector<std::unique_ptr<InterceptorChain>> interceptors;  // one a loop: an interceptor is never in two threads
  std::vector<std::unique_ptr<GroupLoop>> groups;               // one a loop: its coordinator

  Shard& shard(std::size_t index) { return *shards_[index]; }
  base::Loop& controller_loop() { return env.loop(0); }

  // Brings logs and views to the state of `image`: opens the logs of partitions placed here, removes those of topics that are gone, and
  // hands the new view to every loop. [controller's loop]
  void publish(std::shared_ptr<const catalog::Image> image);
  // Runs `then` on the controller's loop when every loop has the view of the last publish(). [controller's loop]
  void when_published(std::function<void()> then);
  // After the first publish(): stored partitions that the metadata does not place here are kept under another name, and those whose names
  // they had are opened. [controller's loop]
  void set_aside_strays();
  // Nothing that could not be opened is tried again from here on. [controller's loop]
  void stop_retries() { retry_.cancel(); }

  // Runs `ask` with the controller on its loop; its answer comes back on the loop of `call` once every loop sees what it did, unless nobody
  // is there any more.
  template <class Reply>
  void ask_controller(Call& call, std::function<void(controller::Controller&, std::function<void(Reply)>)> ask,
                      std::function<void(Call&, Reply)> then);
  // The same, of whoever leads.
  template <class Reply>
  void ask_channel(Call& call, std::function<void(controller::Channel&, std::function<void(Reply)>)> ask,
                   std::function<void(Call&, Reply)> then);

 private:
  template <class Reply>
  std::function<void(Reply)> way_back(Call& call, std::function<void(Call&, Reply)> then);
  // `before`: the image that was published until now, null at the start.
  std::shared_ptr<const LocalTopic> open_topic(const catalog::Topic& topic, const LocalTopic* known, const catalog::Image* before);
  void remove_logs(const catalog::Topic& gone, const LocalTopic* local);
  // Those that could not be opened, or led, for want of room.
  void retry_unserved();
  // Every loop has these from its next task on.
  void show(std::shared_ptr<const LocalTopics> topics);
  std::shared_ptr<Partition> open_partition(const catalog::Topic& topic, std::int32_t index, const TopicRules& rules,
                                            std::shared_ptr<Partition> known, bool is_new);
  // Opens its log where that is not done, and takes the role that the metadata gives it.
  Status serve(const catalog::Topic& topic, std::int32_t index, const TopicRules& rules, bool is_new,
               std::shared_ptr<Partition>& partition);
  Result<std::shared_ptr<Partition>> open_log(const catalog::Topic& topic, std::int32_t index, const TopicRules& rules,
                                              const Uuid& directory, bool is_new);
  TopicRules rules_of(std::string_view topic) const;
  // Who sets what nothing is done with is told, in the log.
  void warn_of_flushes(std::string_view topic, const catalog::Configs& earlier) const;

  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<Parking*> parkings_;
  std::shared_ptr<const catalog::Image> image_;
  bool is_published_ = false;
  log::LogSettings log_settings_;  // those of `settings`, with what was set while the broker runs
  std::shared_ptr<const LocalTopics> topics_ = std::make_shared<LocalTopics>();
  UnservedPartitions unserved_;
  base::Timer retry_;
};

template <class Reply>
std::function<void(Reply)> Broker::way_back(Call& call, std::function<void(Call&, Reply)> then) {
  return [this, &asker = call.shard.loop, ref = call.ref(), then = std::move(then)](Reply reply) {
    auto kept = std::make_shared<Reply>(std::move(reply));
    when_published([&asker, ref, then, kept = std::move(kept)] {
      base::post(asker, [ref, then, kept] {
        if (*ref != nullptr) then(**ref, std::move(*kept));
      });
    });
  };
}

template <class Reply>
void Broker::ask_controller(Call& call, std::function<void(controller::Controller&, std::function<void(Reply)>)> ask,
                            std::function<void(Call&, Reply)> then) {
  base::post(controller_loop(),
             [this, ask = std::move(ask), answer = way_back(call, std::move(then))]() mutable { ask(controller, std::move(answer)); });
}

template <class Reply>
void Broker::ask_channel(Call& call, std::function<void(controller::Channel&, std::function<void(Reply)>)> ask,
                         std::function<void(Call&, Reply)> then) {
  base::post(controller_loop(),
             [this, ask = std::move(ask), answer = way_back(call, std::move(then))]() mutable { ask(channel, std::move(answer)); });
}

}  // namespace barnabas::broker
