#include "kernel/broker/partition.h"

#include <bit>

#include "kernel/broker/parking.h"

namespace barnabas::broker {

void Partition::on_change(log::PartitionLog&, std::uint32_t) noexcept {
  // Parking::add sets the bit and then looks at the log again, so either it sees the change or we see the bit.
  std::uint64_t loops = waiting_loops.load(std::memory_order_seq_cst);
  while (loops != 0) {
    parkings_[static_cast<std::size_t>(std::countr_zero(loops))]->wake(*this);
    loops &= loops - 1;
  }
}

void Partition::ensure_flush(base::Loop& loop) {
  if (!log_->flush_needed() || flushing_.exchange(true)) return;
  base::offload(
      loop, [log = log_] { (void)log->flush(); },  // a failure puts the log out of service, which its observer is told
      [self = shared_from_this(), &loop] {
        self->flushing_.store(false);
        self->ensure_flush(loop);
      });
}

}  // namespace barnabas::broker
