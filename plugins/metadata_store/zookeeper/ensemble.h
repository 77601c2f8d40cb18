// The cluster's tree in an ensemble: what is asked of it and written to it, waiting for each answer. One thread at a time, which may block.
//
// Failures say what they mean for what was asked: kUnavailable: nothing was done, or it may be done again; kUnknown: a write may have come
// through; kFenced: this node is in office no more; kExists: another session has what was asked for; kInvalid and kCorrupt: the tree is not
// what it should be, and the operator has to look.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "plan.h"
#include "shared/zookeeper/keeper.h"
#include "tree.h"

namespace barnabas::metadata_zookeeper {

using zookeeper::Watch;

// Who has won the last election.
struct Office {
  std::int32_t leader = -1;  // -1: nobody, or a session that this node has had before
  std::int32_t epoch = 0;
  std::int32_t epoch_version = -1;  // of /controller_epoch: what each write of the controller names; -1: it is not there
  bool is_held = false;             // by a session, which may be an earlier one of this node
  bool is_self = false;

  friend bool operator==(const Office&, const Office&) = default;
};

// A registered broker of another make, in words.
std::string foreigner(std::int32_t id, const BrokerNode& node);

class Ensemble {
 public:
  Ensemble(zookeeper::Address address, zookeeper::Watcher* watcher) : keeper_(std::move(address), watcher) {}

  std::string name() const { return keeper_.name(); }
  bool is_open() const { return keeper_.is_open(); }
  std::int64_t session_ms() const { return keeper_.session_ms(); }
  Status connect();
  void close() { keeper_.close(); }
  void interrupt() noexcept { keeper_.interrupt(); }  // [any thread]

  // Empty: the ensemble has no cluster yet.
  Result<std::string> cluster_id();
  // kExists: there is one already.
  Status make_cluster(const std::string& id);
  // The folders that Kafka makes where they are missing.
  Status make_folders();
  // This broker's node, which lives as long as the session; called again it says something else. `epoch` is the transaction that made it.
  Status register_broker(std::int32_t id, const BrokerNode& node, std::int64_t& epoch);
  // The next change of the broker's node is told.
  void watch_broker(std::int32_t id) { keeper_.wait(keeper_.exists(broker_path(id), Watch::kYes)); }
  // Who is in office, of which `node_id` holds none that it knows of. kInvalid: a controller that is none of a ZooKeeper.
  Result<Office> office(std::int32_t node_id);
  // Stands for election where nobody is in office. The next change of /controller is told.
  Result<Office> campaign(std::int32_t node_id, std::int64_t wall_ms);
  // Everything. The next changes of configurations are told; with `watch` also those of the lists of brokers, topics and deletions, and of
  // each topic and broker.
  Result<Tree> read(Watch watch);
  // Everything, and whether a node of that id may become one of this cluster: nothing is damaged, and nobody is here who would take no part
  // with it. Another session may have its id.
  Result<Tree> look_around(std::int32_t node_id);
  // How long a change of a configuration is announced, if not for 15 minutes.
  void keep_changes_for(std::int64_t ms) { change_lives_ms_ = ms; }
  // Whether the tree still is what was read at the path of which a change was told; the next one is told again.
  Result<bool> is_as_read(const std::string& path, const Tree& tree);
  // All requests in order, each only while `office` lasts.
  Status write(const std::vector<Operations>& requests, const Office& office);
  // What a controller finds undone: deletions, and topics of older brokers without an id. `tree` follows.
  Status finish(Tree& tree, const Office& office, const std::function<Uuid()>& new_id);

 private:
  class Reading;

  Status failure(int code, std::string_view doing, std::string_view path) const;
  Status make(const std::string& path, const std::string& data, bool has_data);
  Status write_one(const Operations& operations, const Office& office, bool is_first);
  Result<std::vector<std::string>> children(const std::string& path, Watch watch);
  Result<bool> changes_are_read(const Tree& tree);
  void forget_changes(const std::vector<std::string>& changes, std::int64_t until_ms);
  Result<bool> brokers_are_read(const Tree& tree);
  Result<bool> topics_are_read(const Tree& tree);

  zookeeper::Keeper keeper_;
  std::string last_change_;  // of configurations: the last node that was looked at
  std::int64_t change_lives_ms_ = 15 * std::int64_t{60'000};
  std::set<std::string> watched_;  // topics whose next change is told
};

}  // namespace barnabas::metadata_zookeeper
