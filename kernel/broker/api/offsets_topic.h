// __consumer_offsets as it is made, whoever asks for it first.
#pragma once

#include "kernel/broker/call.h"
#include "kernel/controller/requests.h"

namespace barnabas::broker {

// With what Kafka gives it: the topic's own configuration, so that no default of the brokers lets retention have it.
controller::TopicSpec offsets_topic(const Call& call);

}  // namespace barnabas::broker
