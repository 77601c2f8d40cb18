#include "kernel/host/registry.h"

#include "kernel/host/trial_load.h"

#include <algorithm>
#include <filesystem>

#include <dlfcn.h>
#include <fmt/format.h>
#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/dll/shared_library.hpp>

namespace barnabas::host {

namespace fs = std::filesystem;

// Settings in the form of the border, with the texts that they point to.
class SettingStore {
 public:
  explicit SettingStore(std::vector<config::Setting> settings) : texts_(std::move(settings)) {
    items_.resize(texts_.size());
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      for (const std::string& item : texts_[i].items) items_[i].emplace_back(item);
      views_.push_back({texts_[i].name, texts_[i].value, {items_[i].data(), items_[i].size()}});
    }
  }
  SettingStore(const SettingStore&) = delete;
  SettingStore& operator=(const SettingStore&) = delete;

  sdk::SettingList list() const { return {views_.data(), views_.size()}; }

 private:
  std::vector<config::Setting> texts_;
  std::vector<std::vector<sdk::Text>> items_;
  std::vector<sdk::Setting> views_;
};

struct Registry::Loaded {
  std::string path;
  boost::dll::shared_library library;
  const sdk::Entry* entry = nullptr;
};

Registry::Registry() = default;
Registry::~Registry() = default;

void Registry::scan(const std::string& folder, bool required) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    if (required) refuse(folder, "is not a folder; plugins.paths names folders that hold plugins");
    return;
  }
  std::vector<std::string> files;
  for (auto at = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error))
    if (at->path().extension() == ".so") files.push_back(at->path().string());
  if (error) refuse(folder, fmt::format("cannot be read: {}", error.message()));
  std::sort(files.begin(), files.end());  // the same order on every machine
  for (const std::string& file : files) add(file);
}

void Registry::add(const std::string& file) {
  auto manifest = read_manifest(file);
  if (!manifest) return refuse(file, std::string(message_of(manifest.status())));
  if (Status status = judge(*manifest); !status) return refuse(file, std::string(message_of(status)), manifest->kind, manifest->id);
  if (const Plugin* other = find(manifest->kind, manifest->id)) {
    std::error_code error;
    if (fs::equivalent(other->path, file, error)) return;  // a folder that was named twice
    return refuse(file,
                  fmt::format("has the {} id '{}' that {} has already; remove one of the two or give one another id", manifest->kind,
                              manifest->id, other->path),
                  manifest->kind, manifest->id);
  }
  plugins_.push_back({*std::move(manifest), file});
}

const Plugin* Registry::find(std::string_view kind, std::string_view id) const {
  const auto at = std::find_if(plugins_.begin(), plugins_.end(),
                               [&](const Plugin& plugin) { return plugin.manifest.kind == kind && plugin.manifest.id == id; });
  return at == plugins_.end() ? nullptr : &*at;
}

const config::PluginSchema* Registry::find_schema(std::string_view kind, std::string_view id) const {
  const Plugin* plugin = find(kind, id);
  return plugin == nullptr ? nullptr : &plugin->manifest.schema;
}

std::vector<std::string> Registry::ids(std::string_view kind) const {
  std::vector<std::string> out;
  for (const Plugin& plugin : plugins_)
    if (plugin.manifest.kind == kind) out.push_back(plugin.manifest.id);
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<std::string> Registry::why_refused(std::string_view kind, std::string_view id) const {
  for (const Refusal& refusal : refusals_)
    if (refusal.kind == kind && refusal.id == id) return fmt::format("{} {}", refusal.path, refusal.reason);
  return std::nullopt;
}

Result<const sdk::Entry*> Registry::load(const Plugin& plugin) {
  for (const Loaded& loaded : loaded_)
    if (loaded.path == plugin.path) return loaded.entry;

  // What was installed with the program is not tried: a broker starts in milliseconds.
  const std::string installed = installed_plugins();
  if (installed.empty() || !plugin.path.starts_with(installed + "/"))
    if (Status tried = try_to_load(fs::absolute(plugin.path).string()); !tried) return tried;
  namespace dll = boost::dll;
  // RTLD_NODELETE: code that was loaded stays, because threads and static objects of a plugin may outlive every handle.
  const auto mode = dll::load_mode::rtld_now | dll::load_mode::rtld_local | static_cast<dll::load_mode::type>(RTLD_NODELETE);
  std::error_code error;
  dll::shared_library library;
  // An absolute path, because a bare name would be looked for in the system's library folders.
  library.load(fs::absolute(plugin.path), error, mode);
  if (error) {
    // The error code is Boost's guess; the loader's own sentence names the symbol or library that is missing.
    const char* reason = ::dlerror();
    return Status::invalid(fmt::format("{} cannot be loaded: {}", plugin.path, reason != nullptr ? reason : error.message()));
  }
  if (!library.has("barnabas_plugin"))
    return Status::invalid(fmt::format(
        "{} does not export the symbol barnabas_plugin; link it with barnabas_add_plugin and close its source with BARNABAS_PLUGIN(…)",
        plugin.path));
  const auto& entry = library.get<const sdk::Entry>("barnabas_plugin");
  if (entry.magic != sdk::kEntryMagic || entry.size < sizeof(sdk::Entry) || entry.create == nullptr || entry.destroy == nullptr)
    return Status::invalid(fmt::format("{} has a broken entry record; build it with BARNABAS_PLUGIN from this version's SDK", plugin.path));
  if (std::string_view(entry.manifest, entry.manifest_size) != plugin.manifest.text)
    return Status::invalid(fmt::format(
        "{} changed since it was listed: its code carries another manifest than its file did; restart the program", plugin.path));
  loaded_.push_back({plugin.path, std::move(library), &entry});
  return &entry;
}

Result<Registry::Made> Registry::create_object(std::string_view kind, std::string_view id, sdk::Host& host,
                                               const std::vector<config::Setting>& settings) {
  const Plugin* plugin = find(kind, id);
  if (plugin == nullptr) return Status::not_found(config::describe_missing(*this, kind, id));
  if (Status status = config::check_canonical(plugin->manifest.schema, settings); !status) return status;
  auto entry = load(*plugin);
  if (!entry) return std::move(entry).status();

  auto store = std::make_shared<const SettingStore>(settings);
  Made made;
  made.destroy = Destroy((*entry)->destroy, store);
  if (Status status = (*entry)->create(host, store->list(), made.object); !status) return status;
  if (made.object == nullptr)
    return Status::internal(fmt::format("plugin '{}' said that it made an object and handed out none ({})", id, plugin->path));
  return made;
}

std::string installed_plugins() {
  std::error_code error;
  const auto program = boost::dll::program_location(error);
  if (error) return {};
  return (fs::path(program.string()).parent_path().parent_path() / "lib/barnabas/plugins").string();
}

}  // namespace barnabas::host
