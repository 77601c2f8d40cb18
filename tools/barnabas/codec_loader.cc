#include "tools/barnabas/codec_loader.h"

namespace barnabas::tools {

const record::Codecs& CodecLoader::load() {
  if (!handles_.empty()) return codecs_;
  registry_.scan(host::installed_plugins());
  for (const std::string_view id : {"gzip", "snappy", "lz4", "zstd"}) {
    auto codec = registry_.create<sdk::Codec>(id, host_, {});
    if (!codec) continue;  // whoever needs it is told that it is missing
    codecs_.by_attribute[static_cast<std::size_t>((*codec)->attribute() & record::kCodecMask)] = codec->get();
    handles_.push_back(*std::move(codec));
  }
  return codecs_;
}

}  // namespace barnabas::tools
