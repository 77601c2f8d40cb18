// The cluster's metadata as its store keeps it, read without becoming a node of the cluster.
#pragma once

#include "kernel/base/env.h"
#include "tools/barnabas/assembly.h"
#include "tools/barnabas/metadata/metadata_file.h"

namespace barnabas::tools {

// Of the deployment's metadata store: where that is a folder, what its files say, and otherwise what it tells whoever only reads.
// REQUIRES: assembly.loaded.findings has no errors.
Result<MetadataFile> look_at_metadata(Assembly& assembly, base::Env& env, const record::Codecs& codecs);

}  // namespace barnabas::tools
