// What the store has its helper thread do, and what comes from the library's threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "kernel/record/framed.h"
#include "told.h"
#include "zookeeper_store.h"

namespace barnabas::metadata_zookeeper {

// The library's threads see nothing but this; what it posts finds nobody once it is gone.
class ZookeeperStore::Events final : public zookeeper::Watcher {
 public:
  Events(sdk::Executor& executor, std::function<void(int)> on_state, std::function<void(const std::string&)> on_change)
      : executor_(executor), calls_(std::make_shared<Calls>(Calls{std::move(on_state), std::move(on_change)})) {}

  void on_state(int state) noexcept override {
    base::post(executor_, [calls = std::weak_ptr(calls_), state] {
      if (const auto there = calls.lock()) there->on_state(state);
    });
  }
  void on_change(const std::string& path) noexcept override {
    base::post(executor_, [calls = std::weak_ptr(calls_), path] {
      if (const auto there = calls.lock()) there->on_change(path);
    });
  }

 private:
  struct Calls {
    std::function<void(int)> on_state;
    std::function<void(const std::string&)> on_change;
  };
  sdk::Executor& executor_;
  std::shared_ptr<Calls> calls_;
};

// The way to a session, an office and the tree, or as much of it as is needed.
struct ZookeeperStore::Establishing {
  Status run();

  std::shared_ptr<Ensemble> ensemble;
  bool connects = false;
  bool reads = false;     // also where the office stays the same
  bool is_first = false;  // nothing is written before all was read
  std::int32_t node_id = -1;
  std::string cluster_id;  // that it must be; empty: any. Then the one that it is
  std::string new_cluster_id;
  Uuid new_topic_ids;
  std::int64_t wall_ms = 0;
  std::optional<BrokerNode> registration;
  Office before;

  Status status;
  bool is_elsewhere = false;  // this is not the cluster of this node (any more)
  std::int64_t session_ms = 0;
  Office office;
  bool is_same = false;  // as before
  Tree tree;
  bool has_read = false;
  std::optional<std::int64_t> registered_epoch;
  Status registering;  // why it is not

 private:
  Status check_cluster();
  Status begin_cluster();
  Status take_office();
};

struct ZookeeperStore::Proposal {
  Status run(Ensemble& ensemble, const Tree& tree, const std::atomic<std::uint64_t>& current_line);

  record::FramedRecords records;
  sdk::Completion* completion = nullptr;
  Office office;
  std::uint64_t line = 0;

  Status status;
  std::vector<Operations> requests;
};

// What a RegisterBrokerRecord says, as a broker's node.
Result<BrokerNode> node_of(sdk::Bytes registration, std::int64_t wall_ms);

}  // namespace barnabas::metadata_zookeeper
