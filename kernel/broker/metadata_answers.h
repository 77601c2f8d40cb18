// Answers to "all topics", as they go over the wire. Clients with a pattern ask for it every few minutes each, and of ten thousand
// partitions one is 300 KB: it is made once for each state of the metadata.
//
// At most kMost of the present state are kept. One loop's; who sends one shares it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/catalog/image.h"
#include "kernel/wire/buffer.h"

namespace barnabas::broker {

class MetadataAnswers {
 public:
  using Body = std::shared_ptr<const wire::Buffer::Block>;
  static constexpr std::size_t kMost = 4;

  // What depends on who asks: brokers are named by the listener that the client came in by. Null: not kept.
  Body find(const std::shared_ptr<const catalog::Image>& image, std::int16_t version, std::string_view listener) const;
  void keep(const std::shared_ptr<const catalog::Image>& image, std::int16_t version, std::string_view listener, Body body);

 private:
  struct Kept {
    std::int16_t version;
    std::string listener;
    Body body;
  };

  std::shared_ptr<const catalog::Image> image_;  // of all of them
  std::vector<Kept> kept_;                       // the oldest first
};

}  // namespace barnabas::broker
