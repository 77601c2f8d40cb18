// What a planted bug may do to what clients and broker say to each other: the seam through which a broker seems to have a fault that the
// product does not have. Nothing by default. On the world's one thread.
#pragma once

#include <cstdint>

#include "kernel/wire/messages/00_produce.h"
#include "kernel/wire/messages/01_fetch.h"

namespace barnabas::sim {

class Mischief {
 public:
  virtual ~Mischief() = default;

  // The broker began to serve, at this time.
  virtual void on_start(std::int64_t /*now_ns*/) {}
  // Sequences are as good as not sent.
  virtual bool drops_sequences() const { return false; }
  // Before a client hears of it.
  virtual void on_produced(wire::ProduceResponse::PartitionProduceResponse& /*answer*/, std::int64_t /*now_ns*/) {}
  virtual void on_fetched(wire::FetchResponse::PartitionData& /*answer*/, std::int64_t /*asked_offset*/, std::int64_t /*now_ns*/) {}
  virtual void on_offset_told(std::int64_t& /*offset*/, std::int64_t /*now_ns*/) {}
};

}  // namespace barnabas::sim
