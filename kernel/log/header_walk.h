// The batches of a log in their order, by their headers: what follows a header is passed over, so that a walk costs by the batch and not by
// the octet. Reads through leases. One thread, under whatever guards the storage.
#pragma once

#include <barnabas/sdk/storage.h>

#include <cstdint>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/record/batch_view.h"

namespace barnabas::log {

class HeaderWalk {
 public:
  // Begins with the batch that holds `from`, or the first one after it; nothing that begins at `to` or above.
  HeaderWalk(sdk::PartitionStorage& storage, std::int64_t from, std::int64_t to) : storage_(storage), next_offset_(from), to_(to) {}
  ~HeaderWalk() { release(); }
  HeaderWalk(const HeaderWalk&) = delete;
  HeaderWalk& operator=(const HeaderWalk&) = delete;

  // `batch` is the next one until the next call: its header, and all of it where it is a control batch. False: there is none.
  // kCorrupt: what stands there is no batch.
  Result<bool> next(record::BatchView& batch);

 private:
  static constexpr std::size_t kWindowBytes = 4096;

  Status borrow();
  Status look(sdk::Bytes& octets);
  void release();

  sdk::PartitionStorage& storage_;
  std::int64_t next_offset_;
  const std::int64_t to_;
  sdk::Lease lease_;
  std::uint64_t at_ = 0;         // in the lease
  std::uint64_t window_at_ = 0;  // what of the lease window_ has
  std::size_t window_size_ = 0;
  std::uint8_t window_[kWindowBytes];
  std::vector<std::uint8_t> whole_;  // of a control batch that the window has no room for
};

}  // namespace barnabas::log
