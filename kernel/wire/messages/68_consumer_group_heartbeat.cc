#include "kernel/wire/messages/68_consumer_group_heartbeat.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(ConsumerGroupHeartbeatRequest)
WIRE_MESSAGE(ConsumerGroupHeartbeatResponse)
