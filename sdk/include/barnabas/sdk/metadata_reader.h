// A look at what a metadata store keeps, by somebody who is no node of the cluster: a power of some stores, asked for by
//
//   auto* reader = static_cast<sdk::MetadataReader*>(store.find(sdk::MetadataReader::kId));   // null: this store has none
#pragma once

#include <barnabas/sdk/metadata_store.h>

namespace barnabas::sdk {

class MetadataReader {
 public:
  static constexpr Text kId = "barnabas.metadata_reader/1";

  // Tells `listener` one snapshot of everything, and who leads, and changes nothing: no session is registered, nobody stands for election.
  // Blocks, for a time that has a limit; the listener is called from inside the call. REQUIRES: the store is not started.
  virtual Status read(MetadataListener& listener) noexcept = 0;

 protected:
  ~MetadataReader() = default;
};

}  // namespace barnabas::sdk
