// The controller of a node: keeps the image of a metadata store up to date, and, while this node leads, decides what is asked of it and
// writes that down.
//
// Requests that come while a proposal is under way are decided together, each against the state that the ones before it leave, and written
// as one proposal: so a slow disk makes batches larger, not the queue longer. A reply comes when the change is durable and in image().
// Everything on the store's loop; images may be read anywhere.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/config/kafka_configs.h"
#include "kernel/controller/draft.h"
#include "kernel/controller/feed.h"
#include "kernel/controller/requests.h"
#include "kernel/controller/sessions.h"

namespace barnabas::controller {

struct ControllerSettings {
  std::int32_t node_id = 1;
  std::string cluster_id;        // empty: whatever the store says
  config::KafkaConfigs configs;  // of the deployment: defaults of topics, delete.topic.enable, broker.session.timeout.ms, …
  std::size_t max_queued_requests = 10'000;
  std::int16_t max_replication = INT16_MAX;  // of new partitions: as many replicas as the brokers can keep alike
  sdk::Placement* placement = nullptr;       // of new partitions; never null where this node may lead, and outlives the controller
  std::string placement_name = {};
};

class Controller final : private sdk::MetadataListener {
 public:
  // The store, which belongs to `host`'s executor, outlives the controller; stop() is done before the destructor.
  Controller(sdk::MetadataStore& store, sdk::Host& host, ControllerSettings settings);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  // `on_image` is called for every new image, `on_failed` once when the store cannot go on. `started` comes when what is stored is in
  // image(), it is known who leads and, if that is this node, it has written what a leader begins with.
  struct Hooks {
    std::function<void(std::shared_ptr<const catalog::Image>)> on_image;
    std::function<void(Status)> on_failed;
    std::function<void()> on_session_lost = {};  // the store that keeps sessions gave this node's up: it has to register again
  };
  void start(Hooks hooks, std::function<void(Status)> started);
  // Requests under way are answered with NOT_CONTROLLER.
  void stop(std::function<void()> stopped);

  // Never null.
  const std::shared_ptr<const catalog::Image>& image() const { return image_; }
  bool leads() const { return image_->leader().is_self; }
  // Whether the store notices brokers that are gone: then they send no heartbeats. REQUIRES: started
  bool keeps_sessions() const { return keeps_sessions_; }
  // What brokers of other processes are told.
  Feed& feed() { return feed_; }

  // Each calls `reply` once, never from inside the call. NOT_CONTROLLER in every item while another node leads, REQUEST_TIMED_OUT when it
  // is not known whether it was written.
  void create_topics(CreateTopicsRequest request, std::function<void(CreateTopicsReply)> reply);
  void delete_topics(DeleteTopicsRequest request, std::function<void(DeleteTopicsReply)> reply);
  void create_partitions(CreatePartitionsRequest request, std::function<void(CreatePartitionsReply)> reply);
  void alter_configs(AlterConfigsRequest request, std::function<void(AlterConfigsReply)> reply);
  void update_features(UpdateFeaturesRequest request, std::function<void(UpdateFeaturesReply)> reply);
  void choose_offset_store(ChooseOffsetStoreRequest request, std::function<void(ChooseOffsetStoreReply)> reply);
  void elect_leaders(ElectLeadersRequest request, std::function<void(ElectLeadersReply)> reply);
  void alter_partition_reassignments(AlterPartitionReassignmentsRequest request,
                                     std::function<void(AlterPartitionReassignmentsReply)> reply);
  void allocate_producer_ids(ProducerIdsRequest request, std::function<void(ProducerIdsReply)> reply);
  void register_broker(BrokerRegistration request, std::function<void(RegistrationReply)> reply);
  void heartbeat(BrokerHeartbeat request, std::function<void(HeartbeatReply)> reply);
  void unregister_broker(UnregisterBrokerRequest request, std::function<void(UnregisterBrokerReply)> reply);
  void alter_partition(AlterPartitionRequest request, std::function<void(AlterPartitionReply)> reply);
  void assign_replicas_to_dirs(AssignReplicasToDirsRequest request, std::function<void(AssignReplicasToDirsReply)> reply);

 private:
  class Job;
  template <class Request, class Reply>
  class Asked;
  class Own;
  class Proposing;
  class Snapshot;

  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override;
  void on_snapshot_end() noexcept override;
  void on_batch(const sdk::MetadataBatch& batch) noexcept override;
  void on_leader(const sdk::MetadataLeader& leader) noexcept override;
  void on_session_lost() noexcept override;
  void on_snapshot_wanted() noexcept override;
  void on_failed(Status reason) noexcept override;

  template <class Request, class Reply>
  void submit(Request request, std::function<void(Reply)> reply);
  void enqueue(std::unique_ptr<Job> job);
  void pump();
  void decide_queued(Draft& draft);
  bool fits(Draft& draft, const Draft::Mark& before) const;
  void ask_whether_it_leads();
  void proposed(Status status);
  void refuse_all(std::vector<std::unique_ptr<Job>> jobs, ErrorCode error, std::string_view message);
  void refuse_alone(std::unique_ptr<Job> job, ErrorCode error, std::string_view message);
  void publish(std::shared_ptr<const catalog::Image> image);
  void take_identity();
  void begin_feed();
  void check_started();
  void fail(Status reason);
  void keep_snapshot(Status filled);
  void owe_snapshot();
  void try_snapshot_again();
  void stop_store();
  void watch_sessions();
  void watch_sessions_later();
  void give_sessions_back();
  void forgive_pause();
  void activation_ended(bool written);
  // Chooses leaders by who is registered; `done` is told whether that is written.
  void follow(std::function<void(bool)> done);
  void look_at_brokers();
  void looked_at_brokers(std::int32_t term, std::vector<std::function<void(bool)>> told, bool written);
  void follow_news();
  void open_session(const BrokerRegistration& request, std::function<void(RegistrationReply)> reply);
  void session_opened(std::int32_t id, const Status& status, const std::function<void(RegistrationReply)>& reply);
  Surroundings surroundings();

  sdk::MetadataStore& store_;
  sdk::Host& host_;
  const ControllerSettings settings_;
  Hooks hooks_;
  std::function<void(Status)> started_;
  std::function<void()> stopped_;
  std::shared_ptr<const catalog::Image> image_;
  std::unique_ptr<catalog::ImageBuilder> told_;  // the snapshot that is being told
  Feed feed_;
  Sessions sessions_;
  base::Timer session_timer_;
  std::int64_t check_due_ns_ = 0;  // when it should run
  base::Timer snapshot_timer_;     // armed while the store is owed a snapshot
  sdk::MetadataPosition owed_since_;
  std::deque<std::unique_ptr<Job>> queue_;
  std::vector<std::unique_ptr<Job>> under_way_;
  std::size_t one_by_one_ = 0;  // so many of the queue: one of them was refused by the store
  bool is_partial_ = false;     // the last of those under way has more to write
  std::unique_ptr<Proposing> proposing_;
  std::unique_ptr<Proposing> starting_;
  std::unique_ptr<Proposing> ending_;
  std::unique_ptr<Proposing> opening_;
  std::shared_ptr<Snapshot> snapshot_;
  std::vector<std::function<void(bool)>> followers_;  // wait for the next look at the brokers
  int batches_ = 0;                                   // told while a proposal was under way
  int expected_batches_ = 0;                          // by the proposal alone
  bool keeps_sessions_ = false;
  bool is_looking_ = false;  // at the brokers
  bool pump_posted_ = false;
  bool is_filling_ = false;  // the snapshot, on a thread of its own
  bool store_started_ = false;
  bool activated_ = false;  // in the present term
  bool stopping_ = false;
  bool failed_ = false;
};

}  // namespace barnabas::controller
