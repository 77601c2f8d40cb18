// Tells controllers in other processes in which directory a replica lies, where they have left that to the broker (KIP-858): so they know
// whose leadership ends when a directory fails. On the controller's loop.
#pragma once

#include <memory>
#include <set>
#include <utility>

#include "kernel/base/task.h"
#include "kernel/broker/broker.h"

namespace barnabas::node {

class DirectoryReport {
 public:
  // The broker outlives it. `directories`: the ids of the storage's, by their index.
  DirectoryReport(broker::Broker& broker, std::vector<Uuid> directories, std::function<std::int64_t()> broker_epoch);

  // The broker has published an image.
  void look();

 private:
  void tell();
  void told(const controller::AssignReplicasToDirsReply& reply);

  broker::Broker& broker_;
  const std::vector<Uuid> directories_;
  std::function<std::int64_t()> broker_epoch_;
  std::shared_ptr<const catalog::Image> seen_ = std::make_shared<catalog::Image>();
  std::set<std::pair<Uuid, std::int32_t>> open_;  // replicas whose directory the controllers do not know
  bool is_telling_ = false;
  base::Timer retry_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::node
