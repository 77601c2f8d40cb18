// The kinds of plugin that this program speaks. A new kind of the SDK gets a line here.
#include <barnabas/sdk/assignor.h>
#include <barnabas/sdk/codec.h>
#include <barnabas/sdk/interceptor.h>
#include <barnabas/sdk/metadata_store.h>
#include <barnabas/sdk/offset_store.h>
#include <barnabas/sdk/partitioner.h>
#include <barnabas/sdk/placement.h>
#include <barnabas/sdk/retention.h>
#include <barnabas/sdk/storage.h>

#include "kernel/host/manifest.h"

namespace barnabas::host {

namespace {

template <class Kind>
constexpr KnownKind known() {
  return {std::string_view(Kind::kName), Kind::kRevision};
}

constexpr KnownKind kKinds[] = {known<sdk::Assignor>(),      known<sdk::Codec>(),       known<sdk::Interceptor>(),
                                known<sdk::MetadataStore>(), known<sdk::OffsetStore>(), known<sdk::Partitioner>(),
                                known<sdk::Placement>(),     known<sdk::Retention>(),   known<sdk::Storage>()};

}  // namespace

std::span<const KnownKind> known_kinds() { return kKinds; }

}  // namespace barnabas::host
