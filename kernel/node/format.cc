#include "kernel/node/format.h"

#include <fmt/format.h>

#include "kernel/base/uuid.h"
#include "kernel/catalog/features.h"
#include "kernel/catalog/framed.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::node {
namespace {

Status check_owner(std::string_view what, std::string_view cluster_id, std::int32_t node_id, std::int32_t own_id) {
  if (node_id == own_id || node_id < 0) return {};
  return Status::invalid(
      fmt::format("the {} belongs to node {} of cluster {}, and this node is {}: set node.id to {} or give other directories", what,
                  node_id, cluster_id, own_id, node_id));
}

std::string first_directory(sdk::Storage& storage) {
  class First final : public sdk::Visitor<sdk::DirectoryInfo> {
   public:
    bool visit(const sdk::DirectoryInfo& info) noexcept override {
      path = std::string(info.path);
      return false;
    }
    std::string path;
  } first;
  if (Status status = storage.directories(first); !status.ok()) first.path.clear();
  return first.path;
}

// Data of a cluster under one engine are none of a cluster under the other, though they look alike.
Status check_engine(sdk::Storage& storage, bool data, bool metadata, std::string_view engine) {
  if (data == metadata) return {};
  return Status::invalid(
      fmt::format("{} belongs to a cluster that has its metadata {} (meta.properties of version {}), and the metadata "
                  "here is {}: another engine needs another data directory",
                  first_directory(storage), data ? "in a quorum (KRaft)" : "in a ZooKeeper", data ? 1 : 0, engine));
}

// New metadata would know none of the partitions that lie there, and they would be set aside.
std::string no_metadata_of(sdk::Storage& storage, const std::string& cluster_id, std::string_view engine) {
  return fmt::format(
      "{} belongs to cluster {}, and the metadata here ({}) is new: it would know nothing of what is stored. Is every log "
      "directory mounted and in its old order, and is it the right metadata store? To begin a new cluster, give empty "
      "directories",
      first_directory(storage), cluster_id, engine);
}

std::string new_cluster_id(sdk::Random& random) {
  // Not beginning with '-', which command lines would take for an option.
  for (;;) {
    std::string text = base::to_string(base::make_uuid(random.next(), random.next()));
    if (text.front() != '-') return text;
  }
}

// Of nodes that begin together each has chosen an id, and the first to write its own down has chosen for all: the id becomes what the
// metadata says.
Status begin_metadata(sdk::MetadataStore& told, std::int32_t node_id, std::string& cluster_id) {
  catalog::FramedRecords records;
  for (const auto& [name, level] : catalog::default_features(catalog::kLatestMetadataLevel)) {
    wire::FeatureLevelRecord record;
    record.name = name;
    record.feature_level = level;
    records.add(record);
  }
  if (!records.status().ok()) return records.status().copy();
  const auto views = records.views();
  const sdk::MetadataFormat format{.cluster_id = cluster_id,
                                   .node_id = node_id,
                                   .records = views.data(),
                                   .record_count = views.size(),
                                   .kraft_version = 0,
                                   .controller_listener = {}};
  Status status = told.format(format);
  if (status.code() != sdk::Code::kInvalid) return status;
  sdk::MetadataIdentity found;
  found.node_id = node_id;
  if (Status asked = told.identity(found); !asked.ok()) return asked;
  if (found.cluster_id.empty()) return status;
  cluster_id = std::string(found.cluster_id);
  return {};
}

}  // namespace

Result<std::string> format_if_empty(sdk::Storage& kept, sdk::MetadataStore& told, sdk::Random& random,
                                    const config::Deployment& deployment) {
  sdk::StorageIdentity storage;
  if (Status status = kept.identity(storage); !status.ok()) return status;
  sdk::MetadataIdentity metadata;
  metadata.node_id = deployment.node_id;
  if (Status status = told.identity(metadata); !status.ok()) return status;
  if (Status status = check_owner("storage", std::string_view(storage.cluster_id), storage.node_id, deployment.node_id); !status.ok())
    return status;
  if (Status status = check_owner("metadata", std::string_view(metadata.cluster_id), metadata.node_id, deployment.node_id); !status.ok())
    return status;

  if (storage.formatted) BARNABAS_TRY(check_engine(kept, storage.has_directory_ids, metadata.has_directory_ids, deployment.metadata.use));

  std::string cluster_id(storage.cluster_id);
  if (cluster_id.empty()) cluster_id = std::string(metadata.cluster_id);
  if (!metadata.cluster_id.empty() && cluster_id != std::string_view(metadata.cluster_id))
    return Status::invalid(fmt::format("the storage belongs to cluster {} and the metadata to cluster {}: they must be of one", cluster_id,
                                       std::string_view(metadata.cluster_id)));
  if (cluster_id.empty() && metadata.formatted && !deployment.controllers.empty()) return cluster_id;
  if (!cluster_id.empty() && !metadata.formatted) return Status::invalid(no_metadata_of(kept, cluster_id, deployment.metadata.use));
  if (cluster_id.empty()) cluster_id = new_cluster_id(random);

  if (!metadata.formatted)
    if (Status status = begin_metadata(told, deployment.node_id, cluster_id); !status.ok()) return status;
  if (!storage.formatted || storage.cluster_id.empty())
    if (Status status = kept.format({cluster_id, deployment.node_id, metadata.has_directory_ids}); !status.ok()) return status;
  return cluster_id;
}

}  // namespace barnabas::node
