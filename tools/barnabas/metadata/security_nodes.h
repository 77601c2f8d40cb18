// The part of a metadata tree that the image keeps as it came: access control, quotas, credentials and tokens.
#pragma once

#include "tools/barnabas/metadata/metadata_tree.h"

namespace barnabas::tools {

void add_security_nodes(const catalog::Image& from, MetadataNode& image);

}  // namespace barnabas::tools
