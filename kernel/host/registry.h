// The plugins of a running program: found on disk, judged by their manifests without running them, loaded when first used, never unloaded.
//
// scan() and create() are for the thread that starts the program; afterwards any thread may read. One broken plugin never stops the others.
#pragma once

#include <barnabas/sdk/plugin.h>

#include "kernel/base/result.h"
#include "kernel/config/deployment.h"
#include "kernel/host/manifest.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::host {

struct Plugin {
  Manifest manifest;
  std::string path;
};

// A file that is not used, and why, in one sentence that says what was found, what was expected and what helps.
struct Refusal {
  std::string path;
  std::string reason;
  std::string kind = {};  // of its plugin, where the manifest could be read
  std::string id = {};
};

// The settings an object was made with, in the form the border takes; it lives as long as the object.
class SettingStore;

class Destroy {
 public:
  Destroy() = default;
  Destroy(void (*destroy)(void*) noexcept, std::shared_ptr<const SettingStore> settings)
      : destroy_(destroy), settings_(std::move(settings)) {}
  template <class Kind>
  void operator()(Kind* object) const noexcept {
    destroy_(object);
  }

 private:
  void (*destroy_)(void*) noexcept = nullptr;
  std::shared_ptr<const SettingStore> settings_;
};

// Owns a plugin's object; the plugin that made it destroys it.
template <class Kind>
using Handle = std::unique_ptr<Kind, Destroy>;

class Registry final : public config::PluginCatalog {
 public:
  Registry();
  ~Registry() override;

  // Every *.so in the folder and in the folders below it. A folder that does not exist holds no plugins; `required` makes that a refusal.
  void scan(const std::string& folder, bool required = false);
  void add(const std::string& file);

  std::span<const Plugin> plugins() const { return plugins_; }
  std::span<const Refusal> refusals() const { return refusals_; }
  const Plugin* find(std::string_view kind, std::string_view id) const;

  const config::PluginSchema* find_schema(std::string_view kind, std::string_view id) const override;
  std::vector<std::string> ids(std::string_view kind) const override;
  std::optional<std::string> why_refused(std::string_view kind, std::string_view id) const override;

  // A new object of the plugin. `host` outlives it. The settings are canonical (config::check_plugins made them) and checked once more.
  template <class Kind>
  Result<Handle<Kind>> create(std::string_view id, sdk::Host& host, const std::vector<config::Setting>& settings) {
    auto made = create_object(std::string_view(Kind::kName), id, host, settings);
    if (!made) return std::move(made).status();
    return Handle<Kind>(static_cast<Kind*>(made->object), std::move(made->destroy));
  }

 private:
  struct Made {
    void* object = nullptr;
    Destroy destroy;
  };
  struct Loaded;

  Result<Made> create_object(std::string_view kind, std::string_view id, sdk::Host& host, const std::vector<config::Setting>& settings);
  Result<const sdk::Entry*> load(const Plugin& plugin);
  void refuse(const std::string& path, std::string reason, std::string kind = {}, std::string id = {}) {
    refusals_.push_back({path, std::move(reason), std::move(kind), std::move(id)});
  }

  std::vector<Plugin> plugins_;
  std::vector<Refusal> refusals_;
  std::vector<Loaded> loaded_;
};

// Where the plugins of an installation are: ../lib/barnabas/plugins beside the folder of the running program.
std::string installed_plugins();

}  // namespace barnabas::host
