// Where an offset store keeps what it is given: a power of stores whose place may have several names (hosts, addresses, users), asked for
// by
//
//   auto* place = static_cast<sdk::OffsetStorePlace*>(store.find(sdk::OffsetStorePlace::kId));   // null: this store has none
//
// Two stores of one place would take homes from each other, and a group that is moved between them would be deleted: the broker refuses
// both where it is told. Without this only stores of the same plugin and the same settings are known to be one.
#pragma once

#include <barnabas/sdk/offset_store.h>

namespace barnabas::sdk {

class OffsetStorePlace {
 public:
  static constexpr Text kId = "barnabas.offset_store_place/1";

  // Equal where what one store writes is what the other reads, and nowhere else: best something random that is kept beside the content.
  // Empty: not known yet, as before the first connection. Valid until the next call. [executor of the store]
  virtual Text place() noexcept = 0;

 protected:
  ~OffsetStorePlace() = default;
};

}  // namespace barnabas::sdk
