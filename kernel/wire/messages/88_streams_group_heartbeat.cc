#include "kernel/wire/messages/88_streams_group_heartbeat.h"

#include "kernel/wire/message.h"

WIRE_MESSAGE(StreamsGroupHeartbeatRequest)
WIRE_MESSAGE(StreamsGroupHeartbeatResponse)
