// The records of __consumer_offsets: what an offset store is given, as Kafka writes it, and back.
//
// A key begins with its type, a value with its version, 16 bits each. Pure functions. [any thread]
#pragma once

#include <barnabas/sdk/offset_store.h>

#include "kernel/base/arena.h"
#include "kernel/base/result.h"
#include "kernel/wire/buffer.h"

#include <optional>

namespace barnabas::offsets_topic {

// Appended to `buffer`.
Status write_offset_key(sdk::Text group, sdk::Text topic, std::int32_t partition, wire::Buffer& buffer);
Status write_offset_value(const sdk::CommittedOffset& offset, wire::Buffer& buffer);

// What a key names: a committed offset, or another record of a group. Views of the key.
struct KeyName {
  bool is_offset = false;
  sdk::Text group;
  sdk::Text topic;  // of a committed offset, as the next
  std::int32_t partition = 0;
};
// Nothing: the key is no key that this program knows the beginning of.
std::optional<KeyName> read_key(sdk::Bytes key, base::Arena& arena);
// Topic and partition are left alone. Views of the value.
Status read_offset_value(sdk::Bytes value, base::Arena& arena, sdk::CommittedOffset& offset);

}  // namespace barnabas::offsets_topic
