// Puts a mark before every record's value.
#pragma once

#include <barnabas/sdk/interceptor.h>

#include <stdexcept>
#include <string>

namespace outside {

struct StampOptions {
  barnabas::sdk::Text mark = "> ";
  BARNABAS_OPTIONS(f) { f("mark", &StampOptions::mark, "what to put before the value"); }
};

class Stamp {
 public:
  using Options = StampOptions;
  Stamp(barnabas::sdk::Host&, const Options& options) : mark_(options.mark.data, options.mark.size) {}

  barnabas::sdk::Status on_append(const barnabas::sdk::ClientView&, const barnabas::sdk::TopicView&,
                                  const barnabas::sdk::RecordView& record, barnabas::sdk::RecordEdit& edit) {
    if (!record.has_value) throw std::invalid_argument("a record without a value");
    edit.set_value(mark_ + std::string(reinterpret_cast<const char*>(record.value.data), record.value.size));
    return {};
  }

 private:
  std::string mark_;
};

}  // namespace outside
