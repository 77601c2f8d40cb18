// A look at the znodes of a cluster, by a session that writes nothing. Blocks. One thread at a time.
#pragma once

#include <barnabas/sdk/metadata_reader.h>

#include "ensemble.h"

namespace barnabas::metadata_zookeeper {

class Reader final : public sdk::MetadataReader {
 public:
  // kInvalid: `address` is no place to read from.
  Reader(Result<zookeeper::Address> address, sdk::Clock& clock) : address_(std::move(address)), clock_(clock) {}

  Status read(sdk::MetadataListener& listener) noexcept override;

 private:
  Status read_all(sdk::MetadataListener& listener);

  const Result<zookeeper::Address> address_;
  sdk::Clock& clock_;
};

}  // namespace barnabas::metadata_zookeeper
