#include "tools/barnabas/metadata/metadata_store_look.h"

#include <barnabas/sdk/metadata_reader.h>

#include <fmt/format.h>

#include "kernel/base/plugin_host.h"
#include "kernel/catalog/image_builder.h"

namespace barnabas::tools {
namespace {

// Builds an image of the one snapshot that is told.
class Look final : public sdk::MetadataListener {
 public:
  void on_snapshot_begin(sdk::MetadataPosition end) noexcept override { done.epoch = end.term; }
  void on_batch(const sdk::MetadataBatch& batch) noexcept override {
    done.timestamp_ms = batch.timestamp_ms;
    for (std::size_t i = 0; i < batch.record_count && status.ok(); ++i) status = builder.apply(batch.records[i]);
  }
  void on_snapshot_end() noexcept override { done.image = builder.build(); }
  void on_leader(const sdk::MetadataLeader& leader) noexcept override { leader_id = leader.node_id; }
  void on_session_lost() noexcept override {}
  void on_snapshot_wanted() noexcept override {}
  void on_failed(Status reason) noexcept override { status = std::move(reason); }

  MetadataFile done;
  Status status;
  std::int32_t leader_id = -1;

 private:
  catalog::ImageBuilder builder;
};

// Where a store keeps its files: in a folder of its own, or in the storage's first one. Empty: it has none.
std::string folder_of(const config::Deployment& deployment, const config::PluginSchema* schema) {
  if (schema == nullptr || schema->find("dir") == nullptr) return {};
  for (const config::Setting& setting : deployment.metadata.settings)
    if (setting.name == "dir" && !setting.value.empty()) return setting.value;
  for (const config::Setting& setting : deployment.storage.settings)
    if (setting.name == "dirs" && !setting.items.empty()) return setting.items.front();
  return {};
}

}  // namespace

Result<MetadataFile> look_at_metadata(Assembly& assembly, base::Env& env, const record::Codecs& codecs) {
  const config::Deployment& deployment = assembly.loaded.deployment;
  const std::string& engine = deployment.metadata.use;
  if (const std::string folder = folder_of(deployment, assembly.plugins.find_schema("metadata_store", engine)); !folder.empty())
    return read_metadata(folder, codecs);
  base::PluginHost host(env, env.loop(0), "metadata " + engine);
  auto store = assembly.plugins.create<sdk::MetadataStore>(engine, host, deployment.metadata.settings);
  if (!store) return std::move(store).status();
  auto* reader = static_cast<sdk::MetadataReader*>((*store)->find(sdk::MetadataReader::kId));
  if (reader == nullptr)
    return Status::unsupported(fmt::format("metadata store '{}' keeps nothing that another program could look at", engine));
  Look look;
  BARNABAS_TRY(reader->read(look));
  BARNABAS_TRY(std::move(look.status));
  if (look.done.image == nullptr) return Status::internal(fmt::format("metadata store '{}' told nothing", engine));
  look.done.source = look.leader_id < 0 ? fmt::format("{}, no controller, epoch {}", engine, look.done.epoch)
                                        : fmt::format("{}, controller {}, epoch {}", engine, look.leader_id, look.done.epoch);
  return std::move(look.done);
}

}  // namespace barnabas::tools
