#include "kernel/node/services.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/node/settings.h"

namespace barnabas::node {
namespace {

// A metadata log without a folder of its own lives in the storage's first one, as Kafka's does.
std::vector<config::Setting> with_default_folder(const config::PluginChoice& metadata, const config::PluginChoice& storage,
                                                 const config::PluginSchema* schema) {
  std::vector<config::Setting> settings = metadata.settings;
  const auto said = std::find_if(settings.begin(), settings.end(), [](const config::Setting& one) { return one.name == "dir"; });
  if (schema == nullptr || schema->find("dir") == nullptr || (said != settings.end() && !said->value.empty())) return settings;
  if (said != settings.end()) settings.erase(said);
  for (const config::Setting& one : storage.settings)
    if (one.name == "dirs" && !one.items.empty())
      settings.push_back({.name = "dir", .value = one.items.front(), .items = {}, .is_list = false, .is_secret = false, .at = one.at});
  return settings;
}

}  // namespace

sdk::Host& Services::new_host(base::Loop& loop, const std::string& name) {
  hosts_.push_back(std::make_unique<base::PluginHost>(env_, loop, name));
  return *hosts_.back();
}

Result<std::unique_ptr<Services>> Services::make(base::Env& env, host::Registry& registry, const config::Deployment& deployment) {
  std::unique_ptr<Services> services(new Services(env, registry, deployment));
  if (Status status = services->make_codecs(); !status.ok()) return status;
  if (Status status = services->make_stores(); !status.ok()) return status;
  return services;
}

Status Services::make_codecs() {
  const auto make = [&](const std::string& id, const std::vector<config::Setting>& settings, bool chosen) -> Status {
    auto codec = registry_.create<sdk::Codec>(id, new_host(env_.loop(0), "codec " + id), settings);
    if (!codec) return std::move(codec).status();
    const std::int8_t attribute = (*codec)->attribute();
    if (attribute < record::kCodecGzip || attribute > record::kCodecZstd)
      return Status::invalid(fmt::format(
          "codec '{}' says that it is codec {}: only 1 (gzip), 2 (snappy), 3 (lz4) and 4 (zstd) have a meaning in a batch", id, attribute));
    sdk::Codec*& slot = codecs.by_attribute[static_cast<std::size_t>(attribute)];
    if (slot != nullptr && chosen)
      return Status::invalid(fmt::format("the deployment names two codecs for {}: '{}' is the second", record::codec_name(attribute), id));
    if (slot == nullptr) slot = codec->get();
    codec_handles_.push_back(*std::move(codec));
    return {};
  };
  // Those that the deployment names come first; every other one that is installed fills what is left.
  for (const config::PluginChoice& choice : deployment_.codecs) BARNABAS_TRY(make(choice.use, choice.settings, true));
  for (const std::string& id : registry_.ids(std::string_view(sdk::Codec::kName))) {
    const bool named = std::any_of(deployment_.codecs.begin(), deployment_.codecs.end(),
                                   [&](const config::PluginChoice& choice) { return choice.use == id; });
    // A codec under Kafka's own name is the one meant when nothing is said; others must be named.
    const bool is_standard = id == "gzip" || id == "snappy" || id == "lz4" || id == "zstd";
    if (!named && is_standard) BARNABAS_TRY(make(id, {}, false));
  }
  return {};
}

template <class Kind>
Status Services::make_one(const config::PluginChoice& choice, host::Handle<Kind>& slot) {
  const std::string_view kind = Kind::kName;
  auto made = registry_.create<Kind>(choice.use, new_host(env_.loop(0), fmt::format("{} {}", kind, choice.use)), choice.settings);
  if (!made) return std::move(made).status();
  slot = *std::move(made);
  return {};
}

Status Services::make_stores() {
  BARNABAS_TRY(make_one(deployment_.storage, storage_));
  BARNABAS_TRY(make_one(deployment_.placement, placement_));
  BARNABAS_TRY(make_one(deployment_.retention, retention_));

  const config::PluginChoice& metadata = deployment_.metadata;
  metadata_host_ = &new_host(env_.loop(0), "metadata " + metadata.use);
  if (!deployment_.controllers.empty()) return {};  // what others keep is followed, not kept
  const auto settings =
      with_default_folder(metadata, deployment_.storage, registry_.find_schema(std::string_view(sdk::MetadataStore::kName), metadata.use));
  auto made_metadata = registry_.create<sdk::MetadataStore>(metadata.use, *metadata_host_, settings);
  if (!made_metadata) return std::move(made_metadata).status();
  metadata_ = *std::move(made_metadata);
  return {};
}

Status Services::add_interceptors(base::Loop& loop, broker::InterceptorChain& chain) {
  for (const config::PluginChoice& choice : deployment_.interceptors) {
    auto made = registry_.create<sdk::Interceptor>(choice.use, new_host(loop, "interceptor " + choice.use), choice.settings);
    if (!made) return std::move(made).status();
    if (((*made)->hooks() & broker::InterceptorChain::kHooks) == 0 && loop.index() == 0)
      env_.log(sdk::LogLevel::kWarn, "interceptor '" + choice.use + "' has nothing that a broker calls");
    chain.add(choice.use, std::shared_ptr<sdk::Interceptor>(*std::move(made)));
  }
  return {};
}

Status Services::add_assignors(broker::GroupLoop& groups) {
  for (const config::PluginChoice& choice : assignors(deployment_)) {
    auto made = registry_.create<sdk::Assignor>(choice.use, new_host(groups.loop(), "assignor " + choice.use), choice.settings);
    if (!made) return std::move(made).status();
    groups.background().add(choice.use, std::shared_ptr<sdk::Assignor>(*std::move(made)));
  }
  return {};
}

Status Services::add_offset_stores(broker::GroupLoop& groups) {
  for (const config::GroupOffsets& some : deployment_.group_offsets)
    BARNABAS_TRY(add_offset_store(groups, some.name, some.match, some.store));
  return add_offset_store(groups, deployment_.offsets.use, "*", deployment_.offsets);
}

Status Services::add_offset_store(broker::GroupLoop& groups, const std::string& name, const std::string& pattern,
                                  const config::PluginChoice& choice) {
  std::string place = choice.use;
  for (const config::Setting& setting : choice.settings) {
    place += '\n' + setting.name + '=' + setting.value;
    for (const std::string& item : setting.items) place += ',' + item;
  }
  if (groups.stores().add_again(name, pattern, place)) return {};
  sdk::Host& plain = new_host(groups.loop(), "offsets " + name);
  sdk::Host& host = *offset_hosts_.emplace_back(std::make_unique<OffsetHost>(plain, groups.internal_topic()));
  auto made = registry_.create<sdk::OffsetStore>(choice.use, host, choice.settings);
  if (!made) return std::move(made).status();
  groups.stores().add(name, pattern, std::shared_ptr<sdk::OffsetStore>(*std::move(made)), std::move(place));
  return {};
}

}  // namespace barnabas::node
