// Where the replicas of new partitions go: over racks first, then over the brokers of a rack, so that leaders and followers are spread
// evenly.
//
// As Kafka's striped placement: the first replica is always on a broker that is not fenced, fenced ones take replicas only where there are
// not enough others. Pure. One thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/catalog/image.h"

namespace barnabas::controller {

class Placement {
 public:
  Placement(const catalog::Image& image, sdk::Random& random);

  // The replicas of the next partition; kExhausted, in Kafka's words, when there are not enough brokers.
  Result<std::vector<std::int32_t>> place(std::int16_t replication);

 private:
  class Brokers {
   public:
    void add(std::int32_t id) { ids_.push_back(id); }
    void begin_at_random(sdk::Random& random);
    std::int32_t next(std::uint64_t round);  // -1: all were given out in this round
    std::size_t size() const { return ids_.size(); }

   private:
    std::vector<std::int32_t> ids_;
    std::uint64_t round_ = 0;
    std::size_t given_ = 0;
    std::size_t offset_ = 0;
  };
  struct Rack {
    Brokers unfenced;
    Brokers fenced;
    std::int32_t next(std::uint64_t round);
  };

  std::vector<Rack> racks_;  // in the order of their names
  std::size_t broker_count_ = 0;
  std::size_t unfenced_count_ = 0;
  std::uint64_t round_ = 0;
  std::size_t offset_ = 0;
};

// The directory in which a broker keeps a new replica.
Uuid directory_for(const catalog::Image& image, std::int32_t broker, sdk::Random& random);

}  // namespace barnabas::controller
