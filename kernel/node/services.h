// The plugins of a deployment, made and held for the life of the node: codecs, storage, metadata store, placement, retention, interceptors,
// assignors, offset stores.
#pragma once

#include <barnabas/sdk/metadata_store.h>
#include <barnabas/sdk/placement.h>
#include <barnabas/sdk/retention.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/base/env.h"
#include "kernel/base/plugin_host.h"
#include "kernel/broker/group_loop.h"
#include "kernel/broker/interceptor_chain.h"
#include "kernel/config/deployment.h"
#include "kernel/host/registry.h"
#include "kernel/node/offset_host.h"
#include "kernel/record/codecs.h"

namespace barnabas::node {

class Services {
 public:
  // The arguments outlive the object. The registry has the plugins, the deployment passed check_plugins().
  static Result<std::unique_ptr<Services>> make(base::Env& env, host::Registry& registry, const config::Deployment& deployment);

  record::Codecs codecs;
  sdk::Storage& storage() { return *storage_; }
  // Null where this node follows controllers in other processes.
  sdk::MetadataStore* metadata() { return metadata_.get(); }
  sdk::Placement& placement() { return *placement_; }
  sdk::Retention& retention() { return *retention_; }
  sdk::Host& metadata_host() { return *metadata_host_; }
  // One object a loop, because an interceptor is never in two threads.
  Status add_interceptors(base::Loop& loop, broker::InterceptorChain& chain);
  // One object of each a loop: its jobs run one after another.
  Status add_assignors(broker::GroupLoop& groups);
  // One object of each store a loop, because its coordinator's calls and completions stay there.
  Status add_offset_stores(broker::GroupLoop& groups);

 private:
  Services(base::Env& env, host::Registry& registry, const config::Deployment& deployment)
      : env_(env), registry_(registry), deployment_(deployment) {}

  Status make_codecs();
  Status make_stores();
  template <class Kind>
  Status make_one(const config::PluginChoice& choice, host::Handle<Kind>& slot);
  Status add_offset_store(broker::GroupLoop& groups, const std::string& name, const std::string& pattern,
                          const config::PluginChoice& choice);
  sdk::Host& new_host(base::Loop& loop, const std::string& name);

  base::Env& env_;
  host::Registry& registry_;
  const config::Deployment& deployment_;
  std::vector<std::unique_ptr<base::PluginHost>> hosts_;  // before what was made with them, so that they go after it
  std::vector<std::unique_ptr<OffsetHost>> offset_hosts_;
  sdk::Host* metadata_host_ = nullptr;
  std::vector<host::Handle<sdk::Codec>> codec_handles_;
  host::Handle<sdk::Storage> storage_;
  host::Handle<sdk::MetadataStore> metadata_;
  host::Handle<sdk::Placement> placement_;
  host::Handle<sdk::Retention> retention_;
};

}  // namespace barnabas::node
