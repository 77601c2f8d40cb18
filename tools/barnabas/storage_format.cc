#include "tools/barnabas/storage_format.h"

#include <barnabas/sdk/metadata_store.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/base/plugin_host.h"
#include "kernel/base/uuid.h"
#include "kernel/catalog/features.h"
#include "kernel/catalog/framed.h"
#include "kernel/io/real_env.h"
#include "kernel/record/meta_properties.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::tools {
namespace {

namespace fs = std::filesystem;

// The directories of a deployment; the first one holds the metadata log.
Result<std::vector<std::string>> directories_of(const config::Deployment& deployment) {
  if (deployment.metadata.use != "kraft")
    return Status::invalid(
        fmt::format("metadata store '{}' keeps nothing in directories: only 'kraft' is formatted", deployment.metadata.use));
  std::vector<std::string> directories;
  for (const config::Setting& setting : deployment.metadata.settings)
    if (setting.name == "dir" && !setting.value.empty()) directories.push_back(setting.value);
  for (const config::Setting& setting : deployment.storage.settings)
    if (setting.name == "dirs")
      for (const std::string& item : setting.items)
        if (std::find(directories.begin(), directories.end(), item) == directories.end()) directories.push_back(item);
  if (directories.empty())
    return Status::invalid("the deployment names no directory: give metadata its option 'dir', or storage its 'dirs'");
  return directories;
}

struct Levels {
  std::int16_t metadata_version = catalog::kLatestMetadataLevel;
  std::int16_t kraft_version = 0;
  std::vector<catalog::FeatureLevel> features;  // without kraft.version; metadata.version first
};

Result<Levels> levels_of(const FormatPlan& plan) {
  Levels levels;
  if (!plan.release.empty()) {
    const auto level = catalog::metadata_level_of_release(plan.release);
    if (!level) return level.status().copy();
    levels.metadata_version = *level;
  }
  levels.kraft_version = plan.standalone ? 1 : 0;
  levels.features = catalog::default_features(levels.metadata_version);
  for (const auto& [name, level] : plan.features) {
    if (name == catalog::kKraftVersion) {
      levels.kraft_version = level;
      continue;
    }
    if (name == catalog::kMetadataVersion) return Status::invalid("give metadata.version by --release-version, not by --feature");
    const auto known = std::find_if(levels.features.begin(), levels.features.end(), [&, &n = name](const auto& f) { return f.first == n; });
    if (known != levels.features.end()) levels.features.erase(known);
    if (level == 0) continue;
    const auto at = std::find_if(levels.features.begin() + 1, levels.features.end(), [&, &n = name](const auto& f) { return f.first > n; });
    levels.features.insert(at, {name, level});
  }
  BARNABAS_TRY(catalog::check_features(plan.features, levels.metadata_version));
  return levels;
}

void print_bootstrap(const Levels& levels) {
  std::string records;
  for (const auto& [name, level] : levels.features)
    records += fmt::format("{}ApiMessageAndVersion(FeatureLevelRecord(name='{}', featureLevel={}) at version 0)",
                           records.empty() ? "" : ", ", name, level);
  fmt::print("Bootstrap metadata: BootstrapMetadata(records=[{}], metadataVersionLevel={}, source=format command)\n", records,
             levels.metadata_version);
}

// Where a quorum of one is reached: the controller listener of a server.properties, else the first listener of the deployment.
std::string controller_listener(const config::Deployment& deployment) {
  const std::string names = deployment.kafka.effective("controller.listener.names").value.value_or("");
  const std::string listeners = deployment.kafka.effective("listeners").value.value_or("");
  for (const std::string& listener : config::split_list(listeners))
    if (!names.empty() && listener.starts_with(names + "://")) return listener;
  const config::Listener& first = deployment.listeners.front();
  return fmt::format("{}://{}:{}", names.empty() ? "CONTROLLER" : names, first.host, first.port);
}

// Makes kraft stores over the directories, one for each.
class Formatter {
 public:
  explicit Formatter(Assembly& assembly) : assembly_(assembly) {}

  Status open(const std::vector<std::string>& directories) {
    auto env = io::make_env({});
    if (!env) return std::move(env).status();
    env_ = *std::move(env);
    host_ = std::make_unique<base::PluginHost>(*env_, env_->loop(0), "metadata kraft");
    for (const std::string& directory : directories) {
      const std::vector<config::Setting> settings{
          {.name = "dir", .value = directory, .items = {}, .is_list = false, .is_secret = false, .at = {}}};
      auto store = assembly_.plugins.create<sdk::MetadataStore>("kraft", *host_, settings);
      if (!store) return std::move(store).status();
      stores_.push_back({directory, *std::move(store)});
    }
    return {};
  }

  Status format(const FormatPlan& plan, const Levels& levels);

 private:
  struct Store {
    std::string directory;
    host::Handle<sdk::MetadataStore> store;
  };

  // Leaves the stores whose directories are not formatted yet; of the others they get the cluster.
  Status drop_formatted(const FormatPlan& plan);
  // Whether one that is formatted belongs where the others do, and shall.
  Status check_identity(const std::string& directory, const sdk::MetadataIdentity& identity);
  std::string new_cluster_id();

  Assembly& assembly_;
  std::unique_ptr<io::RealEnv> env_;
  std::unique_ptr<base::PluginHost> host_;
  std::vector<Store> stores_;
  std::string cluster_id_;  // empty: a new one
};

std::string Formatter::new_cluster_id() {
  for (;;) {
    std::string id = base::to_string(base::make_uuid(host_->random().next(), host_->random().next()));
    if (id.front() != '-') return id;
  }
}

Status Formatter::check_identity(const std::string& directory, const sdk::MetadataIdentity& identity) {
  const std::string cluster_id(std::string_view(identity.cluster_id));
  const std::int32_t node_id = assembly_.loaded.deployment.node_id;
  if (cluster_id_.empty()) cluster_id_ = cluster_id;
  if (cluster_id == cluster_id_ && identity.node_id == node_id) return {};
  return Status::invalid(fmt::format("Log directory {} is formatted for node {} of cluster {}, not for node {} of cluster {}.", directory,
                                     identity.node_id, cluster_id, node_id, cluster_id_));
}

Status Formatter::drop_formatted(const FormatPlan& plan) {
  cluster_id_ = plan.cluster_id;
  std::vector<Store> left;
  for (Store& store : stores_) {
    sdk::MetadataIdentity identity;
    BARNABAS_TRY(store.store->identity(identity));
    if (identity.formatted && !plan.ignore_formatted)
      return Status::error(
          Code::kExists,
          fmt::format("Log directory {} is already formatted. Use --ignore-formatted to ignore this directory and format the others.",
                      store.directory));
    // One that only says whose it is, and holds no metadata, belongs there as well.
    if (!std::string_view(identity.cluster_id).empty()) BARNABAS_TRY(check_identity(store.directory, identity));
    if (!identity.formatted) left.push_back(std::move(store));
  }
  stores_ = std::move(left);
  return {};
}

Status Formatter::format(const FormatPlan& plan, const Levels& levels) {
  const config::Deployment& deployment = assembly_.loaded.deployment;
  const std::string metadata_directory = stores_.front().directory;
  BARNABAS_TRY(drop_formatted(plan));
  if (stores_.empty()) {
    std::puts("All of the log directories are already formatted.");
    return {};
  }
  if (cluster_id_.empty()) cluster_id_ = new_cluster_id();
  if (plan.cluster_id.empty()) fmt::print("Cluster id: {}\n", cluster_id_);
  print_bootstrap(levels);
  catalog::FramedRecords records;
  for (const auto& [name, level] : levels.features) {
    wire::FeatureLevelRecord record;
    record.name = name;
    record.feature_level = level;
    records.add(record);
  }
  const auto views = records.views();
  const std::string listener = controller_listener(deployment);
  for (Store& store : stores_) {
    const bool holds_log = store.directory == metadata_directory;
    const std::string_view word = !holds_log ? "data" : levels.kraft_version == 0 ? "metadata" : "dynamic metadata voter";
    fmt::print("Formatting {} directory {} with metadata.version {}.\n", word, store.directory,
               catalog::metadata_level_name(levels.metadata_version));
    std::fflush(stdout);
    BARNABAS_TRY(store.store->format({.cluster_id = cluster_id_,
                                      .node_id = deployment.node_id,
                                      .records = views.data(),
                                      .record_count = views.size(),
                                      .kraft_version = holds_log ? levels.kraft_version : std::int16_t{0},
                                      .controller_listener = listener}));
  }
  return {};
}

std::optional<std::string> read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// "{cluster.id=…, directory.id=…, node.id=1, version=1}", as Java prints a sorted map.
std::string print_properties(const record::MetaProperties& properties) {
  std::string text = "{";
  if (!properties.cluster_id.empty()) text += fmt::format("cluster.id={}, ", properties.cluster_id);
  if (properties.directory_id) text += fmt::format("directory.id={}, ", base::to_string(*properties.directory_id));
  return text +
         fmt::format("{}={}, version={}}}", properties.version == 0 ? "broker.id" : "node.id", properties.node_id, properties.version);
}

void print_list(std::string_view one, std::string_view many, const std::vector<std::string>& items) {
  if (items.empty()) return;
  fmt::print("{}:\n", items.size() == 1 ? one : many);
  for (const std::string& item : items) fmt::print("  {}\n", item);
  fmt::print("\n");
}

}  // namespace

Status format_directories(Assembly& assembly, const FormatPlan& plan) {
  const auto levels = levels_of(plan);
  if (!levels) return levels.status().copy();
  const auto directories = directories_of(assembly.loaded.deployment);
  if (!directories) return directories.status().copy();
  Formatter formatter(assembly);
  BARNABAS_TRY(formatter.open(*directories));
  return formatter.format(plan, *levels);
}

Result<bool> show_directories(Assembly& assembly) {
  const auto directories = directories_of(assembly.loaded.deployment);
  if (!directories) return directories.status().copy();
  std::vector<std::string> found;
  std::vector<std::string> problems;
  std::optional<record::MetaProperties> properties;
  for (const std::string& directory : *directories) {
    std::error_code error;
    if (!fs::is_directory(directory, error)) {
      problems.push_back(directory + (fs::exists(directory, error) ? " is not a directory" : " does not exist"));
      continue;
    }
    found.push_back(directory);
    const auto text = read_text(fs::path(directory) / "meta.properties");
    if (!text) {
      problems.push_back(directory + " is not formatted.");
      continue;
    }
    auto parsed = record::parse_meta_properties(*text);
    if (!parsed) {
      problems.push_back(fmt::format("{}: {}", directory, message_of(parsed.status())));
    } else if (properties && (properties->cluster_id != parsed->cluster_id || properties->node_id != parsed->node_id)) {
      problems.push_back(fmt::format("{} belongs to node {} of cluster {}, the directories before it to node {} of cluster {}", directory,
                                     parsed->node_id, parsed->cluster_id, properties->node_id, properties->cluster_id));
    } else {
      properties = *std::move(parsed);
    }
  }
  print_list("Found log directory", "Found log directories", found);
  if (properties) fmt::print("Found metadata: {}\n\n", print_properties(*properties));
  print_list("Found problem", "Found problems", problems);
  return problems.empty();
}

}  // namespace barnabas::tools
