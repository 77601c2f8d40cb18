// Begins a cluster on empty storage and metadata, so that a first start needs no step before it.
#pragma once

#include <barnabas/sdk/metadata_store.h>
#include <barnabas/sdk/storage.h>

#include <string>

#include "kernel/base/result.h"
#include "kernel/config/deployment.h"

namespace barnabas::node {

// The cluster's id: the one that storage and metadata say, which must agree, or a new random one, written to whichever had none. Empty, and
// nothing written: the metadata is in other processes, which know the id, and the storage is empty.
Result<std::string> format_if_empty(sdk::Storage& storage, sdk::MetadataStore& metadata, sdk::Random& random,
                                    const config::Deployment& deployment);

}  // namespace barnabas::node
