// The cluster's metadata as files keep it: a snapshot (.checkpoint), a segment of the log, or a folder of both, Kafka's or ours. Only read:
// a broker may be writing them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kernel/base/result.h"
#include "kernel/catalog/image.h"
#include "kernel/record/codecs.h"

namespace barnabas::tools {

struct MetadataFile {
  std::shared_ptr<const catalog::Image> image;
  // Of the last batch: where the image stands.
  std::int64_t offset = -1;
  std::int32_t epoch = -1;
  std::int64_t timestamp_ms = -1;
  std::string source;            // where it stands instead, where there are no offsets
  std::size_t unread_bytes = 0;  // at the end of the last file, behind its last whole batch
};

// Of a folder, that of __cluster_metadata-0 or the one that holds it, the newest snapshot and what the log has behind it. A log may end in
// the middle of a batch; anything else that is not as it should be is an error that says where.
Result<MetadataFile> read_metadata(const std::string& path, const record::Codecs& codecs);

}  // namespace barnabas::tools
