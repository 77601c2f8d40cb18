#include "kernel/broker/metadata_answers.h"

#include <utility>

namespace barnabas::broker {

MetadataAnswers::Body MetadataAnswers::find(const std::shared_ptr<const catalog::Image>& image, std::int16_t version,
                                            std::string_view listener) const {
  if (image != image_) return nullptr;
  for (const Kept& kept : kept_)
    if (kept.version == version && kept.listener == listener) return kept.body;
  return nullptr;
}

void MetadataAnswers::keep(const std::shared_ptr<const catalog::Image>& image, std::int16_t version, std::string_view listener, Body body) {
  if (image != std::exchange(image_, image)) kept_.clear();
  if (kept_.size() == kMost) kept_.erase(kept_.begin());
  kept_.push_back({version, std::string(listener), std::move(body)});
}

}  // namespace barnabas::broker
