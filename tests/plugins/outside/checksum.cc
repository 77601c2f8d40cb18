// Replaces every value by its checksum: a plugin that uses Kafka's formats from Barnabas::formats.
#include <barnabas/sdk/interceptor.h>

#include "kernel/base/crc32c.h"
#include "kernel/record/batch_header.h"
#include "kernel/wire/errors.h"

#include <string>

namespace {

using namespace barnabas;

class Checksum {
 public:
  using Options = sdk::NoOptions;
  Checksum(sdk::Host&, const Options&) {}

  sdk::Status on_append(const sdk::ClientView&, const sdk::TopicView&, const sdk::RecordView& view, sdk::RecordEdit& edit) {
    if (!view.has_value) return {};
    const std::string name(wire::error_name(wire::ErrorCode{}));
    edit.set_value(std::to_string(base::crc32c(view.value)) + " " + std::to_string(record::kHeaderBytes) + " " + name);
    return {};
  }
};

}  // namespace

BARNABAS_PLUGIN(Interceptor, Checksum, "checksum", "0.1.0", "Replaces every value by its checksum.")
