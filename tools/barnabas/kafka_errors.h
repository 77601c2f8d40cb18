// Errors of groups in the words of Kafka's tools, which scripts look for: the name of the Java exception and its sentence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/wire/errors.h"

namespace barnabas::tools {

// "The group id does not exist."; for an error that has nothing to do with groups, its meaning.
std::string_view kafka_sentence(wire::ErrorCode error);

// "org.apache.kafka.common.errors.GroupIdNotFoundException: " and the broker's sentence, or else Kafka's.
std::string kafka_exception(wire::ErrorCode error, std::optional<std::string_view> message = std::nullopt);

// The same as a failure; kNotFound for a group that is not there, else kUnavailable.
Status kafka_status(wire::ErrorCode error, std::optional<std::string_view> message = std::nullopt);

}  // namespace barnabas::tools
