#include "tools/barnabas/plugins/kits.h"

#include <barnabas/testing/assignor_rules.h>
#include <barnabas/testing/codec_rules.h>
#include <barnabas/testing/interceptor_rules.h>
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/partitioner_rules.h>
#include <barnabas/testing/placement_rules.h>
#include <barnabas/testing/retention_rules.h>
#include <barnabas/testing/simulated_disk.h>

#include <algorithm>

namespace barnabas::tools {
namespace {

void check(sdk::Assignor& assignor, testing::RuleSink& sink) {
  testing::check_assignor(assignor, {.even_topics = true, .even_members = true, .keeps = true}, sink);
}
void check(sdk::Codec& codec, testing::RuleSink& sink) { testing::check_codec(codec, sink); }
void check(sdk::Interceptor& interceptor, testing::RuleSink& sink) { testing::check_interceptor(interceptor, sink); }
void check(sdk::Partitioner& partitioner, testing::RuleSink& sink) {
  testing::check_partitioner(partitioner, testing::EqualKeys::kStayTogether, sink);
}

void check(sdk::Placement& placement, testing::RuleSink& sink) { testing::check_placement(placement, {.even = true, .racks = true}, sink); }
void check(sdk::Retention& retention, testing::RuleSink& sink) { testing::check_retention(retention, {.by_bounds = true}, sink); }

// On a host that stands still and a disk in memory: a kit leaves nothing behind.
template <class Kind>
void run(host::Registry& registry, const host::Plugin& plugin, const std::vector<config::Setting>& settings, testing::RuleSink& sink) {
  constexpr std::string_view kMade = "it can be loaded and makes an object";
  testing::SimulatedDisk disk;
  testing::ManualHost host(disk);
  const bool is_first = sink.begin(kMade);
  auto made = registry.create<Kind>(plugin.manifest.id, host, settings);
  std::string why = made ? "" : std::string(message_of(made.status()));
  if (is_first) sink.report(kMade, why);
  if (!is_first && !made) sink.rule("it can be made again, for the rules after a crash", [&] { return why; });
  if (!made) return;
  check(**made, sink);
  constexpr std::string_view kDestroyed = "it can be destroyed";
  if (!sink.begin(kDestroyed)) return static_cast<void>(made->release());  // an earlier child died of it
  made->reset();
  sink.report(kDestroyed, "");
}

constexpr std::string_view kAssignorPromises[] = {"each topic is shared evenly by its readers",
                                                  "members that read the same get even shares", "only what must move does"};
constexpr std::string_view kPartitionerPromises[] = {"equal keys stay together"};
constexpr std::string_view kPlacementPromises[] = {"brokers that carry nothing lead equally many",
                                                   "replicas of a partition stand in different racks"};

constexpr std::string_view kRetentionPromises[] = {"it keeps to retention.ms and retention.bytes"};

constexpr char kStorageSuite[] =
    "; they cut the power of a simulated disk, and are the GoogleTest suite BARNABAS_STORAGE_CONFORMANCE(…) of "
    "<barnabas/testing/storage_conformance.h>, for a file that barnabas_add_plugin(… TESTS …) names and ctest runs";
constexpr char kOffsetStoreSuite[] =
    "; they need the world that a store lives in, and are the GoogleTest suite BARNABAS_OFFSET_STORE_CONFORMANCE(…) of "
    "<barnabas/testing/offset_store_conformance.h>, for a file that barnabas_add_plugin(… TESTS …) names and ctest runs";
constexpr char kMetadataStoreSuite[] =
    "; they need the world that a store lives in, and are the GoogleTest suite BARNABAS_METADATA_STORE_CONFORMANCE(…) of "
    "<barnabas/testing/metadata_store_conformance.h>, for a file that barnabas_add_plugin(… FORMATS TESTS …) names and ctest runs";

constexpr PluginKit kKits[] = {
    {"assignor", &run<sdk::Assignor>, "", kAssignorPromises},
    {"codec", &run<sdk::Codec>, "", {}},
    {"interceptor", &run<sdk::Interceptor>, "", {}},
    {"metadata_store", nullptr, kMetadataStoreSuite, {}},
    {"offset_store", nullptr, kOffsetStoreSuite, {}},
    {"partitioner", &run<sdk::Partitioner>, "", kPartitionerPromises},
    {"placement", &run<sdk::Placement>, "", kPlacementPromises},
    {"retention", &run<sdk::Retention>, "", kRetentionPromises},
    {"storage", nullptr, kStorageSuite, {}},
};

}  // namespace

const PluginKit* find_kit(std::string_view kind) {
  const auto at = std::find_if(std::begin(kKits), std::end(kKits), [&](const PluginKit& kit) { return kit.kind == kind; });
  return at == std::end(kKits) ? nullptr : &*at;
}

}  // namespace barnabas::tools
