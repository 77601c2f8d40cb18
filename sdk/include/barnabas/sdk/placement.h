// Kind `placement`: says which brokers keep the replicas of new partitions. The controller asks for each topic that is made, and for each
// that gets more partitions, where nobody assigned them by hand.
//
// It is a function: what it knows is the cluster as it is told, and chance comes with the request.
//
// Threads: all calls on the controller's loop, one at a time, each of which must return soon.
#pragma once

#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

struct PlacementBroker {
  std::int32_t id = -1;
  Text rack;  // where has_rack; brokers that did not say stand in a rack of their own
  bool has_rack = false;
  bool fenced = false;  // not there at the moment: it may keep a replica, and not the first one
};

// What brokers carry already, counted when it is first asked for. `broker` is an index in the cluster's brokers.
class PlacementLoad {
 public:
  virtual std::int64_t replicas(std::size_t broker) noexcept = 0;
  virtual std::int64_t leaders(std::size_t broker) noexcept = 0;  // among them

 protected:
  ~PlacementLoad() = default;
};

struct PlacementCluster {
  const PlacementBroker* brokers = nullptr;  // that take new replicas, by id, ascending; at least one of them is not fenced
  std::size_t broker_count = 0;
  PlacementLoad* load = nullptr;  // never null
};

struct PlacementRequest {
  std::int32_t partition_count = 0;
  std::int32_t replication = 0;  // how many replicas each gets: 1 to as many as there are brokers
  Random* random = nullptr;      // never null
};

// Where the answer goes.
class PlacementSink {
 public:
  // The replicas of the next partition, by the ids of their brokers: all different, and the first one, which is to lead, is not fenced.
  // Anything else is refused by the caller, by name, and so is an answer of too few partitions or too many.
  virtual void place(const std::int32_t* brokers, std::size_t count) noexcept = 0;

 protected:
  ~PlacementSink() = default;
};

class Placement : public Object {
 public:
  static constexpr Text kName = "placement";
  static constexpr std::int32_t kRevision = 1;

  // Views are valid until it returns. An error refuses the topic with its message.
  virtual Status place(const PlacementCluster& cluster, const PlacementRequest& request, PlacementSink& sink) noexcept = 0;

  // An author's class has: using Options; a constructor (Host&, const Options&); place(), which may throw.
  template <class T, class Id>
  class Guarded;

 protected:
  ~Placement() = default;
};

template <class T, class Id>
class Placement::Guarded final : public Placement {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  Status place(const PlacementCluster& cluster, const PlacementRequest& request, PlacementSink& sink) noexcept override {
    return detail::guarded(Id::text(), "place", [&] { return author_.place(cluster, request, sink); });
  }
  void* find([[maybe_unused]] Text interface_id) noexcept override {
    if constexpr (requires { author_.find(interface_id); }) return author_.find(interface_id);
    return nullptr;
  }

 private:
  T author_;
};

}  // namespace barnabas::sdk
