// Captured frames and messages as text that a person can read: the work behind `barnabas wire decode`. [any thread]
//
// The first line says what it is, the rest is the body as indented JSON in Kafka's spelling.
#pragma once

#include <string>

#include "kernel/base/result.h"
#include "kernel/wire/api.h"
#include "kernel/wire/table.h"

namespace barnabas::wire {

// A frame with or without its int32 size.
Result<std::string> describe_request(Bytes frame);
// A response does not say what it answers: that must be known from its request.
Result<std::string> describe_response(Bytes frame, ApiKey key, int version);
// A message without any header, such as a stored record.
Result<std::string> describe_body(const Message& message, Bytes octets, int version);

// JSON on one line as JSON on many.
std::string indented(std::string_view json);

}  // namespace barnabas::wire
