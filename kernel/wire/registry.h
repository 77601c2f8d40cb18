// All messages of the floor, found by key or name: for tools, tests and whoever dispatches on record types. [any thread]
#pragma once

#include <span>
#include <string_view>

#include "kernel/wire/table.h"

namespace barnabas::wire {

// Kafka's requests and responses by key, then headers, records and data, then our own requests and responses.
std::span<const Message* const> all_messages();

// Null when there is none. A record family's key is the record type, for the keys and values of __consumer_offsets and its like the type
// that the record's key begins with; transaction markers (control types 0 and 1) share one message.
const Message* find_message(Family family, int key);
// "ProduceRequest", "TopicRecord", "ConsumerProtocolAssignment".
const Message* find_message(std::string_view name);

}  // namespace barnabas::wire
