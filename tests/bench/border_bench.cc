// What the border of a plugin costs: border_bench [ROUNDS]
//
// Appends batches to a partition's log over the storage `segment`, once loaded from its file and once linked in, in turns, and prints the
// CPU of both for each GB and the ratio: median and range of the rounds. Batches of 1 MB, as B1, and of 16 KB, as B3.
#include <barnabas/sdk/plugin.h>
#include <barnabas/sdk/storage.h>

#include "kernel/base/plugin_host.h"
#include "kernel/io/real_env.h"
#include "kernel/io/temporary_directory.h"
#include "kernel/log/partition_log.h"
#include "kernel/record/batch_builder.h"

#include <dlfcn.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" const barnabas::sdk::Entry barnabas_plugin;

namespace barnabas {
namespace {

constexpr std::size_t kOctetsARound = 512 << 20;

double cpu_s() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

void must(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(message_of(status)).c_str());
  std::exit(1);
}

const sdk::Entry& loaded_plugin() {
  void* file = dlopen(BARNABAS_BINARY_DIR "/lib/barnabas/plugins/storage/segment.so", RTLD_NOW | RTLD_LOCAL);
  const auto* entry = file == nullptr ? nullptr : static_cast<const sdk::Entry*>(dlsym(file, "barnabas_plugin"));
  if (entry == nullptr) std::exit(1);
  return *entry;
}

std::vector<std::uint8_t> batch_of(std::size_t size) {
  record::BatchBuilder builder;
  builder.start({});
  const std::string value(1024, 'v');
  while (builder.size() + value.size() < size) builder.append({.timestamp_ms = 1, .value = sdk::Bytes(value)});
  const sdk::Bytes octets = *builder.finish();
  return {octets.begin(), octets.end()};
}

// CPU seconds for each GB of batches.
double append(const sdk::Entry& plugin, base::Env& env, std::vector<std::uint8_t>& batch) {
  io::TemporaryDirectory folder;
  base::PluginHost host(env, env.loop(0), "storage segment");
  const std::string path = folder.path() + "/data";
  const sdk::Text dirs[] = {path};
  const std::vector<sdk::Setting> settings = {{"dirs", {}, {dirs, 1}}};
  void* object = nullptr;
  must(plugin.create(host, {settings.data(), settings.size()}, object));
  auto& storage = *static_cast<sdk::Storage*>(object);
  must(storage.format({"bench", 1}));
  sdk::StartOutcome started;
  must(storage.start(started));
  sdk::PartitionStorage* partition = nullptr;
  must(storage.open({"topic", 0, {}}, {}, true, {}, partition));
  log::OpenReport report;
  auto log = log::PartitionLog::open("topic", 0, {}, *partition, {}, 0, report);
  must((*log)->become_leader({.epoch = 0, .replica_id = 1}));
  const std::size_t count = kOctetsARound / batch.size();
  const double before = cpu_s();
  for (std::size_t i = 0; i < count; ++i) {
    const log::AppendOutcome outcome = (*log)->append_as_leader({.batches = {batch.data(), batch.size()}});
    if (outcome.error != wire::ErrorCode::kNone) must(outcome.status);
  }
  const double used = cpu_s() - before;
  must((*log)->close(false));
  storage.close(partition);
  plugin.destroy(object);
  return used / (static_cast<double>(count * batch.size()) / 1e9);
}

void print(const char* what, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::printf("%s %.4f (%.4f..%.4f)", what, values[values.size() / 2], values.front(), values.back());
}

void compare(const char* name, std::size_t size, int rounds, base::Env& env) {
  std::vector<std::uint8_t> batch = batch_of(size);
  std::vector<double> loaded, linked, ratios;
  for (int round = 0; round <= rounds; ++round) {  // the first does not count
    const bool first = round % 2 == 0;
    double a = first ? append(loaded_plugin(), env, batch) : 0;
    const double b = append(barnabas_plugin, env, batch);
    if (!first) a = append(loaded_plugin(), env, batch);
    if (round == 0) continue;
    loaded.push_back(a);
    linked.push_back(b);
    ratios.push_back(a / b);
  }
  std::printf("X1 %s, CPU-s/GB:", name);
  print(" loaded", loaded);
  print(", linked in", linked);
  print(", ratio", ratios);
  std::printf("\n");
}

}  // namespace
}  // namespace barnabas

int main(int count, char** words) {
  const int rounds = count > 1 ? std::atoi(words[1]) : 9;
  auto env = barnabas::io::make_env({});
  if (!env) return 1;
  barnabas::compare("batches of 1 MB", 1 << 20, rounds, **env);
  barnabas::compare("batches of 16 KB", 16 << 10, rounds, **env);
  return 0;
}
