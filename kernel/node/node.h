// A running broker, put together from a deployment: plugins, controller, logs, broker, listeners. Assembly only.
//
// Everything on loop 0 of the Env; start() may be called before the loops run.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/machine.h"
#include "kernel/base/task.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/retention_rounds.h"
#include "kernel/config/deployment.h"
#include "kernel/node/checkpoints.h"
#include "kernel/node/connection_limits.h"
#include "kernel/node/directory_report.h"
#include "kernel/node/membership.h"
#include "kernel/node/services.h"
#include "kernel/quorum/controller_channel.h"
#include "kernel/quorum/following_store.h"
#include "kernel/quorum/observer.h"

namespace barnabas::node {

class Session;

class Node {
 public:
  // The arguments outlive the node, but for `machine`, from which limits that the deployment does not say are taken.
  Node(base::Env& env, host::Registry& registry, const config::Deployment& deployment, const base::Machine& machine = {});
  ~Node();

  // `started` comes once: with success when clients are served, otherwise with the reason why not. `failed` comes at most once, later, when
  // the node cannot go on.
  void start(std::function<void(Status)> started, std::function<void(Status)> failed);
  // Leaves the cluster, closes the logs cleanly, then `stopped`. A start that is under way ends, without `started`: at once where it waits
  // for a store or for controllers that do not answer.
  void stop(std::function<void(Status)> stopped);

  // Where the listener of that name accepts; port 0 until it does.
  base::Address address(std::string_view listener) const;
  const std::string& cluster_id() const { return cluster_id_; }

 private:
  class Sessions;  // those of one loop

  // A start, each step called by the one before it or by what that one waited for:
  //   prepare              plugins, controller; open_storage() too, where the cluster's id is known
  //   (the controller starts: it has the metadata, or follows it)
  //   on_controller_started -> open_storage, where it had to wait for that id -> register_broker
  //   (the broker is registered and unfenced)
  //   on_member -> start_groups -> make_topics -> serve -> finish_start
  // A stop: leave -> stop_groups -> stop_logs -> close_logs. What fails on the way goes to finish_start, afterwards to fail.
  Status prepare();
  sdk::MetadataStore& prepare_metadata();
  Status open_storage();
  // What may change while the broker runs.
  void follow_configs(const std::shared_ptr<const catalog::Image>& image);
  void on_controller_started(Status status);
  Status check_stored();
  std::string unfit();
  void register_broker();
  void on_member();
  void start_groups();
  void make_topics();
  void serve();
  Crowd crowd_of(const config::Listener& listener) const;
  Status bind(const config::Listener& listener);
  bool is_bound(const config::Listener& listener) const;
  std::vector<const config::Listener*> listeners() const;
  std::vector<catalog::Endpoint> endpoints() const;
  void finish_start(Status status);
  void leave();
  void fail(Status status);
  void stop_groups();
  void stop_logs();
  void close_logs();

  base::Env& env_;
  host::Registry& registry_;
  const config::Deployment& deployment_;
  const base::Machine machine_;
  const config::KafkaConfigs kafka_keys_;  // what the broker tells clients of it
  std::function<void(Status)> started_;
  std::function<void(Status)> failed_;
  std::function<void(Status)> stopped_;
  std::string cluster_id_;                        // empty: the controllers will say it
  std::shared_ptr<const catalog::Image> judged_;  // by unfit()
  std::string unfit_;
  std::int64_t previous_epoch_ = -1;
  std::atomic<bool> serving_ = false;  // read by every loop that accepts
  bool groups_started_ = false;
  bool waits_for_others_ = false;  // of the start; it may be given up at any time
  bool stopping_ = false;

  std::shared_ptr<const catalog::Image> followed_;  // by follow_configs()

  std::unique_ptr<Services> services_;
  std::unique_ptr<quorum::Follower> follower_;
  std::unique_ptr<quorum::Observer> observer_;         // of controllers in other processes, or
  std::unique_ptr<quorum::FollowingStore> following_;  // over the store that this node has itself
  std::unique_ptr<controller::Controller> controller_;
  std::unique_ptr<quorum::ControllerChannel> channel_;
  std::unique_ptr<log::LogManager> logs_;
  std::unique_ptr<broker::Broker> broker_;
  std::unique_ptr<Membership> membership_;
  std::unique_ptr<DirectoryReport> directory_report_;  // to controllers in other processes
  ConnectionLimits limits_;
  std::vector<std::unique_ptr<Sessions>> sessions_;
  struct Bound {
    std::string name;
    std::unique_ptr<base::Listener> listener;
  };
  std::vector<Bound> bound_;
  std::unique_ptr<Checkpoints> checkpoints_;
  std::unique_ptr<broker::RetentionRounds> retention_;
};

}  // namespace barnabas::node
