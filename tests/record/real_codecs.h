// The four codec plugins of the build tree, or one of them, loaded through their door with default settings.
#pragma once

#include <barnabas/testing/codec_conformance.h>

#include "kernel/record/codecs.h"

#include <dlfcn.h>

#include <string>
#include <vector>

namespace barnabas::record::testing {

class RealCodecs {
 public:
  RealCodecs() {
    for (const char* name : {"gzip", "snappy", "lz4", "zstd"}) load(name);
  }
  explicit RealCodecs(const char* only) { load(only); }
  RealCodecs(const RealCodecs&) = delete;
  RealCodecs& operator=(const RealCodecs&) = delete;
  ~RealCodecs() {
    for (const auto& [entry, object] : made_) entry->destroy(object);
  }

  operator const Codecs&() const { return codecs_; }
  sdk::Codec* find(std::int8_t attribute) const { return codecs_.find(attribute); }

 private:
  void load(const std::string& name) {
    const std::string path = BARNABAS_BINARY_DIR "/lib/barnabas/plugins/codec/" + name + ".so";
    void* file = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed, as plugins are
    const auto* entry = file == nullptr ? nullptr : static_cast<const sdk::Entry*>(dlsym(file, "barnabas_plugin"));
    if (entry == nullptr) {
      std::fprintf(stderr, "no plugin at %s: %s\n", path.c_str(), dlerror());
      std::abort();
    }
    void* object = nullptr;
    if (!entry->create(host_, {}, object).ok()) std::abort();
    made_.emplace_back(entry, object);
    auto* codec = static_cast<sdk::Codec*>(object);
    codecs_.by_attribute[static_cast<std::size_t>(codec->attribute())] = codec;
  }

  barnabas::testing::NoHost host_;
  std::vector<std::pair<const sdk::Entry*, void*>> made_;
  Codecs codecs_;
};

}  // namespace barnabas::record::testing
