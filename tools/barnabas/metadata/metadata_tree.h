// The cluster's metadata as a tree of names, as kafka-metadata-shell shows it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tools/barnabas/metadata/metadata_file.h"

namespace barnabas::tools {

// A folder with children, or a leaf with text.
struct MetadataNode {
  std::map<std::string, MetadataNode, std::less<>> children;
  std::optional<std::string> text;

  bool is_folder() const { return !text; }
  const MetadataNode* child(std::string_view name) const {
    const auto found = children.find(name);
    return found == children.end() ? nullptr : &found->second;
  }
};

// Folders `image` and `local`.
MetadataNode metadata_tree(const MetadataFile& file);

}  // namespace barnabas::tools
