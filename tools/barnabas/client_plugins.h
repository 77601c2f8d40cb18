// The plugins of `barnabas produce` and `barnabas consume`: interceptors of either, the partitioner of a producer, as flags, Kafka's
// properties and a file name them. One thread.
#pragma once

#include <barnabas/sdk/partitioner.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/base/plugin_host.h"
#include "kernel/client/client_interceptors.h"
#include "kernel/config/client_file.h"
#include "kernel/host/registry.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {

class ClientPlugins {
 public:
  enum class Side { kProducer, kConsumer };

  // `env` outlives it.
  ClientPlugins(base::Env& env, Side side);

  static void add_flags(Options& options);
  static bool asks_for_any(const Options& options, const Properties& properties);
  // Makes what is asked for. What is wrong with a file goes to standard error, line by line, before the status says so.
  Status make(const Options& options, const Properties& properties);

  client::ClientInterceptors& interceptors() { return interceptors_; }
  // Of a producer, after make(): the one that was asked for, or `default`. `batch_bytes`: for that one, how long it stays with a partition.
  Result<sdk::Partitioner*> partitioner(const Options& options, const Properties& properties, std::size_t batch_bytes);

 private:
  Status read_file(const std::string& path);
  Status add_interceptor(const std::string& name);
  Status use_partitioner(const std::string& name, const std::vector<std::string>& properties);
  // A plugin by its id or its file, with options as flags give them.
  template <class Kind>
  Result<host::Handle<Kind>> named(const std::string& name, const std::vector<std::string>& properties);
  sdk::Host& new_host(const std::string& name);

  base::Env& env_;
  const Side side_;
  host::Registry registry_;
  std::vector<std::unique_ptr<host::Registry>> of_files_;  // apart, so that a file may have the id of an installed plugin
  std::vector<std::unique_ptr<base::PluginHost>> hosts_;
  config::ClientFile file_;
  host::Handle<sdk::Partitioner> partitioner_;
  client::ClientInterceptors interceptors_;
};

}  // namespace barnabas::tools
