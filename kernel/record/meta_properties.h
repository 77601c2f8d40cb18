// meta.properties: which cluster and node a log directory belongs to, in Java's properties text. Pure. [any thread]
//
// Version 0 says broker.id and cluster.id, version 1 node.id, cluster.id and directory.id. A key that is not known stays as it is.
#pragma once

#include <barnabas/sdk/bytes.h>

#include "kernel/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::record {

// Key and value of every line, in order, with escapes and continued lines resolved. A key that comes twice has its last value.
using JavaProperties = std::vector<std::pair<std::string, std::string>>;

Result<JavaProperties> parse_java_properties(std::string_view text);
// With the two comment lines that Java writes: an empty one and the date, in UTC.
std::string print_java_properties(const JavaProperties& properties, std::int64_t wall_ms);

struct MetaProperties {
  std::int32_t version = 1;
  std::string cluster_id;  // empty: not said, possible in version 0
  std::int32_t node_id = -1;
  std::optional<sdk::Uuid> directory_id;
  JavaProperties others;

  friend bool operator==(const MetaProperties&, const MetaProperties&) = default;
};

Result<MetaProperties> parse_meta_properties(std::string_view text);
std::string print_meta_properties(const MetaProperties& properties, std::int64_t wall_ms);

}  // namespace barnabas::record
