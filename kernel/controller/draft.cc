#include "kernel/controller/draft.h"

#include "kernel/base/uuid.h"

namespace barnabas::controller {

const catalog::Image& Draft::image() {
  if (builder_ != nullptr) image_ = builder_->build();
  return *image_;
}

void Draft::take_last() {
  if (!records_.status()) {
    if (status_.ok()) status_ = records_.status().copy();
    return;
  }
  if (builder_ == nullptr) builder_ = std::make_unique<catalog::ImageBuilder>(*image_);
  if (Status applied = builder_->apply(records_[records_.count() - 1]); !applied && status_.ok()) status_ = std::move(applied);
}

Draft::Mark Draft::mark() {
  image();
  return {records_.count(), image_};
}

void Draft::back_to(const Mark& mark) {
  records_.truncate(mark.count);
  image_ = mark.image;
  builder_.reset();
  has_rest_ = false;
}

void Draft::forget_failure(const Mark& mark) {
  back_to(mark);
  records_.forget_failure(mark.count);
  status_ = {};
}

Uuid Draft::random_uuid() {
  for (;;) {
    const Uuid id = base::make_uuid(around.random.next(), around.random.next());
    // Version and variant as RFC 4122 wants them of random ids; and no text that begins like an option.
    Uuid made = id;
    made.octets[6] = static_cast<std::uint8_t>((made.octets[6] & 0x0f) | 0x40);
    made.octets[8] = static_cast<std::uint8_t>((made.octets[8] & 0x3f) | 0x80);
    if (base::to_string(made).front() != '-') return made;
  }
}

std::string Draft::topic_value(std::string_view topic, std::string_view key) {
  using catalog::ResourceType;
  if (const std::string* own = now().config(ResourceType::kTopic, topic, key)) return *own;
  const config::KafkaKey* known = config::find_topic_key(key);
  if (known == nullptr) return {};
  for (const config::Synonym& synonym : config::synonyms(*known)) {
    if (synonym.factor != 1) continue;
    if (const std::string* dynamic = now().config(ResourceType::kBroker, "", synonym.broker_key)) return *dynamic;
  }
  return around.configs.topic_default(*known).value.value_or("");
}

}  // namespace barnabas::controller
