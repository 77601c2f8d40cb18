// The codec plugins of the installation, for commands that write or read compressed batches.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "kernel/base/plugin_host.h"
#include "kernel/host/registry.h"
#include "kernel/record/codecs.h"

namespace barnabas::tools {

class CodecLoader {
 public:
  explicit CodecLoader(base::Env& env) : host_(env, env.loop(0), "codec") {}

  // Every codec under Kafka's names that can be loaded.
  const record::Codecs& load();

 private:
  base::PluginHost host_;
  host::Registry registry_;
  std::vector<host::Handle<sdk::Codec>> handles_;
  record::Codecs codecs_;
};

}  // namespace barnabas::tools
