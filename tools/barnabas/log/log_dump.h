// What `log dump` prints of a file of a log directory, in the words of kafka-dump-log.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/base/result.h"
#include "kernel/record/codecs.h"

namespace barnabas::tools {

struct DumpSettings {
  bool deep = false;              // records too
  bool payload = false;           // keys and values
  bool metadata_payload = false;  // values are metadata records
  bool record_metadata = true;    // the line's fields before key and payload
  std::uint64_t max_bytes = INT32_MAX;
  bool index_sanity_check = false;
  bool verify_index_only = false;
};

// Prints to standard output; a failure is what kept it from reading on.
Status dump_file(const std::string& path, const DumpSettings& settings, const record::Codecs& codecs);

}  // namespace barnabas::tools
