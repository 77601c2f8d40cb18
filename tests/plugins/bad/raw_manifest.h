// A manifest written by hand, for what the macro of the SDK would never write.
#pragma once

#include <barnabas/sdk/plugin.h>

// What every manifest says before `settings`, with the parts that a bad one changes.
#define RAW_HEAD(sdk, kind, revision, id, stamp)                                                                \
  "{\"magic\":\"barnabas-plugin\",\"sdk\":" sdk ",\"kind\":\"" kind "\",\"revision\":" revision ",\"id\":\"" id \
  "\",\"version\":\"1.0.0\",\"about\":\"Bad on purpose.\",\"stamp\":\"" stamp "\","
#define RAW_MANIFEST(text) [[gnu::section(".barnabas"), gnu::used]] constexpr char raw_manifest[] = text;

// An entry record around it.
#define RAW_ENTRY(magic, manifest, create, destroy)                                     \
  extern "C" [[gnu::visibility("default")]] const barnabas::sdk::Entry barnabas_plugin; \
  const barnabas::sdk::Entry barnabas_plugin{magic, sizeof(barnabas::sdk::Entry), manifest, sizeof(manifest) - 1, create, destroy};

namespace {

[[maybe_unused]] barnabas::sdk::Status create_nothing(barnabas::sdk::Host&, barnabas::sdk::SettingList, void*& object) noexcept {
  object = nullptr;
  return {};
}
[[maybe_unused]] void destroy_nothing(void*) noexcept {}

}  // namespace
