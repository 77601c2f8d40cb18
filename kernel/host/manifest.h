// A plugin's manifest: read from its file without running a line of it, and judged.
//
// Pure functions; any thread.
#pragma once

#include "kernel/base/result.h"
#include "kernel/config/plugin_schema.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::host {

struct Manifest {
  std::int32_t sdk = 0;
  std::string kind;
  std::int32_t revision = 0;
  std::string id;
  std::string version;
  std::string about;
  std::string stamp;
  config::PluginSchema schema;
  std::string text;  // the JSON as it stands in the file
};

// A kind that this program speaks, and at which revision.
struct KnownKind {
  std::string_view name;
  std::int32_t revision;
};
std::span<const KnownKind> known_kinds();

// From the text of the manifest section.
Result<Manifest> parse_manifest(std::string_view json);
// From a file. Nothing of it is executed.
Result<Manifest> read_manifest(const std::string& path);

// Whether this program can work with it: SDK, kind, revision and stamp.
Status judge(const Manifest& manifest);

}  // namespace barnabas::host
