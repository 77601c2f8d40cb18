// The connections of one loop: admitted, watched for idleness and slowness, closed together. Everything on the loop.
#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "kernel/node/node.h"
#include "kernel/node/session.h"

namespace barnabas::node {

class Node::Sessions {
 public:
  // `all`: those of every loop, this one at its own index.
  Sessions(base::Loop& loop, ConnectionLimits& limits, const std::vector<std::unique_ptr<Sessions>>& all)
      : loop_(loop), limits_(limits), all_(all), timer_(loop, [this] { check(); }) {}

  // Null when there are too many already.
  std::unique_ptr<base::StreamHandler> accept(broker::Shard& shard, const std::string& listener, const base::Address& peer);
  void close_all();

 private:
  class Watched;

  // Null when the loop is being left.
  std::unique_ptr<Watched> admit(broker::Shard& shard, ConnectionPermit permit, const broker::Client& client);
  void check();

  base::Loop& loop_;
  ConnectionLimits& limits_;
  const std::vector<std::unique_ptr<Sessions>>& all_;
  base::Timer timer_;  // runs only while there are connections
  std::unordered_set<Watched*> open_;
  bool closing_ = false;
};

}  // namespace barnabas::node
