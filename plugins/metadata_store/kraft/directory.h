// The directory that holds the metadata log: whom it belongs to, and how a new one is made. Blocks. [any thread]
//
//   meta.properties, bootstrap.checkpoint, __cluster_metadata-0/
//
// meta.properties is shared with the storage that keeps partitions in the same directory: whoever comes first writes it, directory.id never
// changes.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <optional>
#include <string>
#include <vector>

#include "files.h"
#include "kernel/record/meta_properties.h"

namespace barnabas::kraft {

inline constexpr char kBootstrapName[] = "bootstrap.checkpoint";

std::string log_directory(const std::string& directory);  // …/__cluster_metadata-0

struct DirectoryIdentity {
  std::optional<record::MetaProperties> properties;
  bool formatted = false;  // there are properties, and what a first leader begins with, or a log
};
Result<DirectoryIdentity> read_identity(sdk::Disk& disk, const std::string& directory);

// kExists where the same cluster and node are already there; kInvalid where others are.
Status format_directory(sdk::Host& host, const std::string& directory, const sdk::MetadataFormat& format);

// The records that format() put down; empty where there is no bootstrap.checkpoint.
Result<std::vector<std::string>> read_bootstrap(sdk::Disk& disk, const std::string& directory);

}  // namespace barnabas::kraft
